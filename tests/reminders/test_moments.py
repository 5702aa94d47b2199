"""When each reminder is due: by the clock of the place, also on the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eventkit.events import schedule
from eventkit.reminders import moments
from eventkit.reminders.models import DAY, KINDS, MORNING, THANKS, WEEK

TORONTO = "America/Toronto"


def due(kind: str, starts: datetime, hours: float = 2, *, all_day: bool = False, timezone: str = TORONTO) -> datetime:
    """In the time of the place, without its zone."""
    return local(moment(kind, starts, hours, all_day=all_day, timezone=timezone).due_at, timezone)


def moment(
    kind: str, starts: datetime, hours: float = 2, *, all_day: bool = False, timezone: str = TORONTO
) -> moments.Moment:
    over_at = schedule.over_at(
        starts, None if all_day else starts + timedelta(hours=hours), all_day=all_day, timezone=timezone
    )
    return moments.of(kind, starts, over_at, all_day=all_day, timezone=timezone)


def local(instant: datetime, timezone: str = TORONTO) -> datetime:
    return instant.astimezone(schedule.zone(timezone)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("hour", "week", "day", "morning"),
    [
        ((13, 0), "7th 13:00", "13th 13:00", "14th 08:00"),
        ((11, 0), "7th 11:00", "13th 11:00", "14th 08:00"),
        ((10, 30), "7th 10:30", "13th 10:30", "14th 07:30"),
        ((8, 0), "7th 09:00", "13th 09:00", "14th 05:00"),
        ((7, 59), "7th 09:00", "13th 09:00", "13th 20:00"),
        ((0, 30), "7th 09:00", "13th 09:00", "13th 20:00"),
        ((22, 0), "7th 20:00", "13th 20:00", "14th 08:00"),
    ],
)
def test_nobody_is_written_to_at_night(hour: tuple[int, int], week: str, day: str, morning: str) -> None:
    starts = datetime(2026, 11, 14, *hour)
    assert [f"{due(kind, starts):%-dth %H:%M}" for kind in (WEEK, DAY, MORNING)] == [week, day, morning]


def test_without_an_hour_it_is_nine_and_eight_in_the_morning() -> None:
    day = datetime(2026, 11, 14)
    found = [f"{due(kind, day, all_day=True):%-dth %H:%M}" for kind in KINDS]
    assert found == ["7th 09:00", "13th 09:00", "14th 08:00", "15th 10:00"]


@pytest.mark.parametrize(
    ("ends", "thanks"),
    [((15, 0), "15th 10:00"), ((23, 59), "15th 10:00")],
)
def test_thanks_come_on_the_next_morning(ends: tuple[int, int], thanks: str) -> None:
    starts = datetime(2026, 11, 14, 12)
    hours = (datetime(2026, 11, 14, *ends) - starts) / timedelta(hours=1)
    assert f"{due(THANKS, starts, hours):%-dth %H:%M}" == thanks


@pytest.mark.parametrize(("hours", "thanks"), [(4, "15th 10:00"), (9, "15th 10:00"), (9.5, "16th 10:00")])
def test_after_a_night_people_rest_first(hours: float, thanks: str) -> None:
    assert f"{due(THANKS, datetime(2026, 11, 14, 22), hours):%-dth %H:%M}" == thanks


def test_on_the_day_on_which_clocks_go_back() -> None:
    """1 November 2026 in Toronto: 13:00 is five hours behind UTC, 13:00 of the day before four."""
    starts = datetime(2026, 11, 1, 13)
    assert moment(WEEK, starts).due_at == datetime(2026, 10, 25, 17, tzinfo=UTC)
    assert moment(DAY, starts).due_at == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert moment(MORNING, starts).due_at == datetime(2026, 11, 1, 13, tzinfo=UTC)
    assert moment(THANKS, starts).due_at == datetime(2026, 11, 2, 15, tzinfo=UTC)
    assert moment(THANKS, datetime(2026, 10, 31, 21)).due_at == datetime(2026, 11, 1, 15, tzinfo=UTC)


def test_tomorrow_is_not_said_after_midnight_nor_today_after_the_start() -> None:
    late = moment(DAY, datetime(2026, 11, 14, 22))
    assert local(late.drop_after) == datetime(2026, 11, 14)
    assert local(moment(DAY, datetime(2026, 11, 14, 13)).drop_after) == datetime(2026, 11, 13, 19)
    assert local(moment(MORNING, datetime(2026, 11, 14, 13)).drop_after) == datetime(2026, 11, 14, 13)


@given(
    kind=some.sampled_from(KINDS),
    starts=some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    hours=some.integers(1, 200),
    all_day=some.booleans(),
    timezone=some.sampled_from([TORONTO, "Australia/Lord_Howe", "Asia/Kolkata", "Europe/London", "Pacific/Apia"]),
    late=some.floats(0, 1),
)
def test_what_is_due_is_among_what_is_looked_at(
    kind: str, starts: datetime, hours: int, all_day: bool, timezone: str, late: float
) -> None:
    starts = starts.replace(hour=0, minute=0) if all_day else starts
    found = moment(kind, starts, hours, all_day=all_day, timezone=timezone)
    assert found.due_at < found.drop_after
    now = found.due_at + late * (found.drop_after - found.due_at)
    ends = starts + timedelta(hours=hours)
    over_at = schedule.over_at(starts, None if all_day else ends, all_day=all_day, timezone=timezone)
    measured = over_at if kind == THANKS else schedule.instant(starts, timezone)
    nearest, furthest = moments.REACH[kind]
    assert nearest <= measured - now <= furthest
