"""Whose clock a time is told by: IANA names, those of Windows, and zones that a file describes itself (VTIMEZONE)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from eventkit.calendars.imports.reading import vtimezone
from eventkit.calendars.imports.reading.lines import Component
from eventkit.calendars.imports.reading.values import Moment
from eventkit.venues import zones

#: how often one file has a zone of its own compared with those of the tz database
_MOST_COMPARISONS = 60

#: of zones with the same clock, those of the most people come first
_FIRST = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Berlin", "Europe/Kyiv", "Europe/Istanbul", "Asia/Shanghai", "Asia/Kolkata"),
    *("Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Tokyo", "Australia/Sydney"),
)

_UTC_NAMES = frozenset({"utc", "z", "gmt", "etc/utc", "etc/gmt", "etc/zulu", "zulu", "universal", "etc/uct", "uct"})


@dataclass(frozen=True)
class Clock:
    """A wall time and its zone (IANA; empty: floating), and what is doubtful about it."""

    local: datetime
    timezone: str
    remark: str = ""

    def by(self, timezone: str) -> datetime:
        """The same instant by the clock of another zone. A floating time is the same by every clock."""
        if not timezone or not self.timezone or timezone == self.timezone:
            return self.local
        aware = self.local.replace(tzinfo=ZoneInfo(self.timezone))
        return aware.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


class FileZones:
    """The zones of one file. `likely` are IANA zones that are tried first where several have the same clock."""

    def __init__(self, described: Iterable[Component], likely: Sequence[str]) -> None:
        self._described = {part.value("TZID").strip()[:200]: part for part in described}
        self._likely = [name for name in likely if zones.is_zone(name)]
        self._own_clocks: dict[str, vtimezone.OwnClock | None] = {}
        self._same: dict[tuple[str, int], str] = {}

    def clock(self, moment: Moment) -> Clock:
        """By which clock it is told. A zone that nobody knows, and that the file does not describe, is floating."""
        if not moment.tzid or moment.is_date:
            return Clock(moment.local, "")
        name = iana_name(moment.tzid)
        described = self._described.get(moment.tzid)
        if not name and described is not None:
            name = iana_name(described.value("X-LIC-LOCATION"))
        if name:
            return Clock(moment.local, name, "zone_differs" if self._contradicts(moment, name) else "")
        return self._own(moment)

    def _own(self, moment: Moment) -> Clock:
        offset = self._offset(moment.tzid, moment.local)
        if offset is None:
            return Clock(moment.local, "", "unknown_zone")
        name = self._zone_with_the_same_clock(moment)
        if name:
            return Clock(moment.local, name)
        return Clock(moment.local - offset, "UTC", "own_clock")

    def _contradicts(self, moment: Moment, name: str) -> bool:
        """Whether the file itself describes this zone otherwise than the tz database, when it matters."""
        offset = self._offset(moment.tzid, moment.local)
        return offset is not None and offset != _offset_of(name, moment.local)

    def _zone_with_the_same_clock(self, moment: Moment) -> str:
        """An IANA zone that shows the same all through that year; empty without one."""
        key = (moment.tzid, moment.local.year)
        if key not in self._same:
            self._same[key] = ""
            if len(self._same) <= _MOST_COMPARISONS:
                noon = moment.local.replace(day=1, hour=12, minute=0)
                probes = [noon.replace(month=month, day=day) for month in range(1, 13) for day in (1, 15)]
                shown = [(probe, self._offset(moment.tzid, probe)) for probe in [moment.local, *probes]]
                candidates = [*self._likely, *_FIRST, *sorted(set(WINDOWS_TO_OLSON.values()))]
                same = (name for name in candidates if zones.is_zone(name) and _shows(name, shown))
                self._same[key] = next(same, "")
        return self._same[key]

    def _offset(self, tzid: str, local: datetime) -> timedelta | None:
        """From UTC, as the file's own VTIMEZONE says; None where it says nothing that is understood."""
        if tzid not in self._own_clocks:
            described = self._described.get(tzid)
            self._own_clocks[tzid] = vtimezone.read(described) if described is not None else None
        own = self._own_clocks[tzid]
        return own.offset(local) if own else None


def iana_name(tzid: str) -> str:
    """The IANA zone that a TZID names, in one of the spellings that are about; empty where it names none."""
    tzid = tzid.strip().strip('"')
    if tzid.casefold() in _UTC_NAMES:
        return "UTC"
    pieces = [piece for piece in tzid.split("/") if piece][-3:]
    for length in range(len(pieces), 1, -1):  # "/freeassociation.sourceforge.net/Europe/Berlin"
        known = _by_small_letters().get("/".join(pieces[-length:]).replace(" ", "_").casefold())
        if known:
            return known
    return _windows().get(tzid.casefold(), "")


@lru_cache(maxsize=1)
def _by_small_letters() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if zones.is_zone(name)}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {
        name.casefold(): "UTC" if iana.startswith("Etc/") and iana.casefold() in _UTC_NAMES else iana
        for name, iana in WINDOWS_TO_OLSON.items()
        if zones.is_zone(iana) or iana.casefold() in _UTC_NAMES
    }


def _shows(name: str, shown: Iterable[tuple[datetime, timedelta | None]]) -> bool:
    return all(_offset_of(name, probe) == offset for probe, offset in shown)


def _offset_of(name: str, local: datetime) -> timedelta | None:
    return local.replace(tzinfo=ZoneInfo(name)).utcoffset()
