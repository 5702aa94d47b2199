"""Series of events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventkit import clock, db
from eventkit.events import actions
from eventkit.events.models import Event, Occurrence
from tests.factories.events import make_event

#: Friday 4 September 2026, 18:00: the first of a series, three days after the tests take place
FRIDAY = datetime(2026, 9, 4, 18)


def make_series(rrule: str = "FREQ=WEEKLY;BYDAY=FR", **changed: Any) -> Event:
    """A weekly vigil in Toronto on Fridays from 18:00 to 19:00."""
    times = {"starts_local": FRIDAY, "ends_local": FRIDAY.replace(hour=19)}
    return make_event(**{"rrule": rrule, "title": "Friday vigil", **times, **changed})


def occurrences_of(event: Event) -> list[Occurrence]:
    """All that are laid out, by the rule."""
    db.session.flush()
    rows = select(Occurrence).where(Occurrence.event_id == event.id).order_by(Occurrence.recurrence_id)
    return list(db.session.scalars(rows))


def change_dates(event: Event) -> None:
    """The second date is moved to Saturday morning; the third, and the tenth in winter time, are cancelled."""
    now = clock.now()
    actions.move_occurrence(
        event,
        "20260911T180000",
        starts_local=datetime(2026, 9, 12, 10),
        ends_local=datetime(2026, 9, 12, 12),
        reason="The square is taken",
        now=now,
    )
    for recurrence_id in ("20260918T180000", "20261106T180000"):
        actions.cancel_occurrence(event, recurrence_id, reason="Strike, all of us", now=now)
