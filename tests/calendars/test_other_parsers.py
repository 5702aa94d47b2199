"""The same text, instants and occurrences in the eyes of a parser that nobody here wrote, and that is not Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventkit import clock, db
from eventkit.calendars import queries
from eventkit.events import actions
from eventkit.events.details import VenueDetails
from eventkit.events.models import Event
from tests.factories import make_event, make_series
from tests.factories.series import FRIDAY, change_dates

PARSERS = Path(__file__).parent / "parsers"
AWKWARD = "Bread, roses; and \\ backslashes\nنساء الحي 😀 “quoted” " + "so on and on " * 160

pytestmark = [pytest.mark.parsers, pytest.mark.usefixtures("clock", "db")]


def read(event: Event) -> dict[str, Any]:
    """What ical.js understands."""
    node = shutil.which("node")
    if node is None or not (PARSERS / "node_modules").is_dir():
        pytest.skip("ical.js is not installed: run .ci/parsers")
    invite = queries.invite(event)
    assert invite is not None
    done = subprocess.run([node, PARSERS / "read.mjs"], input=invite, capture_output=True, check=True)
    (found,) = json.loads(done.stdout)
    return found  # type: ignore[no-any-return]


def instants(*moments: datetime) -> list[str]:
    return [f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z" for moment in moments]


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/Toronto", datetime(2016, 10, 1, 13), "2016-10-01T17:00:00.000Z"),
        ("America/Toronto", datetime(2026, 7, 4, 13), "2026-07-04T17:00:00.000Z"),
        ("America/Toronto", datetime(2026, 12, 5, 13), "2026-12-05T18:00:00.000Z"),
        ("America/Toronto", datetime(2026, 11, 1, 3), "2026-11-01T08:00:00.000Z"),
        ("Asia/Damascus", datetime(2022, 7, 4, 13), "2022-07-04T10:00:00.000Z"),
        ("Asia/Damascus", datetime(2026, 1, 4, 13), "2026-01-04T10:00:00.000Z"),
        ("Asia/Damascus", datetime(2021, 1, 4, 13), "2021-01-04T11:00:00.000Z"),
        ("Europe/Dublin", datetime(2026, 1, 4, 13), "2026-01-04T13:00:00.000Z"),
        ("Europe/Dublin", datetime(2026, 7, 4, 13), "2026-07-04T12:00:00.000Z"),
        ("Asia/Kathmandu", datetime(2026, 7, 4, 13), "2026-07-04T07:15:00.000Z"),
        ("UTC", datetime(2026, 7, 4, 13), "2026-07-04T13:00:00.000Z"),
    ],
)
def test_the_start_is_the_same_instant(zone: str, local: datetime, instant: str) -> None:
    event = make_event(timezone=zone, starts_local=local, ends_local=local + timedelta(hours=2))
    found = read(event)
    assert found["start"] == instant
    assert datetime.fromisoformat(found["end"]) - datetime.fromisoformat(found["start"]) == timedelta(hours=2)


def test_texts_and_particulars_are_the_same() -> None:
    venue = VenueDetails(name="The fountain; north side", city="Toronto", country="CA", latitude=43.66, longitude=-79.4)
    event = make_event(
        title="Bread, roses; نساء 😀", why=AWKWARD, host='Tenants; of "Dundas"', venue=venue, tags=("bread",)
    )
    found = read(event)
    assert found["summary"] == "Bread, roses; نساء 😀"
    assert AWKWARD in found["description"]
    assert found["location"] == "The fountain; north side, Toronto, Canada"
    assert found["geo"] == [43.66, -79.4]
    assert (found["uid"], found["sequence"], found["status"]) == (event.uid, 0, "CONFIRMED")
    assert (found["organizer"], found["organizerName"]) == ("mailto:events@example.org", "Tenants; of 'Dundas'")
    assert found["url"] == f"http://localhost/events/{event.slug}"
    assert found["categories"] == ["bread"]


def test_whole_days_are_days() -> None:
    days = {"starts_local": datetime(2026, 7, 4), "ends_local": datetime(2026, 7, 6), "all_day": True}
    found = read(make_event(**days))
    assert (found["start"], found["end"]) == ("2026-07-04", "2026-07-07")


def test_a_night_ends_on_the_next_day_and_an_unknown_end_is_none() -> None:
    night = read(make_event(starts_local=datetime(2026, 7, 4, 22), ends_local=datetime(2026, 7, 5, 2)))
    assert night["end"] == "2026-07-05T06:00:00.000Z"
    open_end = read(make_event(starts_local=datetime(2026, 7, 4, 22), ends_local=None))
    assert open_end["end"] == open_end["start"]


@pytest.mark.parametrize("zone", ["America/Toronto", "Asia/Damascus", "Africa/Cairo", "Asia/Jerusalem"])
def test_a_series_keeps_its_local_time_over_years(zone: str) -> None:
    start = datetime(2026, 9, 11, 18)
    event = make_event(timezone=zone, starts_local=start, ends_local=None, rrule="FREQ=MONTHLY;BYDAY=2FR")
    found = read(event)["occurrences"]
    local = [datetime.fromisoformat(each).astimezone(ZoneInfo(zone)) for each in found]
    assert len(local) == 60
    assert {(each.hour, each.minute, each.weekday()) for each in local} == {(18, 0, 4)}


def test_until_includes_the_last_day_and_nothing_after() -> None:
    event = make_event(
        starts_local=datetime(2026, 10, 16, 21), ends_local=None, rrule="FREQ=WEEKLY;BYDAY=FR;UNTIL=20261113"
    )
    days = [datetime(2026, 10, 16, 21) + timedelta(weeks=week) for week in range(5)]
    zone = ZoneInfo("America/Toronto")
    assert read(event)["occurrences"] == instants(*(day.replace(tzinfo=zone) for day in days))


def test_changed_times_of_a_series_are_found_at_their_place() -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
    zone = ZoneInfo("America/Toronto")
    found = read(event)
    second, third, tenth = (FRIDAY.replace(tzinfo=zone) + timedelta(weeks=number) for number in (1, 2, 9))
    moved = datetime(2026, 9, 12, 10, tzinfo=zone)
    assert found["changed"] == {
        instants(second)[0]: [*instants(moved, moved + timedelta(hours=2)), "CONFIRMED", "Friday vigil"],
        instants(third)[0]: [*instants(third, third + timedelta(hours=1)), "CANCELLED", "Cancelled: Friday vigil"],
        instants(tenth)[0]: [*instants(tenth, tenth + timedelta(hours=1)), "CANCELLED", "Cancelled: Friday vigil"],
    }
    assert instants(moved)[0] in found["occurrences"]
    assert instants(second)[0] not in found["occurrences"]


def test_whole_days_of_a_series_are_changed_and_left_out_as_days() -> None:
    day = datetime(2026, 9, 4)
    event = make_series(starts_local=day, ends_local=None, all_day=True, status="draft")
    with db.transaction():
        actions.exclude_occurrence(event, "20260911T000000", now=clock.now())
        actions.publish(event, now=clock.now())
        actions.move_occurrence(
            event, "20260918T000000", starts_local=datetime(2026, 9, 19), ends_local=None, reason="", now=clock.now()
        )
    found = read(event)
    assert found["occurrences"][:3] == ["2026-09-04", "2026-09-19", "2026-09-25"]
    assert found["changed"] == {"2026-09-18": ["2026-09-19", "2026-09-20", "CONFIRMED", "Friday vigil"]}
