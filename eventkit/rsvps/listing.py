"""Who answered, as the organizer looks for them: narrowed by what the database knows, and by names, which it does not.

Columns are read, not objects, and only what is shown is unsealed; a search for a name has to unseal everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, select
from sqlalchemy.orm import aliased

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import at_date, queries, shifts
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    CLEAR,
    DECLINED,
    PENDING,
    REFUSED,
    SEATED,
    TENTATIVE,
    UNCONFIRMED,
    WAITING,
    Rsvp,
)
from eventkit.text import fold

#: what stands for the whole series among its dates, and for no shift among shifts
EVERY, NONE = "every", "none"
#: how an RSVP stands: it counts in public, or why it does not
COUNTED = "counted"
STANDINGS = (COUNTED, WAITING, UNCONFIRMED, PENDING, REFUSED)
ANSWERS = {"coming": ACCEPTED, "maybe": TENTATIVE, "no": DECLINED}
WALK_INS, ARRIVED, NOT_ARRIVED = "walk-ins", "arrived", "not-arrived"
ON_THE_DAY = (WALK_INS, ARRIVED, NOT_ARRIVED)
WITH, WITHOUT = "with", "without"

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; an empty text narrows nothing."""

    q: str = ""
    #: a key of ANSWERS
    answer: str = ""
    #: one of STANDINGS
    standing: str = ""
    #: number of a shift, or NONE
    shift: str = ""
    #: WITH or WITHOUT an e-mail address
    address: str = ""
    #: one of ON_THE_DAY
    day: str = ""
    #: RECURRENCE-ID of a date of a series: whoever comes to it; or EVERY
    date: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Of a query string. What makes no sense narrows nothing."""
        known: dict[str, Any] = {
            "answer": ANSWERS,
            "standing": STANDINGS,
            "address": (WITH, WITHOUT),
            "day": ON_THE_DAY,
        }
        said = {name: value for name, allowed in known.items() if (value := args.get(name, "")) in allowed}
        shift = args.get("shift", "")
        if shift == NONE or (shift.isascii() and shift.isdigit() and len(shift) < 10):
            said["shift"] = shift
        return cls(q=args.get("q", "").strip()[:_LONGEST_SEARCH], date=args.get("date", "").strip()[:15], **said)

    def query(self) -> dict[str, str]:
        """For a URL."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Listed:
    """An RSVP as the organizer may read it."""

    id: int
    #: RECURRENCE-ID of the date that it is for; empty for the event or the whole series
    occurrence: str
    partstat: str
    party_size: int
    seat: str
    state: str
    shift_id: int | None
    entered_by: str
    arrived: int
    answered_at: datetime
    person: Person = field(default_factory=Person)

    @property
    def standing(self) -> str:
        """One of STANDINGS."""
        return self.state if self.state != CLEAR else WAITING if self.seat == WAITING else COUNTED


@dataclass(frozen=True)
class Found:
    """One page of those that were found."""

    shown: list[Listed]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Tally:
    """How many RSVPs and people stand in one way."""

    rsvps: int = 0
    people: int = 0


_series = aliased(Rsvp)
#: the same in a condition, of a statement that joins it or not
_owner = aliased(Rsvp)
_COLUMNS = (
    *(Rsvp.id, Rsvp.occurrence, Rsvp.partstat, Rsvp.party_size, Rsvp.seat, Rsvp.state),
    *(Rsvp.entered_by, Rsvp.arrived, Rsvp.created_at.label("answered_at")),
    shifts.chosen_of(_series).label("shift_id"),
)
#: an exception to a series holds nothing of the person: that is sealed in the row of the series
_SEALED = (
    func.coalesce(Rsvp.series_id, Rsvp.id).label("owner"),
    func.coalesce(_series.sealed, Rsvp.sealed).label("sealed"),
)


def that_stand(event: Event) -> tuple[ColumnElement[bool], ...]:
    """Every RSVP that was neither taken back nor is another's second; those that were refused too."""
    return Rsvp.event_id == event.id, Rsvp.counted.is_(True)


def find(event: Event, wanted: Wanted, *, page: int, size: int) -> Found:
    """The latest first; of the waitlist whoever waits longest. Names and addresses are unsealed: for the organizer
    alone. A page that there is not is the last."""
    narrowed = (*that_stand(event), *_conditions(event, wanted))
    if wanted.q:
        return _search(event, wanted, narrowed, page, size)
    total = db.session.scalar(select(func.count()).where(*narrowed)) or 0
    pages, page = _paged(total, page, size)
    # Numbers alone are put in order; what is sealed is read of one page.
    ids = select(Rsvp.id).where(*narrowed).order_by(*_order(wanted)).limit(size).offset((page - 1) * size)
    return Found(_in_order(event, db.session.scalars(ids).all()), total, page, pages)


def of_ids(event: Event, ids: Sequence[int]) -> list[Listed]:
    """Those of the event that stand, in the order of their numbers."""
    wanted = select(*_COLUMNS, *_SEALED).outerjoin(_series, Rsvp.series_id == _series.id)
    rows = db.session.execute(wanted.where(*that_stand(event), Rsvp.id.in_(ids)).order_by(Rsvp.id))
    return _listed(event, rows.all())


