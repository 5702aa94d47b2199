"""Single times of a series that its calendar tells otherwise (RFC 5545 EXDATE and RECURRENCE-ID).

They are told apart by their days, for no rule that we take gives two times a day: programs write them in UTC, as days
without an hour, or with the hour that the series had before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from eventkit.calendars.imports.vevents import ReadVEvent
from eventkit.events import occurrences
from eventkit.events.models import Event


@dataclass(frozen=True)
class Exceptions:
    """Days by the rule. `moved` has the times instead (local wall time), `unclear` are told in a way that we do not
    take."""

    off: frozenset[date] = frozenset()
    moved: Mapping[date, tuple[datetime, datetime | None]] = field(default_factory=dict)
    unclear: frozenset[date] = frozenset()

    @property
    def days(self) -> set[date]:
        return {*self.off, *self.moved}


def exceptions_of(read: ReadVEvent) -> Exceptions:
    """What is told of a date that is left out as well counts more: then it does take place."""
    told = {override.recurrence_id.date(): override for override in read.overrides}
    cancelled = {day for day, override in told.items() if override.is_cancelled}
    moved = {
        day: (override.starts_local, override.ends_local)
        for day, override in told.items()
        if override.starts_local is not None and day not in cancelled
    }
    left_out = {moment.date() for moment in read.exdates}
    return Exceptions(
        off=frozenset(cancelled | left_out - told.keys()),
        moved=moved,
        unclear=frozenset(told.keys() - cancelled - moved.keys()),
    )


def since(before: Exceptions, after: Exceptions) -> tuple[Exceptions, set[date]]:
    """What is new in the later ones, and which days are as the series says again."""
    moved = {day: times for day, times in after.moved.items() if before.moved.get(day) != times}
    return Exceptions(after.off - before.off, moved), before.days - after.days - after.unclear


def name_in(event: Event, day: date) -> str:
    """The RECURRENCE-ID of the event's time on a day of its rule."""
    assert event.starts_local is not None
    return occurrences.recurrence_id(datetime.combine(day, event.starts_local.time()))


def are_all_taken(found: Exceptions, event: Event, now: datetime) -> bool:
    """Whether nothing that is told of times to come is passed over when it is taken over. `event` is a look-alike."""
    yesterday = (now - timedelta(days=1)).date()  # there may be a day before that of UTC
    coming = {day for day in found.days | found.unclear if day >= yesterday}
    if not coming:
        return True
    until = occurrences.horizon(event, now)
    times = occurrences.times(event, until)
    off = {name_in(event, day) for day in found.off}
    moves = {name_in(event, day): starts for day, (starts, _ends) in found.moved.items()}
    held = {name: starts for name, starts in times.items() if name not in off}
    fitting = occurrences.in_order(held, {name: starts for name, starts in moves.items() if name in times})
    return (
        bool(held)
        and not coming & found.unclear
        and all(name_in(event, day) in fitting for day in coming & found.moved.keys())
        and max(coming) <= until.date()
    )
