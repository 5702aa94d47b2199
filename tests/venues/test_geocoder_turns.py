"""A geocoder is asked once a second, by all processes together."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask

from eventkit import clock as app_clock
from eventkit import create_app
from eventkit import db as database
from eventkit.config import Settings
from eventkit.venues.geocoding import turns
from eventkit.venues.models import GeocoderTurn


@pytest.mark.both_databases
def test_of_many_who_want_the_turn_one_gets_it(app: Flask, clock: time_machine.Traveller) -> None:
    def attempt(_number: int) -> bool:
        with app.app_context():
            return turns._try("nominatim") is None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 1
    clock.shift(turns.SPACING)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 1


def test_each_geocoder_has_its_own_turns(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        assert turns.take("nominatim") is None
        assert turns.take("photon") is None


def test_a_pause_doubles_with_every_failure_to_a_quarter_of_an_hour(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        assert turns.take("nominatim") is None
        pauses = []
        for _ in range(8):
            _, until = turns.failed("nominatim", wish=None)
            pauses.append((until - app_clock.now()).total_seconds())
        assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
        assert turns.take("nominatim") == until


def test_a_wish_to_be_left_alone_is_heard_within_reason(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        turns.take("nominatim")
        _, until = turns.failed("nominatim", wish=1e12)
        assert until - app_clock.now() == timedelta(days=1)


def test_who_stands_too_far_back_in_line_comes_again_later(
    app: Flask, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if others always take the turn first."""

    def others_are_first(seconds: float) -> None:
        clock.shift(seconds)
        assert turns._try("nominatim") is None

    monkeypatch.setattr(turns, "sleep", others_are_first)
    with app.app_context():
        turns.take("nominatim")
        free_at = turns.take("nominatim")
        assert free_at is not None
        assert database.session.get_one(GeocoderTurn, "nominatim").next_at == free_at


def _take_twice(settings: Settings, ready: Callable[[], object]) -> list[float]:
    app = create_app(settings)
    ready()
    taken = []
    for _ in range(2):
        with app.app_context():
            assert turns.take("nominatim") is None
            taken.append(time.time())
    return taken


def _process(settings: Settings, barrier: object, results: object) -> None:
    results.put(_take_twice(settings, barrier.wait))  # type: ignore[attr-defined]


def test_processes_together_ask_no_more_than_once_a_second(app: Flask, settings: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(2), spawn.Queue()
    workers = [spawn.Process(target=_process, args=(settings, barrier, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    taken = sorted(moment for _ in workers for moment in results.get(timeout=60))
    for worker in workers:
        worker.join(10)
    gaps = [after - before for before, after in pairwise(taken)]
    assert min(gaps) > 1.0
    assert max(gaps) < 4.0
