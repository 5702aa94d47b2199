"""PostgreSQL writes side by side: what somebody changes while much is erased is not written over, nor kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from eventkit import clock as time
from eventkit import keys
from eventkit.events.models import Event
from eventkit.rsvps import retention, terms
from eventkit.rsvps.models import RsvpTerms
from tests.factories import make_event, make_rsvp, make_series, set_terms

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


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_its_organizer_writes_in_the_last_moment_stays_no_longer(
    app: Flask, db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    event = make_event()
    assert event.over_at is not None
    clock.move_to(event.over_at + timedelta(days=14))
    to_change = terms.to_change

    def between(purged: Event) -> RsvpTerms:
        row = to_change(purged)
        with app.app_context(), suppress(OperationalError), db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = 100"))
            mine = session.get_one(Event, event.id)
            terms.lock(mine)
            terms.set_text(to_change(mine), terms.NOTE, "We meet behind the church")
        return row

    set_terms(event, capacity=50)
    monkeypatch.setattr(terms, "to_change", between)
    retention.purge_due()
    db.session.rollback()
    assert (terms.of(event).purged_at, terms.of(event).note) == (time.now(), None)
