"""A place in words, an answer to the question where it is, and whether that answer can be true."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Self

from babel import Locale

from eventkit.venues import gazetteer
from eventkit.venues.models import PRECISIONS, Venue

#: further than this from every city of the stated name, an answer is about another place
CITY_REACH_KM = 50
#: within this of a point there is a city of its country, unless there is none at all
COUNTRY_REACH_KM = 150

# Territories with an ISO 3166-1 code of their own that maps count to another country, where geocoders find them.
_COUNTED_TO = {
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"), "FR"),
    **dict.fromkeys(("AS", "GU", "MP", "PR", "UM", "VI"), "US"),
    **dict.fromkeys(("AW", "BQ", "CW", "SX"), "NL"),
    **dict.fromkeys(("CC", "CX", "HM", "NF"), "AU"),
    **dict.fromkeys(("HK", "MO"), "CN"),
    **dict.fromkeys(("BV", "SJ"), "NO"),
    "AX": "FI",
}


@dataclass(frozen=True)
class Answer:
    """A point in WGS 84 degrees, how exactly it is meant, and its country (ISO 3166-1 alpha-2) where told."""

    latitude: float
    longitude: float
    precision: str
    country: str = ""

    def is_finer_than(self, precision: str) -> bool:
        return PRECISIONS.index(self.precision) < PRECISIONS.index(precision)


@dataclass(frozen=True)
class Place:
    """A place as a person wrote it, with spaces put right; `country` is ISO 3166-1 alpha-2."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @classmethod
    def of(cls, venue: Venue) -> Self:
        """What a venue says of its place."""
        return cls(*(" ".join((getattr(venue, field.name) or "").split()) for field in fields(cls)))

    def address(self) -> tuple[str, ...]:
        """What decides where it is: the name only where there is no street. Case does not matter."""
        name = "" if self.street else self.name
        written = (name, self.street, self.city, self.region, self.postal_code, self.country)
        return tuple(part.casefold() for part in written)

    @property
    def country_name(self) -> str:
        """In English, which geocoders read; empty for a code that is no country's."""
        return str(Locale("en").territories.get(self.country.upper(), "")) if self.country else ""

    @property
    def country_codes(self) -> tuple[str, ...]:
        """The codes under which its country is found on maps; empty where no country was stated."""
        code = self.country.upper()
        return tuple(known for known in (code, _COUNTED_TO.get(code, "")) if known)

    def cities(self) -> list[gazetteer.City]:
        """All cities that may be meant by its city, the most populous first; those of its region where known.

        A region is recognized as the gazetteer abbreviates it (`ON`), as addresses in Canada, Australia and
        the United States do.
        """
        found = self._cities_of_that_name()
        region = gazetteer.fold(self.region)
        in_region = [city for city in found if region and city.admin1 and gazetteer.fold(city.admin1) == region]
        return in_region or found

    def can_be_at(self, answer: Answer) -> bool:
        """Whether an answer can be true, as far as can be told offline.

        It is refused when it is not a point on Earth, is the origin of coordinates (what a failed conversion
        yields), is in another country than stated, or is over 50 km from every city of the stated name.
        """
        latitude, longitude = answer.latitude, answer.longitude
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            return False
        if abs(latitude) > 90 or abs(longitude) > 180 or (abs(latitude) < 0.01 and abs(longitude) < 0.01):
            return False
        codes = self.country_codes
        if codes and answer.country and answer.country.upper() not in codes:
            return False
        if named := self._cities_of_that_name():
            return any(
                gazetteer.distance_km(latitude, longitude, city.latitude, city.longitude) <= CITY_REACH_KM
                for city in named
            )
        if not codes:
            return True
        around = gazetteer.nearby(latitude, longitude, within_km=COUNTRY_REACH_KM, limit=100)
        return not around or any(city.country in codes for city in around)

    def _cities_of_that_name(self) -> list[gazetteer.City]:
        """Also of `Springfield, Illinois`, written into the city."""
        if not self.city:
            return []
        country = self.country or None
        return gazetteer.cities(self.city, country=country) or gazetteer.cities(
            self.city.partition(",")[0], country=country
        )
