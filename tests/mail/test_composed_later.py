"""A message may be composed when it is sent, from what was queued for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from eventkit.mail import outbox as mail
from eventkit.mail.models import DROPPED, FAILED, QUEUED, SENT, OutboxMessage

Composer = Callable[[Mapping[str, Any]], EmailMessage | None]


def letter(facts: Mapping[str, Any]) -> EmailMessage:
    message = EmailMessage()
    message["To"] = facts["to"]
    message["Subject"] = "See you there"
    message.set_content(facts["text"])
    return message


def queue(db: ModuleType, app: Flask, composer: Composer, key: str = "test:1", **facts: Any) -> bool:
    mail.register_composer(app, "letter", composer)
    with db.transaction():
        return mail.queue_later("letter", {"to": "noor@example.net", "text": "At one. غداً", **facts}, key=key)


def states(db: ModuleType) -> list[tuple[str, bool]]:
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.state, OutboxMessage.sealed).order_by(OutboxMessage.id))
    return [(state, sealed is None) for state, sealed in rows]


@pytest.mark.parametrize("fails", [False, True])
def test_one_that_is_purged_while_it_is_composed_holds_up_no_other(
    app: Flask, db: ModuleType, outbox: Callable[[], list[EmailMessage]], fails: bool
) -> None:
    def compose(facts: Mapping[str, Any]) -> EmailMessage:
        if facts["text"] == "purged":
            with db.transaction() as session:
                session.execute(delete(OutboxMessage).where(OutboxMessage.key == "test:1"))
            if fails:
                raise KeyError
        return letter(facts)

    assert queue(db, app, compose, text="purged")
    assert queue(db, app, compose, "test:2")
    [sent] = outbox()
    assert sent.get_content().strip() == "At one. غداً"


@pytest.mark.both_databases
def test_it_is_composed_by_the_worker_once_and_then_forgotten(
    app: Flask, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    composed: list[str] = []

    def compose(facts: Mapping[str, Any]) -> EmailMessage:
        composed.append(facts["to"])
        return letter(facts)

    assert queue(db, app, compose)
    assert not queue(db, app, compose)
    row = db.session.scalars(select(OutboxMessage)).one()
    assert (composed, b"noor" in row.sealed, row.composer) == ([], False, "letter")
    [sent] = outbox()
    assert (sent["To"], sent.get_content().strip()) == ("noor@example.net", "At one. غداً")
    assert (sent["Message-ID"], bool(sent["Date"])) == (row.message_id, True)
    assert (composed, states(db)) == (["noor@example.net"], [(SENT, True)])


def test_what_there_is_nothing_to_say_of_any_more_is_dropped(
    app: Flask, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    assert queue(db, app, lambda _facts: None)
    assert outbox() == []
    assert states(db) == [(DROPPED, True)]


def test_one_that_cannot_be_composed_keeps_no_other_back_is_tried_again_and_given_up(
    app: Flask,
    db: ModuleType,
    outbox: Callable[[], list[EmailMessage]],
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble(facts: Mapping[str, Any]) -> EmailMessage:
        if facts["to"] == "noor@example.net":
            raise ValueError("noor@example.net is too long")
        return letter(facts)

    queue(db, app, stumble)
    queue(db, app, stumble, key="test:2", to="sam@example.net")
    assert [each["To"] for each in outbox()] == ["sam@example.net"]
    assert states(db) == [(QUEUED, False), (SENT, True)]
    for wait in mail.RETRIES:
        clock.shift(wait + timedelta(seconds=1))
        outbox()
    assert states(db) == [(FAILED, True), (SENT, True)]
    assert "ValueError" in caplog.text
    assert "noor" not in caplog.text
