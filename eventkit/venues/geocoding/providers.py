"""Geocoders, spoken to through geopy: what they are asked, and how exactly they mean what they answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from geopy.exc import ConfigurationError, GeocoderNotFound, GeocoderQueryError, GeocoderRateLimited, GeopyError
from geopy.geocoders import Nominatim, Photon, get_geocoder_for_service
from geopy.location import Location

from eventkit.config import PREFIX, Settings, SettingsError
from eventkit.venues import gazetteer
from eventkit.venues.geocoding.http import BoundedAdapter
from eventkit.venues.geocoding.places import Answer, Place

OFFLINE = "offline"
TIMEOUT = 10  # seconds for an answer, all of it
ANSWERS = 5  # places that are looked at before the next question is asked

Question = str | dict[str, str]


class Unavailable(Exception):
    """A geocoder could not be asked, or what it said is no answer. `wish`: seconds to leave it alone, if it said."""

    def __init__(self, reason: str, wish: float | None = None) -> None:
        super().__init__(reason)
        self.wish = wish


@dataclass(frozen=True)
class Geocoder:
    """One of geopy's geocoders under its name, with what is particular to its kind."""

    name: str
    service: Any
    read: Callable[[Place, Location], Answer | None]
    is_structured: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def questions(self, place: Place) -> list[Question]:
        """What to ask for the very place, the most exact first."""
        asked: list[Question] = []
        country = place.country_name
        town = " ".join(part for part in (place.postal_code, place.city) if part)
        if place.street and town and self.is_structured:
            asked.append(_filled(street=place.street, city=place.city, postalcode=place.postal_code, country=country))
        if place.street and town:
            asked.append(_line(place.street, town, country))
        if place.name and (place.city or place.country):
            asked.append(_line(place.name, place.city, country))
        return asked

    def coarse_questions(self, place: Place) -> list[Question]:
        """What to ask when nobody knows the very place: its postcode, or a town that the gazetteer does not have."""
        asked: list[Question] = []
        country = place.country_name
        if place.postal_code and country:
            by_postcode = _filled(postalcode=place.postal_code, country=country)
            asked.append(by_postcode if self.is_structured else _line(place.postal_code, place.city, country))
        if place.city and not place.cities():
            asked.append(_line(place.city, place.region, country))
        return asked

    def ask(self, place: Place, question: Question) -> list[Answer]:
        """What it says, best first: at most five answers, unchecked. Raises Unavailable.

        A question that it refuses, or numbers that are no coordinates, are no answer. Anything else that is
        not what it should say may be somebody else speaking (a hotel's network, a page "back soon").
        """
        options = dict(self.options)
        if self.is_structured and place.country_codes:
            options["country_codes"] = [code.lower() for code in place.country_codes]
        try:
            found = self.service.geocode(question, exactly_one=False, **options) or []
            read = (self.read(place, location) for location in found[:ANSWERS])
            return [answer for answer in read if answer is not None]
        except GeocoderQueryError:
            return []
        except GeocoderRateLimited as error:
            raise Unavailable("it is asked too often", error.retry_after) from error
        except GeopyError as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        except ValueError:
            return []
        except (TypeError, LookupError, AttributeError) as error:
            raise Unavailable("the answer is not in its format") from error


def from_settings(settings: Settings) -> tuple[Geocoder, ...]:
    """The geocoders of EVENTKIT_GEOCODERS but the offline one, in order.

    EVENTKIT_GEOCODER_URL holds their addresses in the same order, separated by spaces; those for which it
    holds none have geopy's. The query of an address are further arguments of geopy's class:
    `https://photon.example.org`, `https://api.opencagedata.com?api_key=…`, or `?api_key=…` alone.

    Raises SettingsError.
    """
    names = [name.lower() for name in settings.geocoders if name.lower() != OFFLINE]
    addresses = settings.geocoder_url.split()
    if len(addresses) > max(1, len(names)):
        raise SettingsError(
            f"{PREFIX}GEOCODER_URL has {len(addresses)} addresses, but {PREFIX}GEOCODERS names {len(names)}: "
            "set one for each, in the same order"
        )
    if len(set(names)) < len(names):
        raise SettingsError(f"{PREFIX}GEOCODERS names a geocoder twice")
    addresses += [""] * (len(names) - len(addresses))
    agent = user_agent(settings)
    return tuple(_geocoder(name, address, agent) for name, address in zip(names, addresses, strict=False))


def user_agent(settings: Settings) -> str:
    """Who asks, as the usage policy of OpenStreetMap's Nominatim wants it: the site, its address, its operator."""
    known = f"eventkit ({settings.site_name}; {settings.base_url}; {settings.contact})"
    # A header is ASCII; a name in another script is told by the address behind it.
    return re.sub(r"[^ -~]+", "", known).replace("(; ", "(")


