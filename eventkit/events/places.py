"""The place of an event, as it may be told to strangers.

An organizer can keep the exact place to themselves until a moment of their choice (`Event.place_public_at`). Until
then pages, calendars, data, maps, the search and mail know the town alone, and no geocoder is asked. The moment is
lifted by an action that commits like any other change, so that everything tells the place from one instant on.
Whatever is shown to others takes the place from here, never from `Event.venue`.
"""

from __future__ import annotations

from eventkit.events.models import Event
from eventkit.venues.models import Venue


def is_kept(event: Event) -> bool:
    """Whether the exact place is not public yet."""
    return event.place_public_at is not None


def told(event: Event) -> Venue:
    """The venue; while it is kept its town alone, in no session, with the point of the town where that is known."""
    if not is_kept(event):
        return event.venue
    is_town = event.venue.precision == "city"
    return Venue(
        name="",
        street="",
        city=event.venue.city,
        region=event.venue.region,
        postal_code="",
        country=event.venue.country,
        directions="",
        latitude=event.venue.latitude if is_town else None,
        longitude=event.venue.longitude if is_town else None,
        precision="city" if is_town else "none",
    )


def online_url(event: Event) -> str:
    """The address of an event that is held online, which is a place too."""
    return "" if is_kept(event) else event.online_url
