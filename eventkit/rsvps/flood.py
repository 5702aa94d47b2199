"""A flood of RSVPs that nobody meant: when they arrived, from which sources, and which of them would go.

A source is a hash of the network that an RSVP came from (`Rsvp.source`): it tells one from another, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import course
from eventkit.rsvps.models import BY_ORGANIZER, Rsvp

#: bars that a picture of arrivals has room for
MOST_BARS = 72

#: how long each is
STEPS = {course.MINUTE: timedelta(minutes=1), course.HOUR: timedelta(hours=1), course.DAY: timedelta(days=1)}


@dataclass(frozen=True)
class Chosen:
    """Which RSVPs are meant. Instants; the end is not in it. None leaves that side open."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    source: bytes | None = None
    #: keeps those whose address is confirmed: somebody acted by what was mailed there
    spares_confirmed: bool = True

    @property
    def says_something(self) -> bool:
        """Whether it means less than everybody."""
        return self.starts_at is not None or self.ends_at is not None or self.source is not None


@dataclass(frozen=True)
class Source:
    """What came from one network."""

    source: bytes
    rsvps: int
    people: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Preview:
    """What would go, and what of the choice would stay."""

    rsvps: int = 0
    people: int = 0
    #: of them: a name, an answer or an address was said; an address; an address that is confirmed
    about_somebody: int = 0
    with_address: int = 0
    confirmed: int = 0
    #: confirmed, entered by the organizer, or arrived
    spared: int = 0


def meant(event: Event, chosen: Chosen) -> list[ColumnElement[bool]]:
    """Every RSVP of the choice, whether it is spared or not. What was said for one date of a series goes with the RSVP
    for the series, and second answers of one address go as the first."""
    found = [Rsvp.event_id == event.id, Rsvp.withdrawn_at.is_(None), Rsvp.series_id.is_(None)]
    if chosen.starts_at is not None:
        found.append(Rsvp.created_at >= chosen.starts_at)
    if chosen.ends_at is not None:
        found.append(Rsvp.created_at < chosen.ends_at)
    if chosen.source is not None:
        found.append(Rsvp.source == chosen.source)
    return found


def going(event: Event, chosen: Chosen) -> list[ColumnElement[bool]]:
    """Those of the choice that are not spared. Who was entered by hand, or is there already, is nobody's flood."""
    return [*meant(event, chosen), not_(_spared(chosen))]


def _spared(chosen: Chosen) -> ColumnElement[bool]:
    seen = or_(Rsvp.entered_by == BY_ORGANIZER, Rsvp.arrived > 0)
    return or_(seen, _confirmed()) if chosen.spares_confirmed else seen


def _confirmed() -> ColumnElement[bool]:
    return and_(Rsvp.person.is_not(None), Rsvp.generation % 2 == 1)


def preview(event: Event, chosen: Chosen) -> Preview:
    """Numbers of it, in one query."""
    spared = _spared(chosen)

    def of_going(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
        wanted = not_(spared) if condition is None else and_(not_(spared), condition)
        return func.coalesce(func.sum(case((wanted, 1), else_=0)), 0)

    row = db.session.execute(
        select(
            of_going(),
            func.coalesce(func.sum(case((and_(not_(spared), Rsvp.counted), Rsvp.party_size), else_=0)), 0),
            of_going(Rsvp.sealed.is_not(None)),
            of_going(Rsvp.person.is_not(None)),
            of_going(_confirmed()),
            func.coalesce(func.sum(case((spared, 1), else_=0)), 0),
        ).where(*meant(event, chosen))
    ).one()
    return Preview(*(int(number) for number in row))


def sources(event: Event, chosen: Chosen, *, limit: int = 5) -> list[Source]:
    """Those that most of the choice came from, the largest first; two are no flood."""
    rsvps = func.count()
    rows = db.session.execute(
        select(Rsvp.source, rsvps, func.sum(Rsvp.party_size), func.min(Rsvp.created_at), func.max(Rsvp.created_at))
        .where(*going(event, Chosen(chosen.starts_at, chosen.ends_at)), Rsvp.source.is_not(None))
        .group_by(Rsvp.source)
        .having(rsvps > 2)
        .order_by(rsvps.desc(), func.min(Rsvp.created_at))
        .limit(limit)
    )
    return [Source(*row) for row in cast(Any, rows)]


def arrivals(event: Event, chosen: Chosen) -> tuple[int, list[tuple[datetime, int]]]:
    """How many RSVPs arrived in each day, hour or minute of the choice, whatever becomes of them: course.DAY, HOUR or
    MINUTE, and pairs of its first moment (at the venue) and the number. As fine as there is room for."""
    ends = select(func.min(Rsvp.created_at), func.max(Rsvp.created_at))
    first, last = cast(Any, db.session.execute(ends.where(*meant(event, chosen))).one())
    if first is None:  # nothing arrived
        return course.HOUR, []
    fits = (length for length, step in STEPS.items() if (last - first) / step < MOST_BARS)
    length = next(fits, course.DAY)
    bucket = course.moment(max(length, course.HOUR))
    rows = db.session.execute(select(bucket, func.count()).where(*meant(event, chosen)).group_by(bucket))
    zone = ZoneInfo(event.timezone)
    arrived: Counter[datetime] = Counter()
    for text, number in rows:
        at = course.parsed(text).astimezone(zone)
        arrived[at.replace(hour=0, minute=0) if length == course.DAY else at] += number
    bars, at = [], min(arrived)
    while at <= last:
        bars.append((at, arrived[at]))
        # days follow each other on the clock of the place, hours and minutes in time
        at = at + STEPS[length] if length == course.DAY else (at.astimezone(UTC) + STEPS[length]).astimezone(zone)
    return length, bars[-MOST_BARS:]