def _geocoder(name: str, address: str, agent: str) -> Geocoder:
    try:
        kind = get_geocoder_for_service(name)
    except GeocoderNotFound:
        raise SettingsError(
            f"{PREFIX}GEOCODERS names {name!r}: set names that geopy knows, such as nominatim or photon, and {OFFLINE}"
        ) from None
    wanted = inspect.signature(kind.__init__).parameters
    arguments = {"timeout": TIMEOUT, "user_agent": agent, "adapter_factory": BoundedAdapter} | _arguments(address)
    for argument in arguments:
        if argument not in wanted:
            raise SettingsError(f"{PREFIX}GEOCODER_URL gives {name} a {argument!r}, which it does not take")
    try:
        service = kind(**arguments)
    except (ConfigurationError, TypeError) as error:
        raise SettingsError(f"{PREFIX}GEOCODER_URL for {name}: {error}") from None
    if isinstance(service, Nominatim):
        return Geocoder(name, service, _read_nominatim, True, {"limit": ANSWERS, "addressdetails": True})
    if isinstance(service, Photon):
        return Geocoder(name, service, _read_photon, options={"limit": ANSWERS})
    return Geocoder(name, service, _read_label)


def _arguments(address: str) -> dict[str, str]:
    parts = urlsplit(address)
    if "@" in parts.netloc or parts.fragment or (address and parts.scheme not in {"", "http", "https"}):
        raise SettingsError(
            f"{PREFIX}GEOCODER_URL must be http:// or https:// addresses, such as https://geo.example.org"
        )
    given = dict(parse_qsl(parts.query))
    if parts.scheme:
        given |= {"scheme": parts.scheme, "domain": (parts.netloc + parts.path).rstrip("/")}
    elif parts.netloc or parts.path:
        raise SettingsError(f"{PREFIX}GEOCODER_URL is {address!r}: begin it with https://")
    return given


def _filled(**parts: str) -> dict[str, str]:
    return {name: part for name, part in parts.items() if part}


def _line(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# --- how exactly is it meant? -----------------------------------------------------------------------------------

#: what Nominatim calls settlements and their parts; what is larger says nothing that helps
_SETTLEMENTS = frozenset(
    {
        "city", "town", "village", "hamlet", "municipality", "borough", "suburb", "quarter", "neighbourhood",
        "city_district", "district", "isolated_dwelling", "croft", "residential", "locality", "subdivision",
    }
)  # fmt: skip
_RANK_OF_HOUSES, _RANK_OF_STREETS, _RANK_OF_SMALL_PLACES = 28, 26, 17
_SMALL = 0.01  # degrees of latitude: the middle of a park of a kilometre is as good as its gate


def _read_nominatim(place: Place, location: Location) -> Answer | None:
    """https://nominatim.org/release-docs/latest/customize/Ranking/ says what the ranks are."""
    raw = location.raw
    address = raw.get("address") or {}
    latitude, longitude = float(raw["lat"]), float(raw["lon"])
    kind, rank = raw.get("addresstype", ""), int(raw.get("place_rank", 0))
    if "postcode" in (kind, raw.get("type")):
        precision = "postcode"
    elif rank >= _RANK_OF_HOUSES:
        number = address.get("house_number", "")
        precision = "exact" if not place.street or not number or _has_number(place.street, number) else "street"
    elif rank >= _RANK_OF_STREETS:
        precision = "street"
    elif kind in _SETTLEMENTS:
        precision = "city"
    elif rank >= _RANK_OF_SMALL_PLACES:
        south, north, *_ = (float(edge) for edge in raw["boundingbox"])
        precision = "exact" if north - south <= _SMALL else "street"
    else:
        return None
    return Answer(latitude, longitude, precision, str(address.get("country_code", "")).upper())


def _read_photon(place: Place, location: Location) -> Answer | None:
    properties = location.raw["properties"]
    longitude, latitude, *_ = location.raw["geometry"]["coordinates"]
    precision = {"house": "exact", "street": "street", "locality": "city", "district": "city", "city": "city"}.get(
        properties.get("type", "")
    )
    if properties.get("osm_value") == "postcode":
        precision = "postcode"
    number = str(properties.get("housenumber") or "")
    if precision == "exact" and place.street and number and not _has_number(place.street, number):
        precision = "street"
    if precision is None:
        return None
    return Answer(float(latitude), float(longitude), precision, str(properties.get("countrycode", "")).upper())


def _read_label(place: Place, location: Location) -> Answer:
    """For geocoders whose own words for precision are not known here: by what of the address they repeat."""
    label = location.address or ""
    said = gazetteer.fold(label)
    street = [gazetteer.fold(word) for word in re.findall(r"[^\W\d_]{4,}", place.street)]
    number = re.search(r"\d+", place.street)
    if street and max(street, key=len) in said:
        precision = "exact" if number and _has_number(label, number.group()) else "street"
    elif place.name and not place.street and gazetteer.fold(place.name) in said:
        precision = "exact"
    else:
        precision = "city"
    return Answer(location.latitude, location.longitude, precision)


def _has_number(text: str, number: str) -> bool:
    """Whether the first number of `number` (`12-14`, `12a`) is one of those in `text`."""
    digits = re.search(r"\d+", number)
    return digits is None or digits.group() in re.findall(r"\d+", text)
