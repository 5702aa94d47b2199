"""Reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from eventkit import db
from eventkit.accounts.models import User
from eventkit.calendars import ical
from eventkit.calendars.models import CalendarEntry
from eventkit.events import queries as events
from eventkit.events.models import Event

#: how long what is over stays in feeds
KEPT_FOR = timedelta(days=90)


def entry_of(event: Event) -> CalendarEntry | None:
    """None for a draft, and for an event whose day is not known."""
    return db.session.get(CalendarEntry, event.id)


def entries_of(user: User, now: datetime) -> list[CalendarEntry]:
    """Those of the events that a person organizes or hosts, unless they have been over for long."""
    theirs = [event.id for event in events.editable_by(user)]
    since = now - KEPT_FOR
    lately = or_(CalendarEntry.over_at.is_(None), CalendarEntry.over_at > since)
    found = select(CalendarEntry).where(CalendarEntry.event_id.in_(theirs), lately)
    return list(db.session.scalars(found.order_by(CalendarEntry.event_id)))


def invite(event: Event) -> bytes | None:
    """The event as a file for a calendar; None where there is no entry."""
    entry = entry_of(event)
    return None if entry is None else ical.calendar([entry.vevent], [ical.zone_of(event)])
