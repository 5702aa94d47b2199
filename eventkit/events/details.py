"""What an organizer says about an event, as plain values between the edges and the actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from eventkit.events.models import OPTIONAL, PUBLIC, Event

#: what is asked of those who come: it is decided on a page of its own
ASKED = ("ask_name", "ask_email", "largest_party")


@dataclass(frozen=True)
class VenueDetails:
    """A place in words, and the pin where a person put one (WGS 84 degrees)."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    directions: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Part:
    """An organization's part: its name as typed, its role, its sentence."""

    name: str
    role: str
    statement: str = ""


@dataclass(frozen=True)
class Details:
    """All that the form holds. Times are local wall time at the venue; `timezone` is IANA."""

    title: str
    who: str = ""
    what: str = ""
    why: str = ""
    language: str = "en"
    starts_local: datetime | None = None
    ends_local: datetime | None = None
    all_day: bool = False
    timezone: str = ""
    rrule: str = ""
    online_url: str = ""
    visibility: str = PUBLIC
    ask_name: str = OPTIONAL
    ask_email: str = OPTIONAL
    largest_party: int = 10
    slug: str = ""
    tags: tuple[str, ...] = ()
    venue: VenueDetails = field(default_factory=VenueDetails)
    #: None leaves the organizations that take part as they are
    parts: tuple[Part, ...] | None = None
    announcement: str = ""
    announced_on: date | None = None


def stored_details(event: Event) -> Details:
    """What an event says. Its coordinates only where a person set them: others are found again from the address."""
    venue = event.venue
    is_pinned = venue.precision == "pin"
    return Details(
        title=event.title,
        who=event.who,
        what=event.what,
        why=event.why,
        language=event.language,
        starts_local=event.starts_local,
        ends_local=event.ends_local,
        all_day=event.all_day,
        timezone=event.timezone,
        rrule=event.rrule,
        online_url=event.online_url,
        visibility=event.visibility,
        ask_name=event.ask_name,
        ask_email=event.ask_email,
        largest_party=event.largest_party,
        slug=event.slug,
        tags=tuple(tag.name for tag in event.tags),
        venue=VenueDetails(
            name=venue.name,
            street=venue.street,
            city=venue.city,
            region=venue.region,
            postal_code=venue.postal_code,
            country=venue.country,
            directions=venue.directions,
            latitude=venue.latitude if is_pinned else None,
            longitude=venue.longitude if is_pinned else None,
        ),
        parts=tuple(Part(row.organization.name, row.role, row.statement) for row in event.participations),
    )
