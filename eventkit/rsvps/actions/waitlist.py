"""Moving up from the waitlist: in order, whoever fits.

A party for which there is no room yet does not hold up those behind it. It keeps its place, and is the first to be
looked at whenever seats become free.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from flask_babel import gettext as _

from eventkit import jobs
from eventkit.errors import DomainError
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import Event
from eventkit.rsvps import counting, dates, mail, queries, shifts, terms, waiting
from eventkit.rsvps.actions.closing import CLOSED
from eventkit.rsvps.models import CLEAR, SEATED, WAITING, Rsvp

PROMOTE = "rsvps.promote"

#: parties that move up in one transaction: others wait for the database meanwhile
STEP = 25
#: parties that are looked at for it; only in a series may one of them not fit
_LOOKS = 100

#: how long whoever moved up has to say that they cannot take the seat
OFFER = timedelta(hours=24)


def promote(event: Event, *, now: datetime, besides: Rsvp | None = None) -> bool:
    """Moves up whoever waits and fits, in their order, and tells them. True when there may be more than one step does:
    the worker goes on then.

    Who changes their own answer at this moment (`besides`, and whoever else holds their row) is left out.
    """
    if presentation.state_of(event, now) != presentation.OPEN:
        return False
    seated, _waits = counting.lock(event)
    capacity = terms.of(event).capacity
    if not event.rrule and capacity is not None and seated >= capacity:
        return False
    looked_at: list[int] = []
    moved = 0
    while moved < STEP and len(looked_at) < _LOOKS:
        found = waiting.next_up(
            event, seated, now=now, limit=STEP - moved, besides=besides, left_out=looked_at, to_change=True
        )
        if not found:
            return False
        for rsvp in found:
            looked_at.append(rsvp.id)
            moved += counting.try_to_hold(event, rsvp.owner.person) and _moves_up(rsvp, now=now)
        seated, _waits = counting.lock(event)
    jobs.ring(PROMOTE)
    return moved > 0


def seat(rsvp: Rsvp, *, now: datetime) -> None:
    """The organizer moves one up before its turn, and they are told. Raises DomainError when there is no room."""
    counting.lock_row(rsvp)
    if rsvp.seat != WAITING or not rsvp.counted:
        return
    counting.hold(rsvp.event, rsvp.owner.person)
    if not _moves_up(rsvp, now=now):
        raise DomainError(_("There is no room for them yet. Raise the number of places first."), status=CLOSED)


def _moves_up(rsvp: Rsvp, *, now: datetime) -> bool:
    """Gives it a seat, and a place in the shift that was chosen while there is one; False when there is no room.

    One that does not count moves up likewise: it takes nothing, and nobody is written to, but its page says the same.
    """
    event, before, alone = rsvp.event, counting.standing(rsvp), counting.alone(rsvp)
    rsvp.seat = SEATED
    capacity = terms.of(event).capacity
    if rsvp.counted:
        has_room = counting.move(event, before, counting.standing(rsvp), now=now, capacity=capacity)
    else:
        has_room = counting.fits(event, alone, counting.alone(rsvp), now=now, capacity=capacity)
    if not has_room:
        rsvp.seat = WAITING
        return False
    rsvp.waits_since, rsvp.modified_at = None, now
    rsvp.offered_until = _deadline(rsvp, now)
    counting.lock(event)
    takes_place = shifts.move if rsvp.counted else shifts.fits
    has_shift = takes_place(Counter(), shifts.alone(rsvp))
    if not has_shift:
        rsvp.shift_id = None
    if rsvp.state == CLEAR and rsvp.counted:
        mail.moved_up(rsvp, queries.answer_of(rsvp).person, has_shift=has_shift, now=now)
    return True


def _deadline(rsvp: Rsvp, now: datetime) -> datetime | None:
    """Never after it starts; None where it has begun."""
    event = rsvp.event
    date = dates.of(event, rsvp.occurrence)
    if event.rrule and not rsvp.occurrence:
        date = next(iter(events.coming_of(event, now, limit=1, cancelled=False)), date)
    if date.starts_at is None or date.starts_at > now + OFFER:
        return now + OFFER
    return date.starts_at if date.starts_at > now else None
