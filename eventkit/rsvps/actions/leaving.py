"""Taking an answer back: by the person, by the organizer, or because an address was never confirmed.

What waits to be sent to them is dropped, but what takes an invitation back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select

from eventkit import db
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.rsvps import counting, mail, queries, shifts, terms
from eventkit.rsvps.actions import seating, waitlist
from eventkit.rsvps.actions.closing import CLOSED
from eventkit.rsvps.counting import Standing
from eventkit.rsvps.models import CLEAR, SEATED, UNCONFIRMED, Rsvp
from eventkit.rsvps.shifts import InShifts

#: RSVPs that end in one transaction: others wait for the database meanwhile
STEP = 25


def withdraw(rsvp: Rsvp, *, now: datetime) -> None:
    """Takes the answer back, with what was said for single dates, whatever has become of the event. Nothing about the
    person is left here, and nothing that we sent in their calendar; their seats and their place in a shift are for
    others."""
    counting.lock_row(rsvp)
    if _leaves(rsvp, tells=True, now=now):
        waitlist.promote(rsvp.event, now=now, besides=rsvp)


def remove(rsvp: Rsvp, *, now: datetime, tells: bool = True) -> None:
    """The organizer takes one out, as `withdraw` does. Without `tells` nothing is sent, not even to their calendar.

    An exception is taken back alone: what was said for the series holds at that date again. Raises DomainError
    when there is no room for that.
    """
    counting.lock_row(rsvp)
    if rsvp.series is not None:
        _remove_exception(rsvp, rsvp.series, now=now)
    elif _leaves(rsvp, tells=tells, now=now):
        waitlist.promote(rsvp.event, now=now, besides=rsvp)


def remove_all(event: Event, ids: Iterable[int], *, now: datetime) -> int:
    """The organizer takes many out, who are told nothing: how many RSVPs it were. Who waits moves up afterwards.

    Each is locked before the counts are, so that nobody who changes one of them waits in a circle. More than a few
    dozen belong into several transactions.
    """
    of_event = select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.series_id.is_(None), Rsvp.withdrawn_at.is_(None))
    return _end_all(event, of_event.where(Rsvp.id.in_(list(ids))).with_for_update(of=Rsvp), now=now)


def expire(*, now: datetime) -> bool:
    """Ends RSVPs of one event whose address nobody has confirmed in time, and gives their seats to others. False when
    there is none left."""
    due = select(Rsvp).where(Rsvp.expires_at <= now, Rsvp.state == UNCONFIRMED)
    first = db.session.scalar(due.order_by(Rsvp.expires_at).limit(1))
    if first is None:
        return False
    rows = due.where(Rsvp.event_id == first.event_id).limit(STEP).with_for_update(of=Rsvp, skip_locked=True)
    return _end_all(first.event, rows, now=now) > 0


def _end_all(event: Event, rows: Select[Rsvp], *, now: datetime) -> int:
    ending = db.session.scalars(rows.order_by(Rsvp.id).execution_options(populate_existing=True)).all()
    counting.hold(event, *(rsvp.person for rsvp in ending))
    if event.rrule or any(rsvp.occurrence for rsvp in ending):  # what one says for a date may hold others off it
        each = [_leaves(rsvp, tells=False, now=now) for rsvp in ending]
        gave_back = any(each)
    else:
        gave_back = _leave_together(event, ending, now=now)
    if gave_back:
        waitlist.promote(event, now=now)
    return len(ending)


def _leave_together(event: Event, ending: Sequence[Rsvp], *, now: datetime) -> bool:
    """As `_leaves`, of a single event, whose counts and shifts are moved once for all of them."""
    seats: Standing = Counter()
    in_shifts: InShifts = Counter()
    mail.unsend(event, ending)
    for rsvp in ending:
        if rsvp.counted:
            seats.update(counting.alone(rsvp))
            in_shifts.update(shifts.alone(rsvp))
        _empty(rsvp, now=now)
    counting.move(event, seats, Counter(), now=now)
    if in_shifts:
        counting.lock(event)
        shifts.move(in_shifts, Counter())
    return counting.gives_back(seats, Counter())


def _remove_exception(rsvp: Rsvp, series: Rsvp, *, now: datetime) -> None:
    event, before = rsvp.event, seating.note(rsvp)
    db.session.delete(rsvp)
    after = counting.standing(series)
    if not counting.move(event, before.standing, after, now=now, capacity=terms.of(event).capacity):
        raise DomainError(_("They come every time, and there is no room for them at that date."), status=CLOSED)
    if counting.gives_back(before.standing, after):
        waitlist.promote(event, now=now, besides=series)


def _leaves(rsvp: Rsvp, *, tells: bool, now: datetime) -> bool:
    """Whether it gives seats back."""
    before = seating.note(rsvp)
    former = rsvp.person
    mail.unsend(rsvp.event, [rsvp])
    if tells:
        mail.take_back(rsvp, queries.answer_of(rsvp).person, now=now)
    for exception in queries.exceptions_of(rsvp):
        db.session.delete(exception)
    _empty(rsvp, now=now)
    seating.give_back(rsvp, before, former, now=now)
    if before.in_shifts:
        counting.lock(rsvp.event)
        shifts.move(before.in_shifts, Counter())
    return counting.gives_back(before.standing, counting.standing(rsvp, former))


def _empty(rsvp: Rsvp, *, now: datetime) -> None:
    """Nothing about the person is left in it."""
    rsvp.holds_invitation = False
    rsvp.sealed = rsvp.person = rsvp.source = None
    rsvp.counted, rsvp.party_size = False, 1
    rsvp.seat, rsvp.state, rsvp.shift_id = SEATED, CLEAR, None
    rsvp.waits_since = rsvp.offered_until = rsvp.expires_at = None
    rsvp.withdrawn_at = rsvp.withdrawn_at or now
    rsvp.modified_at = now
