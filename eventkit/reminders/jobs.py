"""Work for the worker: reminders that are due, written out to the outbox in steps."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import clock, db, keys
from eventkit.events.models import Event
from eventkit.reminders import actions, mail, queries
from eventkit.reminders.models import Reminder

REMIND = "reminders.remind"

#: messages queued in one transaction: others wait for the database meanwhile
STEP = 25


def remind() -> None:
    """Begins what has come due, and writes out all that is begun. What was written before a worker died is not written
    again, and what nobody wrote in time is left."""
    begin()
    while _step():
        pass


def begin() -> None:
    """Only reads, most of the time: the sweep comes here every minute."""
    now = clock.now()
    due = queries.due(now)
    if due:
        with db.transaction():
            for each in due:
                actions.begin(each, now=now)


def _step() -> bool:
    """The next messages of the reminder that is due longest; False when none is left."""
    now = clock.now()
    with db.transaction() as session:
        reminder = session.scalar(
            select(Reminder)
            .where(Reminder.done_at.is_(None), Reminder.due_at <= now)
            .order_by(Reminder.due_at, Reminder.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if reminder is None:
            return False
        occurrence = queries.occurrence_of(reminder) if now <= reminder.drop_after else None
        if occurrence is not None:  # until this ends the event takes no other key
            session.refresh(occurrence.event, with_for_update={"of": Event, "read": True, "key_share": True})
        rows = queries.next_readers(reminder, occurrence, limit=STEP) if occurrence is not None else []
        try:
            for rsvp in rows:
                mail.remind(reminder, rsvp, now=now)
                reminder.last_rsvp_id = rsvp.id
        except keys.KeyDestroyed:
            rows = []  # nobody may know any more who they were
        if len(rows) < STEP:
            reminder.done_at = now
        return True
