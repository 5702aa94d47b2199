"""A message on its way: asked for, written out to the outbox, and how far it is.

Its text is sealed with the event's key and dropped once all messages are in the outbox; the subject stays for the list
of what was sent, as long as the event's key does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventkit import db, jobs, keys
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.events import sealing
from eventkit.events.models import DRAFT, Event
from eventkit.mail import unsent
from eventkit.mail.models import DROPPED, FAILED, QUEUED, OutboxMessage
from eventkit.rsvps import message_keys
from eventkit.rsvps.broadcasts import audiences
from eventkit.rsvps.models import Broadcast

#: the bell of the job
BROADCAST = "rsvps.broadcast"

#: of one event in 24 hours: an account that was taken over writes no more than that
MOST_A_DAY = 5


@dataclass(frozen=True)
class Words:
    """What the organizer wrote."""

    subject: str
    text: str


@dataclass(frozen=True)
class Progress:
    """Messages: how many there will be, are written, have left, and will not arrive."""

    total: int
    queued: int
    sent: int
    lost: int
    is_done: bool


def send(event: Event, words: Words, *, audience: str, occurrence: str = "", token: str, now: datetime) -> Broadcast:
    """Has it written to all of them. The same `token` twice is one message.

    Raises DomainError when nobody would read it, when the event is a draft, or when it is one too many for a day.
    """
    events.lock(event)
    form = hashlib.sha256(f"{event.id}:{token}".encode()).hexdigest()[:40]
    found = db.session.scalar(select(Broadcast).where(Broadcast.token == form))
    if found is not None:
        return found
    if event.status == DRAFT:
        raise DomainError(_("It is not public yet."), status=409)
    if written_today(event, now) >= MOST_A_DAY:
        raise DomainError(
            _("You have written %(most)d times today. More of it, and people stop reading.", most=MOST_A_DAY),
            status=429,
        )
    total = audiences.size(event, audience, occurrence)
    if not total:
        raise DomainError(_("Nobody of them has left an address."), field="audience")
    broadcast = Broadcast(
        event_id=event.id,
        token=form,
        audience=audience,
        occurrence=occurrence,
        total=total,
        queued=0,
        last_rsvp_id=0,
        created_at=now,
    )
    db.session.add(broadcast)
    db.session.flush()
    broadcast.sealed = _seal(event, broadcast, words)
    jobs.ring(BROADCAST)
    return broadcast


def finish(event: Event, broadcast: Broadcast, *, now: datetime) -> None:
    """All of it is in the outbox, or its key is destroyed: the text is not needed any more."""
    words = words_of(event, broadcast)
    broadcast.sealed = _seal(event, broadcast, Words(words.subject, "")) if words else None
    broadcast.done_at = now


def words_of(event: Event, broadcast: Broadcast) -> Words | None:
    """What it says; None when its key is destroyed."""
    if broadcast.sealed is None:
        return None
    try:
        told = json.loads(keys.sealer(event.key_name).unseal(broadcast.sealed, _about(broadcast)))
    except keys.KeyDestroyed:
        return None
    return Words(told["subject"], told["text"])


def written_today(event: Event, now: datetime) -> int:
    """How many were sent in the last 24 hours."""
    since = now - timedelta(days=1)
    return (
        db.session.scalar(select(func.count()).where(Broadcast.event_id == event.id, Broadcast.created_at > since)) or 0
    )


def of_event(event: Event, *, limit: int = 50) -> list[Broadcast]:
    """Those that were sent, the latest first."""
    latest = select(Broadcast).where(Broadcast.event_id == event.id).order_by(Broadcast.id.desc()).limit(limit)
    return list(db.session.scalars(latest))


def progress_of(broadcast: Broadcast) -> Progress:
    """What became of its messages. Those that the outbox has forgotten have left long ago."""
    mine = unsent.all_like(message_keys.to_all(broadcast.event_id, "broadcast", broadcast.id))
    states = select(OutboxMessage.state, func.count().label("number")).where(mine).group_by(OutboxMessage.state)
    found = {row.state: row.number for row in db.session.execute(states)}
    waiting, lost = found.get(QUEUED, 0), found.get(FAILED, 0) + found.get(DROPPED, 0)
    return Progress(
        total=broadcast.queued if broadcast.done_at else broadcast.total,
        queued=broadcast.queued,
        sent=broadcast.queued - waiting - lost,
        lost=lost,
        is_done=broadcast.done_at is not None and not waiting,
    )


def key_of(broadcast: Broadcast, person: bytes) -> str:
    """Of the message to this person (fingerprint of their address)."""
    return message_keys.to_person(broadcast.event_id, person, "broadcast", broadcast.id)


def _seal(event: Event, broadcast: Broadcast, words: Words) -> bytes:
    told = json.dumps({"subject": words.subject, "text": words.text}, ensure_ascii=False)
    return sealing.sealer_of(event).seal(told, _about(broadcast))


def _about(broadcast: Broadcast) -> str:
    return f"broadcast:{broadcast.id}"
