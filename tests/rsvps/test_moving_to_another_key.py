"""PostgreSQL writes side by side: what somebody changes while a series moves to another key is not written over."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from eventkit import clock as time
from eventkit import keys
from eventkit.rsvps import retention
from tests.factories import make_rsvp, make_series

#: the first date is over for fourteen days
ERASED = datetime.fromisoformat("2026-09-18T23:00:00+00:00")


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("about", "statement", "result"),
    [
        ("outbox:", "UPDATE outbox_messages SET state = 'sent', sealed = NULL", "SELECT state FROM outbox_messages"),
        ("rsvp", "UPDATE rsvps SET sealed = NULL, person = NULL", "SELECT sealed IS NULL, person IS NULL FROM rsvps"),
    ],
)
def test_what_is_sent_or_taken_back_meanwhile_stays_so(
    db: ModuleType,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
    about: str,
    statement: str,
    result: str,
) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.org")
    clock.move_to(ERASED)
    could: list[bool] = []
    sealed_anew = keys.sealed_anew

    def between(sealed: bytes | None, of: str, *more: object, **named: object) -> bytes | None:
        if of.startswith(about) and not could:
            with db.engine().connect() as other:
                other.execute(text("SET lock_timeout = 100"))
                try:
                    other.execute(text(statement))
                    other.commit()
                    could.append(True)
                except OperationalError:
                    could.append(False)
        return sealed_anew(sealed, of, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "sealed_anew", between)
    retention.purge(event, now=time.now(), everything=False)
    found = db.session.execute(text(result)).one()
    assert could == [False] or (could == [True] and set(found) <= {"sent", True})
