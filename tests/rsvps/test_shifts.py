"""Roles and shifts have places of their own."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from sqlalchemy import select

from eventkit.errors import DomainError
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, SEATED, TENTATIVE, WAITING
from tests.factories import make_event
from tests.rsvps.seating import act, come, in_shifts, limited, make_shift, seats_of

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def taken(event_of: ModuleType, shift_id: int) -> int:
    from eventkit.rsvps.models import RsvpShift

    found = event_of.session.scalar(select(RsvpShift.taken).where(RsvpShift.id == shift_id))
    assert isinstance(found, int)
    return found


def test_a_shift_takes_so_many_people(db: ModuleType) -> None:
    event = limited()
    shift = make_shift(event, capacity=3)
    rsvp = come(event, 2, shift_id=shift.id)
    with pytest.raises(DomainError, match="no place left") as full:
        come(event, 2, shift_id=shift.id)
    assert full.value.field == "shift"
    come(event, 1, shift_id=shift.id)
    come(event, 5)
    assert taken(db, shift.id) == 3
    with pytest.raises(DomainError, match="no place left"):
        act("change", rsvp, Answer(ACCEPTED, 3, shift_id=shift.id))
    db.session.refresh(rsvp)
    assert (rsvp.party_size, taken(db, shift.id)) == (2, 3)


@pytest.mark.parametrize(
    ("leave", "kept"),
    [
        (lambda rsvp, _other: act("withdraw", rsvp), 0),
        (lambda rsvp, _other: act("move", rsvp, DECLINED), 0),
        (lambda rsvp, _other: act("change", rsvp, Answer(TENTATIVE, 2, shift_id=rsvp.shift_id)), 0),
        (lambda rsvp, _other: act("refuse", rsvp), 0),
        (lambda rsvp, _other: act("change", rsvp, Answer(ACCEPTED, 2)), 0),
        (lambda rsvp, other: act("change", rsvp, Answer(ACCEPTED, 2, shift_id=other)), 0),
        (lambda rsvp, _other: act("change", rsvp, Answer(ACCEPTED, 1, shift_id=rsvp.shift_id)), 1),
    ],
)
def test_who_leaves_a_shift_gives_the_places_back(db: ModuleType, leave: Callable[..., None], kept: int) -> None:
    event = limited()
    shift, other = make_shift(event, capacity=2), make_shift(event, "Medic")
    rsvp = come(event, 2, shift_id=shift.id)
    leave(rsvp, other.id)
    assert taken(db, shift.id) == kept
    assert in_shifts(event)[0] == in_shifts(event)[1]


def test_a_shift_belongs_to_its_event(db: ModuleType) -> None:
    shift = make_shift(make_event())
    for wrong in (shift.id, 10**6):
        with pytest.raises(DomainError, match="no such role") as refused:
            come(make_event(), shift_id=wrong)
        assert refused.value.field == "shift"


def test_who_waits_takes_the_place_when_moving_up(db: ModuleType) -> None:
    event = limited(1)
    shift = make_shift(event, capacity=1)
    seated, waits = come(event), come(event, shift_id=shift.id)
    assert (seats_of(waits), taken(db, shift.id)) == ([WAITING], 0)
    act("withdraw", seated)
    assert (seats_of(waits), taken(db, shift.id)) == ([SEATED], 1)


def test_who_moves_up_when_the_shift_is_full_comes_without_and_is_told(db: ModuleType, outbox: Outbox) -> None:
    event = limited(1)
    shift = make_shift(event, capacity=1)
    seated = come(event, shift_id=shift.id)
    first, second = (come(event, shift_id=shift.id, email=f"{name}@example.org") for name in ("noor", "amal"))
    act("withdraw", seated)
    assert (seats_of(first, second), taken(db, shift.id)) == ([SEATED, WAITING], 1)
    event_terms(event, 2)
    assert seats_of(second) == [SEATED]
    assert (second.shift_id, taken(db, shift.id)) == (None, 1)
    last, before = outbox()[-1], outbox()[-2]
    assert "The role that you chose is full by now" in last.as_string()
    assert "is full by now" not in before.as_string()


def event_terms(event: object, capacity: int) -> None:
    from tests.rsvps.seating import raise_capacity

    raise_capacity(event, capacity)  # type: ignore[arg-type]


def test_a_known_address_hears_that_a_shift_is_full_and_takes_no_place(db: ModuleType) -> None:
    event = limited()
    shift = make_shift(event, capacity=2)
    come(event, email="known@example.org")
    again = come(event, 2, email="known@example.org", shift_id=shift.id)
    assert (again.counted, again.shift_id, taken(db, shift.id)) == (False, shift.id, 0)
    with pytest.raises(DomainError, match="no place left"):
        come(event, 3, email="known@example.org", shift_id=shift.id)
    act("change", again, Answer(ACCEPTED, 1, Person(email="fresh@example.org"), shift.id))
    assert (again.counted, taken(db, shift.id)) == (True, 1)