def by_id(event: Event, rsvp_id: int, *, to_change: bool = False) -> Rsvp | None:
    """One that stands. With `to_change` nobody else changes it until the transaction ends."""
    wanted = select(Rsvp).where(*that_stand(event), Rsvp.id == rsvp_id)
    if to_change:
        wanted = wanted.with_for_update(of=Rsvp).execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def everybody(event: Event, wanted: Wanted) -> list[Listed]:
    """As `find`, all of them, in no order."""
    wholes = select(*_COLUMNS, *_SEALED).outerjoin(_series, Rsvp.series_id == _series.id)
    return _listed(event, db.session.execute(wholes.where(*that_stand(event), *_conditions(event, wanted))).all())


def tallies(event: Event) -> dict[str, Tally]:
    """How many RSVPs that say yes stand how: by one of STANDINGS; and `ARRIVED`, people who are there."""
    rows = db.session.execute(
        select(Rsvp.seat, Rsvp.state, func.count(), func.sum(Rsvp.party_size), func.sum(Rsvp.arrived))
        .where(*that_stand(event), Rsvp.partstat == ACCEPTED)
        .group_by(Rsvp.seat, Rsvp.state)
    )
    found = dict.fromkeys((*STANDINGS, ARRIVED), Tally())
    for seat, state, rsvps, people, arrived in rows:
        name = state if state != CLEAR else WAITING if seat == WAITING else COUNTED
        found[name] = Tally(found[name].rsvps + rsvps, found[name].people + people)
        found[ARRIVED] = Tally(0, found[ARRIVED].people + arrived)
    return found


def dates_answered(event: Event) -> list[str]:
    """RECURRENCE-IDs that somebody has answered for on its own, in order."""
    return list(
        db.session.scalars(
            select(Rsvp.occurrence)
            .where(*that_stand(event), Rsvp.occurrence != "")
            .distinct()
            .order_by(Rsvp.occurrence)
        )
    )


def _conditions(event: Event, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.answer:
        found.append(Rsvp.partstat == ANSWERS[wanted.answer])
    if wanted.standing == COUNTED:
        found += [Rsvp.state == CLEAR, Rsvp.seat == SEATED]
    elif wanted.standing == WAITING:
        found += [Rsvp.state == CLEAR, Rsvp.seat == WAITING]
    elif wanted.standing:
        found.append(Rsvp.state == wanted.standing)
    if wanted.shift:
        chosen = _of_owner(shifts.chosen_of(_owner))
        found.append(chosen.is_(None) if wanted.shift == NONE else chosen == int(wanted.shift))
    if wanted.address:
        has_address = _of_owner(_owner.person).is_not(None)
        found.append(has_address if wanted.address == WITH else ~has_address)
    if wanted.day == WALK_INS:
        found.append(Rsvp.entered_by == BY_ORGANIZER)
    elif wanted.day:
        found.append(Rsvp.arrived > 0 if wanted.day == ARRIVED else Rsvp.arrived == 0)
    if wanted.date == EVERY:
        found.append(Rsvp.occurrence == "")
    elif wanted.date and event.rrule:
        found += at_date.holds(event, wanted.date)
    return found


def _of_owner(column: SQLColumnExpression[Any]) -> ScalarSelect[Any]:
    """A column of `_owner`, as the row that holds the person has it."""
    is_owner = _owner.id == func.coalesce(Rsvp.series_id, Rsvp.id)
    return select(column).where(is_owner).correlate(Rsvp).scalar_subquery()


def _order(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.standing == WAITING:
        return Rsvp.waits_since, Rsvp.id
    return Rsvp.created_at.desc(), Rsvp.id.desc()


def _search(event: Event, wanted: Wanted, narrowed: tuple[ColumnElement[bool], ...], page: int, size: int) -> Found:
    sealer = queries.sealer_if_there(event)
    if sealer is None:
        return Found([], 0, 1, 1)
    rows = db.session.execute(
        select(Rsvp.id, *_SEALED)
        .outerjoin(_series, Rsvp.series_id == _series.id)
        .where(*narrowed, _SEALED[1].element.is_not(None))
        .order_by(*_order(wanted))
    )
    name, address = fold(wanted.q), wanted.q.lower()
    ids = [row.id for row in rows if _matches(queries.person_in(row.sealed, row.owner, sealer), name, address)]
    pages, page = _paged(len(ids), page, size)
    there = ids[(page - 1) * size : page * size]
    return Found(_in_order(event, there), len(ids), page, pages)


def _in_order(event: Event, ids: Sequence[int]) -> list[Listed]:
    wholes = {each.id: each for each in of_ids(event, ids)}
    return [wholes[one] for one in ids]


def _matches(person: Person, name: str, address: str) -> bool:
    return bool(name and name in fold(person.name)) or address in person.email.lower()


def _paged(total: int, page: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return pages, min(max(1, page), pages)


def _listed(event: Event, rows: Sequence[Any]) -> list[Listed]:
    sealer = queries.sealer_if_there(event)
    found = []
    for row in rows:
        told = row._asdict()
        owner, sealed = told.pop("owner"), told.pop("sealed")
        found.append(Listed(**told, person=queries.person_in(sealed, owner, sealer)))
    return found
