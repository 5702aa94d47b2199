"""Nobody is written to more than three times in 24 hours, by whatever name; but what they must hear always comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from eventkit import db as database
from eventkit import jobs, keys
from eventkit.clock import now
from eventkit.events import actions as events
from eventkit.mail import addresses, allowance
from eventkit.mail import outbox as mail
from eventkit.mail.models import DROPPED, QUEUED, SENT, MailSending, MailSuppression, OutboxMessage
from eventkit.rsvps import actions
from tests.factories import make_event, make_rsvp
from tests.post import Post
from tests.visitor import Visitor

NOOR = "noor@example.net"

Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture
def event_key(db: ModuleType) -> str:
    """The name of a key that is not the site's: what it seals is not about an account."""
    return keys.create()


def queue(number: int, event_key: str, to: str = NOOR, **how: object) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Message {number}"
    message["From"] = "events@example.org"
    message["To"] = to
    message.set_content("At the bridge.\n")
    with database.transaction():
        assert mail.queue(message, key=f"test:{number}", key_name=event_key, **how)  # type: ignore[arg-type]


def states() -> dict[str, int]:
    database.session.rollback()
    counted = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return {row[0]: row[1] for row in database.session.execute(counted)}


@pytest.mark.both_databases
def test_the_fourth_waits_until_the_first_is_a_day_old(
    outbox: Outbox, event_key: str, clock: time_machine.Traveller
) -> None:
    for number in range(5):
        queue(number, event_key)
        clock.shift(timedelta(hours=1))
    queue(9, event_key, to="amal@example.net")
    assert [message["To"] for message in outbox()].count(NOOR) == 3
    assert states() == {SENT: 4, QUEUED: 2}
    row = database.session.scalars(select(OutboxMessage).where(OutboxMessage.key == "test:3")).one()
    first = database.session.scalars(select(MailSending).order_by(MailSending.id)).first()
    assert first is not None
    assert (row.attempts, row.next_attempt_at) == (0, first.sent_at + timedelta(hours=24))

    clock.move_to(first.sent_at + timedelta(hours=24, seconds=-1))
    assert len(outbox()) == 4
    clock.shift(1)
    assert len(outbox()) == 6


def test_the_window_reaches_over_midnight_and_the_key_of_the_day(
    outbox: Outbox, event_key: str, clock: time_machine.Traveller
) -> None:
    clock.move_to("2026-09-01T23:00:00+00:00")
    queue(1, event_key)
    queue(2, event_key)
    assert len(outbox()) == 2
    clock.move_to("2026-09-02T01:00:00+00:00")
    queue(3, event_key)
    queue(4, event_key)
    assert len(outbox()) == 3


def test_what_would_come_too_late_then_is_dropped_at_once(outbox: Outbox, event_key: str) -> None:
    for number in range(3):
        queue(number, event_key)
    queue(3, event_key, drop_after=now() + timedelta(hours=23))
    queue(4, event_key, drop_after=now() + timedelta(hours=25))
    assert len(outbox()) == 3
    assert states() == {SENT: 3, DROPPED: 1, QUEUED: 1}


def test_what_is_urgent_and_what_is_about_an_account_always_comes_and_counts(outbox: Outbox, event_key: str) -> None:
    for number in range(3):
        queue(number, event_key)
    queue(3, event_key)
    queue(4, event_key, is_urgent=True)
    queue(5, keys.SITE)
    assert {message["Subject"] for message in outbox()} == {f"Message {number}" for number in (0, 1, 2, 4, 5)}
    assert database.session.scalar(select(func.count()).select_from(MailSending)) == 5


def test_who_wants_nothing_gets_nothing_but_what_is_about_their_account(outbox: Outbox, event_key: str) -> None:
    with database.transaction() as session:
        session.add(MailSuppression(person=keys.sealer().fingerprint(NOOR), created_at=now()))
    queue(1, event_key)
    queue(2, event_key, is_urgent=True)
    queue(3, keys.SITE)
    assert [message["Subject"] for message in outbox()] == ["Message 3"]
    assert states() == {DROPPED: 2, SENT: 1}


