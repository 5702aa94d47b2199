"""The waitlist: who is next, among those for whom there is room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eventkit import db
from eventkit.events.models import PUBLISHED, Event
from eventkit.rsvps import counting, queries, terms
from eventkit.rsvps.models import ACCEPTED, CLEAR, PENDING, UNCONFIRMED, WAITING, Rsvp, RsvpCount


def next_up(
    event: Event,
    seated: int,
    *,
    now: datetime,
    limit: int,
    besides: Rsvp | None = None,
    left_out: Iterable[int] = (),
    to_change: bool = False,
) -> list[Rsvp]:
    """Who waits and fits, the first first: neither who changes an answer at this moment (`besides`) nor who has been
    looked at (`left_out`). `seated` people have a seat, in a series for every time.

    Of who differs on single dates only the attempt tells whether they fit. With `to_change` nobody else changes them
    until the transaction ends, and those whom somebody else changes are left out.
    """
    wanted = select(Rsvp).where(_waiting(event.id), Rsvp.state.in_((CLEAR, PENDING)), Rsvp.id.not_in(list(left_out)))
    if besides is not None:
        wanted = wanted.where(*_of_others(besides))
    capacity = terms.of(event).capacity
    if capacity is not None:
        wanted = wanted.where(_may_fit(event, capacity - seated, now))
    if event.rrule:
        wanted = wanted.where(or_(Rsvp.occurrence == "", queries.is_to_come(event, now)))
    wanted = wanted.order_by(Rsvp.waits_since, Rsvp.id).limit(limit)
    if to_change:
        wanted = wanted.with_for_update(of=Rsvp, skip_locked=True).execution_options(populate_existing=True)
    return list(db.session.scalars(wanted))


def events_with_room(now: datetime) -> list[int]:
    """Events to come in which somebody waits and fits."""
    waits = exists().where(_waiting(Event.id))
    coming = select(Event).where(Event.status == PUBLISHED, or_(Event.over_at.is_(None), Event.over_at > now), waits)
    return [
        event.id
        for event in db.session.scalars(coming)
        if next_up(event, queries.counts(event).taken, now=now, limit=1)
    ]


def are_due(now: datetime) -> bool:
    """Whether RSVPs have waited in vain for their address to be confirmed."""
    due = select(Rsvp.id).where(Rsvp.expires_at <= now, Rsvp.state == UNCONFIRMED)
    return db.session.scalar(due.limit(1)) is not None


def _of_others(besides: Rsvp) -> list[ColumnElement[bool]]:
    """That an RSVP is of another person: what one says for dates and for every time is counted together."""
    own = besides.owner
    others = [Rsvp.id != own.id, or_(Rsvp.series_id.is_(None), Rsvp.series_id != own.id)]
    if own.person is not None:
        series = aliased(Rsvp)
        theirs = select(series.id).where(series.event_id == own.event_id, series.person == own.person)
        others.append(or_(Rsvp.person.is_(None), Rsvp.person != own.person))
        others.append(or_(Rsvp.series_id.is_(None), Rsvp.series_id.not_in(theirs)))
    return others


def _waiting(event_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Also what does not count, since its person has another: that it waited forever would tell so."""
    stands = or_(Rsvp.counted, and_(Rsvp.series_id.is_(None), Rsvp.withdrawn_at.is_(None)))
    return and_(Rsvp.event_id == event_id, Rsvp.seat == WAITING, stands, Rsvp.partstat == ACCEPTED)


def _may_fit(event: Event, left: int, now: datetime) -> ColumnElement[bool]:
    """`left` seats are there for every time, where no date takes more."""
    if not event.rrule:
        return Rsvp.party_size <= left
    of_date = select(RsvpCount.coming + RsvpCount.held).where(
        RsvpCount.event_id == Rsvp.event_id, RsvpCount.occurrence == Rsvp.occurrence
    )
    other = aliased(Rsvp)
    has_others = or_(
        exists().where(other.series_id == Rsvp.id),
        exists().where(other.event_id == Rsvp.event_id, other.person == Rsvp.person, other.id != Rsvp.id),
    )
    every = and_(Rsvp.occurrence == "", Rsvp.party_size <= left - counting.fullest(event, now))
    one = and_(Rsvp.occurrence != "", Rsvp.party_size <= left - func.coalesce(of_date.scalar_subquery(), 0))
    return or_(every, one, has_others)
