"""Whoever waits for the organizer's yes, or was refused, comes in by no date of a series either."""

from __future__ import annotations

from types import ModuleType

import pytest

from eventkit import clock as now
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer
from eventkit.rsvps.models import ACCEPTED, DECLINED
from eventkit.rsvps.queries import Counts
from tests.factories import make_series
from tests.rsvps.seating import act, as_said, come, counted, limit
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize("is_refused", [False, True])
def test_no_and_then_yes_for_a_date_needs_the_organizer_as_before(db: ModuleType, is_refused: bool) -> None:
    event = limit(make_series(), capacity=9, by_approval=True)
    every = come(event, 2)
    for partstat in (DECLINED, ACCEPTED):
        with db.transaction():
            actions.answer_for_date(every, date_id(1), partstat, now=now.now())
        if is_refused and partstat == DECLINED:
            act("refuse", every)
    assert queries.counts(event, date_id(1)) == (Counts() if is_refused else Counts(held=2))
    assert counted(event, date_id(1)) == as_said(event, date_id(1))
    act("approve", every)
    assert queries.counts(event, date_id(1)) == Counts(coming=2)


def test_a_date_that_was_said_yes_to_is_for_no_larger_party(db: ModuleType) -> None:
    event = limit(make_series(), capacity=9, by_approval=True)
    never = come(event, partstat=DECLINED)
    with db.transaction():
        actions.answer_for_date(never, date_id(1), ACCEPTED, now=now.now())
    act("approve", queries.exceptions_of(never)[0])
    assert queries.counts(event, date_id(1)) == Counts(coming=1)
    act("change", never, Answer(DECLINED, 7))
    assert (queries.counts(event, date_id(1)).coming, queries.counts(event, date_id(1)).held) == (0, 7)
    assert counted(event, date_id(1)) == as_said(event, date_id(1))
