"""What people add to the counts of an event, and of each date of a series, and whether there is room for them.

Who answered for the series counts at each date. An answer for one date counts there alone, and takes what the same
person said for the series off that date: the row of the date holds such corrections, so that the count at a
date is always the sum of two rows.

One statement decides a seat and takes it. In a series the row of the series is locked first, and what the dates add to
it is read under that lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, literal_column, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite

from eventkit import db
from eventkit.events.models import Event, Occurrence
from eventkit.rsvps.models import ACCEPTED, CLEAR, HELD, REFUSED, TENTATIVE, WAITING, Rsvp, RsvpCount

COLUMNS = ("coming", "maybe", "not_coming", "waiting", "held")
#: those that take seats
SEATS = ("coming", "held")

#: people by occurrence and column
Standing = Counter[tuple[str, str]]


def hold(event: Event, *people: bytes | None) -> None:
    """Nobody else moves what these people (fingerprints) add to a series until the transaction ends.

    A single event needs none of this: its unique index decides. SQLite has one writer at a time anyway.
    """
    if event.rrule and _on_postgresql():
        for number in _numbers(people):
            db.session.execute(select(func.pg_advisory_xact_lock(number)))


def try_to_hold(event: Event, *people: bytes | None) -> bool:
    """As `hold`, for who holds the counts already and so must not wait for others; False when somebody else holds."""
    if not event.rrule or not _on_postgresql():
        return True
    return all(db.session.scalar(select(func.pg_try_advisory_xact_lock(number))) for number in _numbers(people))


def lock_row(rsvp: Rsvp) -> None:
    """Reads it, and the RSVP that it is an exception to, anew; nobody else changes them until the transaction ends."""
    if _on_postgresql():
        db.session.flush()
        for row in sorted({rsvp, rsvp.owner}, key=lambda one: one.id):
            db.session.refresh(row, with_for_update={"of": Rsvp})


def lock_rows(rsvps: Iterable[Rsvp]) -> set[Rsvp]:
    """As `lock_row`, of several that are exceptions to none: those of them that are still there."""
    ids = [rsvp.id for rsvp in rsvps]
    anew = select(Rsvp).where(Rsvp.id.in_(ids)).order_by(Rsvp.id).with_for_update(of=Rsvp)
    return set(db.session.scalars(anew.execution_options(populate_existing=True)))


def lock(event: Event) -> tuple[int, int]:
    """People who have a seat and people who wait, of the event or for every time of a series. Nobody else moves its
    counts or takes a seat until the transaction ends."""
    insert = _insert([{"event_id": event.id, "occurrence": ""} | dict.fromkeys(COLUMNS, 0)])
    kept = insert.on_conflict_do_update(
        index_elements=["event_id", "occurrence"], set_={"coming": RsvpCount.coming}
    ).returning(RsvpCount.coming + RsvpCount.held, RsvpCount.waiting)
    seated, waiting = db.session.execute(kept).one()
    return seated, waiting


def column_of(rsvp: Rsvp) -> str | None:
    """Where its people are counted, if it counts; None: nowhere yet, or not any more."""
    if rsvp.state == REFUSED:
        return None
    if rsvp.partstat == ACCEPTED:
        return "waiting" if rsvp.seat == WAITING else "held" if rsvp.state in HELD else "coming"
    if rsvp.state != CLEAR:
        return None
    return "maybe" if rsvp.partstat == TENTATIVE else "not_coming"


def alone(rsvp: Rsvp) -> Standing:
    """What it would add if it counted, whatever the same person said elsewhere."""
    column = column_of(rsvp)
    return Counter({(rsvp.occurrence, column): rsvp.party_size}) if column else Counter()


def standing(rsvp: Rsvp, *people: bytes | None) -> Standing:
    """What this RSVP, and in a series all others of the same people, add to which count."""
    rows = _of_same_people(rsvp, *people) if rsvp.event.rrule or rsvp.occurrence else [rsvp]
    counted = [row for row in rows if row.counted]
    found: Standing = Counter()
    for row in counted:
        found.update(alone(row))
    for series in counted:
        column = column_of(series)
        if series.occurrence or column is None:
            continue
        for row in counted:
            is_theirs = row.series_id == series.id or (row.person is not None and row.person == series.person)
            if row.occurrence and is_theirs:
                found[row.occurrence, column] -= series.party_size
    return found


def move(
    event: Event,
    before: Standing,
    after: Standing,
    *,
    now: datetime,
    capacity: int | None = None,
    unless_waiting: bool = False,
) -> bool:
    """Moves the difference, in one statement, so that no other comes between. False, and nothing is moved, where it
    takes more seats than there are at any date to come; with `unless_waiting` also where others wait for one.

    Seats are given back in any case: the capacity may be less by now than what is taken.
    """
    moved = _difference(before, after)
    if not moved:
        return True
    guard = _guard(event, moved, now=now, capacity=capacity, unless_waiting=unless_waiting)
    return guard is not None and _add(event, moved, guard)


def fits(
    event: Event,
    before: Standing,
    after: Standing,
    *,
    now: datetime,
    capacity: int | None,
    unless_waiting: bool = False,
) -> bool:
    """Whether `move` would move one that does not count, if it did. It asks the same of the database, moving nothing.

    Such a one holds no seats: where it asks for more, there must be room for all of it.
    """
    moved = _difference(Counter() if gives_back(after, before) else before, after)
    guard = _guard(event, moved, now=now, capacity=capacity, unless_waiting=unless_waiting)
    return guard is not None and _add(event, Counter({("", "coming"): 0}), guard)


def takes_seats(standing: Standing) -> bool:
    """Whether it takes any."""
    return any(people > 0 for people in _seats(standing).values())


def gives_back(before: Standing, after: Standing) -> bool:
    """Whether seats are free that were not."""
    return any(people < 0 for people in _seats(_difference(before, after)).values())


def fullest(event: Event, now: datetime) -> int:
    """Seats that are taken at the fullest date to come beside those of who comes every time; a single event has
    none."""
    if not event.rrule:
        return 0
    return max([0, *(seated for _date, seated, _waiting in _dates(event, now))])


def _on_postgresql() -> bool:
    return db.engine().dialect.name == "postgresql"


def _numbers(people: Iterable[bytes | None]) -> list[int]:
    """In one order, so that two who hold several do not wait for each other."""
    return sorted({int.from_bytes(person[:8], signed=True) for person in people if person})


def _difference(before: Standing, after: Standing) -> Standing:
    moved = {place: after[place] - before[place] for place in {*before, *after}}
    return Counter({place: people for place, people in moved.items() if people})


def _seats(moved: Standing) -> Counter[str]:
    """Seats that are taken more than before, by occurrence."""
    found: Counter[str] = Counter()
    for (occurrence, column), people in moved.items():
        if column in SEATS:
            found[occurrence] += people
    return found


def _guard(
    event: Event, moved: Standing, *, now: datetime, capacity: int | None, unless_waiting: bool
) -> ColumnElement[bool] | None:
    """What must hold of the row of the event for the move; None where it cannot be."""
    seats = _seats(moved)
    if capacity is None or not takes_seats(moved):
        return true()
    if event.rrule or any(occurrence for occurrence, _column in moved):
        lock_of = lock(event)
        return true() if _fits_at_dates(event, moved, lock_of, now, capacity, unless_waiting) else None
    if seats[""] > capacity:
        return None  # so it is for the first, whose row is not there yet
    room = RsvpCount.coming + RsvpCount.held + seats[""] <= capacity
    return and_(room, RsvpCount.waiting + moved["", "waiting"] <= 0) if unless_waiting else room


def _fits_at_dates(
    event: Event, moved: Standing, every: tuple[int, int], now: datetime, capacity: int, unless_waiting: bool
) -> bool:
    """At each date to come that gets more people. A cancelled date may be restored: its seats are kept."""
    seats, (seated, waiting) = _seats(moved), every
    dates = {date: (taken, wait) for date, taken, wait in _dates(event, now, also=seats)}
    if seats[""] > 0:
        dates[""] = (0, 0)  # one for which nobody answered yet
    for date, (taken, wait) in dates.items():
        more = seats[""] + (seats[date] if date else 0)
        if more <= 0:
            continue
        waits = moved["", "waiting"] + (moved[date, "waiting"] if date else 0)
        if seated + taken + more > capacity or (unless_waiting and waiting + wait + waits > 0):
            return False
    return True


def _dates(event: Event, now: datetime, *, also: Iterable[str] = ()) -> list[tuple[str, int, int]]:
    """Dates to come that people answered for, and those named: RECURRENCE-ID, and who has a seat there and who waits
    beside those of the series."""
    of_date = and_(RsvpCount.event_id == Occurrence.event_id, RsvpCount.occurrence == Occurrence.recurrence_id)
    rows = db.session.execute(
        select(
            Occurrence.recurrence_id,
            func.coalesce(RsvpCount.coming + RsvpCount.held, 0),
            func.coalesce(RsvpCount.waiting, 0),
        )
        .outerjoin(RsvpCount, of_date)
        .where(
            Occurrence.event_id == event.id,
            Occurrence.recurrence_id != "",
            Occurrence.over_at > now,
            or_(RsvpCount.event_id.is_not(None), Occurrence.recurrence_id.in_(list(also))),
        )
    )
    return [(date, seated, waiting) for date, seated, waiting in rows]


def _add(event: Event, moved: Standing, guard: ColumnElement[bool]) -> bool:
    """False when `guard` did not hold. Rows are in one order, that of the series first, so that two who move several do
    not wait for each other."""
    occurrences = sorted({occurrence for occurrence, _column in moved} | ({""} if event.rrule else set()))
    insert = _insert(
        [
            {"event_id": event.id, "occurrence": occurrence}
            | {column: moved.get((occurrence, column), 0) for column in COLUMNS}
            for occurrence in occurrences
        ]
    )
    upsert = insert.on_conflict_do_update(index_elements=["event_id", "occurrence"], set_=_SUMS, where=guard)
    with db.session.no_autoflush:  # what is unsaved is in no count
        result: Any = db.session.execute(upsert.execution_options(preserve_rowcount=True))
    return result.rowcount > 0


#: what is there and what comes to it: PostgreSQL and SQLite say it alike
_SUMS = {column: getattr(RsvpCount, column) + literal_column(f"excluded.{column}", Integer) for column in COLUMNS}


def _insert(rows: list[dict[str, Any]]) -> postgresql.Insert | sqlite.Insert:
    """Of a single row in the form that SQLAlchemy compiles once: most events are no series."""
    dialect = postgresql if _on_postgresql() else sqlite
    return dialect.insert(RsvpCount.__table__).values(rows[0] if len(rows) == 1 else rows)


def _of_same_people(rsvp: Rsvp, *people: bytes | None) -> list[Rsvp]:
    db.session.flush()
    known = [person for person in (*people, rsvp.person) if person]
    series = select(Rsvp.id).where(Rsvp.event_id == rsvp.event_id, Rsvp.occurrence == "", Rsvp.person.in_(known))
    own = rsvp.series_id or rsvp.id
    wanted = or_(
        Rsvp.id.in_({own, rsvp.id}),
        Rsvp.series_id == own,
        and_(Rsvp.event_id == rsvp.event_id, Rsvp.person.in_(known)),
        Rsvp.series_id.in_(series),
    )
    return list(db.session.scalars(select(Rsvp).where(wanted)))
