"""What people who said they come must hear of."""

from __future__ import annotations

from sqlalchemy import select, update

from eventkit import db, jobs, signals
from eventkit.events.models import Event
from eventkit.rsvps import asking
from eventkit.rsvps.jobs import NOTIFY
from eventkit.rsvps.models import Broadcast, CalendarReply, Notice, Rsvp, RsvpCount


@signals.event_disrupted.connect
def _event_disrupted(_sender: object, event: Event, kind: str, occurrence: str) -> None:
    """One notice for each change: SEQUENCE tells them apart."""
    known = select(Notice.id).where(Notice.event_id == event.id, Notice.sequence == event.sequence)
    if db.session.scalar(known) is None:
        db.session.add(
            Notice(
                event_id=event.id,
                kind=kind,
                occurrence=occurrence,
                sequence=event.sequence,
                created_at=event.modified_at,
            )
        )
        jobs.ring(NOTIFY)


@signals.occurrences_renamed.connect
def _occurrences_renamed(_sender: object, event: Event, renamed: dict[str, str]) -> None:
    """Whoever comes to one time of a series comes to it at its new hour too."""
    for former, new in renamed.items():
        for table in (Rsvp, RsvpCount, Broadcast, Notice, CalendarReply):
            db.session.execute(
                update(table).where(table.event_id == event.id, table.occurrence == former).values(occurrence=new)
            )


@signals.event_copied.connect
def _event_copied(_sender: object, event: Event, copy: Event) -> None:
    """A copy asks the same. It has RSVPs of its own."""
    asking.copy(event, copy)
