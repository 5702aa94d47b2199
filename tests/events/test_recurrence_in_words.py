"""A recurrence rule is checked, and said in words."""

from __future__ import annotations

from types import ModuleType

import pytest

from eventkit.errors import DomainError
from eventkit.events import recurrence


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", ""),
        ("FREQ=DAILY", "Every day"),
        ("FREQ=WEEKLY", "Every week"),
        ("FREQ=WEEKLY;BYDAY=FR", "Every Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Every 2 weeks on Tuesday"),
        ("FREQ=MONTHLY;BYDAY=1SA", "Every first Saturday of the month"),
        ("FREQ=MONTHLY;BYDAY=-1SU", "Every last Sunday of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "On day 15 of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "On the last day of every month"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1", "Every 2 months, on the last day"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15", "Every 2 months, on day 15"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1SA", "Every 3 months: first Saturday"),
        ("FREQ=MONTHLY;BYDAY=1FR,3FR", "Every first Friday and third Friday of the month"),
        ("FREQ=YEARLY", "Every year"),
        ("FREQ=WEEKLY;BYDAY=FR;UNTIL=20270624T215959Z", "Every Friday until June 24, 2027"),
        ("FREQ=WEEKLY;BYDAY=FR;COUNT=6", "Every Friday, 6 times"),
    ],
)
def test_rules_are_said_in_words(db: ModuleType, rule: str, said: str) -> None:
    assert recurrence.words(rule) == said


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;COUNT=1000000000",
        "FREQ=WEEKLY;INTERVAL=0",
        "BYDAY=FR",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
        "FREQ=WEEKLY;FREQ=DAILY",
        "every friday",
        "FREQ=WEEKLY\nATTENDEE:x",
    ],
)
def test_rules_that_calendars_do_not_agree_on_are_refused(db: ModuleType, rule: str) -> None:
    with pytest.raises(DomainError) as refused:
        recurrence.check(rule)
    assert refused.value.field == "rrule"
