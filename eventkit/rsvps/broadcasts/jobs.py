"""Work for the worker: messages of organizers, written out to the outbox in steps."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import clock, db, keys
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.rsvps import counting, queries
from eventkit.rsvps.broadcasts import audiences, messages, sending
from eventkit.rsvps.models import Broadcast

#: messages composed in one transaction: others wait for the database meanwhile
STEP = 25


def broadcast() -> None:
    """Writes out all that wait. What was written before a worker died is not written again."""
    while _step():
        pass


def _step() -> bool:
    """The next messages of the oldest; False when none is left."""
    now = clock.now()
    with db.transaction() as session:
        oldest = select(Broadcast).where(Broadcast.done_at.is_(None)).order_by(Broadcast.id).limit(1)
        row = session.scalar(oldest.with_for_update(skip_locked=True))
        if row is None:
            return False
        event = session.get_one(Event, row.event_id)
        words = sending.words_of(event, row)
        if words is None:
            row.sealed, row.done_at = None, now
            return True
        sealer = keys.sealer(event.key_name)
        readers = audiences.after(event, row.audience, row.occurrence, row.last_rsvp_id, limit=STEP)
        held = counting.lock_rows(reader.owner for reader in readers)  # whoever leaves has done so, or drops this too
        for reader in readers:
            person, owner = queries.unseal(reader.owner, sealer), reader.owner
            row.last_rsvp_id = reader.rsvp.id
            if owner not in held or not person.email or owner.person is None:
                continue
            key = sending.key_of(row, owner.person)
            message = messages.to_reader(event, words, owner, email=person.email, language=person.language)
            row.queued += outbox.queue(message, key=key, key_name=event.key_name, now=now, is_bulk=True)
        if len(readers) < STEP:
            sending.finish(event, row, now=now)
        return True
