"""The organizer adds somebody without a device, puts an answer right, and moves it to another shift or date."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from eventkit.events.models import Event
from eventkit.rsvps import actions, queries, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, BY_ORGANIZER, CLEAR, DECLINED, WAITING, Rsvp, RsvpShift
from tests.factories import make_event, make_rsvp, make_series, make_user
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def _base(event: Event) -> str:
    return f"/organize/events/{event.slug}/rsvps"


def _limit(db: ModuleType, event: Event, **limits: Any) -> None:
    with db.transaction():
        for name, value in limits.items():
            setattr(terms.to_change(event), name, value)


def _shift(db: ModuleType, event: Event, name: str = "Marshals", capacity: int | None = None) -> RsvpShift:
    with db.transaction() as session:
        shift = RsvpShift(event_id=event.id, name=name, position=0, capacity=capacity, taken=0)
        session.add(shift)
    return shift


def _only(db: ModuleType, event: Event) -> Rsvp:
    rsvp = db.session.scalars(select(Rsvp).where(Rsvp.event_id == event.id)).one()
    assert isinstance(rsvp, Rsvp)
    return rsvp


def test_a_walk_in_is_counted_and_nobody_is_written_to(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, confirmed_only=True, by_approval=True)
    shift = _shift(db, event)
    response = signed_in.post(
        f"{_base(event)}/walk-in", data={"name": "  Amal ", "party_size": "3", "shift": str(shift.id)}
    )
    assert response.status_code == 303
    assert "3 people more come." in signed_in.get(response.location).text
    rsvp = _only(db, event)
    assert (rsvp.entered_by, rsvp.state, rsvp.party_size, rsvp.shift_id) == (BY_ORGANIZER, CLEAR, 3, shift.id)
    assert queries.answer_of(rsvp).person.name == "Amal"
    assert queries.counts(event).coming == 3
    assert outbox() == []
    assert "walk-in" in signed_in.get(_base(event)).text


def test_a_walk_in_without_a_name_is_a_head(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, headcount_only=True)
    page = signed_in.get(f"{_base(event)}/walk-in").text
    assert ('name="name"' in page, 'name="email"' in page) == (False, False)
    signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "2", "name": "Amal"})
    assert (_only(db, event).sealed, queries.counts(event).coming) == (None, 2)


def test_a_walk_in_with_an_address_gets_the_confirmation(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "1", "email": "amal@example.org"})
    assert [message["To"] for message in outbox()] == ["amal@example.org"]


@pytest.mark.parametrize(
    "wrong", [{"party_size": "0"}, {"party_size": "x"}, {"party_size": "1", "email": "amal"}, {"party_size": "9999"}]
)
def test_what_cannot_be_stands_beside_its_field(wrong: dict[str, str], db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    response = signed_in.post(f"{_base(event)}/walk-in", data=wrong)
    assert response.status_code == 422
    assert "error-text" in response.text
    assert queries.counts(event).coming == 0


def test_a_full_event_seats_nobody_more_also_by_hand(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, capacity=2)
    make_rsvp(event, party_size=2)
    page = signed_in.get(f"{_base(event)}/walk-in").text
    assert "It is full." in page
    response = signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "1", "name": "Amal"})
    assert "They are on the waitlist" in signed_in.get(response.location).text
    counts = queries.counts(event)
    assert (counts.coming, counts.waiting) == (2, 1)
    _limit(db, event, has_waitlist=False)
    response = signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "1"})
    assert response.status_code == 422
    assert "All places are taken." in response.text
    assert queries.counts(event).coming == 2


def test_a_full_shift_says_so(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    shift = _shift(db, event, capacity=1)
    response = signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "2", "shift": str(shift.id)})
    assert response.status_code == 422
    assert "There is no place left in that role." in response.text
    other = _shift(db, make_event(organizer=make_user(), title="Somebody else’s"))
    response = signed_in.post(f"{_base(event)}/walk-in", data={"party_size": "1", "shift": str(other.id)})
    assert "Choose one of the list." in response.text
    assert queries.counts(event).coming == 0


def test_an_answer_is_put_right_and_keeps_what_else_was_said(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    shift = _shift(db, event)
    rsvp = make_rsvp(event, name="Nor", email="noor@example.org", language="ar")
    before = len(outbox())
    path = f"{_base(event)}/{rsvp.id}"
    assert 'value="Nor"' in signed_in.get(path).text
    said = {"name": "Noor", "party_size": "2", "partstat": "ACCEPTED", "shift": str(shift.id)}
    for _twice in range(2):
        assert signed_in.post(path, data=said).status_code == 303
    answer = queries.answer_of(_only(db, event))
    assert answer == Answer(ACCEPTED, 2, Person("Noor", "noor@example.org", "ar"), shift.id)
    assert queries.counts(event).coming == 2
    assert db.session.scalar(select(RsvpShift.taken)) == 2
    assert len(outbox()) == before
    signed_in.post(path, data={**said, "partstat": "DECLINED"})
    assert (queries.counts(event).coming, queries.counts(event).not_coming) == (0, 2)
    assert db.session.scalar(select(RsvpShift.taken)) == 0


def test_somebody_is_moved_to_another_shift(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    one, other = _shift(db, event, "Marshals"), _shift(db, event, "Medics", capacity=1)
    rsvp = make_rsvp(event, name="Noor")
    path, said = f"{_base(event)}/{rsvp.id}", {"name": "Noor", "party_size": "1", "partstat": "ACCEPTED"}
    for shift, taken in ((one, {"Marshals": 1, "Medics": 0}), (other, {"Marshals": 0, "Medics": 1})):
        signed_in.post(path, data={**said, "shift": str(shift.id)})
        assert dict(db.session.execute(select(RsvpShift.name, RsvpShift.taken)).all()) == taken
    response = signed_in.post(path, data={**said, "party_size": "2", "shift": str(other.id)})
    assert "There is no place left in that role." in response.text


@pytest.mark.both_databases
def test_somebody_is_moved_to_another_date_of_the_series(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_series(organizer=signed_in.user)
    _limit(db, event, capacity=3)
    with db.transaction():
        person = Person("Noor", "noor@example.org", "en")
        rsvp = actions.register(event, Answer(ACCEPTED, 2, person), now=event.created_at, occurrence=date_id(0))
        actions.register(event, Answer(ACCEPTED, 2), now=event.created_at, occurrence=date_id(2))
    before = len(outbox())
    path = f"{_base(event)}/{rsvp.id}"
    said = {"name": "Noor", "party_size": "2", "partstat": "ACCEPTED"}
    assert signed_in.post(path, data={**said, "occurrence": date_id(1)}).status_code == 303
    assert [queries.counts(event, date_id(week)).coming for week in (0, 1, 2)] == [0, 2, 2]
    # their calendar loses the former day, and they hear of the new one
    assert [message["To"] for message in outbox()[before:]] == ["noor@example.org"] * 2
    response = signed_in.post(path, data={**said, "occurrence": date_id(2)})
    assert response.status_code == 422
    assert "There is no room for them at that date." in response.text
    assert [queries.counts(event, date_id(week)).coming for week in (0, 1, 2)] == [0, 2, 2]
    # every time is more than one date
    assert signed_in.post(path, data={**said, "party_size": "1", "occurrence": "every"}).status_code == 422
    assert signed_in.post(path, data={**said, "occurrence": "20300101T000000"}).status_code == 422


def test_who_has_answered_for_that_date_is_not_moved_onto_it(db: ModuleType, signed_in: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    person = Person("Noor", "noor@example.org", "en")
    with db.transaction():
        rsvps = [
            actions.register(event, Answer(ACCEPTED, 1, person), now=event.created_at, occurrence=date_id(week))
            for week in (0, 1)
        ]
    response = signed_in.post(
        f"{_base(event)}/{rsvps[0].id}",
        data={"name": "Noor", "party_size": "1", "partstat": "ACCEPTED", "occurrence": date_id(1)},
    )
    assert response.status_code == 422
    assert "They have an answer for that date already." in response.text


def test_what_is_said_for_one_date_alone_is_put_right_there(db: ModuleType, signed_in: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    series = make_rsvp(event, name="Noor", email="noor@example.org")
    with db.transaction():
        exception = actions.of_occurrence(series, date_id(1), now=event.created_at)
    path = f"{_base(event)}/{exception.id}"
    page = signed_in.get(path).text
    assert ('name="name"' in page, "The RSVP for the whole series" in page) == (False, True)
    assert signed_in.post(path, data={"partstat": DECLINED}).status_code == 303
    assert [queries.counts(event, date_id(week)).coming for week in (0, 1)] == [1, 0]


def test_of_another_event_or_one_that_is_gone_there_is_no_page(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    foreign = make_rsvp(make_event(organizer=make_user(), title="Somebody else’s"), name="Ravi")
    gone = make_rsvp(event, name="Gone")
    with db.transaction():
        actions.withdraw(gone, now=gone.created_at)
    said = {"name": "Mallory", "party_size": "1", "partstat": "DECLINED"}
    for rsvp in (foreign, gone):
        assert signed_in.get(f"{_base(event)}/{rsvp.id}").status_code == 404
        assert signed_in.post(f"{_base(event)}/{rsvp.id}", data=said).status_code == 404
    assert queries.answer_of(db.session.get_one(Rsvp, foreign.id)).person.name == "Ravi"
    assert WAITING not in set(db.session.scalars(select(Rsvp.seat)))
