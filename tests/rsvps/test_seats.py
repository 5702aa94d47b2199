"""There are as many seats as the organizer says, and not one more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from time_machine import Traveller

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.rsvps import actions, counting, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, BY_ORGANIZER, DECLINED, SEATED, TENTATIVE, WAITING, Rsvp, RsvpCount
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_series
from tests.rsvps.seating import act, as_said, come, counted, limit, limited, seats_of
from tests.rsvps.series import date_id
from tests.visitor import ORIGIN, Visitor

pytestmark = pytest.mark.usefixtures("clock")

PEOPLE, PLACES = 60, 10


def at_once(app: Flask, event: Event, said: Callable[[int], dict[str, str]], people: int = PEOPLE) -> list[int]:
    """The statuses that so many browsers get that answer in the same moment."""
    start = threading.Barrier(people)

    def one(number: int) -> int:
        client = app.test_client()
        start.wait()
        return client.post(
            f"/events/{event.slug}/rsvps",
            data={"partstat": ACCEPTED, **said(number)},
            headers={"Origin": ORIGIN},
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code

    with ThreadPoolExecutor(people) as pool:
        return sorted(pool.map(one, range(people)))


@pytest.mark.both_databases
def test_60_people_for_10_places_are_10_and_the_others_wait(app: Flask, db: ModuleType) -> None:
    event = limited(PLACES)
    assert at_once(app, event, lambda _number: {}) == [303] * PEOPLE
    db.session.rollback()
    assert queries.counts(event) == Counts(coming=PLACES, waiting=PEOPLE - PLACES)
    assert counted(event) == as_said(event)


@pytest.mark.both_databases
def test_60_people_for_10_places_at_a_date_whether_they_come_then_or_every_time(app: Flask, db: ModuleType) -> None:
    event = limit(make_series(), capacity=PLACES, has_waitlist=False)
    chosen = ["every", date_id(0), date_id(1)]
    statuses = at_once(app, event, lambda number: {"occurrence": chosen[number % 3]})
    assert set(statuses) == {303, 409}
    db.session.rollback()
    for week in range(3):
        assert queries.counts(event, date_id(week)).coming <= PLACES
        assert counted(event, date_id(week)) == as_said(event, date_id(week))
    assert max(queries.counts(event, date_id(week)).coming for week in range(2)) == PLACES


@pytest.mark.both_databases
def test_one_person_16_times_at_once_has_one_seat(app: Flask, db: ModuleType) -> None:
    event = limited(PLACES)
    said = {"email": "noor@example.org", "party_size": "2"}
    assert at_once(app, event, lambda _number: said, people=16) == [303] * 16
    db.session.rollback()
    assert queries.counts(event) == Counts(coming=2)
    counting_rows = select(func.count()).select_from(Rsvp).where(Rsvp.counted)
    assert db.session.scalar(counting_rows) == 1


def read_then_write(event: Event, before: Any, after: Any, *, capacity: int | None = None, **_rest: Any) -> bool:
    """What `counting.move` is not: it looks whether there is room, and takes the seat afterwards."""
    from eventkit import db

    db.session.flush()
    taken = select(RsvpCount.coming).where(RsvpCount.event_id == event.id)
    coming = after["", "coming"] - before["", "coming"]
    if capacity is not None and coming > 0 and (db.session.scalar(taken) or 0) + coming > capacity:
        return False
    looked.wait(timeout=20)
    more = {"coming": RsvpCount.coming + coming, "waiting": RsvpCount.waiting + after["", "waiting"]}
    db.session.execute(update(RsvpCount).where(RsvpCount.event_id == event.id).values(more))
    return True


looked = threading.Barrier(4)


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_race_is_there_when_the_guard_is_off(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    event = limited(1)
    with db.transaction():
        counting.lock(event)
    if not is_guarded:
        monkeypatch.setattr(counting, "move", read_then_write)
    assert at_once(app, event, lambda _number: {}, people=4) == [303] * 4
    db.session.rollback()
    assert queries.counts(event).coming == (1 if is_guarded else 4)


@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_race_is_there_on_sqlite_when_writers_do_not_take_turns(
    app: Flask, db: ModuleType, is_guarded: bool
) -> None:
    """Two connections, as of two processes. One looks while the other takes the last seat."""
    event = limited(1)
    with db.transaction():
        counting.lock(event)
    one, other = db.engine().connect(), db.engine().connect()
    for connection in (one, other):
        connection.connection.driver_connection.isolation_level = None
    taken = select(RsvpCount.coming).where(RsvpCount.event_id == event.id)
    take = update(RsvpCount).where(RsvpCount.event_id == event.id).values(coming=RsvpCount.coming + 1)
    seen = []
    for connection in (one, other):
        seen.append(connection.scalar(taken))
        connection.rollback()
    for connection, coming in zip((one, other), seen, strict=True):
        if coming < 1:
            connection.execute(take.where(RsvpCount.coming + 1 <= 1) if is_guarded else take)
            connection.commit()
        connection.close()
    db.session.rollback()
    assert queries.counts(event).coming == (1 if is_guarded else 2)


def test_capacity_counts_people_not_rows(db: ModuleType) -> None:
    event = limited(5)
    rsvps = [come(event, 3), come(event, 3), come(event, 2)]
    assert seats_of(*rsvps) == [SEATED, WAITING, SEATED]
    assert (queries.counts(event), queries.seats_left(event)) == (Counts(coming=5, waiting=3), 0)


def test_the_first_party_is_not_larger_than_the_event(db: ModuleType) -> None:
    event = limited(2)
    assert seats_of(come(event, 3)) == [WAITING]
    assert queries.counts(event) == Counts(waiting=3)


def test_without_a_waitlist_the_last_hear_that_it_is_full(client: Visitor) -> None:
    event = limited(1, has_waitlist=False)
    assert client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED}).status_code == 303
    full = client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED})
    assert full.status_code == 409
    assert "All places are taken" in full.text
    assert client.post(f"/events/{event.slug}/rsvps", data={"partstat": DECLINED}).status_code == 303
    assert queries.counts(event) == Counts(coming=1, not_coming=1)


def test_a_larger_party_keeps_its_answer_when_there_is_no_room(client: Visitor, db: ModuleType) -> None:
    event = limited(4)
    rsvp = come(event, 2)
    come(event, 2)
    path = f"/rsvps/{queries.browser_token(rsvp)}"
    refused = client.post(path, data={"partstat": ACCEPTED, "party_size": "3"})
    assert refused.status_code == 422
    assert "There is no room for so many" in refused.text
    db.session.refresh(rsvp)
    assert (rsvp.party_size, rsvp.seat, queries.counts(event)) == (2, SEATED, Counts(coming=4))
    assert client.post(path, data={"partstat": ACCEPTED, "party_size": "1"}).status_code == 303
    assert client.post(path, data={"partstat": ACCEPTED, "party_size": "2"}).status_code == 303
    assert queries.counts(event) == Counts(coming=4)


def test_maybe_and_no_take_no_seat(db: ModuleType) -> None:
    event = limited(1)
    come(event, 3, partstat=TENTATIVE)
    come(event, 2, partstat=DECLINED)
    assert seats_of(come(event)) == [SEATED]
    assert queries.counts(event) == Counts(coming=1, maybe=3, not_coming=2)


def test_a_capacity_below_what_is_taken_lets_people_leave(db: ModuleType) -> None:
    event = limited(6)
    rsvps = [come(event, 3), come(event, 3)]
    limit(event, capacity=2)
    assert queries.seats_left(event) == 0
    act("change", rsvps[0], Answer(ACCEPTED, 2))
    assert queries.counts(event) == Counts(coming=5)
    act("withdraw", rsvps[1])
    assert queries.counts(event) == Counts(coming=2)
    assert seats_of(come(event)) == [WAITING]


@pytest.mark.parametrize("places", [1, 3])
@pytest.mark.parametrize("has_waitlist", [True, False])
def test_a_known_address_hears_what_a_new_one_hears(client: Visitor, places: int, has_waitlist: bool) -> None:
    event = limited(places, has_waitlist=has_waitlist)
    come(event, email="known@example.org")
    told = []
    for email in ("known@example.org", "fresh@example.org"):
        answer = client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED, "email": email})
        row = queries.by_token(answer.location.rpartition("/")[2]) if answer.location else None
        told.append((answer.status_code, row and (row[0].seat, row[0].state, queries.waiting_before(row[0]))))
    assert told[0] == told[1]
    assert queries.counts(event).coming <= places


def test_a_known_address_takes_no_second_seat_whatever_becomes_of_it(db: ModuleType) -> None:
    event = limited(3)
    come(event, email="known@example.org")
    again = come(event, 2, email="known@example.org")
    assert seats_of(again) == [SEATED]
    with pytest.raises(DomainError) as refused:
        act("change", again, Answer(ACCEPTED, 5, Person(email="known@example.org")))
    assert refused.value.field == "party_size"
    act("change", again, Answer(ACCEPTED, 1, Person(email="known@example.org")))
    assert seats_of(come(event, 2)) == [SEATED]
    assert queries.counts(event) == Counts(coming=3)


def test_who_answers_for_a_date_and_who_comes_every_time_share_its_seats(db: ModuleType) -> None:
    event = limit(make_series(), capacity=3)
    every = come(event, 2)
    full = come(event, 1, occurrence=date_id(1))
    assert seats_of(every, full, come(event, 1, occurrence=date_id(1)), come(event)) == [
        SEATED,
        SEATED,
        WAITING,
        WAITING,
    ]
    assert seats_of(come(event, 1, occurrence=date_id(2))) == [SEATED]
    assert [queries.seats_left(event, date_id(week)) for week in range(3)] == [1, 0, 0]
    assert queries.seats_left(event) == 0
    for week in range(4):
        assert counted(event, date_id(week)) == as_said(event, date_id(week))


def test_a_date_that_is_over_keeps_nobody_from_coming_every_time(db: ModuleType, clock: Traveller) -> None:
    event = limit(make_series(), capacity=2)
    come(event, 2, occurrence=date_id(0))
    every = come(event)
    assert seats_of(every) == [WAITING]
    clock.shift(timedelta(days=7))
    assert seats_of(come(event, 2), every) == [WAITING, SEATED]


def test_who_gives_up_an_answer_to_one_date_does_not_take_a_seat_there_by_coming_every_time(db: ModuleType) -> None:
    event = limit(make_series(), capacity=2)
    own = come(event, 1, email="noor@example.org", occurrence=date_id(1), partstat=DECLINED)
    come(event, 2, email="noor@example.org")
    come(event, 2, occurrence=date_id(1))
    act("withdraw", own)
    assert queries.counts(event, date_id(1)) == Counts(coming=2, waiting=2)
    assert queries.counts(event, date_id(0)) == Counts(coming=2)


def test_when_answers_are_taken(db: ModuleType, clock: Traveller) -> None:
    event = limited(opens_at=now.now() + timedelta(hours=2), closes_at=now.now() + timedelta(hours=4))
    with pytest.raises(DomainError, match=r"RSVPs open on Tue 1 Sep, 10 AM, Eastern") as early:
        come(event)
    assert early.value.status == 409
    clock.shift(timedelta(hours=2))
    rsvp = come(event, 2)
    clock.shift(timedelta(hours=2))
    with pytest.raises(DomainError, match="closed"):
        come(event)
    with pytest.raises(DomainError, match="closed"):
        act("change", rsvp, Answer(ACCEPTED, 3))
    act("change", rsvp, Answer(ACCEPTED, 1))
    act("move", rsvp, DECLINED)
    with pytest.raises(DomainError, match="closed"):
        act("move", rsvp, ACCEPTED)
    act("withdraw", rsvp)
    assert queries.counts(event) == Counts()
    with db.transaction():
        actions.register(event, Answer(), now=now.now(), entered_by=BY_ORGANIZER)
    limit(event, closes_at=None, takes_rsvps=False)
    with pytest.raises(DomainError, match="closed"):
        come(event)


def test_a_headcount_keeps_nothing_about_the_person(db: ModuleType) -> None:
    event = limited(headcount_only=True, confirmed_only=True)
    said = Person(name="Noor", email="noor@example.org", answers={"1": "yes"})
    with db.transaction():
        rsvp = actions.register(event, Answer(person=said, shift_id=make_shift_id(event)), now=now.now())
    assert (rsvp.sealed, rsvp.person, rsvp.shift_id, queries.answer_of(rsvp).person) == (None, None, None, Person())
    assert queries.counts(event) == Counts(coming=1)


def make_shift_id(event: Event) -> int:
    from eventkit import db
    from eventkit.rsvps.models import RsvpShift

    shift = RsvpShift(event_id=event.id, name="Medic")
    db.session.add(shift)
    db.session.flush()
    return shift.id


def test_answers_to_questions_of_another_event_are_dropped(db: ModuleType) -> None:
    from eventkit.rsvps.models import RsvpQuestion

    event, other = make_event(), make_event()
    with db.transaction() as session:
        questions = [RsvpQuestion(event_id=one.id, label="Bread?") for one in (event, other)]
        session.add_all(questions)
    said = {str(question.id): "yes" for question in questions}
    with db.transaction():
        rsvp = actions.register(event, Answer(person=Person(answers=said)), now=now.now())
    assert queries.answer_of(rsvp).person.answers == {str(questions[0].id): "yes"}


def test_a_larger_party_needs_room_at_the_dates_that_were_chosen_too(db: ModuleType) -> None:
    event = limit(make_series(), capacity=3)
    maybe = come(event, 1, partstat=TENTATIVE)
    with db.transaction():
        actions.answer_for_date(maybe, date_id(1), ACCEPTED, now=now.now())
    come(event, 2, occurrence=date_id(1))
    with pytest.raises(DomainError) as refused:
        act("change", maybe, Answer(TENTATIVE, 3))
    assert refused.value.field == "party_size"
    assert queries.counts(event, date_id(1)) == Counts(coming=3)
    assert queries.counts(event) == Counts(maybe=1)


def test_another_address_on_a_date_keeps_off_who_gave_it_up_and_nobody_else(db: ModuleType) -> None:
    event = limit(make_series(), capacity=3)
    own = come(event, 1, email="noor@example.org", occurrence=date_id(1), partstat=DECLINED)
    come(event, 1, email="noor@example.org")
    amal = come(event, 2, email="amal@example.org")
    come(event, 1, occurrence=date_id(1))
    act("change", own, Answer(DECLINED, 1, Person(email="amal@example.org")))
    assert queries.exceptions_of(amal) == []
    assert queries.counts(event, date_id(1)) == Counts(coming=3, waiting=1)
