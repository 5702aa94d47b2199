"""PostgreSQL writes side by side: a series takes another key while its reminders are written out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import OperationalError

from eventkit import clock as time
from eventkit.events.models import Event
from eventkit.mail import outbox as mail
from eventkit.reminders import jobs
from eventkit.rsvps import retention
from tests.factories import make_rsvp, make_series

#: a day before the fourth date, when the first has been over for three weeks
DAY_BEFORE = datetime.fromisoformat("2026-09-24T22:30:00+00:00")


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_reminder_is_sealed_with_a_key_that_is_there_when_it_is_sent(
    app: Flask,
    db: ModuleType,
    clock: time_machine.Traveller,
    outbox: Callable[[], list[EmailMessage]],
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.org")
    outbox()
    clock.move_to(DAY_BEFORE)
    queue_later = mail.queue_later

    def between(*said: object, **more: object) -> bool:
        monkeypatch.setattr(mail, "queue_later", queue_later)
        queued = queue_later(*said, **more)  # type: ignore[arg-type]
        with app.app_context(), suppress(OperationalError):
            retention.purge(db.session.get_one(Event, event.id), now=time.now(), everything=False)
        return queued

    monkeypatch.setattr(mail, "queue_later", between)
    jobs.remind()
    assert any("Tomorrow" in message["Subject"] for message in outbox())
