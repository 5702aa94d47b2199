"""Work for the worker: entries that were written under other settings, or by another version."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import clock, db
from eventkit.calendars import actions
from eventkit.calendars.models import CalendarEntry
from eventkit.events.models import Event

REFRESH = "calendars.refresh"

_AT_ONCE = 50


def refresh() -> None:
    """Writes stale entries anew, a few at a time, so that nobody waits long for the database."""
    current = actions.rendering()
    while True:
        with db.transaction() as session:
            stale = session.scalars(
                select(Event)
                .join(CalendarEntry, CalendarEntry.event_id == Event.id)
                .where(CalendarEntry.rendering != current)
                .order_by(Event.id)
                .limit(_AT_ONCE)
            ).all()
            for event in stale:
                actions.store_entry(event, modified_at=clock.now())
        if not stale:
            return
