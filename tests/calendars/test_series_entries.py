"""The entry of a series: its rule, what was left out, and each changed time in whole (RFC 5545, 3.8.4.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventkit import clock as the_clock
from eventkit.calendars import queries as calendars
from eventkit.events import actions, recurrence
from eventkit.events.models import DRAFT, Event
from tests.factories import make_series
from tests.factories.series import change_dates, occurrences_of

pytestmark = pytest.mark.usefixtures("clock")


def read(event: Event) -> Calendar:
    invite = calendars.invite(event)
    assert invite is not None
    return Calendar.from_ical(invite)


def starts(component: Any) -> str:
    return str(component["DTSTART"].to_ical(), "ascii")


def test_each_changed_time_stands_after_the_series_and_says_all(db: ModuleType) -> None:
    event = make_series(tags=("vigil",))
    with db.transaction():
        change_dates(event)
    series, moved, cancelled, winter = read(event).walk("VEVENT")
    assert "RECURRENCE-ID" not in series
    assert series["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=FR"
    for each, was, now in (
        (moved, "20260911T180000", "20260912T100000"),
        (cancelled, "20260918T180000", "20260918T180000"),
        (winter, "20261106T180000", "20261106T180000"),
    ):
        assert each["RECURRENCE-ID"].to_ical() == was.encode()
        assert each["RECURRENCE-ID"].params["TZID"] == each["DTSTART"].params["TZID"] == "America/Toronto"
        assert starts(each) == now
        assert (each["UID"], each["SEQUENCE"]) == (event.uid, event.sequence)
        assert "RRULE" not in each
        assert each["URL"] == f"http://localhost/events/{event.slug}/dates/{was}"
    assert (str(moved["SUMMARY"]), moved["STATUS"], moved["TRANSP"]) == ("Friday vigil", "CONFIRMED", "OPAQUE")
    assert str(cancelled["SUMMARY"]) == "Cancelled: Friday vigil"
    assert (cancelled["STATUS"], cancelled["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert "The square is taken" in moved["DESCRIPTION"]
    assert "Saturday 12 September 2026, 10:00–12:00" in moved["DESCRIPTION"]
    assert "Every Friday" not in moved["DESCRIPTION"]
    assert moved["DESCRIPTION"].endswith(f"/events/{event.slug}/dates/20260911T180000")
    assert "This is cancelled. Strike, all of us" in cancelled["DESCRIPTION"]


def test_what_was_left_out_is_an_exdate_of_the_kind_of_the_start(db: ModuleType) -> None:
    event = make_series(status=DRAFT)
    with db.transaction():
        for recurrence_id in ("20260911T180000", "20261106T180000"):
            actions.exclude_occurrence(event, recurrence_id, now=the_clock.now())
        actions.publish(event, now=the_clock.now())
    (series,) = read(event).walk("VEVENT")
    assert series["EXDATE"].to_ical() == b"20260911T180000,20261106T180000"
    assert series["EXDATE"].params["TZID"] == "America/Toronto"


def test_all_of_a_series_that_is_cancelled_is(db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
        actions.cancel(event, reason="We have won", now=the_clock.now())
    assert {str(each["STATUS"]) for each in read(event).walk("VEVENT")} == {"CANCELLED"}


def test_a_decision_that_is_taken_back_leaves_nothing_but_a_higher_sequence(db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
        for recurrence_id in ("20260911T180000", "20260918T180000", "20261106T180000"):
            actions.restore_occurrence(event, recurrence_id, now=the_clock.now())
    (series,) = read(event).walk("VEVENT")
    assert series["SEQUENCE"] == 6


def test_a_zone_is_told_until_the_last_time_and_from_the_first(db: ModuleType) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=SA;COUNT=20", starts_local=datetime(2027, 1, 2, 18), ends_local=None)
    with db.transaction():
        moved = datetime(2026, 12, 30, 18)
        actions.move_occurrence(
            event, "20270102T180000", starts_local=moved, ends_local=None, reason="", now=the_clock.now()
        )
    (zone,) = read(event).walk("VTIMEZONE")
    onsets = [each["DTSTART"].dt for each in zone.subcomponents]
    assert min(onsets) <= datetime(2026, 11, 1, 2)
    assert "RRULE" not in zone.to_ical().decode(), "it is not told for ever"


def to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ends = st.one_of(
    st.just(""),
    st.integers(1, 999).map(lambda count: f";COUNT={count}"),
    st.dates(date(2026, 9, 1), date(2030, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}"),
    st.datetimes(datetime(2026, 9, 1), datetime(2030, 1, 1)).map(lambda moment: f";UNTIL={moment:%Y%m%dT%H%M%S}Z"),
)
intervals = st.integers(1, 99).map(lambda number: f";INTERVAL={number}" if number > 1 else "")
weekly = st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: ";BYDAY=" + ",".join(sorted(days)))
monthly = st.one_of(
    st.tuples(st.sampled_from((1, 2, 3, 4, 5, -1)), st.sampled_from(DAYS)).map(lambda one: f";BYDAY={one[0]}{one[1]}"),
    st.sampled_from((*range(1, 32), -1)).map(lambda day: f";BYMONTHDAY={day}"),
    st.just(""),
)
rules = st.one_of(
    st.tuples(st.just("FREQ=DAILY"), intervals, ends),
    st.tuples(st.just("FREQ=WEEKLY"), st.one_of(weekly, st.just("")), intervals, ends),
    st.tuples(st.just("FREQ=MONTHLY"), monthly, intervals, ends),
    st.tuples(st.just("FREQ=YEARLY"), intervals, ends),
).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules,
    st.datetimes(datetime(2026, 9, 1), datetime(2027, 3, 1)).map(to_the_minute),
    st.sampled_from(("America/Toronto", "Asia/Damascus", "Africa/Cairo", "Australia/Lord_Howe", "UTC")),
    st.booleans(),
)
def test_what_others_read_in_it_is_what_is_laid_out(
    db: ModuleType, rule: str, begin: datetime, zone: str, all_day: bool
) -> None:
    """Any rule that is taken: icalendar and dateutil find the same instants in our VEVENT as we have rows."""
    begin = begin.replace(hour=0, minute=0) if all_day else begin
    first = next(recurrence.moments(rule, begin, zone), None)
    if first is None or first.year > 2027 or not 4 <= first.hour + 4 * all_day <= 22:
        return  # the hours in which clocks change are asked for in test_schedule
    event = make_series(rule, starts_local=first, ends_local=None, all_day=all_day, timezone=zone)
    rows = occurrences_of(event)
    (series,) = read(event).walk("VEVENT")
    begins = series["DTSTART"].dt
    if all_day:
        begins = datetime(begins.year, begins.month, begins.day)
    theirs = []
    for moment in rrulestr(series["RRULE"].to_ical().decode(), dtstart=begins):
        instant = moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone)).astimezone(UTC)
        if event.laid_out_until is None or instant > event.laid_out_until:
            break
        theirs.append(instant)
    assert theirs == [row.starts_at for row in rows]
    assert len(rows) <= 802
