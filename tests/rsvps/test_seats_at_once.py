"""People come, change and leave in the same moment: nobody waits in a circle, and counts are what the RSVPs say.

On SQLite they take turns.
"""

from __future__ import annotations

import itertools
import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask

from eventkit import clock
from eventkit.events.models import Event
from eventkit.rsvps import actions, asking, mail, queries, terms
from eventkit.rsvps.actions import answering
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, TENTATIVE, YES_NO, Rsvp, RsvpShift
from tests.factories import make_event, make_question, make_series
from tests.rsvps.seating import as_said, come, counted, in_shifts, limit, make_shift, wait_until_one_waits
from tests.rsvps.series import date_id
from tests.visitor import ORIGIN, Visitor

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("clock")]

CAPACITY, BROWSERS, EACH = 12, 16, 5


def storm(app: Flask, event: Event, paths: list[str]) -> set[int]:
    """The statuses that so many browsers get, each of which does several things, mostly to RSVPs that others change."""
    dates = ["every", date_id(0), date_id(1)] if event.rrule else [""]
    start = threading.Barrier(BROWSERS)

    def one(number: int) -> set[int]:
        chance, client = random.Random(number), app.test_client()
        start.wait()
        found = set()
        for _ in range(EACH):
            said = {"partstat": chance.choice([ACCEPTED, ACCEPTED, TENTATIVE, DECLINED])}
            said |= {"party_size": str(chance.randint(1, 3)), "email": chance.choice(["", "noor@example.org"])}
            path = chance.choice(paths)
            to, data = chance.choice(
                [
                    (f"/events/{event.slug}/rsvps", said | {"occurrence": chance.choice(dates)}),
                    (path, said),
                    (f"{path}/withdraw", {}),
                    (f"{path}/dates", {"date-occurrence": chance.choice(dates), "date-partstat": said["partstat"]}),
                ]
            )
            response = client.post(
                to,
                data=data,
                headers={"Origin": ORIGIN},
                environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
            )
            found.add(response.status_code)
        return found

    with ThreadPoolExecutor(BROWSERS) as pool:
        return set().union(*pool.map(one, range(BROWSERS)))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_series", [False, True])
