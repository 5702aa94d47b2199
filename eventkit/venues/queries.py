"""Reads."""

from __future__ import annotations

from datetime import datetime

from babel.core import get_global
from sqlalchemy import or_, select

from eventkit import db
from eventkit.venues import zones
from eventkit.venues.gazetteer import City
from eventkit.venues.geocoding.places import Place
from eventkit.venues.models import Venue

#: a city with less than this part of the largest namesake's people is not what is meant by the bare name
_NOTABLE = 0.1


def next_to_locate(now: datetime) -> Venue | None:
    """The venue that has waited longest for the geocoders, locked where the database can, or None."""
    return db.session.scalars(
        select(Venue)
        .where(Venue.state == "waiting", or_(Venue.next_attempt_at.is_(None), Venue.next_attempt_at <= now))
        .order_by(Venue.next_attempt_at, Venue.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def likely_cities(venue: Venue) -> list[City]:
    """The cities that its city may mean, the most populous first; more than one: ask which."""
    found = Place.of(venue).cities()
    return [city for city in found if city.population >= found[0].population * _NOTABLE]


def timezones_of(venue: Venue) -> list[str]:
    """IANA zones that may hold at a venue, the likeliest first; more than one: ask. Empty when nothing is known.

    Of its point; where that is only the gazetteer's guess among namesakes (Birmingham), of all of them; without
    a point, of its country.
    """
    points: list[tuple[float, float]] = []
    if venue.source in {"offline", "", None}:
        points = [(city.latitude, city.longitude) for city in likely_cities(venue)]
    if not points and venue.latitude is not None and venue.longitude is not None:
        points = [(venue.latitude, venue.longitude)]
    found = [zone for latitude, longitude in points for zone in zones.timezones_at(latitude, longitude)]
    if not found and venue.country:
        territories = get_global("zone_territories")
        found = sorted(zone for zone, territory in territories.items() if territory == venue.country.upper())
        found = [zone for zone in found if zones.is_zone(zone)]
    return list(dict.fromkeys(found))
