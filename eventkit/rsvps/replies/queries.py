"""Reads: answers that a person has to look at, and what a kept message says to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from eventkit import db, keys
from eventkit.events.models import Event, Occurrence
from eventkit.mail import inbox, incoming
from eventkit.mail.models import InboxMessage
from eventkit.rsvps import queries as rsvps
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import TO_LOOK_AT, CalendarReply, Rsvp

#: bytes of a kept message that are looked into for a page
_GLANCE = 48 * 1024


@dataclass(frozen=True)
class Waiting:
    """An answer that somebody has to look at. What it says is from outside, and not proved."""

    reply: CalendarReply
    sender: str = ""
    subject: str = ""
    text: str = ""
    #: whose RSVP it is about, where that is proved
    person: Person | None = None
    #: the date of the series that it is about
    date: Occurrence | None = None


def waiting_of(event: Event | None, *, limit: int, offset: int = 0) -> list[Waiting]:
    """Of an event, or (None) those of no event; the oldest first. For who may read who comes."""
    rows = db.session.execute(
        select(CalendarReply, InboxMessage, Rsvp, Occurrence)
        .outerjoin(InboxMessage, InboxMessage.id == CalendarReply.inbox_message_id)
        .outerjoin(Rsvp, Rsvp.id == CalendarReply.rsvp_id)
        .outerjoin(
            Occurrence,
            and_(
                Occurrence.event_id == CalendarReply.event_id,
                Occurrence.recurrence_id == CalendarReply.occurrence,
                CalendarReply.occurrence != "",
            ),
        )
        .where(_waiting(event))
        .order_by(CalendarReply.id)
        .limit(limit)
        .offset(offset)
    )
    return [_told(*row) for row in rows]


def count_waiting(event: Event | None) -> int:
    return db.session.scalar(select(func.count()).select_from(CalendarReply).where(_waiting(event))) or 0


def by_id(reply_id: int, event: Event | None) -> CalendarReply | None:
    """A reply of this event, or of none."""
    return db.session.scalar(select(CalendarReply).where(CalendarReply.id == reply_id, _of(event)))


def is_waited_for(message: InboxMessage) -> bool:
    """Whether an answer in it has not been looked at."""
    open_ones = select(CalendarReply.id).where(
        CalendarReply.inbox_message_id == message.id, CalendarReply.settled_at.is_(None)
    )
    return db.session.scalar(open_ones.limit(1)) is not None


def unclaimed(until: datetime) -> list[CalendarReply]:
    """Those of no event, which came before then and nobody has looked at."""
    return list(db.session.scalars(select(CalendarReply).where(_waiting(None), CalendarReply.received_at <= until)))


def _waiting(event: Event | None) -> ColumnElement[bool]:
    return and_(_of(event), CalendarReply.settled_at.is_(None), CalendarReply.verdict.in_(TO_LOOK_AT))


def _of(event: Event | None) -> ColumnElement[bool]:
    return CalendarReply.event_id.is_(None) if event is None else CalendarReply.event_id == event.id


def _told(reply: CalendarReply, message: InboxMessage | None, rsvp: Rsvp | None, date: Occurrence | None) -> Waiting:
    person = rsvps.answer_of(rsvp).person if rsvp else None
    try:
        assert message is not None
        parsed = incoming.parse(inbox.raw_of(message)[:_GLANCE])
        envelope = incoming.envelope(parsed)
    except (AssertionError, keys.KeyDestroyed, incoming.Unreadable):
        return Waiting(reply, person=person, date=date)
    return Waiting(
        reply,
        sender=envelope.sender_words,
        subject=envelope.subject,
        text=incoming.excerpt(parsed),
        person=person,
        date=date,
    )
