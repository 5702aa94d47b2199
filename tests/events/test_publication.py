"""From draft to public, and what may become of it then."""

from __future__ import annotations

from types import ModuleType

import pytest

from eventkit import clock, signals
from eventkit.errors import DomainError
from eventkit.events import actions
from eventkit.events.models import CANCELLED, DRAFT, POSTPONED, PUBLISHED
from tests.events.test_drafts import heard
from tests.factories import make_event


def test_publishing_says_so_to_calendars_and_asks_for_the_place(db: ModuleType) -> None:
    event = make_event(status=DRAFT)
    with heard(signals.event_changed) as changed, db.transaction():
        actions.publish(event, now=clock.now())
    assert (event.status, event.published_at is not None, event.sequence) == (PUBLISHED, True, 0)
    assert [said["event"] for said in changed] == [event]
    assert event.venue.state == "waiting"


def test_without_a_date_nothing_is_published(db: ModuleType) -> None:
    event = make_event(status=DRAFT, starts_local=None, ends_local=None)
    with pytest.raises(DomainError) as refused, db.transaction():
        actions.publish(event, now=clock.now())
    assert refused.value.field == "starts_on"
    assert event.status == DRAFT


def test_a_cancelled_event_stays_cancelled(db: ModuleType) -> None:
    event = make_event()
    with heard(signals.event_disrupted) as disrupted, db.transaction():
        actions.cancel(event, reason="Storm", now=clock.now())
    assert (event.status, event.status_reason, event.sequence) == (CANCELLED, "Storm", 1)
    assert [said["kind"] for said in disrupted] == [CANCELLED]
    for action in (
        lambda: actions.publish(event, now=clock.now()),
        lambda: actions.cancel(event, reason="", now=clock.now()),
    ):
        with pytest.raises(DomainError), db.transaction():
            action()


def test_a_postponed_event_is_certain_again_when_it_is_published(db: ModuleType) -> None:
    event = make_event(status=POSTPONED)
    with heard(signals.event_disrupted) as disrupted, db.transaction():
        actions.publish(event, now=clock.now())
    assert (event.status, [said["kind"] for said in disrupted]) == (PUBLISHED, ["moved"])


def test_a_draft_cannot_be_cancelled(db: ModuleType) -> None:
    event = make_event(status=DRAFT)
    with pytest.raises(DomainError), db.transaction():
        actions.cancel(event, reason="", now=clock.now())


def test_what_is_over_cannot_be_cancelled(db: ModuleType, clock: object) -> None:
    event = make_event()
    clock.shift(40 * 86400)  # type: ignore[attr-defined]
    from eventkit import clock as now

    with pytest.raises(DomainError), db.transaction():
        actions.cancel(event, reason="", now=now.now())
