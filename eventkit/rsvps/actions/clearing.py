"""What has to happen before an RSVP counts: an address that is confirmed, an organizer who says yes."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.rsvps import counting, mail, queries, terms
from eventkit.rsvps.actions import seating
from eventkit.rsvps.actions.closing import CLOSED
from eventkit.rsvps.models import ACCEPTED, CLEAR, PENDING, REFUSED, UNCONFIRMED, Rsvp


def prove(rsvp: Rsvp, generation: int, *, now: datetime, tells: bool = True) -> None:
    """Acting by a link that was mailed ends the links in browsers: the reader of the mail has the last word.

    It also confirms the address of one that waited for it. With `tells` they get the invitation then.
    """
    counting.lock_row(rsvp)
    rsvp.generation = max(rsvp.generation, generation)
    if rsvp.state == UNCONFIRMED and rsvp.address_is_proven and rsvp.counted:
        asks = terms.of(rsvp.event).by_approval and rsvp.partstat == ACCEPTED
        _clear(rsvp, PENDING if asks else CLEAR, tells=tells, now=now)


def approve(rsvp: Rsvp, *, now: datetime) -> None:
    """The organizer says yes, at first or after all, and the person is told.

    Raises DomainError while the address is not confirmed, and when somebody who was refused finds no room.
    """
    counting.lock_row(rsvp)
    if rsvp.state == UNCONFIRMED:
        raise DomainError(_("Their address is not confirmed yet."), status=CLOSED)
    if rsvp.state != CLEAR and rsvp.counted:
        _clear(rsvp, CLEAR, tells=True, now=now)


def refuse(rsvp: Rsvp, *, now: datetime) -> None:
    """The organizer says no: the seat is for others, and the person is told kindly."""
    counting.lock_row(rsvp)
    if rsvp.state == REFUSED or not rsvp.counted:
        return
    was_unconfirmed = rsvp.state == UNCONFIRMED
    before = seating.note(rsvp)
    _set(rsvp, REFUSED)
    rsvp.modified_at = now
    seating.settle(rsvp, before, now=now)
    if not was_unconfirmed:
        mail.refused(rsvp, queries.answer_of(rsvp).person, now=now)


def _clear(rsvp: Rsvp, state: str, *, tells: bool, now: datetime) -> None:
    before = seating.note(rsvp)
    _set(rsvp, state)
    rsvp.modified_at = now
    seating.settle(rsvp, before, now=now)
    if tells:
        person = queries.answer_of(rsvp).person
        mail.approved(rsvp, person, now=now) if before.state != UNCONFIRMED else mail.confirm(rsvp, person, now=now)


def _set(rsvp: Rsvp, state: str) -> None:
    """With what was said for single dates, as far as it stood alike."""
    former = rsvp.state
    rsvp.state, rsvp.expires_at = state, None
    for exception in queries.exceptions_of(rsvp):
        if exception.state == former:
            exception.state = state
