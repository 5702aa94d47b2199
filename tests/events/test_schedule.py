"""Local wall time is what people agreed on; the instant is derived from it and the zone."""

from datetime import UTC, datetime

import pytest

from eventkit.errors import DomainError
from eventkit.events import schedule
from eventkit.events.models import Event


def an_event(**changed: object) -> Event:
    event = Event(rrule="")
    times: dict[str, object] = {
        "starts_local": datetime(2016, 10, 1, 13),
        "ends_local": datetime(2016, 10, 1, 15),
        "all_day": False,
        "timezone": "America/Toronto",
    }
    schedule.set_times(event, **(times | changed))  # type: ignore[arg-type]
    return event


def test_instants_follow_from_wall_time_and_zone() -> None:
    event = an_event()
    assert event.starts_at == datetime(2016, 10, 1, 17, tzinfo=UTC)
    assert event.over_at == datetime(2016, 10, 1, 19, tzinfo=UTC)


def test_the_same_wall_time_is_another_instant_in_winter() -> None:
    event = an_event(starts_local=datetime(2016, 12, 1, 13), ends_local=None)
    assert event.starts_at == datetime(2016, 12, 1, 18, tzinfo=UTC)


def test_without_an_end_it_is_over_when_the_local_day_is() -> None:
    event = an_event(ends_local=None)
    assert event.ends_local is None
    assert event.over_at == datetime(2016, 10, 2, 4, tzinfo=UTC)


def test_a_whole_day_lasts_to_its_midnight_and_its_last_day_counts() -> None:
    event = an_event(starts_local=datetime(2026, 3, 19), ends_local=datetime(2026, 3, 21), all_day=True)
    assert event.over_at == datetime(2026, 3, 22, 4, tzinfo=UTC)


def test_a_series_is_not_over_with_its_first_day() -> None:
    event = Event(rrule="FREQ=WEEKLY")
    schedule.set_times(
        event, starts_local=datetime(2016, 10, 1, 13), ends_local=None, all_day=False, timezone="America/Toronto"
    )
    assert event.over_at is None


@pytest.mark.parametrize("ends", [datetime(2016, 10, 1, 13), datetime(2016, 10, 1, 12), datetime(2015, 10, 1, 15)])
def test_an_end_that_is_not_after_the_start_is_refused(ends: datetime, db: object) -> None:
    with pytest.raises(DomainError) as refused:
        an_event(ends_local=ends)
    assert refused.value.field == "ends_on"


@pytest.mark.parametrize("zone", ["", "Toronto", "../../etc/passwd", "America/Torontos", "\x00"])
def test_an_unknown_zone_is_refused(zone: str, db: object) -> None:
    with pytest.raises(DomainError) as refused:
        an_event(timezone=zone)
    assert refused.value.field == "timezone"


def test_the_hour_that_spring_skips_is_noticed() -> None:
    assert schedule.is_skipped(datetime(2026, 3, 8, 2, 30), "America/Toronto")
    assert not schedule.is_skipped(datetime(2026, 3, 8, 3, 30), "America/Toronto")


def test_of_the_hour_that_autumn_repeats_the_first_is_meant() -> None:
    assert schedule.instant(datetime(2026, 11, 1, 1, 30), "America/Toronto") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
