"""Writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from eventkit import db
from eventkit.reminders import queries
from eventkit.reminders.models import Reminder
from eventkit.reminders.queries import Due


def begin(wanted: Due, *, now: datetime) -> None:
    """From here on it is written out, once, whoever begins it at the same time. What people were told already is done
    as soon as it is begun."""
    dialect = postgresql if db.engine().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Reminder).values(
        event_id=wanted.event_id,
        occurrence=wanted.occurrence,
        kind=wanted.kind,
        starts_at=wanted.starts_at,
        due_at=wanted.moment.due_at,
        drop_after=wanted.moment.drop_after,
        last_rsvp_id=0,
        done_at=now if queries.is_said_already(wanted) else None,
    )
    db.session.execute(row.on_conflict_do_nothing())
