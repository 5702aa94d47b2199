"""Writes. (The events feature calls PARTICULARS, address, change, request_location with just these signatures.)"""

from __future__ import annotations

from datetime import datetime

from eventkit.venues import gazetteer
from eventkit.venues.models import Venue

#: what is copied when an event is duplicated
PARTICULARS = (
    "name", "street", "city", "region", "postal_code", "country", "directions", "latitude", "longitude",
    "precision", "source",
)


def address(venue: Venue) -> tuple[str, ...]:
    """What tells people where to go: when it changes, they must hear of it."""
    return (venue.name, venue.street, venue.city, venue.postal_code, venue.country)


def change(
    venue: Venue, *, now: datetime, name: str = "", street: str = "", city: str = "", region: str = "",
    postal_code: str = "", country: str = "", directions: str = "", latitude: float | None = None,
    longitude: float | None = None,
) -> None:
    """Sets the particulars. Given coordinates are a person's pin; without them the place is located offline."""
    venue.name, venue.street, venue.city, venue.region = name, street, city, region
    venue.postal_code, venue.country, venue.directions = postal_code, country, directions
    if latitude is not None and longitude is not None:
        venue.latitude, venue.longitude, venue.precision, venue.source = latitude, longitude, "pin", "pin"
        return
    found = gazetteer.cities(city, country=country or None) if city else []
    if found:
        venue.latitude, venue.longitude = found[0].latitude, found[0].longitude
        venue.precision, venue.source = "city", "offline"


def request_location(venue: Venue, *, now: datetime) -> None:
    """Has the worker ask the geocoders."""
    venue.state, venue.next_attempt_at = "waiting", now
