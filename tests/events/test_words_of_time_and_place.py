"""How an event's date, time and place are told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType

import pytest
from flask import Flask

from eventkit.events import listing, presentation
from eventkit.events.details import Part, VenueDetails
from eventkit.events.models import ATTENDING, HOST
from tests.factories import make_event

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "short", "full"),
    [
        (
            {"starts_local": datetime(2026, 11, 14, 13), "ends_local": datetime(2026, 11, 14, 15)},
            "Sat 14 Nov, 1–3 PM",
            "Saturday 14 November 2026, 13:00–15:00, Eastern Standard Time",
        ),
        (
            {"starts_local": datetime(2016, 10, 1, 11, 30), "ends_local": datetime(2016, 10, 1, 13)},
            "Sat 1 Oct 2016, 11:30 AM–1 PM",
            "Saturday 1 October 2016, 11:30–13:00, Eastern Daylight Time",
        ),
        (
            {"starts_local": datetime(2026, 11, 14, 22), "ends_local": datetime(2026, 11, 15, 1)},
            "Sat 14 Nov, 10 PM–1 AM",
            "Saturday 14 November 2026, 22:00–01:00, Eastern Standard Time",
        ),
        (
            {"starts_local": datetime(2026, 11, 14, 19), "ends_local": None},
            "Sat 14 Nov, 7 PM",
            "Saturday 14 November 2026, 19:00, Eastern Standard Time",
        ),
        (
            {"starts_local": datetime(2026, 11, 14), "ends_local": datetime(2026, 11, 16), "all_day": True},
            "Sat 14 Nov to Mon 16 Nov",
            "Saturday 14 November 2026 to Monday 16 November 2026",
        ),
        (
            {"starts_local": datetime(2026, 11, 14), "ends_local": None, "all_day": True},
            "Sat 14 Nov",
            "Saturday 14 November 2026",
        ),
    ],
)
def test_date_and_time_in_english(db: ModuleType, times: dict[str, object], short: str, full: str) -> None:
    event = make_event(**times)
    assert presentation.when(event, NOW) == short
    assert presentation.when_in_full(event) == full


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 11, 9, 17, tzinfo=UTC), "In 5 days"),
        (datetime(2026, 11, 14, 3, tzinfo=UTC), "Tomorrow"),  # still the 13th in Toronto
        (datetime(2026, 11, 14, 12, tzinfo=UTC), "Today"),
        (datetime(2026, 11, 16, 3, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 17, 17, tzinfo=UTC), "3 days ago"),
    ],
)
def test_distance_counts_days_at_the_venue(db: ModuleType, now: datetime, said: str) -> None:
    event = make_event(starts_local=datetime(2026, 11, 14, 13), ends_local=datetime(2026, 11, 14, 15))
    assert presentation.distance_words(event, now) == said


def test_the_start_is_told_to_machines_with_its_offset(db: ModuleType) -> None:
    event = make_event(starts_local=datetime(2026, 11, 14, 13), ends_local=None)
    assert presentation.start_iso(event) == "2026-11-14T13:00:00-05:00"


def test_the_place_is_told_once(db: ModuleType) -> None:
    event = make_event(
        venue=VenueDetails(
            name="Consulate", street="175 Bloor St. E", city="Toronto", postal_code="M4W 3R8", country="CA"
        )
    )
    assert presentation.where(event) == "175 Bloor St. E"
    assert presentation.where_more(event) == "Consulate, Toronto M4W 3R8"
    assert presentation.address(event) == "Consulate, 175 Bloor St. E, Toronto M4W 3R8"


def test_a_place_without_an_address_is_told_by_its_name(db: ModuleType) -> None:
    event = make_event(venue=VenueDetails(name="by the fountain", city="Toronto"))
    assert (presentation.where(event), presentation.where_more(event)) == ("by the fountain", "Toronto")


def test_who_calls_is_the_host(app: Flask, db: ModuleType) -> None:
    event = make_event(who="Everyone", parts=[Part("Night Nurses", HOST), Part("Tenants United", ATTENDING, "Tea.")])
    with app.test_request_context():
        assert (presentation.who(event), presentation.others(event)) == ("Night Nurses", 1)
        assert [label for label, _organizations in presentation.groups(event)] == ["Host", "Attending"]


def test_the_list_is_in_weeks_and_days(db: ModuleType) -> None:
    hours = [(2026, 9, 3, 13), (2026, 9, 3, 18), (2026, 9, 9, 9), (2026, 8, 30, 9)]
    events = [make_event(starts_local=datetime(*hour), ends_local=None) for hour in sorted(hours)]
    weeks = listing.by_week(events, date(2026, 9, 1))
    assert [(week.label, [(day.date.day, len(day.events)) for day in week.days]) for week in weeks] == [
        ("This week", [(30, 1), (3, 2)]),
        ("Next week", [(9, 1)]),
    ]
    assert weeks[0].range == "31 Aug – 6 Sep"
