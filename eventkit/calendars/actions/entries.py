"""An event's entry, kept in step with it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import current_app

from eventkit import db
from eventkit.calendars import ical
from eventkit.calendars.models import CalendarEntry
from eventkit.config import Settings
from eventkit.events.models import DRAFT, PUBLIC, Event


def store_entry(event: Event, *, modified_at: datetime) -> None:
    """Writes the event's entry anew. One that would say the same stays as it is, its LAST-MODIFIED too.

    A draft, and an event that has lost its day, have none.
    """
    entry = db.session.get(CalendarEntry, event.id)
    if event.status == DRAFT or event.starts_local is None:
        if entry is not None:
            db.session.delete(entry)
        return
    if entry is None or entry.vevent != ical.vevent(event, modified_at=entry.modified_at):
        vevent = ical.vevent(event, modified_at=modified_at)
        entry = entry or CalendarEntry(event_id=event.id)
        entry.vevent, entry.modified_at = vevent, modified_at
    entry.timezone = ical.tzid(event)
    entry.first_year, entry.last_year = ical.years(event)
    entry.is_listed = event.visibility == PUBLIC
    entry.over_at = event.over_at
    entry.rendering = rendering()
    db.session.add(entry)


def rendering() -> str:
    """Changes when entries are written in another way: another version of the code, another address of the site."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    parts = (str(ical.VERSION), settings.base_url, settings.mail_from, settings.site_name)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
