"""A series is laid out by its rule in local wall time, and its rows follow the rule when it changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.errors import DomainError
from eventkit.events import actions, occurrences, recurrence
from eventkit.events.jobs import lay_out
from eventkit.events.models import CANCELLED, MOVED, PLANNED, Event
from tests.factories import make_event, make_rsvp, make_series
from tests.factories.events import make_details
from tests.factories.series import FRIDAY, occurrences_of

pytestmark = pytest.mark.usefixtures("db", "clock")


def days(event: Event) -> list[date]:
    return [row.starts_local.date() for row in occurrences_of(event)]


def edit(db: ModuleType, event: Event, **changed: Any) -> list[str]:
    said = {
        "title": event.title,
        "starts_local": event.starts_local,
        "ends_local": event.ends_local,
        "all_day": event.all_day,
        "timezone": event.timezone,
        "rrule": event.rrule,
    }
    with db.transaction():
        return [row.recurrence_id for row in actions.edit(event, make_details(**said | changed), now=the_clock.now())]


def test_a_single_event_takes_place_once_and_the_row_follows_it(db: ModuleType) -> None:
    event = make_event()
    (row,) = occurrences_of(event)
    assert (row.recurrence_id, row.starts_at, row.over_at) == ("", event.starts_at, event.over_at)
    edit(db, event, starts_local=datetime(2026, 10, 3, 13), ends_local=None)
    (row,) = occurrences_of(event)
    assert (row.starts_local, row.starts_at, row.over_at) == (event.starts_local, event.starts_at, event.over_at)


def test_an_event_without_a_day_has_none(db: ModuleType) -> None:
    assert occurrences_of(make_event(status="draft", starts_local=None, ends_local=None)) == []


@pytest.mark.parametrize(
    ("zone", "first", "offsets"),
    [
        ("America/Toronto", datetime(2026, 9, 4, 18), {-4, -5}),
        ("Africa/Cairo", datetime(2026, 9, 4, 18), {3, 2}),
        ("Asia/Damascus", datetime(2026, 9, 4, 18), {3}),
        ("Europe/London", datetime(2026, 9, 4, 18), {1, 0}),
    ],
)
def test_the_hour_holds_when_the_clocks_change(zone: str, first: datetime, offsets: set[int]) -> None:
    event = make_series(timezone=zone, starts_local=first, ends_local=None)
    rows = occurrences_of(event)
    local = [row.starts_at.astimezone(ZoneInfo(zone)) for row in rows]
    assert {(each.hour, each.minute, each.weekday()) for each in local} == {(18, 0, 4)}
    assert {int(each.utcoffset() / timedelta(hours=1)) for each in local} == offsets  # type: ignore[operator]
    assert len(rows) == 58


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=1FR", date(2026, 9, 4), ["2026-09-04", "2026-10-02", "2026-11-06", "2026-12-04"]),
        ("FREQ=MONTHLY;BYDAY=-1SU", date(2026, 9, 27), ["2026-09-27", "2026-10-25", "2026-11-29", "2026-12-27"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20261013",
            date(2026, 9, 8),
            ["2026-09-08", "2026-09-22", "2026-10-06"],
        ),
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3", date(2026, 9, 4), ["2026-09-04", "2026-09-08", "2026-09-11"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", date(2026, 9, 30), ["2026-09-30", "2026-10-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 10, 31), ["2026-10-31", "2026-12-31", "2027-01-31"]),
        ("FREQ=YEARLY;COUNT=3", date(2028, 2, 29), ["2028-02-29"]),
        ("FREQ=DAILY;COUNT=2", date(2026, 9, 4), ["2026-09-04", "2026-09-05"]),
        ("FREQ=DAILY;UNTIL=20260905T220000Z", date(2026, 9, 4), ["2026-09-04", "2026-09-05"]),
        ("FREQ=DAILY;UNTIL=20260905T215959Z", date(2026, 9, 4), ["2026-09-04"]),
        ("FREQ=DAILY;UNTIL=20260905T180000", date(2026, 9, 4), ["2026-09-04", "2026-09-05"]),
    ],
)
def test_rules_mean_these_days(rule: str, first: date, expected: list[str]) -> None:
    starts = datetime(first.year, first.month, first.day, 18)
    found = days(make_series(rule, starts_local=starts, ends_local=None))
    assert [str(day) for day in found[: len(expected)]] == expected
    assert recurrence.ends(rule) == (len(found) == len(expected))


def test_a_series_with_an_end_is_over_with_its_last_time() -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    assert event.over_at == datetime(2026, 9, 18, 23, tzinfo=UTC)
    assert make_series("FREQ=WEEKLY;BYDAY=FR").over_at is None
    beyond_what_is_laid_out = make_series("FREQ=WEEKLY;BYDAY=FR;UNTIL=20360104")
    assert beyond_what_is_laid_out.over_at == datetime(2036, 1, 5, 0, tzinfo=UTC)


def test_a_first_day_that_the_rule_does_not_have_is_refused_and_the_right_one_told() -> None:
    with pytest.raises(DomainError, match="Friday, September 4, 2026") as refused:
        make_series(starts_local=datetime(2026, 9, 3, 18), ends_local=None)
    assert refused.value.field == "starts_on"


def test_a_series_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        make_series("FREQ=WEEKLY;BYDAY=FR;UNTIL=20260903")
    assert refused.value.field == "repeat_until"


def test_what_was_decided_is_kept_where_the_rule_still_has_it_and_told_where_not(db: ModuleType) -> None:
    event = make_series()
    now = the_clock.now()
    with db.transaction():
        actions.cancel_occurrence(event, "20260918T180000", reason="Strike", now=now)
        actions.move_occurrence(
            event, "20261002T180000", starts_local=datetime(2026, 10, 3, 10), ends_local=None, reason="", now=now
        )
    assert edit(db, event, rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR") == []
    states = {row.recurrence_id: row.state for row in occurrences_of(event)}
    assert (states["20260918T180000"], states["20261002T180000"]) == (CANCELLED, MOVED)
    assert "20260911T180000" not in states
    assert edit(db, event, rrule="FREQ=WEEKLY;BYDAY=FR;UNTIL=20260920") == ["20261002T180000"]


def test_another_hour_keeps_what_was_decided_and_who_comes(db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        actions.cancel_occurrence(event, "20260918T180000", reason="Strike", now=the_clock.now())
    rsvp = make_rsvp(event)
    with db.transaction():
        rsvp.occurrence = "20260911T180000"
    later = FRIDAY.replace(hour=19, minute=30)
    assert edit(db, event, starts_local=later, ends_local=later.replace(hour=20)) == []
    (row,) = [row for row in occurrences_of(event) if row.state == CANCELLED]
    assert (row.recurrence_id, row.starts_local, row.reason) == (
        "20260918T193000",
        datetime(2026, 9, 18, 19, 30),
        "Strike",
    )
    db.session.refresh(rsvp)
    assert rsvp.occurrence == "20260911T193000"


def test_a_series_becomes_a_single_event_and_back(db: ModuleType) -> None:
    event = make_series()
    edit(db, event, rrule="")
    assert [row.recurrence_id for row in occurrences_of(event)] == [""]
    assert event.over_at == datetime(2026, 9, 4, 23, tzinfo=UTC)
    edit(db, event, rrule="FREQ=WEEKLY;BYDAY=FR")
    assert "" not in {row.recurrence_id for row in occurrences_of(event)}


def test_the_worker_rolls_the_horizon_on_and_leaves_a_series_that_ended(
    db: ModuleType, clock: time_machine.Traveller
) -> None:
    endless, ended = make_series(), make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    before = days(endless)
    clock.shift(timedelta(days=90))
    lay_out()
    assert days(endless) == before, "there is enough left"
    clock.shift(timedelta(days=90))
    lay_out()
    assert days(endless)[: len(before)] == before
    assert len(days(endless)) == len(before) + 25
    until = ended.laid_out_until
    clock.shift(timedelta(days=900))
    lay_out()
    db.session.expire_all()
    assert ended.laid_out_until == until


def test_what_an_upgrade_brought_is_laid_out_by_the_worker(db: ModuleType) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    with db.transaction() as session:
        for row in occurrences_of(event):
            session.delete(row)
        event.laid_out_until = event.over_at = None
    lay_out()
    db.session.expire_all()
    assert len(days(event)) == 3
    assert event.over_at == datetime(2026, 9, 18, 23, tzinfo=UTC)


def test_a_series_in_the_far_future_or_long_past_has_its_first_time() -> None:
    far = make_series("FREQ=YEARLY", starts_local=datetime(2040, 5, 1, 12), ends_local=None)
    assert days(far)[0] == date(2040, 5, 1)
    past = make_series("FREQ=DAILY;COUNT=5", starts_local=datetime(2020, 5, 1, 12), ends_local=None)
    assert days(past) == [date(2020, 5, 1)]


def test_the_rows_of_a_daily_series_are_bounded() -> None:
    event = make_series("FREQ=DAILY", starts_local=datetime(1970, 1, 1, 12), ends_local=None)
    rows = occurrences_of(event)
    assert len(rows) <= 802
    assert {row.state for row in rows} == {PLANNED}
    assert rows[-1].starts_at <= the_clock.now() + occurrences.AHEAD
