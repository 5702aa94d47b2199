"""What makes a reminder that waits to be sent wrong."""

from __future__ import annotations

from sqlalchemy import update

from eventkit import clock, db, signals
from eventkit.events.models import Event
from eventkit.reminders import actions
from eventkit.reminders.models import Reminder
from eventkit.rsvps.models import CONTINUED, Rsvp


@signals.event_disrupted.connect
def _event_disrupted(_sender: object, event: Event, kind: str, occurrence: str) -> None:
    if kind != CONTINUED:
        actions.take_back(event, occurrence, now=clock.now())


@signals.event_changed.connect
def _event_changed(_sender: object, event: Event) -> None:
    actions.take_back_of_gone(event, now=clock.now())


@signals.rsvp_changed.connect
def _rsvp_changed(_sender: object, rsvp: Rsvp) -> None:
    db.session.flush()
    actions.take_back_from(rsvp, now=clock.now())


@signals.occurrences_renamed.connect
def _occurrences_renamed(_sender: object, event: Event, renamed: dict[str, str]) -> None:
    """What was said of one time of a series was said of it at its new hour too."""
    for former, new in renamed.items():
        of_former = (Reminder.event_id == event.id, Reminder.occurrence == former)
        db.session.execute(update(Reminder).where(*of_former).values(occurrence=new))
