"""To whom a message goes. Somebody is written to once, however many answers of theirs are meant."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import at_date, shifts
from eventkit.rsvps.models import ACCEPTED, CLEAR, DECLINED, PENDING, SEATED, TENTATIVE, WAITING, Rsvp

#: all who did not say no; those who come; maybe; those on the waitlist; and, in none of these, those to whom the
#: organizer has said neither yes nor no. `shift:<number>`: who took that shift
ALL, COMING, MAYBE, ON_WAITLIST, UNDECIDED = "all", "coming", "maybe", "waiting", "undecided"
SHIFT = "shift:"

_owner = aliased(Rsvp)


@dataclass(frozen=True)
class Reader:
    """An RSVP that is meant, with the one that holds the person."""

    rsvp: Rsvp
    owner: Rsvp


def size(event: Event, audience: str, occurrence: str = "") -> int:
    """How many people it is: addresses, not those who come along."""
    meant = _meant(event, audience, occurrence).with_only_columns(func.count(_person().distinct()))
    return db.session.scalar(meant) or 0


def after(event: Event, audience: str, occurrence: str, last_rsvp_id: int, *, limit: int) -> list[Reader]:
    """The next of them, in the order of their RSVPs. The same person may be among them again."""
    wanted = _meant(event, audience, occurrence).where(Rsvp.id > last_rsvp_id).order_by(Rsvp.id).limit(limit)
    return [Reader(rsvp, owner or rsvp) for rsvp, owner in db.session.execute(wanted)]


def _meant(event: Event, audience: str, occurrence: str) -> Select[Rsvp, Rsvp]:
    return (
        select(Rsvp, _owner)
        .outerjoin(_owner, _owner.id == Rsvp.series_id)
        .where(
            *at_date.holds(event, occurrence),
            *_answered(audience),
            Rsvp.state == (PENDING if audience == UNDECIDED else CLEAR),
            _person().is_not(None),
            func.coalesce(_owner.wants_mail, Rsvp.wants_mail),
        )
    )


def _answered(audience: str) -> tuple[ColumnElement[bool], ...]:
    if audience.startswith(SHIFT):
        return (shifts.chosen_of(_owner) == int(audience.removeprefix(SHIFT)),)
    return {
        ALL: (Rsvp.partstat != DECLINED,),
        COMING: (Rsvp.partstat == ACCEPTED, Rsvp.seat == SEATED),
        MAYBE: (Rsvp.partstat == TENTATIVE,),
        ON_WAITLIST: (Rsvp.partstat != DECLINED, Rsvp.seat == WAITING),
        UNDECIDED: (Rsvp.partstat != DECLINED,),
    }[audience]


def _person() -> ColumnElement[bytes | None]:
    """There is one where an address was left."""
    return func.coalesce(_owner.person, Rsvp.person)
