"""A zone as a file describes it (RFC 5545, 3.6.5): what its clocks show at a wall time."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventkit.calendars.imports.reading.lines import Component

#: rules of one zone that are followed: a zone has two, and two more for each time that it was changed
_MOST_RULES = 12
_MOST_ONSETS = 2_000

_WALL_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NEXT_YEAR = 13
_BYDAY = re.compile(r"\+?(-1|[1-5])?(SU|MO|TU|WE|TH|FR|SA)")


@dataclass(frozen=True)
class _Yearly:
    """Every year on the first such `weekday` (Monday 0; None: any) from the `day`th day since the `month` began.

    Day 0 stands for the last seven days of the month; days before a month are negative, and the 13th is January of the
    year that follows. `at` is wall time by the clock that it ends.
    """

    month: int
    day: int
    weekday: int | None
    at: timedelta

    def of_year(self, year: int) -> datetime:
        years, month = divmod(self.month - 1, 12)
        begins = datetime(year + years, month + 1, 1)  # noqa: DTZ001 - wall time
        first = begins + timedelta(days=(self.day or monthrange(year, self.month)[1] - 6) - 1)
        if self.weekday is not None:
            first += timedelta(days=(self.weekday - first.weekday()) % 7)
        return first + self.at


class OwnClock:
    """`onsets` are wall times and what begins to hold then, in order; a rule says so for every year in its span."""

    def __init__(self) -> None:
        self.onsets: list[tuple[datetime, timedelta]] = []
        self.rules: list[tuple[datetime, datetime, _Yearly, timedelta]] = []
        self.before_all = timedelta()
        self._of_years: dict[int, list[tuple[datetime, timedelta]]] = {}

    def offset(self, local: datetime) -> timedelta:
        """From UTC at a wall time. Before all that is described, what the first change began from."""
        index = bisect_right(self.onsets, local, key=lambda onset: onset[0])
        begun = [self.onsets[index - 1]] if index else []
        for year in (local.year - 1, local.year):
            begun += [onset for onset in self._of_year(year) if onset[0] <= local]
        return max(begun)[1] if begun else self.before_all

    def _of_year(self, year: int) -> list[tuple[datetime, timedelta]]:
        if year not in self._of_years:
            of_year = ((first, last, yearly.of_year(year), after) for first, last, yearly, after in self.rules)
            self._of_years[year] = [(onset, after) for first, last, onset, after in of_year if first <= onset <= last]
        return self._of_years[year]


def read(described: Component) -> OwnClock | None:
    """None where it is not understood, or tells more than any zone."""
    own = OwnClock()
    first: datetime | None = None
    for part in described.parts:
        before, after = _offset(part.value("TZOFFSETFROM")), _offset(part.value("TZOFFSETTO"))
        start = _wall_time(part.value("DTSTART"))
        if before is None or after is None or start is None:
            return None
        if first is None or start < first:
            first, own.before_all = start, before
        more = [_wall_time(value) for line in part.lines.get("RDATE", ()) for value in line.value.split(",")]
        own.onsets += [(onset, after) for onset in (start, *more) if onset is not None]
        if rule := part.value("RRULE"):
            parts = dict(piece.partition("=")[::2] for piece in rule.upper().split(";")[:20])
            yearly = _yearly(parts, start)
            last = _last(parts.get("UNTIL", ""), before)
            if yearly is None or last is None:
                return None
            own.rules.append((start, last, yearly, after))
        if len(own.onsets) > _MOST_ONSETS:
            return None
    own.onsets.sort()
    own.rules = sorted(own.rules, key=lambda rule: rule[1])[-_MOST_RULES:]
    return own if own.onsets else None


def _last(until: str, before: timedelta) -> datetime | None:
    """The end of a rule as wall time; the end of all time without one, None where it is not understood."""
    if not until:
        return datetime.max  # noqa: DTZ901 - wall time
    ends = _wall_time(until)
    return ends + before if ends is not None and until.endswith("Z") and 1 < ends.year < 9999 else ends


def _wall_time(value: str) -> datetime | None:
    found = _WALL_TIME.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3, 4, 5, 6))
    try:
        return datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - wall time
    except ValueError:
        return None


def _offset(value: str) -> timedelta | None:
    found = _OFFSET.fullmatch(value.strip())
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if ahead > timedelta(hours=18):
        return None
    return -ahead if found[1] == "-" else ahead


def _yearly(parts: dict[str, str], start: datetime) -> _Yearly | None:
    """The rule of an observance, in the forms that programs write; None for others."""
    if parts.get("FREQ") != "YEARLY" or parts.get("INTERVAL", "1") != "1":
        return None
    if not set(parts) <= {"FREQ", "INTERVAL", "BYMONTH", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "UNTIL", "WKST"}:
        return None
    month, day, weekday = _small(parts.get("BYMONTH", str(start.month))), start.day, None
    if "BYDAY" in parts:
        told = _BYDAY.fullmatch(parts["BYDAY"])
        if told is None:
            return None
        weekday = _WEEKDAYS.index(told[2])
        day = 0 if told[1] == "-1" else 7 * int(told[1] or -1) - 6
    if "BYMONTHDAY" in parts:  # "the Sunday from the 8th to the 14th", or a day of the month
        day = _small(parts["BYMONTHDAY"].partition(",")[0]) or -1
    if "BYYEARDAY" in parts:  # the same, where such a week leaves its month
        found = re.fullmatch(r"(-?)(\d{1,3})", parts["BYYEARDAY"].partition(",")[0], re.ASCII)
        if found is None or int(found[2]) < 2:
            return None
        month, day = (_NEXT_YEAR, 1 - int(found[2])) if found[1] else (1, int(found[2]))
    elif day < 0 or not 1 <= month <= 12:
        return None
    return _Yearly(month, day, weekday, timedelta(hours=start.hour, minutes=start.minute, seconds=start.second))


def _small(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
