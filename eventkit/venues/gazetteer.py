"""Cities and countries by name, offline.

A read-only SQLite file compiled from GeoNames (CC BY 4.0, see ``data/LICENSE-GeoNames.txt``) by
``tools/build_gazetteer.py``: every city of 15,000 people and more, with its names in Latin, Cyrillic and
Arabic script, and the names of countries in the languages eventkit speaks (Unicode CLDR). Looking up costs
microseconds and asks nobody, so a form can answer while it is being filled in.
"""

import math
import os
import sqlite3
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATABASE = Path(__file__).with_name("data") / "gazetteer.sqlite"

KM_PER_DEGREE = 111.195  # of latitude, on a sphere of EARTH_RADIUS_KM
EARTH_RADIUS_KM = 6371.0088

# Letters that compatibility decomposition leaves alone although people treat them as variants of one another.
_VARIANTS = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t",
        "ə": "a",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ک": "ك", "ڪ": "ك",
        "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۃ": "ه", "ں": "ن",
    }
)  # fmt: skip


def fold(name: str) -> str:
    """The key under which a name is found: without case, diacritics, punctuation or spaces.

    Arabic loses harakat and tatweel, and the ways of writing alef, ya, kaf and ta marbuta become one.
    Empty when nothing but punctuation was given.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold()).translate(_VARIANTS)
    # Letters without the modifier letters (ʻ, ـ), and digits: what remains of a name when it is shouted.
    return "".join(
        character
        for character in decomposed
        if (category := unicodedata.category(character))[0] in "LN" and category != "Lm"
    )


@dataclass(frozen=True)
class City:
    """A populated place of the gazetteer.

    Coordinates are decimal degrees (WGS 84), ``country`` is ISO 3166-1 alpha-2, ``timezone`` an IANA name.
    ``admin1`` is the region's postal abbreviation in Australia, Canada and the United States ("ON", "OH")
    and GeoNames' own code elsewhere.
    """

    name: str
    country: str
    admin1: str | None
    latitude: float
    longitude: float
    population: int
    timezone: str


def cities(name: str, *, country: str | None = None) -> list[City]:
    """The cities called ``name`` in any script, the most populous first; empty when there are none.

    ``country`` (ISO 3166-1 alpha-2, in any case) keeps only the cities of that country.
    """
    found = _cities(fold(name))
    if country is not None:
        code = country.upper()
        return [city for city in found if city.country == code]
    return list(found)


def nearby(latitude: float, longitude: float, *, within_km: float, limit: int = 20) -> list[City]:
    """The ``limit`` cities nearest to a point and at most ``within_km`` away, the nearest first."""
    return list(_nearby(round(latitude, 4), round(longitude, 4), within_km, limit))


def countries(name: str) -> list[str]:
    """ISO 3166-1 alpha-2 codes of the countries called ``name`` in one of our languages; mostly one."""
    return list(_countries(fold(name)))


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance between two points in kilometres (haversine, on a sphere)."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    half_longitude = math.radians(other_longitude - longitude) / 2
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_longitude) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


_BY_NAME = """
    SELECT city.name, country, admin1, latitude, longitude, population, zone.name
    FROM city_name JOIN city ON city.id = city_name.city JOIN zone ON zone.id = city.zone
    WHERE city_name.key = ?
    ORDER BY population DESC, city.id
"""
_IN_BOX = """
    SELECT city.name, country, admin1, latitude, longitude, population, zone.name
    FROM city JOIN zone ON zone.id = city.zone
    WHERE latitude BETWEEN :south AND :north
      AND (abs(longitude - :longitude) <= :wide OR abs(longitude - :longitude) >= 360 - :wide)
"""


@lru_cache(maxsize=1)
def _connection() -> sqlite3.Connection:
    """One per process. Threads may share it: SQLite serializes calls, and nothing here ever writes."""
    return sqlite3.connect(f"{DATABASE.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


# SQLite's connections must not travel through fork().
os.register_at_fork(after_in_child=_connection.cache_clear)


@lru_cache(maxsize=2048)
def _cities(key: str) -> tuple[City, ...]:
    rows = _connection().execute(_BY_NAME, (key,))
    return tuple(City(*row) for row in rows)


@lru_cache(maxsize=512)
def _countries(key: str) -> tuple[str, ...]:
    rows = _connection().execute("SELECT country FROM country_name WHERE key = ? ORDER BY country", (key,))
    return tuple(code for (code,) in rows)


@lru_cache(maxsize=256)
def _nearby(latitude: float, longitude: float, within_km: float, limit: int) -> tuple[City, ...]:
    high = within_km / KM_PER_DEGREE
    # Meridians converge: the box is as wide as its edge nearest to a pole needs, and all the way round there.
    narrowest = math.cos(math.radians(min(90.0, abs(latitude) + high)))
    wide = min(180.0, high / narrowest) if narrowest > 1e-6 else 180.0
    rows = _connection().execute(
        _IN_BOX,
        {"south": latitude - high, "north": latitude + high, "longitude": longitude, "wide": wide},
    )
    measured = [
        (distance_km(latitude, longitude, city.latitude, city.longitude), city) for city in (City(*row) for row in rows)
    ]
    measured.sort(key=lambda pair: pair[0])
    return tuple(city for distance, city in measured if distance <= within_km)[:limit]
