"""Several phones tell who has arrived, some of them late: the latest tap holds, in whatever order they are heard."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps import check_in
from eventkit.rsvps.check_in import Tap
from tests.factories import make_event, make_rsvp

pytestmark = pytest.mark.usefixtures("clock")

#: people, and how many minutes ago
Told = tuple[int, int]

#: taps, two orders in which they are heard, and in how many requests; an answer that is lost has them sent again
_taps = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=4, unique=True)
_orders = _taps.flatmap(
    lambda taps: st.tuples(
        st.permutations(taps), st.permutations([*taps, *taps[:2]]), st.lists(st.booleans(), min_size=6, max_size=6)
    )
)


@pytest.fixture
def event() -> Event:
    return make_event()


def heard(db: ModuleType, event: Event, requests: Iterable[list[Told]]) -> tuple[int, datetime | None]:
    """How many people of a party of three have arrived, and since when, after all of these."""
    rsvp, now = make_rsvp(event, party_size=3), the_clock.now()
    for taps in requests:
        with db.transaction():
            told = [Tap(rsvp.id, people, now - timedelta(minutes=ago)) for people, ago in taps]
            check_in.take(event, "", told, now=now)
    db.session.refresh(rsvp)
    return rsvp.arrived, rsvp.arrived_at


@pytest.mark.both_databases
def test_a_tap_an_undo_and_a_later_tap_come_to_the_same_in_whatever_order(db: ModuleType) -> None:
    """Also where the undo is heard last, from a phone that was in a dead spot."""
    event, taps = make_event(), [(2, 30), (0, 20), (3, 10)]
    ends = {heard(db, event, [[tap] for tap in order]) for order in itertools.permutations(taps)}
    assert ends == {(3, the_clock.now() - timedelta(minutes=10))}


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders=_orders)
def test_the_same_taps_come_to_the_same_however_they_are_heard(
    db: ModuleType, event: Event, orders: tuple[list[Told], list[Told], list[bool]]
) -> None:
    one_by_one, again, divided = orders
    requests: list[list[Told]] = [[]]
    for tap, is_next in zip(again, divided, strict=False):
        requests += [[tap]] if is_next else []
        requests[-1] += [] if is_next else [tap]
    latest = min(ago for _people, ago in again)
    held = [min(people, 3) for people, ago in again if ago == latest]
    told = heard(db, event, [[tap] for tap in one_by_one])
    assert told == heard(db, event, requests)
    assert told == (0 if 0 in held else max(held), the_clock.now() - timedelta(minutes=latest))


def test_an_arrival_that_is_heard_after_it_was_taken_back_stays_taken_back(db: ModuleType) -> None:
    assert heard(db, make_event(), [[(0, 5)], [(2, 10)]])[0] == 0


def test_what_was_taken_back_earlier_takes_no_later_arrival_back(db: ModuleType) -> None:
    assert heard(db, make_event(), [[(1, 0)], [(0, 5)]]) == (1, the_clock.now())
