"""The organizer moves somebody to another date of a series."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventkit import db
from eventkit.errors import DomainError
from eventkit.rsvps import counting, mail, queries
from eventkit.rsvps.actions import answering, closing, seating
from eventkit.rsvps.models import ACCEPTED, SEATED, WAITING, Rsvp


def move_to_date(rsvp: Rsvp, occurrence: str, *, now: datetime) -> None:
    """What was answered for one date, or for every time (empty), holds for another. The calendar of who left an address
    loses the former date, and they hear of the new one.

    Raises DomainError, and is rolled back, when there is no such date or no room at it, when the person has an answer
    for it already, and when they said something else for single dates: that would be of no series then.
    """
    counting.lock_row(rsvp)
    if rsvp.occurrence == occurrence:
        return
    closing.refuse_settled(rsvp.event, now, occurrence)
    if rsvp.series_id is not None or queries.exceptions_of(rsvp):
        raise DomainError(_("They said something else for single dates. Put those right instead."), field="occurrence")
    before = seating.note(rsvp)
    there = select(Rsvp.id).where(Rsvp.event_id == rsvp.event_id, Rsvp.occurrence == occurrence)
    if rsvp.person is not None and db.session.scalar(there.where(Rsvp.person == rsvp.person)) is not None:
        raise DomainError(_("They have an answer for that date already."), field="occurrence")
    person = queries.answer_of(rsvp).person
    mail.take_back(rsvp, person, now=now)
    rsvp.occurrence, rsvp.modified_at = occurrence, now
    rsvp.offered_until = None
    try:
        seating.settle(rsvp, before, now=now)
    except DomainError as error:
        raise _no_room() from error
    if rsvp.partstat == ACCEPTED and before.seat == SEATED and rsvp.seat == WAITING:
        raise _no_room()
    answering.tell(rsvp, before, person, is_known=False, now=now)


def _no_room() -> DomainError:
    return DomainError(_("There is no room for them at that date."), status=closing.CLOSED, field="occurrence")
