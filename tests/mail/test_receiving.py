"""A message is stored before it is read, once, and the mail server is never told to return it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from eventkit import clock, config, jobs
from eventkit.config import Settings
from eventkit.mail import cli, inbox
from eventkit.mail.models import InboxMessage
from eventkit.rsvps.models import CalendarReply
from tests.rsvps import letters
from tests.rsvps.inbox import invited

ROOT = Path(__file__).parents[2]


def test_a_message_on_standard_input_is_read_at_once(app: Flask, db: ModuleType) -> None:
    rsvp, said = invited()
    done = app.test_cli_runner().invoke(cli.mail, ["receive"], input=letters.google(said))
    assert (done.exit_code, done.output) == (0, "")
    db.session.refresh(rsvp)
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize("raw", [b"Hello", b"\x00\xff\xfe" * 40, b"Subject: " + b"x" * 70_000, letters.TEXT.encode()])
def test_what_is_unclear_is_stored_and_no_failure(app: Flask, db: ModuleType, raw: bytes) -> None:
    done = app.test_cli_runner().invoke(cli.mail, ["receive"], input=raw)
    assert done.exit_code == 0
    assert [inbox.raw_of(message) for message in db.session.scalars(select(InboxMessage))] == [raw]


def test_without_a_message_it_says_so(app: Flask) -> None:
    done = app.test_cli_runner().invoke(cli.mail, ["receive"], input=b" \n")
    assert done.exit_code == os.EX_NOINPUT
    assert "flask --app app mail receive < message.eml" in done.output


def test_what_is_larger_is_taken_to_its_end_and_stored_cut(app: Flask, db: ModuleType) -> None:
    raw = b"Subject: large\r\n\r\n" + b"x" * (2 * inbox.LARGEST)
    assert app.test_cli_runner().invoke(cli.mail, ["receive"], input=raw).exit_code == 0
    (message,) = db.session.scalars(select(InboxMessage))
    assert (message.size, inbox.raw_of(message)) == (len(raw), raw[: inbox.LARGEST])


def test_a_database_that_fails_makes_the_mail_server_try_again(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_more: object) -> bool:
        raise OSError("disk full: noor@mail.example")

    monkeypatch.setattr(inbox, "receive", fails)
    done = app.test_cli_runner().invoke(cli.mail, ["receive"], input=b"Subject: Hello\r\n\r\n")
    assert done.exit_code == os.EX_TEMPFAIL
    assert "noor" not in done.output


def test_a_reader_that_fails_does_not_make_the_mail_server_return_it(app: Flask, db: ModuleType) -> None:
    def fails() -> None:
        raise RuntimeError("about noor@mail.example")

    jobs.register(app, inbox.INBOX, fails)
    done = app.test_cli_runner().invoke(cli.mail, ["receive"], input=b"Subject: Hello\r\n\r\n")
    assert done.exit_code == 0
    assert db.session.scalars(select(InboxMessage.state)).all() == ["received"]


def test_the_pipe_in_a_process_of_its_own(settings: Settings, app: Flask, db: ModuleType) -> None:
    rsvp, said = invited()
    environment = {
        "PATH": os.environ["PATH"],
        "EVENTKIT_DATA": str(settings.data),
        "EVENTKIT_KEYS": str(settings.keys),
        "EVENTKIT_MAIL_FROM": settings.mail_from,
    }
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "mail", "receive"]
    done = subprocess.run(
        command, input=letters.zimbra(said), env=environment, cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    db.session.refresh(rsvp)
    assert rsvp.partstat == "ACCEPTED"


def test_a_message_is_stored_once_and_its_bell_rings_after_the_commit(app: Flask, db: ModuleType) -> None:
    rung: list[str] = []
    app.extensions["eventkit.bell"] = rung.append
    with db.transaction():
        assert inbox.receive(b"Subject: a\r\n\r\n", now=clock.now())
        assert not inbox.receive(b"Subject: a\r\n\r\n", now=clock.now())
        assert rung == []
    with db.transaction():
        assert not inbox.receive(b"Subject: a\r\n\r\n", now=clock.now())
    assert rung == [inbox.INBOX]


def test_it_is_sealed_as_it_came(db: ModuleType) -> None:
    with db.transaction():
        inbox.receive(b"Subject: noor\r\n\r\n\x00\xff", now=clock.now())
    message = db.session.scalars(select(InboxMessage)).one()
    assert b"noor" not in (message.sealed or b"")
    assert inbox.raw_of(message) == b"Subject: noor\r\n\r\n\x00\xff"


def test_what_was_read_is_gone_and_still_known(app: Flask, db: ModuleType) -> None:
    _rsvp, said = invited()
    for _time in range(2):
        with db.transaction():
            inbox.receive(letters.plain(said), now=clock.now())
        jobs.run(inbox.INBOX)
    (message,) = db.session.scalars(select(InboxMessage))
    assert (message.sealed, message.state) == (None, "read")
    assert db.session.scalars(select(CalendarReply.verdict)).all() == ["applied"]


@pytest.mark.parametrize(
    "url",
    [
        "imaps://noor:secret@",
        "imaps://mail.example.org",
        "pop3://noor:secret@mail.example.org",
        "imaps://noor:secret@mail.example.org:99999999",
        "imaps://noor:se[cret@mail.example.org",
    ],
)
def test_a_mailbox_that_is_none_is_told_without_its_password(url: str) -> None:
    with pytest.raises(config.SettingsError, match="EVENTKIT_INBOX_URL") as told:
        config.load({"EVENTKIT_INBOX_URL": url})
    assert "secret" not in str(told.value)


def test_the_mailbox_is_watched_where_one_is_set(make_app, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    assert make_app().extensions["eventkit.watchers"] == []
    watching = make_app(replace(settings, inbox_url="imaps://noor:secret@mail.example.org"))
    assert len(watching.extensions["eventkit.watchers"]) == 1
