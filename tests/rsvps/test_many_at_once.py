"""Counts are exact however many answer at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventkit.rsvps import queries
from eventkit.rsvps.models import Rsvp
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_rsvp, make_series
from tests.rsvps.series import date_id
from tests.visitor import ORIGIN

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("clock")]

MANY = 64


def at_once(app: Flask, send: Callable[[int], tuple[str, dict[str, str]]]) -> list[int]:
    """Has MANY browsers send what `send(number)` says in the same moment; the statuses that they got."""
    start = threading.Barrier(MANY)

    def one(number: int) -> int:
        path, data = send(number)
        client = app.test_client()
        start.wait()
        response = client.post(
            path,
            data=data,
            headers={"Origin": ORIGIN},
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
        return response.status_code

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_64_taps_are_64_people(app: Flask, db: ModuleType) -> None:
    event = make_event()
    path = f"/events/{event.slug}/rsvps"
    assert at_once(app, lambda _number: (path, {"partstat": "ACCEPTED"})) == [303] * MANY
    db.session.rollback()
    assert queries.counts(event) == Counts(coming=MANY)


def test_64_answers_with_one_address_are_one_person(app: Flask, db: ModuleType) -> None:
    event = make_event()
    path = f"/events/{event.slug}/rsvps"
    said = {"partstat": "ACCEPTED", "party_size": "2", "email": "noor@example.org"}
    assert at_once(app, lambda _number: (path, said)) == [303] * MANY
    db.session.rollback()
    assert queries.counts(event) == Counts(coming=2)
    counted = select(func.count()).select_from(Rsvp).where(Rsvp.counted)
    assert db.session.scalar(counted) == 1


def test_64_taps_that_all_add_one_address_are_one_person(app: Flask, db: ModuleType) -> None:
    event = make_event()
    tokens = [queries.browser_token(make_rsvp(event)) for _ in range(MANY)]
    said = {"partstat": "TENTATIVE", "email": "noor@example.org"}
    assert at_once(app, lambda number: (f"/rsvps/{tokens[number]}", said)) == [303] * MANY
    db.session.rollback()
    assert queries.counts(event) == Counts(maybe=1)


def test_undo_pressed_64_times_takes_one_person_away(app: Flask, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, party_size=7)
    token = queries.browser_token(make_rsvp(event))
    assert set(at_once(app, lambda _number: (f"/rsvps/{token}/withdraw", {}))) == {303}
    db.session.rollback()
    assert queries.counts(event) == Counts(coming=7)


def test_64_answers_with_one_address_for_every_time_and_single_dates_count_once_at_each(
    app: Flask, db: ModuleType
) -> None:
    event = make_series()
    path = f"/events/{event.slug}/rsvps"
    occurrences = ["every", *(date_id(week) for week in range(3))]

    def answer(number: int) -> tuple[str, dict[str, str]]:
        said = {"partstat": "ACCEPTED", "party_size": "2", "email": "noor@example.org"}
        return path, said | {"occurrence": occurrences[number % len(occurrences)]}

    assert at_once(app, answer) == [303] * MANY
    db.session.rollback()
    for week in range(5):
        assert queries.counts(event, date_id(week)) == Counts(coming=2)


def test_dates_declined_in_the_same_moment_each_take_their_people_off(app: Flask, db: ModuleType) -> None:
    event = make_series()
    tokens = [queries.browser_token(make_rsvp(event, party_size=2)) for _ in range(MANY // 4)]

    def decline(number: int) -> tuple[str, dict[str, str]]:
        said = {"date-partstat": "DECLINED", "date-occurrence": date_id(number % 4)}
        return f"/rsvps/{tokens[number // 4]}/dates", said

    assert at_once(app, decline) == [303] * MANY
    db.session.rollback()
    for week in range(4):
        assert queries.counts(event, date_id(week)) == Counts(not_coming=MANY // 2)
    assert queries.counts(event, date_id(5)) == Counts(coming=MANY // 2)
