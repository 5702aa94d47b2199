"""What a reminder has to follow."""

from __future__ import annotations

from sqlalchemy import update

from eventkit import db, signals
from eventkit.events.models import Event
from eventkit.reminders.models import Reminder


@signals.occurrences_renamed.connect
def _occurrences_renamed(_sender: object, event: Event, renamed: dict[str, str]) -> None:
    """What was said of one time of a series was said of it at its new hour too."""
    for former, new in renamed.items():
        of_former = (Reminder.event_id == event.id, Reminder.occurrence == former)
        db.session.execute(update(Reminder).where(*of_former).values(occurrence=new))
