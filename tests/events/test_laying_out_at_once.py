"""The worker lays a series out while somebody changes it: its rows are those of the rule that was stored last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask

from eventkit import clock as the_clock
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.jobs import lay_out
from eventkit.events.models import CANCELLED, Event
from tests.factories import make_series
from tests.factories.events import make_details
from tests.factories.series import FRIDAY, occurrences_of

pytestmark = pytest.mark.both_databases


def at_once(app: Flask, *doings: Callable[[], object]) -> None:
    start = threading.Barrier(len(doings))

    def run(do: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            do()

    with ThreadPoolExecutor(len(doings)) as pool:
        list(pool.map(run, doings))


def test_the_worker_and_an_edit(app: Flask, db: ModuleType, clock: time_machine.Traveller) -> None:
    event_id = make_series().id
    db.session.rollback()
    clock.shift(timedelta(days=150))

    def edit() -> None:
        with db.transaction() as session:
            event = session.get_one(Event, event_id)
            queries.lock(event)
            said = make_details(starts_local=FRIDAY, ends_local=None, rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR")
            actions.edit(event, said, now=the_clock.now())

    at_once(app, lay_out, edit, lay_out)
    lay_out()
    db.session.expire_all()
    event = db.session.get_one(Event, event_id)
    days = [row.starts_local.date() for row in occurrences_of(event)]
    assert days == [date(2026, 9, 4) + timedelta(weeks=2 * number) for number in range(len(days))]
    assert days[-1] > the_clock.now().date() + timedelta(days=380)


def test_one_date_cancelled_by_many_is_cancelled_once(
    app: Flask, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event_id = make_series().id
    db.session.rollback()
    refused = []

    def cancel() -> None:
        try:
            with db.transaction() as session:
                event = session.get_one(Event, event_id)
                actions.cancel_occurrence(event, "20260911T180000", reason="Storm", now=the_clock.now())
        except DomainError as error:
            refused.append(error.message)

    at_once(app, *[cancel] * 8)
    event = db.session.get_one(Event, event_id)
    assert (len(refused), event.sequence) == (7, 1)
    assert [row.state for row in occurrences_of(event)].count(CANCELLED) == 1


def test_a_series_that_is_divided_by_two_at_once_has_every_date_once(
    app: Flask, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event_id = make_series().id
    db.session.rollback()

    def split() -> None:
        try:
            with db.transaction() as session:
                actions.split(session.get_one(Event, event_id), "20260918T180000", now=the_clock.now())
        except DomainError:
            pass

    at_once(app, split, split, lay_out)
    rows = [row.starts_local for event in db.session.query(Event) for row in occurrences_of(event)]
    assert len(rows) == len(set(rows)) >= 57
    assert min(rows) == datetime(2026, 9, 4, 18)
