"""A real mailbox on a real IMAP server: what arrives moves the RSVP, by IDLE or by looking."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from imap_tools.idle import IdleManager
from sqlalchemy import select

from eventkit import jobs
from eventkit.config import Settings
from eventkit.mail import imap, inbox
from eventkit.mail.models import InboxMessage
from eventkit.rsvps.models import CalendarReply, Rsvp
from tests.mail.dovecot import Dovecot
from tests.mail.watching import watched
from tests.rsvps import letters
from tests.rsvps.inbox import invited
from tests.serving import wait_for

pytestmark = pytest.mark.dovecot

ROOT = Path(__file__).parents[2]


def _started(idle: bool) -> Iterator[Dovecot]:
    if Dovecot.binary() is None:
        pytest.skip("Dovecot is not installed")
    with socket.socket() as one, socket.socket() as another:
        one.bind(("127.0.0.1", 0))
        another.bind(("127.0.0.1", 0))
        ports = one.getsockname()[1], another.getsockname()[1]
    with Dovecot(*ports, idle=idle) as server:
        yield server


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    yield from _started(idle=True)


@pytest.fixture(scope="module")
def without_idle() -> Iterator[Dovecot]:
    yield from _started(idle=False)


def eventually(happened: Callable[[], bool], db: ModuleType, seconds: float = 60) -> bool:
    def look() -> bool:
        db.session.rollback()
        return happened()

    return wait_for(look, seconds)


def _partstat(rsvp: Rsvp, db: ModuleType) -> str:
    return str(db.session.scalar(select(Rsvp.partstat).where(Rsvp.id == rsvp.id)))


def stored(db: ModuleType) -> int:
    return len(db.session.scalars(select(InboxMessage.id)).all())


def test_a_message_that_arrives_while_idle_waits_moves_the_rsvp(
    dovecot: Dovecot, make_app: Callable[..., Flask], settings: Settings, db: ModuleType
) -> None:
    rsvp, said = invited()
    with watched(make_app(replace(settings, inbox_url=dovecot.url("idle")))):
        time.sleep(2)  # by now it waits
        dovecot.deliver("idle", letters.google(said))
        assert eventually(lambda: stored(db) == 1, db), "and not only at the next look"
        assert eventually(lambda: dovecot.unseen("idle") == 0, db)
    jobs.run(inbox.INBOX)
    db.session.refresh(rsvp)
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_over_tls_as_well(
    scheme: str,
    dovecot: Dovecot,
    make_app: Callable[..., Flask],
    settings: Settings,
    db: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    user = scheme.replace("+", "-")
    with watched(make_app(replace(settings, inbox_url=dovecot.url(user, scheme)))):
        for number in (1, 2, 3):
            time.sleep(1)
            dovecot.deliver(user, b"Subject: %d\r\n\r\n" % number)
            assert eventually(lambda wanted=number: stored(db) == wanted, db)


def test_a_server_that_cannot_prove_itself_is_told_no_password(
    dovecot: Dovecot,
    make_app: Callable[..., Flask],
    settings: Settings,
    db: ModuleType,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dovecot.deliver("unproved", b"Subject: a\r\n\r\n")
    with watched(make_app(replace(settings, inbox_url=dovecot.url("unproved", "imaps")))):
        assert wait_for(lambda: "SSLCertVerificationError" in caplog.text)
    assert stored(db) == 0


def test_without_idle_it_looks(
    without_idle: Dovecot,
    make_app: Callable[..., Flask],
    settings: Settings,
    db: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imap, "_POLL", 0.2)
    monkeypatch.delattr(IdleManager, "start")
    with watched(make_app(replace(settings, inbox_url=without_idle.url("poll")))):
        time.sleep(1)
        without_idle.deliver("poll", b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n")
        assert eventually(lambda: stored(db) == 2, db)


def test_two_workers_store_one_message_once(
    dovecot: Dovecot, make_app: Callable[..., Flask], settings: Settings, db: ModuleType
) -> None:
    dovecot.deliver("two", *(b"Subject: %d\r\n\r\n" % number for number in range(20)))
    with watched(make_app(replace(settings, inbox_url=dovecot.url("two"))), times=2):
        assert eventually(lambda: dovecot.unseen("two") == 0, db)
    db.session.rollback()
    assert stored(db) == 20


def test_a_huge_message_is_fetched_by_its_beginning(
    dovecot: Dovecot, make_app: Callable[..., Flask], settings: Settings, db: ModuleType
) -> None:
    raw = b"Subject: huge\r\n\r\n" + b"x" * 76 * 60_000
    dovecot.deliver("huge", raw)
    with watched(make_app(replace(settings, inbox_url=dovecot.url("huge")))):
        assert eventually(lambda: dovecot.unseen("huge") == 0, db)
    db.session.rollback()
    message = db.session.scalars(select(InboxMessage)).one()
    assert (message.size, inbox.raw_of(message)) == (len(raw), raw[: inbox.LARGEST])


def test_what_could_not_be_stored_stays_unseen_and_comes_again(
    dovecot: Dovecot,
    make_app: Callable[..., Flask],
    settings: Settings,
    db: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receive, failures = inbox.receive, [OSError("disk full: noor@mail.example")]

    def fails_once(*args, **more):  # type: ignore[no-untyped-def]
        if failures:
            raise failures.pop()
        return receive(*args, **more)

    monkeypatch.setattr(inbox, "receive", fails_once)
    dovecot.deliver("again", b"From: noor@mail.example\r\nSubject: again\r\n\r\n")
    with caplog.at_level(logging.DEBUG), watched(make_app(replace(settings, inbox_url=dovecot.url("again")))):
        assert eventually(lambda: stored(db) == 1, db)
    assert "the mailbox cannot be read (OSError); once more in 1 s" in caplog.text
    assert "noor" not in caplog.text


def test_a_server_that_cannot_be_reached_is_tried_again_more_slowly(
    make_app: Callable[..., Flask], settings: Settings, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"imap://noor:secret@127.0.0.1:{free_port}"
    with watched(make_app(replace(settings, inbox_url=url))):
        assert wait_for(lambda: "once more in 2 s" in caplog.text)
    assert "once more in 1 s" in caplog.text
    assert "noor" not in caplog.text
    assert "secret" not in caplog.text


def test_the_worker_watches_moves_the_rsvp_and_stops_when_told(
    dovecot: Dovecot, settings: Settings, app: Flask, db: ModuleType
) -> None:
    rsvp, said = invited()
    environment = {
        "PATH": os.environ["PATH"],
        "EVENTKIT_DATA": str(settings.data),
        "EVENTKIT_KEYS": str(settings.keys),
        "EVENTKIT_MAIL_FROM": settings.mail_from,
        "EVENTKIT_GEOCODERS": "offline",
        "EVENTKIT_INBOX_URL": dovecot.url("worker"),
    }
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "worker"]
    worker = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        dovecot.deliver("worker", letters.ios(said))
        assert eventually(lambda: _partstat(rsvp, db) == "ACCEPTED", db)
    finally:
        worker.send_signal(signal.SIGINT)
        _out, log = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "noor" not in log
    assert db.session.scalars(select(CalendarReply.verdict)).all() == ["applied"]
