"""The times at which an event takes place, laid out as rows: one of a single event, each one of a series.

A series is laid out by its rule in local wall time, and the instants are derived one by one, so that it keeps its
hour when the clocks change. Rows reach from a good year back to a good year ahead; a job rolls that on.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import takewhile

from flask_babel import gettext as _
from sqlalchemy import select

from eventkit import db
from eventkit.errors import DomainError
from eventkit.events import recurrence, schedule
from eventkit.events.models import CANCELLED, EXCLUDED, MOVED, PLANNED, Event, Occurrence

#: how far a series is laid out; at one time a day, the most that there is, these are 800 rows
BACK = AHEAD = timedelta(days=400)
#: the worker lays out further once less than this is left
LEFT = timedelta(days=300)


@dataclass
class Changes:
    """What laying out anew did to what was decided about single times."""

    #: decisions about times that the rule has no more
    dropped: list[Occurrence] = field(default_factory=list)
    #: RECURRENCE-IDs that are others now, because the series keeps its days at another hour
    renamed: dict[str, str] = field(default_factory=dict)


def recurrence_id(local: datetime) -> str:
    """RFC 5545 RECURRENCE-ID as local wall time by the rule."""
    return f"{local:%Y%m%dT%H%M%S}"


def by_rule(recurrence_id: str) -> datetime:
    """The local wall time that the rule gave."""
    return datetime.strptime(recurrence_id, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time


def lay_out(event: Event, *, now: datetime) -> Changes:
    """Makes the rows follow the event's times and rule, and finds when it is over. The event has a row, and is locked.

    What an organizer decided about a time is kept as long as the rule has that time, or that day at another hour.
    """
    laid_out = {row.recurrence_id: row for row in rows(event)}
    changes = Changes()
    if event.starts_local is None:
        event.laid_out_until = None
        _drop(laid_out.values(), changes)
        return changes
    until = horizon(event, now)
    wanted = times(event, until)
    _rename(laid_out, wanted, changes)
    _drop((row for name, row in laid_out.items() if name not in wanted), changes)
    length = _length(event)
    first = next(iter(wanted))
    for name, starts in wanted.items():
        row = laid_out.get(name)
        if row is None:
            if name != first and schedule.instant(starts, event.timezone) < now - BACK:
                continue
            row = Occurrence(event_id=event.id, event=event, recurrence_id=name, state=PLANNED)
            db.session.add(row)
            laid_out[name] = row
        if row.state != MOVED:
            row.starts_local, row.ends_local = starts, starts + length if length is not None else None
        derive(row)
    if all(row.state == EXCLUDED for name, row in laid_out.items() if name in wanted):
        raise DomainError(_("Every date of this series is left out. Bring one back first."), field="rrule")
    event.laid_out_until = until
    db.session.flush()
    set_over_at(event)
    db.session.flush()
    return changes


def derive(row: Occurrence) -> None:
    """The instants of a row from its wall time."""
    event = row.event
    row.starts_at = schedule.instant(row.starts_local, event.timezone)
    row.over_at = schedule.over_at(row.starts_local, row.ends_local, all_day=event.all_day, timezone=event.timezone)


def as_planned(row: Occurrence) -> None:
    """As the rule has it."""
    row.state, row.reason = PLANNED, ""
    row.starts_local, row.ends_local = times_by_rule(row)
    derive(row)


def times_by_rule(row: Occurrence) -> tuple[datetime, datetime | None]:
    """When it begins and ends by the rule, in local wall time."""
    length, starts = _length(row.event), by_rule(row.recurrence_id)
    return starts, None if length is None else starts + length


def set_over_at(event: Event) -> None:
    """An event is over when its last time is; a series without end never is."""
    if event.starts_local is None or (event.rrule and not recurrence.ends(event.rrule)):
        event.over_at = None
        return
    event.over_at = max(row.over_at for row in rows(event) if row.state != EXCLUDED)
    if event.rrule:
        moments = recurrence.moments(event.rrule, event.starts_local, event.timezone)
        last = reduce(lambda _before, moment: moment, moments, event.starts_local)
        if event.laid_out_until is None or schedule.instant(last, event.timezone) > event.laid_out_until:
            length = _length(event)
            ends = last + length if length is not None else None
            event.over_at = schedule.over_at(last, ends, all_day=event.all_day, timezone=event.timezone)


def horizon(event: Event, now: datetime) -> datetime:
    """Until when an event that has a day is laid out."""
    assert event.starts_local is not None
    return max(now, schedule.instant(event.starts_local, event.timezone)) + AHEAD


def in_order(times: Mapping[str, datetime], moves: Mapping[str, datetime]) -> set[str]:
    """Those of the moves, by RECURRENCE-ID, after which every time is still on a day between those of its neighbours.

    `times` are those at which it takes place so far. A move may bring one back that is not among them.
    """
    at, order = dict(times), sorted(times)
    later = {name for name, starts in moves.items() if starts >= at.get(name, by_rule(name))}
    fitting = set()
    # Each makes room for its neighbour: the last of those that come later first, the first of those that come earlier.
    for name in [*sorted(later, reverse=True), *sorted(moves.keys() - later)]:
        here = bisect_left(order, name)
        following = order[here + (name in at) : here + (name in at) + 1]
        day = moves[name].date()
        if any(at[other].date() >= day for other in order[max(here - 1, 0) : here]):
            continue
        if any(at[other].date() <= day for other in following):
            continue
        if name not in at:
            insort(order, name)
        at[name] = moves[name]
        fitting.add(name)
    return fitting


def _length(event: Event) -> timedelta | None:
    if event.ends_local is None or event.starts_local is None:
        return None
    return event.ends_local - event.starts_local


def rows(event: Event) -> list[Occurrence]:
    """All of them, in the order of the rule."""
    found = select(Occurrence).where(Occurrence.event_id == event.id).order_by(Occurrence.recurrence_id)
    return list(db.session.scalars(found))


def times(event: Event, until: datetime) -> dict[str, datetime]:
    """Wall times by RECURRENCE-ID, as the rule says, from the first one on."""
    assert event.starts_local is not None
    if not event.rrule:
        return {"": event.starts_local}
    if next(recurrence.moments(event.rrule, event.starts_local, event.timezone), None) is None:
        return {recurrence_id(event.starts_local): event.starts_local}  # RFC 5545: the first day always counts
    moments = recurrence.moments(event.rrule, event.starts_local, event.timezone)
    # A day is more than any offset: only near the end the instant has to be found.
    end, grace = until.replace(tzinfo=None), timedelta(days=1)
    return {
        recurrence_id(local): local
        for local in takewhile(lambda local: local <= end + grace, moments)
        if local <= end - grace or schedule.instant(local, event.timezone) <= until
    }


def _rename(laid_out: dict[str, Occurrence], wanted: dict[str, datetime], changes: Changes) -> None:
    """A series that keeps its days at another hour keeps what was decided about them."""
    by_day = {name[:8]: name for name in wanted if name not in laid_out}
    for name in [name for name in laid_out if name and name not in wanted]:
        new = by_day.get(name[:8])
        if new:
            row = laid_out.pop(name)
            row.recurrence_id = changes.renamed[name] = new
            laid_out[new] = row


def _drop(laid_out: Iterable[Occurrence], changes: Changes) -> None:
    for row in list(laid_out):
        if row.state in {MOVED, CANCELLED, EXCLUDED}:
            changes.dropped.append(row)
        db.session.delete(row)
