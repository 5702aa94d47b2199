"""Erases what is known of those who came. Commits nothing: what is long is called in several transactions.

Counts remain. Rows go, not only what is sealed in them: a row tells when somebody answered, for how many, for which
shift. Their numbers do not come back (`Rsvp` has AUTOINCREMENT on SQLite), since a link proves the number of a row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from eventkit import db, keys
from eventkit.events.models import Event
from eventkit.mail import addresses, keeping
from eventkit.rsvps import counting, dates, message_keys, queries, terms
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import ACCEPTED, REFUSED, SEATED, Broadcast, CalendarReply, Notice, Rsvp, RsvpShift


def dates_over(event: Event, before: datetime) -> set[str]:
    """The dates of a series that somebody answered for, and that were over by then."""
    answered = select(Rsvp.occurrence).where(Rsvp.event_id == event.id, Rsvp.occurrence != "").distinct()
    several = dates.of_each(event, db.session.scalars(answered))
    return {occurrence for occurrence, dated in several.items() if dated.is_over(before)}


def rsvps_of(event: Event, occurrences: Collection[str] | None = None) -> list[int]:
    """The numbers of all RSVPs; with `occurrences` of those for these dates alone."""
    found = select(Rsvp.id).where(Rsvp.event_id == event.id)
    if occurrences is not None:
        found = found.where(Rsvp.occurrence.in_(occurrences))
    return list(db.session.scalars(found.order_by(Rsvp.id)))


def erase(ids: Sequence[int]) -> None:
    """These rows, and what calendars answered for them."""
    db.session.execute(delete(CalendarReply).where(CalendarReply.rsvp_id.in_(ids)))
    db.session.execute(delete(Rsvp).where(Rsvp.id.in_(ids)))


def erase_dates(event: Event, ids: Sequence[int], *, now: datetime) -> None:
    """As `erase`, for dates of a series that goes on.

    Who answered for the series too counts at those dates as for every other: the row of the date holds the difference,
    which nobody could take back any more. Shifts are free again for the dates to come.
    """
    in_shifts = (
        select(Rsvp.shift_id, func.sum(Rsvp.party_size))
        .where(Rsvp.id.in_(ids), Rsvp.partstat == ACCEPTED, Rsvp.seat == SEATED, Rsvp.state != REFUSED)
        .where(Rsvp.counted, Rsvp.shift_id.is_not(None))
        .group_by(Rsvp.shift_id)
    )
    for shift_id, people in db.session.execute(in_shifts).all():
        db.session.execute(update(RsvpShift).where(RsvpShift.id == shift_id).values(taken=RsvpShift.taken - people))
    differing = select(Rsvp).where(Rsvp.id.in_(ids), Rsvp.counted, _answered_for_all()).order_by(Rsvp.id)
    for rsvp in db.session.scalars(differing).all():
        counting.hold(event, rsvp.owner.person)
        before = counting.standing(rsvp)
        rsvp.counted = False
        counting.move(event, before, counting.standing(rsvp), now=now)
    db.session.flush()
    erase(ids)


def forget_all(event: Event, *, now: datetime) -> None:
    """What the event's key sealed beside RSVPs and outbox: the organizer's words, and what is kept of the inbox."""
    kept = terms.of(event)
    kept.note = kept.thanks = None
    db.session.execute(delete(CalendarReply).where(CalendarReply.event_id == event.id))
    keeping.forget_received(event.key_name)
    for table in (Broadcast, Notice):
        unfinished = and_(table.event_id == event.id, table.done_at.is_(None))
        db.session.execute(update(table).where(unfinished).values(done_at=now))
    db.session.execute(update(Broadcast).where(Broadcast.event_id == event.id).values(sealed=None))


def move_to(event: Event, following: str, *, forgotten: Collection[str]) -> None:
    """Seals with the key `following` what is to stay readable, and makes that the event's key.

    Of the dates in `forgotten` the organizer's messages are erased, and of who is not on the list any more it is not
    known that they were written to. The event is locked.
    """
    former, new = keys.sealer(event.key_name), keys.sealer(following)
    people = _move_rsvps(event, former, new)
    of_dates = and_(Broadcast.event_id == event.id, Broadcast.occurrence.in_(forgotten))
    db.session.execute(update(Broadcast).where(of_dates).values(sealed=None))
    for broadcast in db.session.scalars(select(Broadcast).where(Broadcast.event_id == event.id)):
        broadcast.sealed = keys.sealed_anew(broadcast.sealed, f"broadcast:{broadcast.id}", former, new)
    kept = terms.of(event)
    for part in (terms.NOTE, terms.THANKS):
        setattr(kept, part, keys.sealed_anew(getattr(kept, part), terms.about(event.id, part), former, new))
    left = set(rsvps_of(event))
    keeping.move(event.key_name, following, lambda key: message_keys.renamed(key, people, left))
    event.key_name = following


def _move_rsvps(event: Event, former: keys.Sealer, new: keys.Sealer) -> dict[bytes, bytes]:
    """A person is found again by the address that is sealed: its fingerprint is another under another key. What keys of
    messages show of each, by what they showed before."""
    holds_something = or_(Rsvp.sealed.is_not(None), Rsvp.person.is_not(None))
    rows = select(Rsvp.id, Rsvp.sealed, Rsvp.person).where(Rsvp.event_id == event.id, holds_something)
    moved = []
    people: dict[bytes, bytes] = {}
    # Whoever takes an answer back seals nothing: they wait, or were first and left nothing here.
    for number, sealed, person in db.session.execute(rows.order_by(Rsvp.id).with_for_update()):
        about = queries.about_row(number)
        anew = keys.sealed_anew(sealed, about, former, new)
        fingerprint = None
        if anew is not None and person is not None:
            fingerprint = new.fingerprint(addresses.same(Person.from_text(new.unseal(anew, about)).email))
            people[message_keys.shown(person)] = message_keys.shown(fingerprint)
        moved.append({"id": number, "sealed": anew, "person": fingerprint})
    if moved:
        db.session.execute(update(Rsvp), moved)
    db.session.expire_all()
    return people


def _answered_for_all() -> ColumnElement[bool]:
    """That the person of an RSVP for one date answered for the series as well."""
    series = aliased(Rsvp)
    same_person = and_(series.event_id == Rsvp.event_id, series.person == Rsvp.person)
    return or_(Rsvp.series_id.is_not(None), exists().where(same_person, series.occurrence == "", series.counted))
