"""What becomes of single times of a series: cancelled, moved, brought back, left out; and where it is divided."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import gettext as _

from eventkit import db, signals
from eventkit.errors import DomainError
from eventkit.events import occurrences, places, queries, recurrence, schedule
from eventkit.events.actions.drafts import copy_of
from eventkit.events.models import CANCELLED, DRAFT, EXCLUDED, MOVED, PLANNED, PUBLISHED, Event, Occurrence
from eventkit.venues import actions as venues


def cancel_occurrence(event: Event, recurrence_id: str, *, reason: str, now: datetime) -> None:
    """It does not take place this once: its page and calendars say so, and whoever left an address is written to."""
    row = _coming(event, recurrence_id, now)
    if event.status == DRAFT:
        raise DomainError(_("Nobody knows of this draft yet. Leave the date out instead."))
    if row.state == CANCELLED:
        raise DomainError(_("That is said already."))
    occurrences.as_planned(row)
    row.state, row.reason = CANCELLED, reason
    _decided(row, now, kind="cancelled")


def move_occurrence(
    event: Event,
    recurrence_id: str,
    *,
    starts_local: datetime,
    ends_local: datetime | None,
    reason: str,
    now: datetime,
) -> None:
    """It takes place at another time, once. Times are local wall time at the venue.

    It has to stay between the days of the one before and the one after it, as Outlook wants: else a person could not
    tell which is which.
    """
    row = _coming(event, recurrence_id, now)
    schedule.check_end(starts_local, ends_local, all_day=event.all_day)
    over_at = schedule.over_at(starts_local, ends_local, all_day=event.all_day, timezone=event.timezone)
    if over_at <= now:
        raise DomainError(_("That is in the past. Choose a day to come."), field="starts_on")
    if row.state != CANCELLED and (row.starts_local, row.ends_local) == (starts_local, ends_local):
        raise DomainError(_("That is when it takes place already."), field="starts_on")
    _refuse_out_of_order(row, starts_local)
    row.state, row.reason = MOVED, reason
    row.starts_local, row.ends_local = starts_local, ends_local
    _decided(row, now, kind="moved")


def restore_occurrence(event: Event, recurrence_id: str, *, now: datetime) -> None:
    """It takes place as the series says after all."""
    row = _coming(event, recurrence_id, now, excluded=True)
    if row.state == PLANNED:
        raise DomainError(_("It is as the series says already."))
    occurrences.as_planned(row)
    if row.is_over(now):
        raise DomainError(_("The day that the series says is over. Move it to a day to come."))
    _refuse_out_of_order(row, row.starts_local)
    _decided(row, now, kind="moved")


def exclude_occurrence(event: Event, recurrence_id: str, *, now: datetime) -> None:
    """Leaves a date out of a series of which nobody knows yet (RFC 5545 EXDATE)."""
    row = _coming(event, recurrence_id, now)
    if event.status != DRAFT:
        raise DomainError(_("It is public: cancel the date instead, so that nobody comes for nothing."))
    occurrences.as_planned(row)
    row.state = EXCLUDED
    db.session.flush()
    if not queries.coming_of(event, now, limit=1):
        raise DomainError(_("This is the only date that is left. Delete the draft instead."))
    _decided(row, now, kind="")


def take_exceptions(
    event: Event,
    *,
    off: Collection[str],
    moved: Mapping[str, tuple[datetime, datetime | None]],
    planned: Collection[str],
    now: datetime,
) -> bool:
    """What another calendar says of single times, by RECURRENCE-ID, all at once: that they do not take place, that they
    begin and end otherwise (local wall time), that they are as the series says after all. Answers whether that is new.

    What cannot be is passed over: a time that the series has not (yet), a move past its neighbours, and of what is
    public also what is over. One that is off is left out of a draft, and else cancelled with notice.
    """
    queries.lock(event)
    if event.status == CANCELLED:
        return False
    rows = {row.recurrence_id: row for row in occurrences.rows(event)}
    is_draft = event.status == DRAFT
    free = {name: row for name, row in rows.items() if name and (is_draft or not row.is_over(now))}
    kinds: dict[str, str] = {}
    for name in sorted(free.keys() & set(off)):
        row = free[name]
        is_last = is_draft and all(other.state == EXCLUDED for other in rows.values() if other is not row)
        if row.state not in {CANCELLED, EXCLUDED} and not is_last:
            occurrences.as_planned(row)
            row.state, kinds[name] = EXCLUDED if is_draft else CANCELLED, "cancelled"
    for name, (starts, ends) in _fitting(rows, free, moved, planned).items():
        row = free[name]
        over_at = schedule.over_at(starts, ends, all_day=event.all_day, timezone=event.timezone)
        if not is_draft and over_at <= now:
            continue
        before = row.state, row.starts_local, row.ends_local
        occurrences.as_planned(row)
        if (starts, ends) != (row.starts_local, row.ends_local):
            row.state, row.starts_local, row.ends_local = MOVED, starts, ends
            occurrences.derive(row)
        if before != (row.state, row.starts_local, row.ends_local):
            kinds[name] = "moved"
    if not kinds:
        return False
    db.session.flush()
    occurrences.set_over_at(event)
    for name in sorted(kinds) if event.status == PUBLISHED else ():
        event.sequence += 1  # of one SEQUENCE there is one notice
        event.modified_at = now
        signals.event_disrupted.send(event=event, kind=kinds[name], occurrence=name)
    _changed(event, now)
    return True


def _fitting(
    rows: Mapping[str, Occurrence],
    free: Mapping[str, Occurrence],
    moved: Mapping[str, tuple[datetime, datetime | None]],
    planned: Collection[str],
) -> dict[str, tuple[datetime, datetime | None]]:
    """Which of these times can begin and end so; those that are planned, as the series says."""
    wanted = {
        name: occurrences.times_by_rule(free[name]) for name in planned if name in free and free[name].state != PLANNED
    }
    wanted |= {name: times for name, times in moved.items() if name in free}
    held = {name: row.starts_local for name, row in rows.items() if row.state in {PLANNED, MOVED}}
    fitting = occurrences.in_order(held, {name: starts for name, (starts, _ends) in wanted.items()})
    return {name: wanted[name] for name in sorted(fitting)}


def split(event: Event, recurrence_id: str, *, now: datetime) -> Event:
    """Divides a series before this time: what follows becomes a series of its own, with its own UID, page and key.

    No calendar application understands RANGE=THISANDFUTURE (RFC 5545, 3.2.13) as another does, two series all do.
    What was decided about later times goes along; RSVPs stay, and their people are told where it goes on.
    """
    row = _coming(event, recurrence_id, now)
    if event.status == DRAFT:
        raise DomainError(_("Nobody knows of this draft yet. Change it as a whole instead."))
    earlier, later = _divided(event, recurrence_id)
    if not any(other.state != EXCLUDED for other in earlier):
        raise DomainError(_("It is the first date: change the series as a whole instead."))
    starts = occurrences.by_rule(row.recurrence_id)
    until, count = _end_before(event, starts)
    total = recurrence.count(event.rrule)
    rest = event.rrule if total is None else recurrence.with_end(event.rrule, count=total - count)
    following = copy_of(event, starts_local=starts, rrule=rest, by=event.organizer, now=now)
    following.continues_id = event.id
    following.status, following.status_reason = event.status, event.status_reason
    following.published_at = event.published_at
    event.rrule = recurrence.with_end(event.rrule, until=until if total is None else "", count=count)
    for moved in later:
        moved.event_id, moved.event = following.id, following
    db.session.flush()
    for one in (event, following):
        occurrences.lay_out(one, now=now)
    _changed(event, now)
    signals.event_changed.send(event=following)
    if not places.is_kept(following):
        venues.request_location(following.venue, now=now)
    if event.status == PUBLISHED:
        signals.event_disrupted.send(event=event, kind="continued", occurrence=recurrence_id)
    return following


def _coming(event: Event, recurrence_id: str, now: datetime, *, excluded: bool = False) -> Occurrence:
    """This time of the event, which is locked. Raises DomainError for one about which nothing can be decided."""
    queries.lock(event)
    if event.status == CANCELLED:
        raise DomainError(_("It was cancelled. Duplicate it to announce it anew."))
    row = queries.occurrence(event, recurrence_id, excluded=excluded)
    if row is None:
        raise DomainError(_("This date is not one of the series any more. Look at the list again."))
    if row.is_over(now):
        raise DomainError(_("It is over already."))
    return row


def _refuse_out_of_order(row: Occurrence, starts_local: datetime) -> None:
    earlier, later = _divided(row.event, row.recurrence_id)
    before = [other.starts_local for other in earlier if other.state in {PLANNED, MOVED}]
    after = [other.starts_local for other in later if other.state in {PLANNED, MOVED} and other is not row]
    day = starts_local.date()
    if (before and max(before).date() >= day) or (after and min(after).date() <= day):
        raise DomainError(
            _("It would come on the day of another date of the series, or pass it. Move or cancel that one first."),
            field="starts_on",
        )


def _divided(event: Event, recurrence_id: str) -> tuple[list[Occurrence], list[Occurrence]]:
    """The times before this one by the rule; and it with those after it."""
    rows = occurrences.rows(event)
    return (
        [row for row in rows if row.recurrence_id < recurrence_id],
        [row for row in rows if row.recurrence_id >= recurrence_id],
    )


def _end_before(event: Event, starts: datetime) -> tuple[str, int]:
    """UNTIL of the last time before this one as RFC 5545 writes local time, and how many there are until then."""
    assert event.starts_local is not None
    last, number = event.starts_local, 0
    for moment in recurrence.moments(event.rrule, event.starts_local, event.timezone):
        if moment >= starts:
            break
        last, number = moment, number + 1
    return (f"{last:%Y%m%d}" if event.all_day else f"{last:%Y%m%dT%H%M%S}"), number


def _decided(row: Occurrence, now: datetime, *, kind: str) -> None:
    event = row.event
    occurrences.derive(row)
    db.session.flush()
    occurrences.set_over_at(event)
    _changed(event, now)
    if kind and event.status == PUBLISHED:
        signals.event_disrupted.send(event=event, kind=kind, occurrence=row.recurrence_id)


def _changed(event: Event, now: datetime) -> None:
    event.modified_at = now
    if event.status != DRAFT:
        event.sequence += 1
    db.session.flush()
    signals.event_changed.send(event=event)
