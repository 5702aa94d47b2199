"""A series of events, and its dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import PLANNED, Event, Occurrence
from tests.factories.events import make_event

#: Friday 4 September 2026, 18:00: the first of a series, three days after the tests take place
FRIDAY = datetime(2026, 9, 4, 18)


def make_series(rrule: str = "FREQ=WEEKLY;BYDAY=FR", *, weeks: int = 8, **changed: Any) -> Event:
    """A weekly vigil in Toronto on Fridays from 18:00 to 19:00, with its dates."""
    times = {"starts_local": FRIDAY, "ends_local": FRIDAY.replace(hour=19)}
    event = make_event(**{"rrule": rrule, "title": "Friday vigil", **times, **changed})
    with db.transaction() as session:
        known = set(session.scalars(select(Occurrence.recurrence_id).where(Occurrence.event_id == event.id)))
        for week in (week for week in range(weeks) if date_id(week) not in known):
            starts = FRIDAY + timedelta(weeks=week)
            session.add(
                Occurrence(
                    event_id=event.id,
                    recurrence_id=date_id(week),
                    state=PLANNED,
                    reason="",
                    starts_local=starts,
                    ends_local=starts + timedelta(hours=1),
                    starts_at=starts.replace(tzinfo=ZoneInfo(event.timezone)).astimezone(UTC),
                    over_at=(starts + timedelta(hours=1)).replace(tzinfo=ZoneInfo(event.timezone)).astimezone(UTC),
                )
            )
    return event


def date_id(week: int) -> str:
    """RECURRENCE-ID of the date so many weeks after the first."""
    return f"{FRIDAY + timedelta(weeks=week):%Y%m%dT%H%M%S}"


def decide(event: Event, week: int, **decided: Any) -> Occurrence:
    """What the organizer decided about one date: `state`, `reason`."""
    with db.transaction() as session:
        wanted = select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.recurrence_id == date_id(week))
        occurrence = session.scalars(wanted).one()
        for name, value in decided.items():
            setattr(occurrence, name, value)
    return occurrence
