"""The organizer takes people off the list for good: their links end, so that nobody comes back by them.

A row is emptied and stays until the event is purged: it holds which SEQUENCE the person's calendar has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import flood
from eventkit.rsvps.actions import leaving
from eventkit.rsvps.flood import Chosen
from eventkit.rsvps.models import Rsvp


def take_off(rsvp: Rsvp, *, tells: bool, now: datetime) -> None:
    """As `remove`; of a date of a series alone the links stay, which are those of the series."""
    number = rsvp.id if rsvp.series_id is None else None
    leaving.remove(rsvp, tells=tells, now=now)
    if number is not None:
        _end_links([number])


def sweep(event: Event, chosen: Chosen, *, limit: int, now: datetime) -> int:
    """Removes up to `limit` RSVPs of a flood, who are told nothing: how many it were. Whoever waits moves up.

    Those of the flood that wait go first, so that none of them moves up.
    """
    wanted = select(Rsvp.id).where(*flood.going(event, chosen)).order_by(Rsvp.seat.desc(), Rsvp.id).limit(limit)
    ids = db.session.scalars(wanted).all()
    removed = leaving.remove_all(event, ids, now=now)
    _end_links(ids)
    return removed


def _end_links(ids: Sequence[int]) -> None:
    db.session.flush()
    ended = update(Rsvp).where(Rsvp.id.in_(ids)).values(generation=Rsvp.generation + 2 - Rsvp.generation % 2)
    db.session.execute(ended)
