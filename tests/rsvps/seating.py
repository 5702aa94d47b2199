"""What the tests of seats have in common: events with terms, answers by action, counts as rows tell them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text

from eventkit import clock, db
from eventkit.events.models import Event
from eventkit.rsvps import actions, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, Rsvp, RsvpCount, RsvpShift
from tests.factories import make_event


def limit(event: Event, **terms_of_it: Any) -> Event:
    """Sets terms of the event, and nothing else."""
    with db.transaction():
        row = terms.to_change(event)
        for name, value in terms_of_it.items():
            setattr(row, name, value)
    return event


def limited(capacity: int | None = None, **terms_of_it: Any) -> Event:
    """An event with so many places."""
    return limit(make_event(), capacity=capacity, **terms_of_it)


def make_shift(event: Event, name: str = "Marshal", capacity: int | None = None) -> RsvpShift:
    with db.transaction() as session:
        shift = RsvpShift(event_id=event.id, name=name, capacity=capacity)
        session.add(shift)
    return shift


def come(event: Event, size: int = 1, *, email: str = "", occurrence: str = "", **said: Any) -> Rsvp:
    """An answer. `said` are other fields of Answer."""
    answer = Answer(said.pop("partstat", ACCEPTED), size, Person(email=email, language="en"), **said)
    with db.transaction():
        return actions.register(event, answer, occurrence=occurrence, now=clock.now())


def act(name: str, rsvp: Rsvp, *values: Any, **named: Any) -> None:
    """An action in a transaction of its own."""
    with db.transaction():
        getattr(actions, name)(rsvp, *values, now=clock.now(), **named)


def seats_of(*rsvps: Rsvp) -> list[str]:
    for rsvp in rsvps:
        db.session.refresh(rsvp)
    return [rsvp.seat for rsvp in rsvps]


def raise_capacity(event: Event, capacity: int | None) -> None:
    with db.transaction():
        terms.to_change(event).capacity = capacity
        actions.promote(event, now=clock.now())


def counted(event: Event, occurrence: str = "") -> Counter[str]:
    """What the rows of the counts tell of the event, or of that date."""
    found: Counter[str] = Counter()
    rows = select(RsvpCount).where(RsvpCount.event_id == event.id, RsvpCount.occurrence.in_(("", occurrence)))
    for row in db.session.scalars(rows.execution_options(populate_existing=True)):
        for column in ("coming", "maybe", "not_coming", "waiting", "held"):
            found[column] += getattr(row, column)
    return +found


def as_said(event: Event, occurrence: str = "") -> Counter[str]:
    """The same as the RSVPs say it: at a date, what somebody said for it goes before what they said for every time."""
    rows = list(
        db.session.scalars(
            select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.counted).execution_options(populate_existing=True)
        )
    )
    found: Counter[str] = Counter()
    for row in rows:
        if row.occurrence not in ("", occurrence):
            continue
        other = [one for one in rows if one.occurrence == occurrence != "" and _is_of_same(one, row)]
        if row.occurrence == "" and other:
            continue
        column = _column(row)
        if column:
            found[column] += row.party_size
    return found


def in_shifts(event: Event) -> tuple[dict[int, int], dict[int, int]]:
    """People by shift: as the shifts tell, and as the RSVPs say."""
    shifts = db.session.scalars(
        select(RsvpShift).where(RsvpShift.event_id == event.id).execution_options(populate_existing=True)
    ).all()
    rows = db.session.scalars(select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.counted)).all()
    said = {shift.id: 0 for shift in shifts}
    for row in rows:
        if row.shift_id is not None and _column(row) in ("coming", "held"):
            said[row.shift_id] += row.party_size
    return {shift.id: shift.taken for shift in shifts}, said


def _is_of_same(one: Rsvp, row: Rsvp) -> bool:
    return one.series_id == row.id or (one.person is not None and one.person == row.person)


def _column(row: Rsvp) -> str:
    if row.state == "refused":
        return ""
    if row.partstat == "ACCEPTED":
        if row.seat == "waiting":
            return "waiting"
        return "coming" if row.state == "clear" else "held"
    if row.state != "clear":
        return ""
    return "maybe" if row.partstat == "TENTATIVE" else "not_coming"


def wait_until_one_waits(*, unless: Callable[[], bool]) -> None:
    """Until somebody waits in the database (PostgreSQL) for a lock, or `unless` says that nobody will."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    ends = time.monotonic() + 10
    with db.engine().connect() as connection:
        while not unless() and not connection.scalar(waiting) and time.monotonic() < ends:
            connection.rollback()
            time.sleep(0.01)
