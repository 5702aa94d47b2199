"""The dates of a series, as people answer to them and are told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import CANCELLED, EXCLUDED, Event, Occurrence


class _OnDate:
    """An event on one of its dates: everything of the event, with that date's times, state and reason."""

    rrule = ""

    def __init__(self, event: Event, occurrence: Occurrence) -> None:
        self._event = event
        self.occurrence = occurrence.recurrence_id
        self.starts_local, self.ends_local = occurrence.starts_local, occurrence.ends_local
        self.starts_at, self.over_at = occurrence.starts_at, occurrence.over_at
        if occurrence.state == CANCELLED and event.status != CANCELLED:
            self.status, self.status_reason = CANCELLED, occurrence.reason

    def __getattr__(self, name: str) -> Any:
        return getattr(self._event, name)

    def is_over(self, now: datetime) -> bool:
        return self.over_at <= now


def find(event: Event, occurrence: str) -> Occurrence | None:
    """The date of this RECURRENCE-ID; None when the series has none, or leaves it out."""
    wanted = select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.recurrence_id == occurrence, Occurrence.state != EXCLUDED
    )
    return db.session.scalar(wanted) if occurrence else None


def on(event: Event, occurrence: str) -> Event:
    """The event as it is on that date, for whatever tells an event; the event itself where there is no such date."""
    found = find(event, occurrence)
    return event if found is None else cast(Event, _OnDate(event, found))
