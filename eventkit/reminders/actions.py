"""Writes: beginning a reminder, and taking back what waits to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite

from eventkit import db
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.mail.models import OutboxMessage
from eventkit.reminders import mail, queries
from eventkit.reminders.models import Reminder
from eventkit.reminders.queries import Due
from eventkit.rsvps.models import Rsvp


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


def take_back(event: Event, occurrence: str, *, now: datetime) -> None:
    """Reminders of the event, or of one date of it, that wait to be sent are dropped: they are true no more."""
    if not occurrence:
        outbox.drop(*_of(event))
        return
    for reminder in queries.under_way(event.id, now, occurrence):
        outbox.drop(*_of(event, reminder))


def take_back_of_gone(event: Event, *, now: datetime) -> None:
    """The same of those dates alone that do not take place any more, or not then."""
    for reminder in queries.under_way(event.id, now):
        if queries.occurrence_of(reminder) is None:
            outbox.drop(*_of(event, reminder))


def take_back_from(rsvp: Rsvp, *, now: datetime) -> None:
    """Reminders that wait to be sent to this person are not sent, unless they are still for them."""
    owner = rsvp.owner
    reminders = queries.under_way(owner.event_id, now)
    unwanted = [mail.key_of(reminder, owner) for reminder in reminders if not queries.is_reader(owner, reminder)]
    if unwanted:
        outbox.drop(OutboxMessage.key.in_(unwanted))


def _of(event: Event, reminder: Reminder | None = None) -> tuple[ColumnElement[bool], ...]:
    """Which messages are of these reminders. The key of the event is found faster than a pattern."""
    of_event = OutboxMessage.key_name == event.key_name
    if reminder is None:
        return of_event, OutboxMessage.key.startswith(mail.PREFIX)
    first, last = mail.ends_of_keys(reminder)
    return of_event, OutboxMessage.key.startswith(first), OutboxMessage.key.endswith(last)
