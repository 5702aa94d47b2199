"""What the tests of answers by mail have in common: an RSVP with an invitation, and its messages on the way in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventkit import clock, db, jobs
from eventkit.events.models import Event
from eventkit.mail import inbox
from eventkit.mail.models import InboxMessage
from eventkit.rsvps import queries
from eventkit.rsvps.models import CalendarReply, Rsvp
from tests.factories import make_event, make_rsvp
from tests.rsvps.letters import Said

NOOR = "noor@mail.example"


def invited(
    event: Event | None = None, *, email: str = NOOR, partstat: str = "TENTATIVE", **more: Any
) -> tuple[Rsvp, Said]:
    """An RSVP that has its invitation, and an answer to it."""
    rsvp = make_rsvp(event or make_event(), email=email, partstat=partstat, **more)
    with db.transaction():
        rsvp.invited_sequence = 0
    return rsvp, Said(uid=rsvp.event.uid, organizer=queries.organizer_address(rsvp), attendee=email)


def arrives(*raws: bytes) -> list[CalendarReply]:
    """Receives messages and has them read; what came of them."""
    before = db.session.scalars(select(CalendarReply.id)).all()
    for raw in raws:
        with db.transaction():
            inbox.receive(raw, now=clock.now())
        jobs.run(inbox.INBOX)
    db.session.rollback()
    return list(
        db.session.scalars(select(CalendarReply).where(CalendarReply.id.not_in(before)).order_by(CalendarReply.id))
    )


def kept() -> list[InboxMessage]:
    return list(db.session.scalars(select(InboxMessage).where(InboxMessage.sealed.is_not(None))))
