"""A message that was promised is sent, once, and then forgotten."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit import db as database
from eventkit import jobs, keys
from eventkit.clock import now as now_in_utc
from eventkit.config import Settings
from eventkit.mail import outbox as mail
from eventkit.mail import transport, without_server
from eventkit.mail.models import DROPPED, FAILED, QUEUED, SENT, OutboxMessage
from tests.post import Post


def message_to(address: str = "noor@example.net", text: str = "See you at the bridge. الى اللقاء\n") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Tomorrow at one"
    message["From"] = "events@example.org"
    message["To"] = address
    message.set_content(text)
    return message


def queue(db: ModuleType, key: str = "test:1", **kwargs: Any) -> bool:
    with db.transaction():
        return mail.queue(message_to(), key=key, **kwargs)


def only_row(db: ModuleType) -> OutboxMessage:
    db.session.rollback()
    row = db.session.scalars(select(OutboxMessage)).one()
    assert isinstance(row, OutboxMessage)
    return row


def test_a_message_becomes_a_file_where_no_server_is_set(
    db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    assert queue(db)
    (sent,) = outbox()
    assert sent["To"] == "noor@example.net"
    assert sent.get_content().strip() == "See you at the bridge. الى اللقاء"
    row = only_row(db)
    assert (row.state, row.sealed, row.message_id) == (SENT, None, sent["Message-ID"])
    assert len(outbox()) == 1


def test_such_a_file_says_that_it_is_for_development(
    settings: Settings, outbox: Callable[[], list[EmailMessage]], db: ModuleType
) -> None:
    queue(db)
    (message,) = outbox()
    assert message["Comments"].endswith("for development only")
    assert "for development" in (settings.outbox / "README.txt").read_text()
    assert settings.outbox.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("base_url", ["https://events.example.org", "http://192.0.2.7:8000", "http://onion.onion"])
def test_messages_of_a_public_site_wait_sealed_where_no_server_is_set(
    make_app: Callable[..., Flask], settings: Settings, caplog: pytest.LogCaptureFixture, base_url: str
) -> None:
    public = replace(settings, base_url=base_url)
    app = make_app(public)
    with app.app_context():
        queue(database)
        for _ in range(2):
            jobs.run(mail.SEND)
        row = only_row(database)
        assert (row.state, row.attempts, row.sealed is not None) == (QUEUED, 0, True)
        (warning,) = without_server.welcome()
    assert not public.outbox.exists()
    told = ["no mail is sent: 1 messages wait until EVENTKIT_SMTP_URL is set"]
    assert [record.getMessage() for record in caplog.records] == told, "once an hour, not for every message"
    assert warning.startswith("NO MAIL IS SENT")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "localhost", "site.localhost", "[::1]"])
def test_an_address_of_this_machine_is_for_trying_out(settings: Settings, host: str) -> None:
    local = replace(settings, base_url=f"http://{host}:8000/path")
    assert (local.shows_mail, local.keeps_mail) == (True, False)
    with_server = replace(local, smtp_url="smtp://127.0.0.1:9")
    assert (with_server.shows_mail, with_server.keeps_mail) == (False, False)


def test_what_is_rolled_back_is_not_sent(db: ModuleType, outbox: Callable[[], list[EmailMessage]]) -> None:
    with pytest.raises(KeyError), db.transaction():
        mail.queue(message_to(), key="test:1")
        raise KeyError
    assert outbox() == []


@pytest.mark.both_databases
def test_the_same_message_is_queued_once(db: ModuleType, outbox: Callable[[], list[EmailMessage]]) -> None:
    assert queue(db)
    assert not queue(db)
    with db.transaction():
        assert mail.queue(message_to(), key="test:2")
        assert not mail.queue(message_to(), key="test:2")
    assert len(outbox()) == 2


def test_what_waits_is_unreadable_in_the_data(db: ModuleType, settings: Settings) -> None:
    queue(db)
    stored = b"".join(file.read_bytes() for file in settings.data.glob("eventkit.sqlite*"))
    assert b"test:1" in stored
    assert b"noor@example.net" not in stored
    assert b"bridge" not in stored


def test_a_message_whose_key_was_destroyed_is_not_sent(
    db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    name = keys.create()
    queue(db, key_name=name)
    keys.destroy(name)
    assert outbox() == []
    assert only_row(db).state == FAILED


def test_the_server_gets_what_was_written(posting_app: Flask, post: Post) -> None:
    from eventkit import db

    queue(db)
    jobs.run(mail.SEND)
    (envelope,) = post.envelopes
    assert envelope.rcpt_tos == ["noor@example.net"]
    assert envelope.mail_from == "events@example.org"
    assert b"Subject: Tomorrow at one" in envelope.content
    assert only_row(db).state == SENT


def test_all_that_wait_go_by_one_connection(
    posting_app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch, without_allowance: None
) -> None:
    from eventkit import db

    for number in range(5):
        queue(db, f"test:{number}")
    jobs.run(mail.SEND)
    assert (len(post.envelopes), post.greetings) == (5, 1)

    monkeypatch.setattr(transport, "MOST", 2)
    for number in range(5, 10):
        queue(db, f"test:{number}")
    jobs.run(mail.SEND)
    assert (len(post.envelopes), post.greetings) == (10, 1 + 3)


def test_a_server_that_closes_between_two_messages_gets_the_second_at_once(
    posting_app: Flask, post: Post, without_allowance: None
) -> None:
    from eventkit import db

    post.patience = 2
    for number in range(5):
        queue(db, f"test:{number}")
    jobs.run(mail.SEND)
    assert db.session.scalars(select(OutboxMessage.state)).all() == [SENT] * 5
    assert (len(post.envelopes), post.greetings) == (5, 3)


def test_a_server_that_refuses_one_takes_the_next(posting_app: Flask, post: Post, without_allowance: None) -> None:
    from eventkit import db

    post.answers["gone@example.net"] = "550 no such person"
    for number, address in enumerate(("noor@example.net", "gone@example.net", "ada@example.net")):
        with db.transaction():
            mail.queue(message_to(address), key=f"test:{number}")
    jobs.run(mail.SEND)
    assert db.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.key)).all() == [SENT, FAILED, SENT]
    assert post.greetings == 1


def test_a_server_that_is_busy_is_asked_again_with_the_same_message_id(
    posting_app: Flask, post: Post, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    from eventkit import db

    queue(db)
    post.answer = "451 noor@example.net: try later"
    jobs.run(mail.SEND)
    row = only_row(db)
    assert (row.state, row.attempts) == (QUEUED, 1)
    assert "noor@example.net" not in caplog.text
    post.answer = "250 OK"
    jobs.run(mail.SEND)
    assert post.envelopes == []
    clock.shift(mail.RETRIES[0])
    jobs.run(mail.SEND)
    assert f"Message-ID: {row.message_id}".encode() in post.envelopes[0].content
    assert only_row(db).state == SENT


def test_an_address_that_does_not_exist_is_given_up_and_forgotten(posting_app: Flask, post: Post) -> None:
    from eventkit import db

    queue(db)
    post.answer = "550 no such person"
    jobs.run(mail.SEND)
    row = only_row(db)
    assert (row.state, row.sealed) == (FAILED, None)


def test_a_server_that_stays_away_costs_nothing_until_the_last_attempt(
    make_app: Callable[..., Flask], settings: Settings, clock: time_machine.Traveller
) -> None:
    from eventkit import db

    app = make_app(replace(settings, smtp_url="smtp://127.0.0.1:9"))
    with app.app_context():
        queue(db)
        for wait in mail.RETRIES:
            jobs.run(mail.SEND)
            assert only_row(db).state == QUEUED
            clock.shift(wait)
        jobs.run(mail.SEND)
        row = only_row(db)
    assert (row.state, row.sealed, row.attempts) == (FAILED, None, len(mail.RETRIES) + 1)


def test_what_a_dead_worker_had_taken_is_taken_by_another(
    db: ModuleType,
    outbox: Callable[[], list[EmailMessage]],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue(db)

    def killed(*_arguments: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(without_server, "write_file", killed)
        with pytest.raises(SystemExit):
            jobs.run(mail.SEND)
    assert outbox() == []
    clock.shift(mail.LEASE + timedelta(seconds=1))
    assert len(outbox()) == 1


@pytest.mark.both_databases
def test_several_workers_send_each_message_once(app: Flask, db: ModuleType, settings: Settings) -> None:
    for number in range(20):
        queue(db, f"test:{number}")
    written: list[int] = []

    def send() -> None:
        with app.app_context():
            mail.send_due()

    original = without_server.write_file
    without_server.write_file = lambda folder, message, row: (written.append(row), original(folder, message, row))  # type: ignore[assignment, func-returns-value]
    try:
        workers = [threading.Thread(target=send) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    finally:
        without_server.write_file = original
    assert sorted(written) == sorted(set(written))
    assert len(written) == 20
    count = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == SENT)
    assert db.session.scalar(count) == 20


def test_what_is_permanent_is_told_from_what_may_pass() -> None:
    assert mail._is_permanent(smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no")}))
    assert not mail._is_permanent(smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"later")}))
    assert mail._is_permanent(smtplib.SMTPDataError(554, b"spam"))
    assert not mail._is_permanent(smtplib.SMTPServerDisconnected("gone"))
    assert not mail._is_permanent(TimeoutError())


def test_what_would_come_too_late_is_dropped(
    db: ModuleType, outbox: Callable[[], list[EmailMessage]], clock: time_machine.Traveller
) -> None:
    now = now_in_utc()
    assert queue(db, "late", drop_after=now - timedelta(seconds=1), now=now - timedelta(hours=1))
    assert queue(db, "in time", drop_after=now)
    assert [message["Subject"] for message in outbox()] == ["Tomorrow at one"]
    states = {row.key: row.state for row in db.session.scalars(select(OutboxMessage))}
    assert states == {"late": DROPPED, "in time": SENT}
    assert db.session.scalar(select(func.count()).where(OutboxMessage.sealed.is_not(None))) == 0


def test_whoever_waits_for_a_message_gets_it_before_the_many(posting_app: Flask, post: Post) -> None:
    with posting_app.app_context(), database.transaction():
        mail.queue(message_to("many@example.net"), key="one of very many", is_bulk=True)
        mail.queue(message_to("one@example.net"), key="one")
    with posting_app.app_context():
        jobs.run(mail.SEND)
    assert [message["To"] for message in post.messages()] == ["one@example.net", "many@example.net"]
