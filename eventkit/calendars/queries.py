"""Reads."""

from __future__ import annotations

from eventkit import db
from eventkit.calendars.models import CalendarEntry
from eventkit.events.models import Event


def entry_of(event: Event) -> CalendarEntry | None:
    """None for a draft, and for an event whose day is not known."""
    return db.session.get(CalendarEntry, event.id)
