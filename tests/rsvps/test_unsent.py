"""Whoever is taken off the list, or takes their answer back, gets nothing of what waits to be sent to them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from eventkit import clock as the_clock
from eventkit.events.actions import cancel
from eventkit.events.models import REQUIRED, Event
from eventkit.mail import outbox as mail
from eventkit.mail import unsent
from eventkit.mail.models import DROPPED, QUEUED, OutboxMessage
from eventkit.reminders import jobs as reminders
from eventkit.rsvps import actions, stored
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.broadcasts import jobs, sending
from eventkit.rsvps.flood import Chosen
from eventkit.rsvps.jobs import notify
from eventkit.rsvps.mail import MOST_A_DAY
from eventkit.rsvps.models import Rsvp
from tests.factories import make_event, make_rsvp, make_series, make_shift, set_terms
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def write_to_all(db: ModuleType, event: Event) -> None:
    """The organizer's message to each lies in the outbox."""
    with db.transaction():
        words = sending.Words("Bring candles", "Two each.")
        sending.send(event, words, audience="all", token="t" * 20, now=the_clock.now())
    jobs.broadcast()


def states(db: ModuleType) -> list[str]:
    return sorted(db.session.scalars(select(OutboxMessage.state)))


def take_off(rsvp: Rsvp) -> None:
    actions.take_off(rsvp, tells=True, now=the_clock.now())


def withdraw(rsvp: Rsvp) -> None:
    actions.withdraw(rsvp, now=the_clock.now())


def sweep(rsvp: Rsvp) -> None:
    chosen = Chosen(source=rsvp.source, spares_confirmed=False)
    assert actions.sweep(rsvp.event, chosen, limit=200, now=the_clock.now()) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("leave", [take_off, withdraw, sweep])
def test_what_waits_is_dropped_and_nothing_is_left_of_it(
    db: ModuleType, outbox: Outbox, leave: Callable[[Rsvp], None]
) -> None:
    event = make_event()
    rsvps = [make_rsvp(event, email=f"{name}@example.org") for name in ("noor", "jo")]
    make_rsvp(event, email="noor@example.org")  # again: they are told that they have answered already
    write_to_all(db, event)
    assert states(db) == [QUEUED] * 5
    assert stored.waiting_messages(rsvps[0]) == 3
    with db.transaction():
        rsvps[0].source = b"t" * 16
        rsvps[0].holds_invitation = False  # else what takes it back goes to them
        leave(rsvps[0])
    dropped = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == DROPPED)).all()
    assert [(message.sealed, stored.waiting_messages(rsvps[0])) for message in dropped] == [(None, 0)] * 3
    assert [message["To"] for message in outbox()] == ["jo@example.org"] * 2


def test_what_takes_an_invitation_back_is_sent_nevertheless(db: ModuleType, outbox: Outbox) -> None:
    """First that they were moved away from a date, then that they are off the list."""
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.org")
    assert rsvp.holds_invitation
    with db.transaction():
        actions.move_to_date(rsvp, date_id(1), now=the_clock.now())
    with db.transaction():
        take_off(rsvp)
    methods = [part.get_param("method") for message in outbox() for part in message.walk()]
    assert [method for method in methods if method] == ["CANCEL", "CANCEL"]


def test_whoever_has_another_answer_to_the_series_still_hears_what_is_for_them(db: ModuleType, outbox: Outbox) -> None:
    event = make_series()
    answer = Answer(person=Person(email="noor@example.org"))
    with db.transaction():
        once = actions.register(event, answer, occurrence=date_id(1), now=the_clock.now())
        actions.register(event, answer, now=the_clock.now())
    write_to_all(db, event)
    with db.transaction():
        take_off(once)
    assert "Bring candles" in [message["Subject"] for message in outbox()]


def test_what_answers_an_rsvp_that_is_taken_back_meanwhile_is_not_composed(db: ModuleType, outbox: Outbox) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    with db.transaction():
        rsvp.withdrawn_at = the_clock.now()
    assert outbox() == []
    assert states(db) == [DROPPED]


def test_an_address_that_nobody_confirmed_is_not_asked_for_afterwards(db: ModuleType, clock: object) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    with db.transaction():
        rsvp.state, rsvp.expires_at = "unconfirmed", the_clock.now() - timedelta(minutes=1)
    with db.transaction():
        assert actions.expire(now=the_clock.now())
    assert states(db) == [DROPPED]


@pytest.mark.both_databases
def test_who_types_an_address_and_takes_it_back_at_once_leaves_its_owner_their_message(
    db: ModuleType, outbox: Outbox
) -> None:
    """As often as somebody is written to in a day, or the owner could not confirm their own answer."""
    event = make_event(ask_email=REQUIRED)
    set_terms(event, confirmed_only=True)
    for _time in range(MOST_A_DAY):
        rsvp = make_rsvp(event, email="noor@example.org")
        with db.transaction():
            withdraw(rsvp)
    make_rsvp(event, email="noor@example.org")
    assert [message["To"] for message in outbox()] == ["noor@example.org"]


