"""How many come, day by day: the picture on the organizer's page."""

from __future__ import annotations

from datetime import date
from types import ModuleType

import pytest
from time_machine import Traveller

from eventkit import clock as now
from eventkit.rsvps import actions, course
from eventkit.rsvps.answers import Answer
from eventkit.rsvps.models import TENTATIVE
from tests.factories import make_event


@pytest.mark.both_databases
def test_people_add_up_day_by_day(db: ModuleType, clock: Traveller) -> None:
    event = make_event()
    assert course.by_day(event, now.now()) == []
    answers = [Answer(party_size=2), Answer(party_size=3), Answer(partstat=TENTATIVE), Answer()]
    for answer in answers:
        with db.transaction():
            made = actions.register(event, answer, now=now.now())
        clock.shift(86400)
    with db.transaction():
        actions.withdraw(made, now=now.now())
    assert course.by_day(event, now.now()) == [
        (date(2026, 9, 1), 2),
        (date(2026, 9, 2), 5),
        (date(2026, 9, 3), 5),
        (date(2026, 9, 4), 5),
        (date(2026, 9, 5), 5),
    ]
    assert course.by_day(event, now.now(), days=2) == [(date(2026, 9, 4), 5), (date(2026, 9, 5), 5)]
