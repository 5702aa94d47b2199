"""Answers to single dates of a series by who has answered for all of it."""

from __future__ import annotations

from datetime import datetime

from eventkit.events import queries as events
from eventkit.rsvps import counting, queries
from eventkit.rsvps.actions import answering, closing, exceptions
from eventkit.rsvps.models import Rsvp


def of_occurrence(rsvp: Rsvp, occurrence: str, *, now: datetime) -> Rsvp:
    """The same person's answer for one date of the series: an exception to `rsvp`, made where there is none.

    A person who has answered for that date on its own keeps that answer; it is theirs to change once the address of
    `rsvp` is known to be theirs too, and until then the exception is kept without being counted. Raises DomainError
    for a date that there is not.
    """
    if rsvp.occurrence == occurrence:
        return rsvp
    if rsvp.occurrence or events.occurrence(rsvp.event, occurrence) is None:
        raise closing.no_such_date()
    counting.hold(rsvp.event, rsvp.person)
    return queries.for_date(rsvp, occurrence) or exceptions.make(rsvp, occurrence, now=now)


def answer_for_date(rsvp: Rsvp, occurrence: str, partstat: str, *, now: datetime) -> None:
    """Another answer for one date than for the series. The calendar of who left an address is told."""
    one = of_occurrence(rsvp, occurrence, now=now)
    before = answering.answer_alone(one, partstat, now=now)
    answering.tell(one, before, queries.answer_of(one).person, is_known=True, now=now)
