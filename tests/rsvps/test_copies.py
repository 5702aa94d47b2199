"""A copy of an event asks the same of those who come, under a key of its own, at the same distance from its start."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType

import pytest
from sqlalchemy import func, select

from eventkit import clock as the_clock
from eventkit import db as database
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.rsvps import terms
from eventkit.rsvps.models import ONE_OF, RsvpTerms
from tests.factories import make_event, make_question, make_series, make_shift, set_terms
from tests.factories.series import FRIDAY
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")


def ask(event: Event) -> None:
    assert event.starts_at is not None
    assert event.starts_local is not None
    set_terms(
        event,
        note="Meet at the gate.",
        risk="elevated",
        capacity=40,
        by_approval=True,
        retention_days=3,
        closes_at=event.starts_at - timedelta(hours=2),
    )
    make_question(event, "Which drum?", kind=ONE_OF, options=("Snare", "Bass"), is_required=True)
    make_shift(event, "Medic", starts_local=event.starts_local, capacity=4).taken = 3
    database.session.commit()


@pytest.mark.both_databases
def test_the_same_next_month_asks_the_same(db: ModuleType) -> None:
    event = make_event()
    ask(event)
    assert event.starts_at is not None
    with db.transaction():
        event.place_public_at = event.starts_at - timedelta(days=1)
        copy = events.duplicate(event, by=event.organizer, now=the_clock.now())
    row = terms.of(copy)
    assert (row.risk, row.capacity, row.by_approval, row.retention_days) == ("elevated", 40, True, 3)
    assert terms.text_of(row, terms.NOTE) == "Meet at the gate."
    assert row.note != terms.of(event).note
    assert copy.starts_at is not None
    assert row.closes_at == copy.starts_at - timedelta(hours=2)
    assert row.opens_at is None
    assert copy.place_public_at == copy.starts_at - timedelta(days=1), "what was hidden is not shown by copying it"
    (question,) = terms.questions(copy)
    assert (question.label, question.choices, question.is_required) == ("Which drum?", ["Snare", "Bass"], True)
    (shift,) = terms.shifts(copy)
    assert (shift.name, shift.capacity, shift.taken, shift.starts_local) == ("Medic", 4, 0, copy.starts_local)
    assert len(terms.questions(event)) == len(terms.shifts(event)) == 1


def test_a_series_that_is_divided_goes_on_asking(db: ModuleType) -> None:
    event = make_series()
    ask(event)
    with db.transaction():
        event.place_public_at = before = event.starts_at
    with db.transaction():
        following = events.split(event, date_id(2), now=the_clock.now())
    row = terms.of(following)
    assert row.closes_at == terms.of(event).closes_at, "it is the same series to those who come"
    assert following.place_public_at == before
    assert terms.text_of(row, terms.NOTE) == "Meet at the gate."
    (shift,) = terms.shifts(following)
    assert shift.starts_local == FRIDAY + timedelta(weeks=2)


def test_what_asks_nothing_special_has_no_row_of_terms(db: ModuleType) -> None:
    event = make_event(starts_local=datetime(2026, 9, 15, 13), ends_local=None)
    with db.transaction():
        events.duplicate(event, by=event.organizer, now=the_clock.now())
    assert db.session.scalar(select(func.count()).select_from(RsvpTerms)) == 0
