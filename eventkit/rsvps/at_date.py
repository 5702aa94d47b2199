"""Who is meant by one date of a series."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from eventkit.events.models import Event
from eventkit.rsvps.models import Rsvp


def holds(event: Event, occurrence: str) -> tuple[ColumnElement[bool], ...]:
    """The rows that count and hold what people said for that date, one for each: what they said for it, or for the
    series where they said nothing of it. Without a date every row that counts."""
    counted = (Rsvp.event_id == event.id, Rsvp.counted.is_(True))
    if not occurrence:
        return counted
    other = aliased(Rsvp)
    differs = exists().where(
        other.event_id == Rsvp.event_id,
        other.occurrence == occurrence,
        other.counted,
        or_(other.series_id == Rsvp.id, other.person == Rsvp.person),
    )
    return (*counted, or_(Rsvp.occurrence == occurrence, and_(Rsvp.occurrence == "", ~differs)))