def test_what_did_not_go_does_not_count(
    posting_app: Flask, post: Post, clock: time_machine.Traveller, event_key: str
) -> None:
    with posting_app.app_context():
        name = keys.create()
        queue(1, name)
        post.answer = "451 try later"
        for _attempt in range(5):
            jobs.run(mail.SEND)
            clock.shift(timedelta(hours=2))
        assert database.session.scalar(select(func.count()).select_from(MailSending)) == 0
        post.answer = "250 OK"
        for number in range(2, 5):
            queue(number, name)
        jobs.run(mail.SEND)
        assert len(post.envelopes) == 3


@pytest.mark.both_databases
def test_workers_that_send_at_once_do_not_send_a_fourth(app: Flask, db: ModuleType, event_key: str) -> None:
    for number in range(12):
        queue(number, event_key, to=("noor@example.net", f"Noor+{number}@example.net")[number % 2])
    barrier = threading.Barrier(4)

    def send() -> None:
        with app.app_context():
            barrier.wait(timeout=20)
            mail.send_due()

    workers = [threading.Thread(target=send) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert states() == {SENT: 3, QUEUED: 9}


def test_one_address_in_three_spellings_at_five_events(client: Visitor, outbox: Outbox, db: ModuleType) -> None:
    for event in [make_event() for _ in range(5)]:
        for spelling in ("noor.says@gmail.com", "Noor.Says+vigil@Gmail.com", "noorsays@googlemail.com"):
            answered = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "email": spelling})
            assert answered.status_code == 303
    assert len(outbox()) == 3


@pytest.mark.parametrize("is_proven", [True, False])
def test_that_it_is_cancelled_reaches_whoever_has_proved_the_address(outbox: Outbox, is_proven: bool) -> None:
    cancelled = make_event()
    rsvp = make_rsvp(cancelled, email=NOOR)
    for _ in range(2):
        make_rsvp(make_event(), email=NOOR)
    with database.transaction():
        if is_proven:
            actions.prove(rsvp, rsvp.generation + 1, now=now())
    assert len(outbox()) == 3
    with database.transaction():
        events.cancel(cancelled, reason="", now=now())
    assert len(outbox()) == 3 + is_proven


def test_an_organizer_gets_every_question(client: Visitor, outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    for number in range(5):
        client.post(f"/events/{event.slug}/contact", data={"message": f"Question {number}"})
    assert len(outbox()) == 5


def test_who_was_written_to_is_forgotten(
    app: Flask, outbox: Outbox, event_key: str, clock: time_machine.Traveller
) -> None:
    queue(1, event_key)
    assert len(outbox()) == 1
    assert NOOR.encode() not in (database.session.scalar(select(MailSending.person)) or b"")
    clock.shift(timedelta(hours=24))
    jobs.run(allowance.FORGET)
    assert database.session.scalar(select(func.count()).select_from(MailSending)) == 0
    clock.shift(timedelta(hours=24))
    jobs.run(allowance.FORGET)
    with app.extensions["eventkit.keys"].connect() as connection:
        assert connection.scalars(text("SELECT name FROM keys WHERE name LIKE 'mail:%'")).all() == []


@pytest.mark.parametrize(
    "spelling",
    ["noor@example.net", "Noor@Example.NET", "noor+vigil@example.net", "noor+@example.net.", " noor@example.net "],
)
def test_spellings_of_one_mailbox(spelling: str) -> None:
    assert addresses.mailbox(spelling) == "noor@example.net"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n.o.o.r@gmail.com", "noor@googlemail.com"),
        ("noor@pm.me", "no.or+a@proton.me"),
        ("noor@bücher.example", "noor@xn--bcher-kva.example"),
        ("+noor@example.net", "+NOOR@example.net"),
    ],
)
def test_one_mailbox_by_two_names(one: str, other: str) -> None:
    assert addresses.mailbox(one) == addresses.mailbox(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("n.oor@example.net", "noor@example.net"), ("+noor@example.net", "+amal@example.net"), ("a@b.org", "a@c.org")],
)
def test_two_mailboxes(one: str, other: str) -> None:
    assert addresses.mailbox(one) != addresses.mailbox(other)
