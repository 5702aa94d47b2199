"""Nobody is reminded twice: with two workers, after one is killed, and whatever the clock does."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit import jobs
from eventkit.mail import outbox as the_outbox
from eventkit.mail.models import OutboxMessage
from eventkit.reminders import jobs as work
from eventkit.reminders.models import Reminder
from tests.factories import make_event, make_rsvp
from tests.reminders.mailbox import DAY_BEFORE, Outbox, text_of, which

PEOPLE = 30


def queued(db: ModuleType) -> list[str]:
    db.session.rollback()
    keys = db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.contains(":reminder:"))).all()
    return list(keys)


def make_crowd(people: int = PEOPLE) -> None:
    event = make_event()
    for number in range(people):
        make_rsvp(event, email=f"person{number}@example.org")


@pytest.mark.both_databases
def test_two_workers_at_once_remind_each_person_once(app: Flask, db: ModuleType, clock: time_machine.Traveller) -> None:
    make_crowd()
    clock.move_to(DAY_BEFORE)
    start = threading.Barrier(2)

    def one(_number: int) -> None:
        with app.app_context():
            start.wait()
            jobs.run(work.REMIND)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    jobs.run(work.REMIND)
    found = queued(db)
    assert len(found) == len(set(found)) == PEOPLE
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 1


def test_a_worker_that_dies_in_the_middle_leaves_nobody_out(
    db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crowd()
    clock.move_to(DAY_BEFORE)
    put, tried = the_outbox.queue_later, Counter[str]()

    def put_and_sometimes_die(*args: Any, **kwargs: Any) -> bool:
        was_new = put(*args, **kwargs)
        tried[kwargs["key"]] += 1
        if sum(tried.values()) in {10, 37}:
            raise KeyboardInterrupt
        return was_new

    monkeypatch.setattr(the_outbox, "queue_later", put_and_sometimes_die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            jobs.run(work.REMIND)
    jobs.run(work.REMIND)
    jobs.run(work.REMIND)
    found = queued(db)
    assert len(found) == len(set(found)) == PEOPLE
    assert db.session.scalar(select(Reminder.done_at)) == DAY_BEFORE


def test_a_clock_that_goes_back_repeats_nothing(outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_rsvp(make_event(), email="noor@example.org")
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == ["Tomorrow"]
    for moment in (DAY_BEFORE - timedelta(hours=2), DAY_BEFORE - timedelta(minutes=1), DAY_BEFORE):
        clock.move_to(moment)
        assert which(outbox) == ["Tomorrow"]


def test_the_morning_of_the_day_on_which_clocks_go_back(outbox: Outbox, clock: time_machine.Traveller) -> None:
    """1 November in Toronto: eight in the morning is 13:00 in UTC, an hour later than the day before."""
    event = make_event(starts_local=datetime(2026, 11, 1, 13), ends_local=datetime(2026, 11, 1, 15))
    make_rsvp(event, email="noor@example.org")
    outbox()
    clock.move_to(datetime(2026, 11, 1, 12, 59, tzinfo=UTC))
    assert which(outbox) == []
    clock.move_to(datetime(2026, 11, 1, 13, tzinfo=UTC))
    assert which(outbox) == ["Today"]
    assert "13:00–15:00, Eastern Standard Time" in text_of(outbox()[-1])
