"""What people add to the counts of an event, and of each date of a series.

Who answered for the series counts at each date. An answer for one date counts there alone, and takes what the same
person said for the series off that date: the row of the date holds such corrections, so that the count at a
date is always the sum of two rows.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps.models import ACCEPTED, TENTATIVE, Rsvp, RsvpCount

COLUMNS = ("coming", "maybe", "not_coming")

#: people by occurrence and column
Standing = Counter[tuple[str, str]]


def hold(event: Event, *people: bytes | None) -> None:
    """Nobody else moves what these people (fingerprints) add to a series until the transaction ends.

    A single event needs none of this: its unique index decides. SQLite has one writer at a time anyway.
    """
    if event.rrule and db.engine().dialect.name == "postgresql":
        for number in sorted({int.from_bytes(person[:8], signed=True) for person in people if person}):
            db.session.execute(select(func.pg_advisory_xact_lock(number)))


def standing(rsvp: Rsvp, *people: bytes | None) -> Standing:
    """What this RSVP, and in a series all others of the same people, add to which count."""
    db.session.flush()
    rows = _of_same_people(rsvp, *people) if rsvp.event.rrule or rsvp.occurrence else [rsvp]
    counted = [row for row in rows if row.counted]
    found: Standing = Counter()
    for row in counted:
        found[row.occurrence, _column(row)] += row.party_size
    for series in counted:
        if not series.occurrence:
            for row in counted:
                is_theirs = row.series_id == series.id or (row.person is not None and row.person == series.person)
                if row.occurrence and is_theirs:
                    found[row.occurrence, _column(series)] -= series.party_size
    return found


def move(event: Event, before: Standing, after: Standing) -> None:
    """One statement, so that no other comes between; and the last one, so that no two wait for each other."""
    moved = {place: after[place] - before[place] for place in {*before, *after}}
    occurrences = sorted({occurrence for (occurrence, _column), people in moved.items() if people})
    if not occurrences:
        return
    db.session.flush()
    dialect = postgresql if db.engine().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(RsvpCount).values(
        [
            {"event_id": event.id, "occurrence": occurrence}
            | {column: moved.get((occurrence, column), 0) for column in COLUMNS}
            for occurrence in occurrences  # in one order, so that two who move several do not wait for each other
        ]
    )
    sums = {column: getattr(RsvpCount, column) + getattr(insert.excluded, column) for column in COLUMNS}
    db.session.execute(insert.on_conflict_do_update(index_elements=["event_id", "occurrence"], set_=sums))


def _column(rsvp: Rsvp) -> str:
    return {ACCEPTED: "coming", TENTATIVE: "maybe"}.get(rsvp.partstat, "not_coming")


def _of_same_people(rsvp: Rsvp, *people: bytes | None) -> list[Rsvp]:
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
