"""What a calendar that was read would become here: new, another word on what was imported before, or the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from eventkit.accounts.models import User
from eventkit.calendars import queries
from eventkit.calendars.imports import exceptions, importing
from eventkit.calendars.imports.vevents import ReadCalendar, ReadVEvent
from eventkit.calendars.models import ImportedEvent
from eventkit.errors import DomainError
from eventkit.events import schedule
from eventkit.events.models import DRAFT, Event

#: of one page, and so the most that are made at once
PER_PAGE = 50

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True)
class Row:
    """An event of the calendar. `number` counts from 0 in the file. Rules are expanded only of what is looked at, for
    some take long and a calendar may have many."""

    number: int
    read: ReadVEvent
    home_timezone: str
    now: datetime
    kind: str
    existing: Event | None
    #: groups of `importing`
    changed: tuple[str, ...]

    @cached_property
    def here(self) -> ReadVEvent:
        return importing.as_here(self.read, self.home_timezone)

    @cached_property
    def shown(self) -> Event:
        """A stored event's look-alike for the words of date and time, never stored."""
        return _look_alike(self.here)

    @cached_property
    def is_past(self) -> bool:
        return not self.read.rrule and self.shown.is_over(self.now)

    @property
    def changed_parts(self) -> tuple[str, ...]:
        """What has changed, for people: single dates are a part of the time."""
        return tuple(dict.fromkeys("when" if group == "dates" else group for group in self.changed))

    @property
    def is_ticked(self) -> bool:
        """Not what is over or off, nor what is public already: people would be written to, so somebody must say it."""
        if self.is_past or self.read.status == "cancelled" or self.kind == SAME:
            return False
        return self.existing is None or self.existing.status == DRAFT

    @property
    def remarks(self) -> tuple[str, ...]:
        """Words for what is doubtful: what the reader found, and what follows from where it is taken to."""
        read, found = self.read, list(self.read.remarks)
        if read.starts_local is not None and not read.all_day and "unknown_zone" not in found:
            if not read.timezone:
                found.insert(0, "floating")
            elif read.timezone == "UTC" and "own_clock" not in found:
                found.insert(0, "in_utc" if self.shown.timezone == "UTC" and read.rrule else "utc")
        found += self._of_series()
        if read.is_private:
            found.append("private")
        if read.status != "confirmed":
            found.append(read.status)
        return tuple(found)

    def _of_series(self) -> list[str]:
        read, here = self.read, self.here
        if not read.rrule:
            return []
        if not here.rrule:
            return ["rule_left_out"]
        found = exceptions.exceptions_of(here)
        is_shifted = here.starts_local != importing.by_clock_of(read, self.home_timezone).starts_local
        return [
            *(["first_day"] if is_shifted else []),
            *([] if exceptions.are_all_taken(found, self.shown, self.now) else ["exceptions"]),
        ]


def rows(calendar: ReadCalendar, user: User, *, home_timezone: str, now: datetime) -> list[Row]:
    """All events, those to come first, by their start; then what is over, the latest first."""
    known = queries.imported_before(user, {queries.digest_of(read.uid) for read in calendar.events})
    found = [
        _row(number, read, known.get(queries.digest_of(read.uid)), home_timezone, now)
        for number, read in enumerate(calendar.events)
    ]
    coming = sorted((row for row in found if not row.is_past), key=_start)
    return [*coming, *sorted((row for row in found if row.is_past), key=_start, reverse=True)]


def home_of(calendar: ReadCalendar, timezone: str) -> str:
    """The clock to offer: the person's, where one is known; else that of most events of the calendar."""
    told = [read.timezone for read in calendar.events if not read.is_of_no_zone and read.timezone]
    return timezone or (max(sorted(set(told)), key=told.count) if told else "")


def needs_clock(shown: Sequence[Row]) -> bool:
    return any(row.read.is_of_no_zone for row in shown)


def _row(number: int, read: ReadVEvent, before: ImportedEvent | None, home_timezone: str, now: datetime) -> Row:
    changed: tuple[str, ...] = ()
    kind = NEW
    if before is not None:
        changed = importing.changes(ReadVEvent.from_json(before.as_read), read)
        kind = CHANGED if changed else SAME
    existing = before.event if before is not None else None
    return Row(number, read, home_timezone, now, kind, existing, changed)


def _look_alike(here: ReadVEvent) -> Event:
    shown = Event(title=here.title, rrule=here.rrule, online_url="", timezone="UTC")
    try:
        schedule.set_times(
            shown,
            starts_local=here.starts_local,
            ends_local=here.ends_local,
            all_day=here.all_day,
            timezone=here.timezone or "UTC",
        )
    except DomainError:  # what cannot be so is told when it is taken over
        shown.starts_local, shown.over_at, shown.all_day = here.starts_local, None, here.all_day
    return shown


def _start(row: Row) -> tuple[bool, datetime, int]:
    starts = row.read.starts_local
    return starts is None, starts or datetime.min, row.number  # noqa: DTZ901 - wall time
