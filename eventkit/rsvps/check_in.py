"""Who has arrived. Several phones tell it, some of them late: each tap has the time at which it was made.

Of what is told of one RSVP the latest tap holds, by its own time, in whatever order they reach the server, and however
often. Of two in the same moment the one that takes the arrival back, else the one that tells of more people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventkit import db
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.events.models import Dated, Event
from eventkit.rsvps import actions, at_date, entrance, queries, shifts, terms
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import ACCEPTED, CLEAR, DECLINED, SEATED, Rsvp
from eventkit.text import fold

#: after the end of the event the list at the entrance is shown no longer
CLOSES_AFTER = timedelta(hours=12)
#: a tap that was kept longer than this is taken to be as old as this
LONGEST_KEPT = timedelta(hours=48)


@dataclass(frozen=True)
class Guest:
    """Somebody who may come in, as the entrance sees them: no address, no answers."""

    #: number of the RSVP; of somebody who comes every time that of the series
    number: int
    name: str
    people: int
    shift: str
    #: whether they said that they come; else maybe
    is_expected: bool
    answered_at: datetime
    arrived: int
    #: when that was tapped
    arrived_at: datetime | None

    @property
    def folded(self) -> str:
        return fold(self.name)


@dataclass(frozen=True)
class Tap:
    """So many people of an RSVP have arrived; none: it is taken back."""

    number: int
    arrived: int
    at: datetime


def date_of(event: Event, occurrence: str, now: datetime) -> Dated:
    """What people are checked in to: that date of a series, else the one that is on or comes next."""
    if not event.rrule:
        return event
    chosen = events.occurrence(event, occurrence) if occurrence else None
    return chosen or next(iter(events.coming_of(event, now - CLOSES_AFTER, limit=1, cancelled=False)), event)


def is_closed(dated: Dated, now: datetime) -> bool:
    """Whether its list is shown no longer."""
    return dated.is_over(now - CLOSES_AFTER)


def guests(event: Event, occurrence: str) -> list[Guest]:
    """Who has a seat, or said maybe, by name; those without a name last, in the order in which they answered."""
    names = {shift.id: shift.name for shift in terms.shifts(event)}
    sealer = queries.sealer_if_there(event)
    rows = db.session.scalars(
        select(Rsvp)
        .where(*at_date.holds(event, occurrence), *_may_enter())
        .options(joinedload(Rsvp.series))
        .order_by(Rsvp.created_at, Rsvp.id)
    )
    found = [_guest(row, queries.unseal(row, sealer), names) for row in rows]
    return sorted(found, key=lambda guest: (not guest.name, guest.folded))


def guest_of(rsvp: Rsvp, occurrence: str) -> Guest | None:
    """The person of this RSVP at the entrance on that date; None who has no seat there."""
    mine = (Rsvp.id == rsvp.id) | (Rsvp.series_id == rsvp.id)
    found = select(Rsvp).where(*at_date.holds(rsvp.event, occurrence), *_may_enter(), mine)
    row = db.session.scalar(found)
    if row is None:
        return None
    names = {shift.id: shift.name for shift in terms.shifts(rsvp.event)}
    return _guest(row, queries.answer_of(row).person, names)


def take(event: Event, occurrence: str, taps: Iterable[Tap], *, now: datetime) -> None:
    """Applies taps by the rule above. One of an RSVP that is not there any more, or has no seat, is let go."""
    for tap in sorted(taps, key=lambda tap: tap.number):  # two phones lock rows in one order
        row = _row(event, occurrence, tap.number, now)
        if row is None:
            continue
        at, arrived = min(max(tap.at, now - LONGEST_KEPT), now), min(tap.arrived, row.party_size)
        if row.arrived_at is None or _weight(at, arrived) > _weight(row.arrived_at, row.arrived):
            row.arrived, row.arrived_at = arrived, at


@dataclass(frozen=True)
class Standing:
    """How far it is, without anybody's name."""

    #: people who have arrived, and people who said that they come
    arrived: int
    expected: int
    #: how many of an RSVP have arrived, and when that was tapped, by its number
    arrivals: dict[int, tuple[int, datetime]]


def standing(event: Event, occurrence: str) -> Standing:
    """What has been told so far."""
    columns = (Rsvp.id, Rsvp.series_id, Rsvp.partstat, Rsvp.party_size, Rsvp.arrived, Rsvp.arrived_at)
    rows = db.session.execute(select(*columns).where(*at_date.holds(event, occurrence), *_may_enter())).all()
    return Standing(
        arrived=sum(row.arrived for row in rows),
        expected=sum(row.party_size for row in rows if row.partstat == ACCEPTED),
        arrivals={row.series_id or row.id: (row.arrived, row.arrived_at) for row in rows if row.arrived},
    )


def number_of(code: str, event: Event) -> int | None:
    """The number of the RSVP to this event that a code stands for."""
    rsvp = entrance.by_code(code)
    return rsvp.id if rsvp is not None and rsvp.event_id == event.id else None


def wall_time(event: Event, moment: datetime) -> datetime:
    """The instant by the clock at the venue."""
    return moment.astimezone(ZoneInfo(event.timezone))


def _weight(at: datetime, arrived: int) -> tuple[datetime, bool, int]:
    """Of two taps the one of more weight holds."""
    return at, arrived == 0, arrived


def _row(event: Event, occurrence: str, number: int, now: datetime) -> Rsvp | None:
    """What arrivals are written to. Who comes every time arrives at one date: that is an exception to the series, which
    says the same."""
    wanted = select(Rsvp).where(Rsvp.id == number, Rsvp.event_id == event.id, Rsvp.counted)
    rsvp = db.session.scalar(wanted.with_for_update(of=Rsvp).execution_options(populate_existing=True))
    if rsvp is not None and event.rrule and rsvp.occurrence != occurrence:
        try:
            rsvp = actions.of_occurrence(rsvp, occurrence, now=now)
        except DomainError:
            return None
    if rsvp is None or rsvp.partstat == DECLINED or (rsvp.seat, rsvp.state) != (SEATED, CLEAR):
        return None
    return rsvp


def _may_enter() -> tuple:
    return (Rsvp.partstat != DECLINED, Rsvp.seat == SEATED, Rsvp.state == CLEAR)


def _guest(row: Rsvp, person: Person, names: dict[int, str]) -> Guest:
    return Guest(
        number=row.owner.id,
        name=person.name,
        people=row.party_size,
        shift=names.get(shifts.chosen(row) or 0, ""),
        is_expected=row.partstat == ACCEPTED,
        answered_at=row.created_at,
        arrived=row.arrived,
        arrived_at=row.arrived_at if row.arrived else None,
    )
