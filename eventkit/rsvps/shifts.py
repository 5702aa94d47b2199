"""Roles and shifts: how many people of an RSVP are in which, and whether there is room.

Whoever has a seat is in the shift that they chose. Who waits, or does not come, is in none: they keep nobody out. What
somebody says of one date of a series chooses no shift of its own: they have that of the series, if they come then.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, true, update

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps.models import ACCEPTED, DECLINED, REFUSED, SEATED, Rsvp, RsvpShift

#: people by shift
InShifts = Counter[int]


def standing(rsvp: Rsvp) -> InShifts:
    """What the RSVP takes of its shift."""
    return alone(rsvp) if rsvp.counted else Counter()


def alone(rsvp: Rsvp) -> InShifts:
    """What it would take if it counted."""
    has_seat = rsvp.partstat == ACCEPTED and rsvp.seat == SEATED and rsvp.state != REFUSED
    return Counter({rsvp.shift_id: rsvp.party_size}) if has_seat and rsvp.shift_id is not None else Counter()


def chosen(rsvp: Rsvp) -> int | None:
    """The number of the shift that they chose, where they may come."""
    return rsvp.owner.shift_id if rsvp.partstat != DECLINED else None


def chosen_of(series: type[Rsvp]) -> ColumnElement[int | None]:
    """As `chosen`, of a row to which the one that it is an exception to is joined as `series`."""
    return case((Rsvp.partstat != DECLINED, func.coalesce(series.shift_id, Rsvp.shift_id)))


def of_event(event: Event, shift_id: int) -> RsvpShift | None:
    """The shift of this number, if it is of this event and is not being deleted. Nobody does so until the transaction
    ends."""
    wanted = select(RsvpShift).where(RsvpShift.id == shift_id, RsvpShift.event_id == event.id, _is_open())
    return db.session.scalar(wanted.with_for_update(read=True, key_share=True))


def move(before: InShifts, after: InShifts) -> bool:
    """False when one of them has not so many places left; those of a lower number may have been moved then.

    Whoever calls it holds the counts of the event: two who change shifts do not wait for each other.
    """
    for shift_id in sorted({*before, *after}):
        more = after[shift_id] - before[shift_id]
        if more:
            wanted = update(RsvpShift).where(RsvpShift.id == shift_id, _has_room(more))
            moved = wanted.values(taken=RsvpShift.taken + more).execution_options(synchronize_session="fetch")
            result: Any = db.session.execute(moved)
            if result.rowcount == 0 and more > 0:
                return False
    return True


def fits(before: InShifts, after: InShifts) -> bool:
    """Whether `move` would move one that does not count, if it did. Moves nothing.

    Such a one holds no places: where it asks for more, there must be room for all of it.
    """
    for shift_id, people in after.items():
        room = select(RsvpShift.id).where(RsvpShift.id == shift_id, _has_room(people))
        if people > before[shift_id] and db.session.scalar(room) is None:
            return False
    return True


def _is_open() -> ColumnElement[bool]:
    return or_(RsvpShift.capacity.is_(None), RsvpShift.capacity > 0)


def _has_room(more: int) -> ColumnElement[bool]:
    """Places are given back in any case."""
    if more <= 0:
        return true()
    return or_(RsvpShift.capacity.is_(None), RsvpShift.taken + more <= RsvpShift.capacity)
