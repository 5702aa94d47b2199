"""The year that nobody writes: the weekday decides, then the day on which the text appeared."""

import pytest

from tests.events.announcements.texts import only


def when(text: str, published: str) -> tuple[str | None, set[str]]:
    event = only(f"What: Rally\nWhen: {text}, 1 PM\nWhere: City Hall, Leeds", published)
    return event.start_local and event.start_local[:10], set(event.flags)


def test_the_next_such_day() -> None:
    assert when("Saturday October 1", "2016-09-28") == ("2016-10-01", {"year_inferred"})
    assert when("October 1", "2016-09-28") == ("2016-10-01", {"year_inferred"})
    assert when("January 5", "2016-12-20") == ("2017-01-05", {"year_inferred"})
    assert when("October 1", "2016-10-01") == ("2016-10-01", {"year_inferred"})


def test_the_weekday_decides_however_far() -> None:
    assert when("Saturday October 1", "2026-11-22") == ("2033-10-01", {"year_inferred"})


def test_a_wrong_weekday_soon_is_a_wrong_weekday() -> None:
    assert when("Sunday October 1", "2016-09-28") == ("2016-10-01", {"year_inferred", "weekday_mismatch"})


@pytest.mark.parametrize("text", ["Saturday October 1", "October 1"])
def test_a_text_that_looks_back_a_few_days(text: str) -> None:
    assert when(text, "2016-10-04") == ("2016-10-01", {"year_inferred", "past_event"})


def test_a_written_year_is_believed() -> None:
    assert when("Saturday October 1, 2016", "2016-09-28") == ("2016-10-01", set())
    assert when("Saturday October 1, 2016", "2016-10-20") == ("2016-10-01", {"past_event"})


def test_leap_days() -> None:
    assert when("29 February", "2021-03-20") == ("2024-02-29", {"year_inferred"})


def test_a_year_said_once_holds_for_the_same_day_everywhere() -> None:
    event = only("Rally for the trees, October 1, 2016\n\nMeet on Saturday October 1 at 1pm at City Hall, Leeds.")
    assert event.start_local == "2016-10-01T13:00"
    assert "year_inferred" not in event.flags