def test_what_waits_for_a_former_address_tells_it_nothing_of_whoever_comes_by_now(
    db: ModuleType, outbox: Outbox
) -> None:
    """It was mistyped, say, and a stranger reads it."""
    event = make_event()
    medic = make_shift(event, "Medic")
    rsvp = make_rsvp(event, email="stranger@example.org")
    write_to_all(db, event)
    with db.transaction():
        person = Person(email="noor@example.org")
        actions.change(rsvp, Answer(person=person, shift_id=medic.id), now=the_clock.now())
    sent = [(message["To"], "Medic" in message.as_string(), message["Subject"]) for message in outbox()]
    assert sent == [
        ("stranger@example.org", False, "Out of your calendar: Vigil for the hospitals"),
        ("noor@example.org", True, "You are counted: Vigil for the hospitals"),
    ]


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_reminder_that_waits_is_for_whoever_has_come_back(
    db: ModuleType, outbox: Outbox, clock: time_machine.Traveller, comes_back: bool
) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    outbox()
    assert event.starts_at is not None
    clock.move_to(event.starts_at - timedelta(days=1))
    reminders.remind()
    with db.transaction():
        withdraw(rsvp)
    if comes_back:
        with db.transaction():
            actions.change(rsvp, Answer(person=Person(email="noor@example.org")), now=the_clock.now())
    subjects = [message["Subject"] for message in outbox()]
    assert any(subject.startswith("Tomorrow") for subject in subjects) == comes_back, subjects


def test_a_message_that_was_dropped_is_told_as_one_that_will_not_arrive(db: ModuleType, outbox: Outbox) -> None:
    event = make_event()
    rsvps = [make_rsvp(event, email=f"{name}@example.org") for name in ("noor", "jo")]
    write_to_all(db, event)
    with db.transaction():
        withdraw(rsvps[0])
    outbox()
    (broadcast,) = sending.of_event(event)
    progress = sending.progress_of(broadcast)
    assert (progress.total, progress.sent, progress.lost) == (2, 1, 1)


@pytest.mark.both_databases
def test_a_number_that_begins_with_another_is_another(db: ModuleType) -> None:
    with db.transaction() as session:
        for key in ("reader:1:invitation:1", "reader:12:invitation:1", "reader:2:a", "cancel:reader:1:invitation:2"):
            session.add(
                OutboxMessage(
                    key=key,
                    message_id="",
                    sealed=b"",
                    key_name="",
                    next_attempt_at=the_clock.now(),
                    created_at=the_clock.now(),
                )
            )
    assert unsent.number(["reader:1:"]) == 1
    with db.transaction():
        unsent.drop(f"reader:{number}:" for number in (1, *range(3, 12), *range(13, 300)))
    assert db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.state == DROPPED)).all() == [
        "reader:1:invitation:1:dropped:1"
    ]


def test_a_date_that_was_refused_is_counted_among_what_waits(db: ModuleType) -> None:
    event = make_series()
    always = make_rsvp(event, email="noor@example.org")
    with db.transaction():
        exception = actions.of_occurrence(always, date_id(1), now=the_clock.now())
        another = actions.of_occurrence(always, date_id(2), now=the_clock.now())
    before = stored.waiting_messages(always)
    with db.transaction():
        actions.refuse(exception, now=the_clock.now())
        actions.refuse(another, now=the_clock.now())
    assert stored.waiting_messages(always) == before + 2


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("of_organizer", [True, False])
def test_who_leaves_while_messages_are_written_out_gets_none(
    app: Flask, db: ModuleType, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, backend: str, of_organizer: bool
) -> None:
    """SQLite has one writer at a time. Here whoever leaves finds nothing to drop yet, or has to wait."""
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    outbox()
    with db.transaction():
        if of_organizer:
            words = sending.Words("Bring candles", "Two each.")
            sending.send(event, words, audience="all", token="t" * 20, now=the_clock.now())
        else:
            cancel(event, reason="", now=the_clock.now())
    compose = mail.compose

    def leaves_first(*args: object, **more: object) -> EmailMessage:
        monkeypatch.setattr(mail, "compose", compose)
        with app.app_context(), suppress(OperationalError), db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = 100"))
            actions.remove(session.get_one(Rsvp, rsvp.id), tells=False, now=the_clock.now())
        return compose(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(mail, "compose", leaves_first)
    (jobs.broadcast if of_organizer else notify)()
    db.session.rollback()
    db.session.refresh(rsvp)
    queued = db.session.scalar(select(func.count()).where(OutboxMessage.state == QUEUED))
    assert (rsvp.withdrawn_at is None) == bool(queued)
