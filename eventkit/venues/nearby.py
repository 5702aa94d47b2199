"""What is near a place: the place as people type it, and the condition that a venue is no further away."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from eventkit.venues import gazetteer
from eventkit.venues.gazetteer import EARTH_RADIUS_KM, KM_PER_DEGREE
from eventkit.venues.models import Venue

#: what is typed of a place is no longer than this
LONGEST_PLACE = 100

_POINT = re.compile(r"([+-]?\d{1,2}(?:\.\d{1,15})?)\s*[,;،\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)")
_PARTS = re.compile("[,،;]")

#: the series of the cosine ends with this power: it is right to a metre, half a turn away too
_LAST_POWER = 20


@dataclass(frozen=True)
class Spot:
    """A point that somebody looks around from. WGS 84 degrees; `country` is ISO 3166-1 alpha-2 where it is a town's."""

    latitude: float
    longitude: float
    country: str = ""


@lru_cache(maxsize=1024)
def spot(typed: str) -> Spot | None:
    """The point meant by `43.67,-79.39`, `Toronto`, `تورونتو` or `Portland, ME`; None where nothing is.

    A town is found in any script the gazetteer knows; of several namesakes it is the most populous one that is in
    the country or region written after it. A point is taken to a thousandth of a degree, some 100 metres: an address
    that is subscribed to need not tell at whose door somebody stands.
    """
    if (point := _POINT.fullmatch(typed.strip())) is not None:
        latitude, longitude = (round(float(degrees), 3) for degrees in point.groups())
        return Spot(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
    name, *where = (part.strip() for part in _PARTS.split(typed[:LONGEST_PLACE]))
    found = gazetteer.cities(name)
    for part in where:
        countries = {*gazetteer.countries(part), part.upper()}
        region = gazetteer.fold(part)
        found = [
            city
            for city in found
            if not region or city.country in countries or (city.admin1 and gazetteer.fold(city.admin1) == region)
        ]
    return Spot(found[0].latitude, found[0].longitude, found[0].country) if found else None


def within(middle: Spot, km: float) -> ColumnElement[bool]:
    """The condition that a `Venue` is at most so far from a point.

    First a box, for which there is an index; then the great circle on a sphere, exactly. Meridians converge, so the
    box is as wide as its edge nearest to a pole needs, and goes all the way round there; where it passes the 180th
    meridian it goes on at the other side. The distance is arithmetic alone, since not every SQLite knows cosines.
    """
    high = km / KM_PER_DEGREE
    nearest_to_pole = min(90.0, abs(middle.latitude) + high)
    narrowest = math.cos(math.radians(nearest_to_pole))
    wide = min(180.0, high / narrowest) if narrowest > 1e-6 else 180.0
    most = 1 - math.cos(km / EARTH_RADIUS_KM)
    sides = []
    for turn in (-360.0, 0.0, 360.0):
        longitude = middle.longitude + turn
        west, east = max(-180.0, longitude - wide), min(180.0, longitude + wide)
        if west > east:
            continue
        apart = _versine(Venue.latitude - middle.latitude)
        around = _versine(Venue.longitude - longitude)
        narrowed = math.cos(math.radians(middle.latitude)) * (1 - _versine(Venue.latitude))
        sides.append(and_(Venue.longitude.between(west, east), apart + narrowed * around <= most))
    return and_(Venue.latitude.between(middle.latitude - high, middle.latitude + high), or_(*sides))


def _versine(degrees: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """1 - cos, by its series around zero, for up to half a turn."""
    square = degrees * degrees * math.radians(1) ** 2
    series: ColumnElement[Any] = square / (_LAST_POWER * (_LAST_POWER - 1))
    for power in range(_LAST_POWER - 2, 0, -2):
        series = square / (power * (power - 1)) * (1 - series)
    return series
