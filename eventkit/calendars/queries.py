"""Reads."""

from __future__ import annotations

from eventkit import db
from eventkit.calendars import ical
from eventkit.calendars.models import CalendarEntry
from eventkit.events.models import Event


def entry_of(event: Event) -> CalendarEntry | None:
    """None for a draft, and for an event whose day is not known."""
    return db.session.get(CalendarEntry, event.id)


def invite(event: Event) -> bytes | None:
    """The event as a file for a calendar; None where there is no entry."""
    entry = entry_of(event)
    return None if entry is None else ical.calendar([entry.vevent], [ical.zone_of(event)])
