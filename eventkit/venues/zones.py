"""Time zones: which ones hold at a place, and how to offer them to a person.

Zones are IANA names (RFC 6557); a place may have several where the authority over it, or its
clock, is disputed.
"""

from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

# The continents under which a select groups zones, as UN M.49 codes that CLDR can name in any language.
_AFRICA, _AMERICAS, _ASIA, _EUROPE, _OCEANIA, _ANTARCTICA = "002", "019", "142", "150", "009", "AQ"
_CONTINENTS = {
    "Africa": _AFRICA, "America": _AMERICAS, "Antarctica": _ANTARCTICA, "Arctic": _EUROPE, "Asia": _ASIA,
    "Australia": _OCEANIA, "Europe": _EUROPE, "Pacific": _OCEANIA,
    # The Atlantic and Indian oceans are areas of the tz database, but nobody lives "in the Atlantic".
    "Atlantic/Azores": _EUROPE, "Atlantic/Bermuda": _AMERICAS, "Atlantic/Canary": _EUROPE,
    "Atlantic/Faroe": _EUROPE, "Atlantic/Madeira": _EUROPE, "Atlantic/Reykjavik": _EUROPE,
    "Atlantic/South_Georgia": _AMERICAS, "Atlantic/Stanley": _AMERICAS, "Atlantic": _AFRICA,
    "Indian/Chagos": _ASIA, "Indian/Maldives": _ASIA, "Indian/Christmas": _OCEANIA, "Indian/Cocos": _OCEANIA,
    "Indian": _AFRICA,
}  # fmt: skip


def timezones_at(latitude: float, longitude: float) -> list[str]:
    """IANA zones in force at a point, the most plausible first; several where they overlap, so ask then.

    At sea the answer is a nautical zone (``Etc/GMT+2``). Raises ValueError for a point that is not on Earth.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"not a place on Earth: latitude {latitude}, longitude {longitude}")
    # The map of all zones takes 30 MB, so a process that never asks never loads it.
    import tzfpy

    likely = tzfpy.get_tz(longitude, latitude)
    found = {zone for zone in tzfpy.get_tzs(longitude, latitude) if zone}
    on_land = {zone for zone in found if not zone.startswith("Etc/")}
    return sorted(on_land or found, key=lambda zone: (zone != likely, zone))


def is_zone(name: str) -> bool:
    """Whether ``name`` is a zone an event may keep: a place's zone, or UTC.

    Fixed offsets with a zone's name ("EST", "Etc/GMT+5") are no place's clock and do not count.
    """
    return name == "UTC" or name in _zones_of_places()


def choices(locale: Locale | str) -> dict[str, list[tuple[str, str]]]:
    """Zones for a select: continent to (IANA name, "city (country)") in the reader's language, sorted.

    One zone for every clock and country of the tz database's ``zone.tab``: somebody in Oslo finds Oslo.
    """
    return {continent: list(zones) for continent, zones in _choices(str(locale)).items()}


@lru_cache(maxsize=1)
def _zones_of_places() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


@lru_cache(maxsize=1)
def _canonical() -> tuple[tuple[str, str], ...]:
    """(country, zone) of every line of the tz database's table of zones."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple((row[0], row[2]) for row in rows)


@lru_cache(maxsize=1)
def _former_names() -> dict[str, list[str]]:
    """CLDR keeps the name that a zone had first (Europe/Kiev): canonical name to the former ones."""
    former: dict[str, list[str]] = {}
    for alias, canonical in get_global("zone_aliases").items():
        former.setdefault(canonical, []).append(alias)
    return former


@lru_cache(maxsize=16)
def _choices(locale: str) -> dict[str, tuple[tuple[str, str], ...]]:
    parsed = Locale.parse(locale, sep="-" if "-" in locale else "_")
    grouped: dict[str, list[tuple[str, str]]] = {}
    for country, zone in _canonical():
        continent = _CONTINENTS.get(zone) or _CONTINENTS[zone.partition("/")[0]]
        label = f"{_city(zone, parsed)} ({parsed.territories.get(country, country)})"
        grouped.setdefault(parsed.territories[continent], []).append((zone, label))
    return {
        continent: tuple(sorted(zones, key=lambda choice: choice[1].casefold()))
        for continent, zones in sorted(grouped.items())
    }


def _city(zone: str, locale: Locale) -> str:
    """What the reader's language calls the city that gave a zone its name."""
    for name in (zone, *_former_names().get(zone, ())):
        if city := locale.time_zones.get(name, {}).get("city"):
            return str(city)
    return zone.rpartition("/")[2].replace("_", " ")
