"""When people are reminded of one time of an event, on the clock of its place.

Hours are local wall time, as people live by it: the instants follow when the clocks change. Nobody is written to at
night for the sake of a round number of hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventkit.events import schedule
from eventkit.reminders.models import DAY, MORNING, THANKS, WEEK

#: those of a week and a day before come at the hour of the event, but not before nor after these
_EARLIEST, _LATEST = time(9), time(20)
#: on the day itself; whatever begins before `_TOO_EARLY` is reminded of in the evening before
_MORNING, _EVENING, _TOO_EARLY = time(8), time(20), time(8)
#: what begins before eleven is reminded of so much before
_BEFORE_START = timedelta(hours=3)
#: thanks come at this hour, no sooner than so long after the end
_THANKS, _REST = time(10), timedelta(hours=3)

#: how long after it was due a reminder is still sent
_LATE = {WEEK: timedelta(days=1), DAY: timedelta(hours=6), MORNING: timedelta(hours=6), THANKS: timedelta(days=2)}

#: between which distances from now the start is (of THANKS: the end) while the reminder is due and not late
REACH = {
    WEEK: (timedelta(days=5, hours=12), timedelta(days=7, hours=6)),
    DAY: (timedelta(hours=7), timedelta(hours=30)),
    MORNING: (timedelta(hours=-16), timedelta(hours=18)),
    THANKS: (timedelta(days=-2, hours=-29), timedelta(hours=-2)),
}


@dataclass(frozen=True)
class Moment:
    """When a reminder is to be read, and after when it is not sent any more."""

    due_at: datetime
    drop_after: datetime

    def is_now(self, now: datetime) -> bool:
        return self.due_at <= now <= self.drop_after


def of(kind: str, starts_local: datetime, over_at: datetime, *, all_day: bool, timezone: str) -> Moment:
    """For what begins at this wall time, and is over at that instant. An event without an hour begins in the morning.

    A reminder is late, at the latest, when its words are no longer true: “tomorrow” at midnight, “today” at the start.
    """
    if kind == THANKS:
        due_at = _thanks(over_at, timezone)
        return Moment(due_at, due_at + _LATE[kind])
    if kind == MORNING:
        due_at = schedule.instant(_morning(starts_local, all_day=all_day), timezone)
        begins = schedule.instant(starts_local, timezone)
        return Moment(due_at, due_at + _LATE[kind] if all_day else begins)
    days = 7 if kind == WEEK else 1
    hour = min(max(starts_local.time(), _EARLIEST), _LATEST)
    due_at = schedule.instant(datetime.combine(starts_local.date() - timedelta(days=days), hour), timezone)
    drop_after = due_at + _LATE[kind]
    if kind == DAY:
        drop_after = min(drop_after, schedule.instant(datetime.combine(starts_local.date(), time()), timezone))
    return Moment(due_at, drop_after)


def is_evening_before(starts_local: datetime, *, all_day: bool) -> bool:
    """Whether the reminder of the morning comes in the evening before."""
    return not all_day and starts_local.time() < _TOO_EARLY


def _morning(starts_local: datetime, *, all_day: bool) -> datetime:
    day = starts_local.date()
    if is_evening_before(starts_local, all_day=all_day):
        return datetime.combine(day - timedelta(days=1), _EVENING)
    at_eight = datetime.combine(day, _MORNING)
    return at_eight if all_day else min(at_eight, starts_local - _BEFORE_START)


def _thanks(over_at: datetime, timezone: str) -> datetime:
    """At ten on the first morning that leaves people some rest."""
    day = over_at.astimezone(ZoneInfo(timezone)).date()
    at_ten = (schedule.instant(datetime.combine(day + timedelta(days=n), _THANKS), timezone) for n in range(3))
    return next(moment for moment in at_ten if moment >= over_at + _REST)
