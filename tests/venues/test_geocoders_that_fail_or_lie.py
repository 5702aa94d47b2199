"""No venue is lost to a geocoder that is down, slow or mad, and none is sent where it cannot be."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit import clock as app_clock
from eventkit import db as database
from eventkit import signals
from eventkit.config import Settings
from eventkit.venues import actions, jobs
from eventkit.venues.geocoding.places import Answer, Place
from eventkit.venues.jobs import refine_due
from eventkit.venues.models import GeocoderTurn, Venue
from tests.venues import geocoder as far_end
from tests.venues.geocoder import HOUSE, FakeGeocoder, place, send

CONSULATE = {"name": "Consulate", "street": "175 Bloor St. E", "city": "Toronto", "country": "CA"}


def make(**particulars: str) -> Venue:
    venue = Venue()
    with database.transaction() as session:
        session.add(venue)
        actions.change(venue, now=app_clock.now(), **{**CONSULATE, **particulars})
    return venue


def refreshed(venue: Venue) -> Venue:
    database.session.rollback()
    database.session.refresh(venue)
    return venue


FAILURES: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "no answer": far_end.hang,
    "a byte now and then": far_end.drip,
    "hangs up": far_end.hang_up,
    "not JSON": far_end.page,
    "not its JSON": far_end.other_json,
    "too deep": far_end.nest,
    "20 MB": far_end.flood,
    "not UTF-8": lambda handler: send(handler, b'["\xff\xfe"]'),
    "forbidden": far_end.refuse(403),
    "too many requests": far_end.refuse(429),
    "error": far_end.refuse(500),
    "back soon": far_end.refuse(503),
    "moved for ever": far_end.refuse(302, Location="/elsewhere"),
}


@pytest.mark.parametrize("misbehave", FAILURES.values(), ids=FAILURES)
def test_a_failing_geocoder_is_left_alone_and_the_venue_waits(
    asks: Flask, geocoder: FakeGeocoder, misbehave: Callable[[BaseHTTPRequestHandler], None],
    stopwatch: Callable[[], float], clock: time_machine.Traveller,
) -> None:  # fmt: skip
    geocoder.misbehave = misbehave
    venue = make()
    begun = stopwatch()
    refine_due()
    assert stopwatch() - begun < 1.5
    assert (refreshed(venue).state, venue.precision, venue.source) == ("waiting", "city", "offline")
    assert venue.next_attempt_at is not None
    assert venue.next_attempt_at > app_clock.now()
    geocoder.misbehave, geocoder.answers = None, lambda query: [HOUSE]
    clock.shift(120)
    refine_due()
    assert (refreshed(venue).state, venue.precision, venue.source) == ("settled", "exact", "nominatim")


LIES: dict[str, Any] = {
    "another country": [place(43.67, -79.38, address={"country_code": "us"})],
    "another country by its point": [place(42.88, -78.88, address={})],
    "another city": [place(45.42, -75.69)],
    "the origin of coordinates": [place(0.0, 0.0, address={})],
    "no number": [place("nan", "nan")],
    "infinity": [place("1e999", "1e999")],
    "beyond the pole": [place(143.67, -79.38)],
    "round the world": [place(43.67, 640.62)],
    "words": [place("north", "west")],
    "a state": [place(43.67, -79.38, addresstype="state", place_rank=8)],
}


@pytest.mark.filterwarnings("ignore:Latitude normalization")
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_cannot_be_true_is_passed_over(asks: Flask, geocoder: FakeGeocoder, lie: Any) -> None:
    geocoder.answers = lambda query: lie
    venue = make()
    refine_due()
    assert (refreshed(venue).state, venue.precision, venue.source) == ("settled", "city", "offline")
    assert venue.latitude == pytest.approx(43.7, abs=0.1)


def test_the_first_answer_that_can_be_true_is_taken(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [place(51.5, -0.1, address={"country_code": "gb"}), HOUSE]
    venue = make()
    refine_due()
    assert (refreshed(venue).precision, venue.latitude) == ("exact", 43.67085)


@pytest.mark.parametrize(
    ("said", "answer", "believed"),
    [
        (Place(city="Springfield", country="US"), Answer(39.8, -89.6, "exact", "US"), True),  # Illinois
        (Place(city="Springfield", country="US"), Answer(42.1, -72.6, "exact", "US"), True),  # Massachusetts
        (Place(city="Springfield", country="US"), Answer(47.6, -122.3, "exact", "US"), False),  # Seattle
        (Place(city="Hong Kong", country="HK"), Answer(22.28, 114.16, "exact", "CN"), True),
        (Place(city="Saint-Denis", country="RE"), Answer(-20.88, 55.45, "exact", "FR"), True),
        (Place(city="San Juan", country="PR"), Answer(18.46, -66.1, "exact", "US"), True),
        (Place(city="A village", country="FR"), Answer(45.0, 3.0, "city"), True),
        (Place(city="A village", country="FR"), Answer(52.5, 13.4, "city"), False),
        (Place(country="CA"), Answer(75.0, -95.0, "exact"), True),  # nobody's near: nothing speaks against it
        (Place(name="anywhere"), Answer(52.5, 13.4, "exact"), True),
    ],
)
def test_what_can_be_true(said: Place, answer: Answer, believed: bool) -> None:
    assert said.can_be_at(answer) is believed


@pytest.mark.both_databases
def test_a_geocoder_that_is_down_for_an_hour_costs_nothing(
    asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller
) -> None:
    venues = [make(name=f"House {number}", street=f"{number} Bloor St. E") for number in range(175, 195)]
    geocoder.stop()
    begun = app_clock.now()
    while app_clock.now() < begun + timedelta(hours=1):
        refine_due()
        clock.shift(60)
    database.session.rollback()
    attempts = database.session.scalar(select(func.sum(Venue.attempts))) or 0
    assert attempts < 15  # not twenty venues every minute
    assert all(refreshed(venue).state == "waiting" and venue.precision == "city" for venue in venues)

    geocoder.answers = lambda query: [
        place(43.671, -79.382, address={"house_number": query["street"].split()[0], "country_code": "ca"})
    ]
    geocoder.start()
    back = app_clock.now()
    while any(refreshed(venue).state == "waiting" for venue in venues):
        assert app_clock.now() < back + timedelta(hours=1)
        refine_due()
        clock.shift(60)
    assert all(venue.precision == "exact" for venue in venues)


def test_a_question_that_breaks_the_geocoder_does_not_keep_others_from_it(
    asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller
) -> None:
    def fragile(handler: BaseHTTPRequestHandler) -> None:
        if "666" in handler.path:
            send(handler, b"{}", 500)
        else:
            send(handler, json.dumps([HOUSE]).encode())

    geocoder.misbehave = fragile
    poison = make(street="666 Bloor St. E")
    others = [make(name=str(number)) for number in range(3)]
    for _ in range(10):
        refine_due()
        clock.shift(60)
    assert [refreshed(venue).precision for venue in others] == ["exact"] * 3
    assert (refreshed(poison).state, poison.precision) == ("waiting", "city")


def test_a_geocoder_that_breaks_on_one_venue_for_weeks_is_not_asked_for_ever(
    asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller
) -> None:
    geocoder.misbehave = far_end.refuse(500)
    venue = make()
    with database.transaction():
        venue.attempts = actions.MOST_ATTEMPTS - 1
    refine_due()
    assert (refreshed(venue).state, venue.precision) == ("settled", "city")


def test_a_geocoder_may_ask_to_be_left_alone_for_longer(
    asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller
) -> None:
    geocoder.misbehave = far_end.refuse(429, Retry_After="7200")
    venue = make()
    refine_due()
    geocoder.misbehave, geocoder.answers = None, lambda query: [HOUSE]
    clock.shift(7100)
    refine_due()
    assert (refreshed(venue).state, len(geocoder.asked)) == ("waiting", 1)
    clock.shift(200)
    refine_due()
    assert refreshed(venue).precision == "exact"


def test_success_forgives_all_failures(asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller) -> None:
    geocoder.misbehave = far_end.refuse(500)
    make()
    refine_due()
    assert database.session.get_one(GeocoderTurn, "nominatim").failures == 1
    geocoder.misbehave, geocoder.answers = None, lambda query: [HOUSE]
    clock.shift(120)
    refine_due()
    database.session.rollback()
    assert database.session.get_one(GeocoderTurn, "nominatim").failures == 0


def test_no_transaction_is_held_while_the_network_is_waited_for(
    asks: Flask, geocoder: FakeGeocoder, settings: Settings
) -> None:
    written: list[int] = []
    held: list[int] = []

    def write_meanwhile(query: dict[str, str]) -> Any:
        path = settings.database_url.removeprefix("sqlite:///")
        with sqlite3.connect(path, timeout=0.2) as connection:
            connection.execute("BEGIN IMMEDIATE")
            written.append(connection.execute("UPDATE venues SET directions = 'Ramp on the left'").rowcount)
        connection.close()
        held.append(asks.extensions["eventkit.engine"].pool.checkedout())
        return [HOUSE]

    geocoder.answers = write_meanwhile
    venue = make()
    refine_due()
    assert (written, held) == ([1], [0])
    assert (refreshed(venue).directions, venue.precision) == ("Ramp on the left", "exact")


@pytest.mark.both_databases
@pytest.mark.parametrize("status", [200, 500])
def test_a_pin_that_is_set_while_the_geocoder_thinks_stays(asks: Flask, geocoder: FakeGeocoder, status: int) -> None:
    def set_pin_meanwhile(handler: BaseHTTPRequestHandler) -> None:
        with asks.app_context(), database.transaction() as session:
            actions.move_pin(session.scalars(select(Venue)).one(), 43.6701, -79.3833)
        send(handler, json.dumps([HOUSE]).encode(), status)

    geocoder.misbehave = set_pin_meanwhile
    venue = make()
    refine_due()
    assert (refreshed(venue).precision, venue.latitude) == ("pin", 43.6701)
    assert (venue.state, venue.next_attempt_at, venue.attempts) == ("settled", None, 0)


def test_an_address_that_changes_while_the_geocoder_thinks_is_asked_for(asks: Flask, geocoder: FakeGeocoder) -> None:
    def change_meanwhile(query: dict[str, str]) -> Any:
        if "175" in query.get("street", ""):
            with asks.app_context(), database.transaction() as session:
                venue = session.scalars(select(Venue)).one()
                actions.change(venue, now=app_clock.now(), street="320 Bloor St. E")
            return [HOUSE]
        return [place(43.67225, -79.3786, address={"house_number": "320", "country_code": "ca"})]

    geocoder.answers = change_meanwhile
    venue = make()
    refine_due()
    assert (refreshed(venue).street, venue.latitude, venue.state) == ("320 Bloor St. E", 43.67225, "settled")


def test_a_venue_that_is_deleted_while_the_geocoder_thinks_is_gone(asks: Flask, geocoder: FakeGeocoder) -> None:
    def delete_meanwhile(query: dict[str, str]) -> Any:
        with asks.app_context(), database.transaction() as session:
            session.delete(session.scalars(select(Venue)).one())
        return [HOUSE]

    geocoder.answers = delete_meanwhile
    make()
    refine_due()
    assert database.session.scalars(select(Venue)).all() == []


def test_a_venue_whose_worker_died_is_taken_up_again(
    asks: Flask, geocoder: FakeGeocoder, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise Killed

    venue = make()
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(jobs.asking, "locate", die)
        refine_due()
    geocoder.answers = lambda query: [HOUSE]
    refine_due()
    assert refreshed(venue).state == "waiting"
    clock.shift(jobs.LEASE.total_seconds())
    refine_due()
    assert refreshed(venue).precision == "exact"


def test_who_listens_hears_of_the_refined_point_within_its_transaction(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [HOUSE]
    venue = make()
    heard: list[tuple[float | None, bool]] = []

    def hear(_sender: object, venue: Venue) -> None:
        heard.append((venue.latitude, database.session().in_transaction()))

    with signals.venue_located.connected_to(hear):
        refine_due()
    assert heard == [(43.67085, True)]
    assert refreshed(venue).precision == "exact"


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_venue_that_another_worker_is_taking_is_passed_over(asks: Flask) -> None:
    first, second = make(), make(street="177 Bloor St. E")
    with asks.extensions["eventkit.engine"].connect() as other_worker:
        other_worker.execute(select(Venue.id).where(Venue.id == first.id).with_for_update())
        release = threading.Timer(3, other_worker.rollback)
        release.start()
        taken = jobs._take()
        release.cancel()
    assert taken is not None
    assert taken[0] == second.id


def test_while_one_thread_asks_the_others_are_free(asks: Flask, geocoder: FakeGeocoder) -> None:
    elsewhere: list[bool] = []

    def another_thread_runs_the_job(query: dict[str, str]) -> Any:
        with asks.app_context():
            refine_due()
        elsewhere.append(True)
        return [HOUSE]

    geocoder.answers = another_thread_runs_the_job
    venues = [make(), make(street="177 Bloor St. E")]
    refine_due()
    assert all(refreshed(venue).state == "settled" for venue in venues)
    assert elsewhere == [True, True]
