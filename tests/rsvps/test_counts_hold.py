"""Whatever people do, in whatever order: counts are what the RSVPs say, and nobody is one too many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.rsvps import actions, queries, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, PARTSTATS, Rsvp
from tests.factories import make_event, make_series
from tests.rsvps.seating import as_said, counted, in_shifts, limit, make_shift
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")

Act = tuple[Any, ...]

_which = st.integers(0, 7)
#: those who say yes are what it is about
_partstat = st.sampled_from((*PARTSTATS, *[ACCEPTED] * 4))
_answer = st.tuples(
    _partstat,
    st.integers(1, 4),
    st.sampled_from(["", "", "noor@example.org", "amal@example.org"]),
    st.sampled_from([None, None, 0, 1]),
)
_acts = st.one_of(
    st.tuples(st.just("register"), _answer, st.integers(0, 2)),
    st.tuples(st.just("register"), _answer, st.integers(0, 2)),
    st.tuples(st.just("change"), _which, _answer),
    st.tuples(st.just("move"), _which, _partstat),
    st.tuples(st.just("date"), _which, st.integers(1, 2), _partstat),
    st.tuples(st.sampled_from(["withdraw", "remove", "approve", "refuse", "seat", "prove"]), _which),
    st.tuples(st.just("expire")),
    st.tuples(st.just("capacity"), st.sampled_from([None, 0, 2, 5, 7])),
)
_terms = st.fixed_dictionaries(
    {
        "capacity": st.sampled_from([None, 3, 6]),
        "has_waitlist": st.booleans(),
        "confirmed_only": st.sampled_from([False, False, True]),
        "by_approval": st.sampled_from([False, False, True]),
    }
)


class People:
    """Acts on one event, each in a transaction of its own; one that is refused leaves nothing behind."""

    def __init__(self, db: ModuleType, event: Event) -> None:
        self.db, self.event = db, event
        self.now = now.now()
        self.shifts = [make_shift(event, "Marshal", 3).id, make_shift(event, "Medic").id]

    def do(self, act: Act) -> None:
        name, *values = act
        self.now += timedelta(minutes=7)
        try:
            with self.db.transaction():
                getattr(self, f"_{name}", self._simply(name))(*values)
        except DomainError:
            self.db.session.rollback()

    def _answer(self, said: tuple[str, int, str, int | None]) -> Answer:
        partstat, size, email, shift = said
        return Answer(partstat, size, Person(email=email, language="en"), None if shift is None else self.shifts[shift])

    def _register(self, said: tuple[str, int, str, int | None], date: int) -> None:
        occurrence = date_id(date) if self.event.rrule and date else ""
        actions.register(self.event, self._answer(said), occurrence=occurrence, now=self.now)

    def _rsvp(self, which: int) -> Rsvp | None:
        rows = self.db.session.scalars(select(Rsvp).where(Rsvp.event_id == self.event.id).order_by(Rsvp.id)).all()
        return rows[which % len(rows)] if rows else None

    def _change(self, which: int, said: tuple[str, int, str, int | None]) -> None:
        rsvp = self._rsvp(which)
        if rsvp is not None and rsvp.series is None:
            actions.change(rsvp, self._answer(said), now=self.now)

    def _move(self, which: int, partstat: str) -> None:
        rsvp = self._rsvp(which)
        if rsvp is not None and rsvp.owner.withdrawn_at is None:
            actions.move(rsvp, partstat, now=self.now)

    def _date(self, which: int, date: int, partstat: str) -> None:
        rsvp = self._rsvp(which)
        if rsvp is not None and self.event.rrule and not rsvp.occurrence and rsvp.withdrawn_at is None:
            actions.answer_for_date(rsvp, date_id(date), partstat, now=self.now)

    def _prove(self, which: int) -> None:
        rsvp = self._rsvp(which)
        if rsvp is not None and rsvp.series is None and rsvp.withdrawn_at is None:
            actions.prove(rsvp, rsvp.generation | 1, now=self.now)

    def _withdraw(self, which: int) -> None:
        rsvp = self._rsvp(which)
        if rsvp is not None and rsvp.series is None:
            actions.withdraw(rsvp, now=self.now)

    def _simply(self, name: str) -> Callable[[int], None]:
        def act(which: int) -> None:
            rsvp = self._rsvp(which)
            if rsvp is not None:
                getattr(actions, name)(rsvp, now=self.now)

        return act

    def _expire(self) -> None:
        self.now += timedelta(hours=2)
        actions.expire(now=self.now)

    def _capacity(self, capacity: int | None) -> None:
        terms.to_change(self.event).capacity = capacity
        actions.promote(self.event, now=self.now)


def taken(event: Event, occurrence: str) -> int:
    return queries.counts(event, occurrence).taken


def check(people: People, acts: list[Act], dates: list[str]) -> None:
    event = people.event
    before = dict.fromkeys(dates, 0)
    before_in_shifts: dict[int, int] = {}
    for act in acts:
        people.do(act)
        capacity = terms.of(event).capacity
        for date in dates:
            assert counted(event, date) == as_said(event, date), (act, date)
            if capacity is not None:
                assert taken(event, date) <= max(capacity, before[date]), (act, date)
            before[date] = taken(event, date)
        told, said = in_shifts(event)
        assert told == said, act
        assert told[people.shifts[0]] <= max(3, before_in_shifts.get(people.shifts[0], 0)), act
        before_in_shifts = told


def check_that_nobody_waits_in_vain(people: People) -> None:
    left = queries.seats_left(people.event)
    waiting = select(Rsvp.party_size).where(
        Rsvp.event_id == people.event.id, Rsvp.counted, Rsvp.seat == "waiting", Rsvp.state != "unconfirmed"
    )
    for size in people.db.session.scalars(waiting):
        assert left is not None
        assert size > left


_bounded = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


@_bounded
@given(limits=_terms, acts=st.lists(_acts, min_size=5, max_size=16))
def test_counts_of_an_event_hold(db: ModuleType, limits: dict[str, Any], acts: list[Act]) -> None:
    people = People(db, limit(make_event(), **limits))
    check(people, acts, [""])
    check_that_nobody_waits_in_vain(people)


@_bounded
@given(limits=_terms, acts=st.lists(_acts, min_size=5, max_size=16))
def test_counts_of_a_series_hold_at_each_date(db: ModuleType, limits: dict[str, Any], acts: list[Act]) -> None:
    people = People(db, limit(make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=4"), **limits))
    check(people, acts, [date_id(week) for week in range(4)])


def test_the_check_finds_a_seat_too_many(db: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: without the guard it fails."""
    from sqlalchemy import true

    from eventkit.rsvps import counting

    monkeypatch.setattr(counting, "_guard", lambda *_values, **_named: true())
    people = People(db, limit(make_event(starts_local=datetime(2026, 12, 5, 13), ends_local=None), capacity=3))
    yes = (ACCEPTED, 2, "", None)
    with pytest.raises(AssertionError):
        check(people, [("register", yes, 0), ("register", yes, 0)], [""])
