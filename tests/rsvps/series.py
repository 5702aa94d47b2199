"""What the tests of answers to single dates have in common: dates by their week, and what was decided about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import Event, Occurrence
from tests.factories.series import FRIDAY


def date_id(week: int) -> str:
    """RECURRENCE-ID of the date so many weeks after the first of `tests.factories.make_series`."""
    return f"{FRIDAY + timedelta(weeks=week):%Y%m%dT%H%M%S}"


def decide(event: Event, week: int, **decided: Any) -> Occurrence:
    """A date as the organizer left it: `state`, `reason`. Nobody is told."""
    with db.transaction() as session:
        wanted = select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.recurrence_id == date_id(week))
        occurrence = session.scalars(wanted).one()
        for name, value in decided.items():
            setattr(occurrence, name, value)
    return occurrence
