"""`events read` and `events publish`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import ModuleType

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from eventkit.events import queries
from eventkit.events.models import Event

ANNOUNCEMENT = """Our month in short: two clinics reopened, and eleven nurses joined us. Thank you.

Vigil: October 1, Downtown Toronto

WHO: Everyone who has ever been healed by somebody.
WHAT: Nurses and neighbours will hold a vigil for the bombed wards.
WHEN: Saturday October 1, 1-3 PM
WHERE: Consulate General of Ruritania, 175 Bloor St. E - M4W 3R8
WHY: Night Nurses Union will be present to protest the bombing of hospitals. We ask that it ends.

Subscribe to our letter
"""


def run(app: Flask, *arguments: str, text: str = ANNOUNCEMENT) -> Result:
    return app.test_cli_runner().invoke(args=["events", *arguments], input=text)


def test_reading_prints_what_was_understood(app: Flask) -> None:
    result = run(app, "read", "--published", "2016-09-28")
    assert result.exit_code == 0
    (event,) = json.loads(result.stdout)["events"]
    wanted = {
        "start_local": "2016-10-01T13:00",
        "end_local": "2016-10-01T15:00",
        "timezone": "America/Toronto",
        "all_day": False,
        "rrule": None,
        "venue_name": "Consulate General of Ruritania",
        "street": "175 Bloor St. E",
        "city": "Toronto",
        "postal_code": "M4W 3R8",
        "country": "CA",
        "flags": ["year_inferred"],
    }
    assert {name: event[name] for name in wanted} == wanted
    assert [(part["name"], part["role"]) for part in event["organizations"]] == [("Night Nurses Union", "attending")]


def test_reading_needs_no_database(app: Flask, db: ModuleType) -> None:
    run(app, "read")
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_publishing_stores_locates_and_prints_the_address(app: Flask, db: ModuleType, client: object) -> None:
    result = run(app, "publish", "--published", "2016-09-28")
    assert result.exit_code == 0, result.output
    url = result.stdout.strip()
    event = queries.by_slug(url.rpartition("/")[2])
    assert event is not None
    assert (event.starts_at, event.over_at) == (
        datetime(2016, 10, 1, 17, tzinfo=UTC),
        datetime(2016, 10, 1, 19, tzinfo=UTC),
    )
    assert (event.venue.city, event.venue.precision, event.venue.state) == ("Toronto", "city", "waiting")
    assert [(part.organization.name, part.role) for part in event.participations] == [
        ("Night Nurses Union", "attending")
    ]


def test_without_a_date_of_its_own_the_weekday_decides_the_year(app: Flask, clock: Traveller) -> None:
    clock.move_to(datetime(2026, 11, 22, 12, tzinfo=UTC))
    (event,) = json.loads(run(app, "read").stdout)["events"]
    assert (event["start_local"], event["flags"]) == ("2033-10-01T13:00", ["year_inferred"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no event was found"),
        ("We wish all our readers a quiet summer.", "no event was found"),
    ],
)
def test_a_text_without_an_event_is_refused(app: Flask, db: ModuleType, text: str, said: str) -> None:
    result = run(app, "publish", text=text)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--published", "yesterday"), ("--home-timezone", "Toronto"), ("--country", "Canada")],
)
def test_an_option_that_is_wrong_is_named(app: Flask, option: str, value: str) -> None:
    result = run(app, "read", option, value)
    assert result.exit_code == 2
    assert option in result.stderr


def test_bytes_that_are_no_text_are_read_all_the_same(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["events", "read"], input=b"\xff\xfe\x00 march \x80")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["flags"]