def test_coming_changing_and_leaving_at_once(app: Flask, db: ModuleType, is_series: bool) -> None:
    event = limit(make_series() if is_series else make_event(), capacity=CAPACITY)
    shift = make_shift(event, capacity=6)
    rsvps = [come(event, number % 3 + 1, shift_id=shift.id if number < 3 else None) for number in range(12)]
    paths = [f"/rsvps/{queries.browser_token(rsvp)}" for rsvp in rsvps]
    assert storm(app, event, paths) <= {303, 404, 422, 409}
    db.session.rollback()
    for date in [date_id(week) for week in range(3)] if is_series else [""]:
        assert counted(event, date) == as_said(event, date)
        assert queries.counts(event, date).taken <= CAPACITY
    told, said = in_shifts(event)
    assert told == said


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_shifts_are_deleted_while_people_choose_and_leave_them(app: Flask, db: ModuleType, signed_in: Visitor) -> None:
    event = limit(make_event(organizer=signed_in.user), capacity=CAPACITY)
    chosen = [make_shift(event, f"Shift {number}", capacity=9).id for number in range(2)]
    rsvps = [come(event, number % 3 + 1, shift_id=chosen[number % 2] if number < 6 else None) for number in range(12)]
    paths = [f"/events/{event.slug}/rsvps", *(f"/rsvps/{queries.browser_token(rsvp)}" for rsvp in rsvps)]
    event_id, done = event.id, threading.Event()

    def answer(number: int) -> set[int]:
        chance, client, found = random.Random(number), app.test_client(), set()
        for _ in range(2 * EACH):
            said = {"partstat": chance.choice([ACCEPTED, ACCEPTED, DECLINED]), "party_size": str(chance.randint(1, 3))}
            said["shift"] = str(chance.choice(chosen))
            response = client.post(
                chance.choice(paths),
                data=said,
                headers={"Origin": ORIGIN},
                environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
            )
            found.add(response.status_code)
        return found

    def delete_and_make() -> set[int]:
        client, found = app.test_client(), set()
        assert isinstance(client, Visitor)
        client.sign_in(signed_in.user)
        for turn in itertools.count():
            if done.is_set():
                return found
            gone = chosen[turn % 2]
            found.add(client.post(f"/organize/events/{event.slug}/rsvps/terms/shifts/{gone}/deletion").status_code)
            with app.app_context():
                chosen[turn % 2] = make_shift(db.session.get_one(Event, event_id), capacity=9).id
        return found

    with ThreadPoolExecutor(9) as pool:
        deleted = pool.submit(delete_and_make)
        try:
            assert set().union(*pool.map(answer, range(8))) <= {303, 422}
        finally:
            done.set()
        assert deleted.result() == {303}
    db.session.expire_all()
    assert counted(event) == as_said(event)
    told, said = in_shifts(event)
    assert told == said


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_chooses_a_shift_that_is_being_deleted_hears_that_there_is_none(app: Flask, db: ModuleType) -> None:
    event = make_event()
    make_question(event, "Children?", kind=YES_NO)
    shift, question = make_shift(event), make_question(event, "Languages?", kind=YES_NO)
    said, path = {"partstat": ACCEPTED, "shift": str(shift.id)}, f"/events/{event.slug}/rsvps"
    answers: list[str] = []

    def choose() -> int:
        answer = app.test_client().post(path, data=said, headers={"Origin": ORIGIN})
        answers.append(answer.text)
        return answer.status_code

    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            asking.delete_shift(shift)
            asking.forget_answers(question, event, after=0)
            db.session.flush()
            chosen = pool.submit(choose)
            wait_until_one_waits(unless=chosen.done)
        assert chosen.result() == 422
    assert "There is no such role any more. Choose from the list." in answers[0]
    assert ("Children?" in answers[0], "Languages?" in answers[0]) == (True, False)
    assert queries.counts(event).answers == 0


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_leaves_a_shift_that_is_being_deleted_keeps_the_other(app: Flask, db: ModuleType) -> None:
    event = make_event()
    former, other = make_shift(event, "Medic"), make_shift(event)
    rsvp = come(event, 2, shift_id=former.id)
    former_id, other_id = former.id, other.id

    def delete() -> int:
        with app.app_context(), db.transaction():
            asking.delete_shift(db.session.get_one(RsvpShift, former_id))
        return 0

    with ThreadPoolExecutor(1) as pool:
        with db.transaction():
            actions.change(rsvp, Answer(ACCEPTED, 2, shift_id=other.id), now=clock.now())
            db.session.flush()
            deleted = pool.submit(delete)
            wait_until_one_waits(unless=deleted.done)
        deleted.result()
    db.session.expire_all()
    assert [shift.id for shift in terms.shifts(event)] == [other_id]
    assert in_shifts(event) == ({other_id: 2}, {other_id: 2})


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("is_series", "hears"), [(False, 409), (True, 303)])
def test_who_leaves_while_somebody_types_their_address_waits_in_no_circle(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch, is_series: bool, hears: int
) -> None:
    event = make_series() if is_series else make_event()
    path, said = f"/events/{event.slug}/rsvps", {"partstat": ACCEPTED, "email": "noor@example.org"}
    said |= {"occurrence": "every"} if is_series else {}
    rsvp = come(event, email="noor@example.org")
    come(event, email="noor@example.org")  # its owner is told; that message waits
    unsend = mail.unsend

    def answer() -> int:
        return app.test_client().post(path, data=said, headers={"Origin": ORIGIN}).status_code

    with ThreadPoolExecutor(1) as pool:
        answers: list[Future[int]] = []

        def unsend_meanwhile(*what: object) -> None:
            unsend(*what)
            answers.append(pool.submit(answer))
            wait_until_one_waits(unless=answers[0].done)

        monkeypatch.setattr(mail, "unsend", unsend_meanwhile)
        with db.transaction():
            actions.withdraw(rsvp, now=clock.now())
        assert [each.result() for each in answers] == [hears]
    db.session.expire_all()
    assert counted(event) == as_said(event)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_who_take_one_new_address_wait_in_no_circle(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    first, second = come(event, email="noor@example.org"), come(event)
    path, said = (
        f"/rsvps/{queries.browser_token(second)}",
        {"partstat": ACCEPTED, "party_size": "2", "email": "both@example.org"},
    )
    claim = answering._claim

    def answer() -> int:
        return app.test_client().post(path, data=said, headers={"Origin": ORIGIN}).status_code

    with ThreadPoolExecutor(1) as pool:
        answers: list[Future[int]] = []

        def claim_after(rsvp: Rsvp, fingerprint: bytes | None) -> bool:
            if rsvp is first:
                answers.append(pool.submit(answer))
                wait_until_one_waits(unless=answers[0].done)
            return claim(rsvp, fingerprint)

        monkeypatch.setattr(answering, "_claim", claim_after)
        db.session.expire_all()  # what the other writes is read anew, as by another request
        with db.transaction():
            actions.change(first, Answer(ACCEPTED, 1, Person(email="both@example.org")), now=clock.now())
        assert [each.result() for each in answers] == [303]
    db.session.expire_all()
    assert counted(event) == as_said(event)
