"""Rules of repetition that are made to wear the server out: refused before they are expanded, or soon at their end."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

import pytest

from eventkit.errors import DomainError
from eventkit.events import recurrence
from tests.attacks.test_bounds import GOOD, in_a_moment
from tests.factories import make_series
from tests.factories.series import occurrences_of
from tests.visitor import Visitor


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=1000",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;INTERVAL=1000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=53MO",
        "FREQ=MONTHLY;BYDAY=-5MO",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(str(day) for day in range(1, 32)),
        "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTHDAY=31",
        "FREQ=YEARLY;BYDAY=53MO",
        "FREQ=YEARLY;BYYEARDAY=366",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 10_000),
        "FREQ=DAILY;UNTIL=99991231",
        "RRULE:FREQ=DAILY",
        "FREQ=DAILY\nRRULE:FREQ=SECONDLY",
        "FREQ=DAILY;EXDATE=20260901",
        ";" * 100_000,
    ],
)
def test_they_are_refused_unread(db: ModuleType, rule: str) -> None:
    with in_a_moment(), pytest.raises(DomainError):
        recurrence.check(rule)


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("FREQ=DAILY;UNTIL=21991231", datetime(1970, 1, 1)),
        ("FREQ=DAILY", datetime(1970, 1, 1)),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", datetime(2026, 2, 1)),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", datetime(2026, 2, 1)),
        ("FREQ=MONTHLY;INTERVAL=84;BYDAY=5SU", datetime(2032, 2, 29)),
        ("FREQ=YEARLY;INTERVAL=99", datetime(2024, 2, 29)),
        ("FREQ=WEEKLY;INTERVAL=99;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=999", datetime(2026, 9, 7)),
        ("FREQ=DAILY;INTERVAL=99;COUNT=999", datetime(2190, 1, 1)),
    ],
)
def test_those_that_are_taken_come_to_an_end(db: ModuleType, clock: object, rule: str, first: datetime) -> None:
    with in_a_moment():
        try:
            event = make_series(rule, starts_local=first, ends_local=None)
        except DomainError:
            return  # it never matches, or not on its first day
    assert 0 < len(occurrences_of(event)) <= 802


@pytest.mark.parametrize(
    "said",
    [
        {"rrule": "weekly", "repeat_count": "1000000000"},
        {"rrule": "weekly", "repeat_count": "9" * 5000},
        {"rrule": "weekly", "repeat_count": "²"},
        {"rrule": "weekly", "repeat_until": "9999-12-31"},
        {"rrule": "weekly", "repeat_until": "2026-01-01"},
        {"rrule": "weekly", "repeat_until": "2027-12-31", "repeat_count": "3"},
        {"rrule": "weekly", "repeat_days": "XX"},
        {"rrule": "weekly", "repeat_days": "MO"},
        {"rrule": "FREQ=DAILY;INTERVAL=99", "starts_on": "9999-12-31"},
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(signed_in: Visitor, said: dict[str, str]) -> None:
    with in_a_moment():
        answer = signed_in.post("/organize/events/new", data={**GOOD, "action": "keep", **said})
    assert answer.status_code == 422
    assert 'value="A vigil"' in answer.text
