"""The rules of a time zone, read from its TZif file (RFC 9636).

The standard library reads these files, but shows neither the transitions nor the footer, and a calendar
needs both: a VTIMEZONE tells the transitions themselves.
"""

from __future__ import annotations

import importlib.resources
import re
import struct
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_TIME_TYPE = struct.Struct(">lBB")


@dataclass(frozen=True)
class Period:
    """What the clocks of a zone show from one transition to the next."""

    offset: timedelta
    is_dst: bool
    name: str


@dataclass(frozen=True)
class Transition:
    """The instant at which the clocks go from `before` to `after`."""

    at: datetime
    before: Period
    after: Period

    @property
    def local(self) -> datetime:
        """Wall time at the transition, by the clock that it ends (RFC 5545, 3.6.5)."""
        return (self.at + self.before.offset).replace(tzinfo=None)


@dataclass(frozen=True)
class Yearly:
    """A transition that comes back every year: `at` on the `week`th `weekday` (Sunday 0) of `month`, 5 the last.

    `at` is wall time by the clock that it ends; it may be negative, or more than a day.
    """

    month: int
    week: int
    weekday: int
    at: timedelta

    def of_year(self, year: int) -> datetime:
        return datetime.combine(self._day(year), datetime.min.time()) + self.at

    def _day(self, year: int) -> date:
        first = date(year, self.month, 1)
        day = first + timedelta(days=(self.weekday - first.isoweekday() % 7) % 7, weeks=self.week - 1)
        while day.month != self.month:
            day -= timedelta(weeks=1)
        return day


@dataclass(frozen=True)
class Zone:
    """`transitions` as the file lists them, oldest first; `yearly` what its footer says of the time after them."""

    first: Period
    transitions: tuple[Transition, ...]
    standard: Period
    daylight: Period | None
    yearly: tuple[Yearly, Yearly] | None

    def transitions_of(self, year: int) -> list[Transition]:
        """The two transitions of a year by the footer; none where the footer knows one time only."""
        if self.yearly is None or self.daylight is None:
            return []
        starts, ends = (rule.of_year(year).replace(tzinfo=UTC) for rule in self.yearly)
        return sorted(
            (
                Transition(starts - self.standard.offset, self.standard, self.daylight),
                Transition(ends - self.daylight.offset, self.daylight, self.standard),
            ),
            key=lambda transition: transition.at,
        )


@lru_cache(maxsize=64)
def read(name: str) -> Zone:
    """Raises zoneinfo.ZoneInfoNotFoundError for a name that the tz database does not know."""
    zoneinfo.ZoneInfo(name)  # refuses names that lead out of the folder
    return _parse(_bytes_of(name))


def _bytes_of(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return importlib.resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()


def _parse(data: bytes) -> Zone:
    """The second, 64-bit block of the file, and the footer behind it."""
    header = struct.Struct(">4sc15x6l")
    magic, version, *counts = header.unpack_from(data)
    if magic != b"TZif":
        raise zoneinfo.ZoneInfoNotFoundError("this is not a TZif file")
    position, width = header.size, 4
    if version >= b"2":
        isut, isstd, leap, times, types, letters = counts
        position += times * 5 + types * 6 + letters + leap * 8 + isstd + isut
        _magic, _version, *counts = header.unpack_from(data, position)
        position, width = position + header.size, 8
    isut, isstd, leap, times, types, letters = counts
    instants = struct.unpack_from(f">{times}{'q' if width == 8 else 'l'}", data, position)
    position += times * width
    indices = data[position : position + times]
    position += times
    raw_types = [_LOCAL_TIME_TYPE.unpack_from(data, position + 6 * i) for i in range(types)]
    position += types * 6
    names = data[position : position + letters]
    position += letters + leap * (width + 4) + isstd + isut
    footer = data[position:].strip().decode("ascii")
    periods = [
        Period(timedelta(seconds=offset), bool(dst), names[start : names.index(0, start)].decode("ascii"))
        for offset, dst, start in raw_types
    ]
    return _zone(periods, instants, indices, footer)


def _zone(periods: list[Period], instants: tuple[int, ...], indices: bytes, footer: str) -> Zone:
    before = first = periods[0]
    transitions = []
    for seconds, index in zip(instants, indices, strict=True):
        if periods[index] != before and seconds > -(2**40):  # nothing changes; or a marker of "since ever"
            transitions.append(Transition(_EPOCH + timedelta(seconds=seconds), before, periods[index]))
        before = periods[index]
    found = _FOOTER.fullmatch(footer)
    if found is None:
        return Zone(first, tuple(transitions), before, None, None)
    standard = Period(-_duration(found["standard_offset"]), False, found["standard"].strip("<>"))
    if not found["daylight"]:
        return Zone(first, tuple(transitions), standard, None, None)
    offset = found["daylight_offset"]
    ahead = -_duration(offset) if offset else standard.offset + timedelta(hours=1)
    daylight = Period(ahead, True, found["daylight"].strip("<>"))
    yearly = (_yearly(found["starts"]), _yearly(found["ends"]))
    return Zone(first, tuple(transitions), standard, daylight, yearly)


_NAME = r"[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>"
_TIME = r"[+-]?\d{1,3}(?::\d\d){0,2}"
_RULE = rf"M\d{{1,2}}\.\d\.\d(?:/{_TIME})?"
#: the TZ string of POSIX, of which zones use the M form alone
_FOOTER = re.compile(
    rf"(?P<standard>{_NAME})(?P<standard_offset>{_TIME})"
    rf"(?:(?P<daylight>{_NAME})(?P<daylight_offset>{_TIME})?,(?P<starts>{_RULE}),(?P<ends>{_RULE}))?"
)


def _yearly(rule: str) -> Yearly:
    day, _slash, at = rule.partition("/")
    month, week, weekday = (int(number) for number in day.removeprefix("M").split("."))
    return Yearly(month, week, weekday, _duration(at or "2"))


def _duration(text: str) -> timedelta:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = (*(int(part) for part in text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)
