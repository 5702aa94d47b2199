"""Writes: answering, changing an answer, taking it back.

One person counts once. An address that has answered already is not told apart from a new one, neither on the
page nor in the status: the second answer is kept beside the first without being counted, and whoever reads
the mail of that address is sent the link to the first.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from eventkit import db, keys
from eventkit.errors import DomainError
from eventkit.events.models import CANCELLED, DRAFT, POSTPONED, Event
from eventkit.mail import addresses
from eventkit.rsvps import mail, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, PARTSTATS, TENTATIVE, Rsvp, RsvpCount

CLOSED = 409


def register(event: Event, answer: Answer, *, now: datetime) -> Rsvp:
    """A new answer. Raises DomainError when the event takes none, or the answer is out of bounds."""
    _check(event, answer, now)
    rsvp = Rsvp(
        event=event,
        partstat=answer.partstat,
        party_size=answer.party_size,
        counted=False,
        generation=0,
        created_at=now,
        modified_at=now,
    )
    db.session.add(rsvp)
    db.session.flush()
    _answer(rsvp, answer, before=Person(), now=now)
    _move_counts(rsvp, {}, _share(rsvp))
    return rsvp


def change(rsvp: Rsvp, answer: Answer, *, now: datetime) -> None:
    """Another answer than before, or more about the person; also after it was withdrawn."""
    _check(rsvp.event, answer, now)
    before, counted_before = queries.answer_of(rsvp).person, _share(rsvp)
    rsvp.partstat, rsvp.party_size = answer.partstat, answer.party_size
    rsvp.modified_at, rsvp.withdrawn_at = now, None
    if before.email and before.email != answer.person.email:
        if addresses.same(before.email) != addresses.same(answer.person.email):
            mail.take_back(rsvp, before, now=now)
        rsvp.generation += 2 - rsvp.generation % 2  # links that went to the former address end
    _answer(rsvp, answer, before=before, now=now)
    _move_counts(rsvp, counted_before, _share(rsvp))


def withdraw(rsvp: Rsvp, *, now: datetime) -> None:
    """Takes the answer back, whatever has become of the event. Nothing about the person is left here, and nothing
    that we sent in their calendar."""
    counted_before = _share(rsvp)
    mail.take_back(rsvp, queries.answer_of(rsvp).person, now=now)
    rsvp.sealed = rsvp.person = None
    rsvp.counted, rsvp.party_size = False, 1
    rsvp.withdrawn_at = rsvp.withdrawn_at or now
    rsvp.modified_at = now
    _move_counts(rsvp, counted_before, {})


def prove(rsvp: Rsvp, generation: int) -> None:
    """Acting by a link that was mailed ends the links in browsers: the reader of the mail has the last word."""
    rsvp.generation = max(rsvp.generation, generation)


def refuse_closed(event: Event, now: datetime) -> None:
    """Raises DomainError, which says why, when the event takes no answers any more."""
    if event.status == CANCELLED:
        raise DomainError(_("It is cancelled. Nobody needs to come."), status=CLOSED)
    if event.is_over(now):
        raise DomainError(_("It is over. Thank you for wanting to come."), status=CLOSED)
    if event.status == POSTPONED:
        raise DomainError(_("It is postponed. You can answer here once the new day is known."), status=CLOSED)
    if event.status == DRAFT:
        raise DomainError(_("It is not public yet."), status=CLOSED)


def _check(event: Event, answer: Answer, now: datetime) -> None:
    refuse_closed(event, now)
    if answer.partstat not in PARTSTATS:
        raise DomainError(_("Choose one of the three."), field="partstat")
    if not 1 <= answer.party_size <= event.largest_party:
        raise DomainError(_("One answer counts %(most)d people at most.", most=event.largest_party), field="party_size")


def _answer(rsvp: Rsvp, answer: Answer, *, before: Person, now: datetime) -> None:
    """Seals what it says about the person, counts it unless that person counts already, and writes to them."""
    person = answer.person
    sealer = keys.sealer(rsvp.event.key_name)
    rsvp.sealed = sealer.seal(person.to_text(), queries.about(rsvp)) if person.name or person.email else None
    fingerprint = sealer.fingerprint(addresses.same(person.email)) if person.email else None
    was_theirs = rsvp.person == fingerprint
    rsvp.counted = was_theirs or _claim(rsvp, fingerprint)
    if rsvp.counted:
        is_known = was_theirs and before.email == person.email
        if person.email and (not is_known or rsvp.holds_invitation == (rsvp.partstat == DECLINED)):
            mail.confirm(rsvp, person, now=now)
    elif before.email != person.email:
        first = db.session.scalars(_of_person(rsvp, fingerprint)).one()
        mail.answered_already(first, queries.unseal(first, sealer), now=now)


def _claim(rsvp: Rsvp, fingerprint: bytes | None) -> bool:
    """Makes it the one answer of this person; False when they have one."""
    rsvp.person = None
    db.session.flush()
    if fingerprint is None:
        return True
    if db.session.scalar(_of_person(rsvp, fingerprint)) is not None:
        return False
    try:
        with db.session.begin_nested():
            rsvp.person = fingerprint
    except IntegrityError:  # another process was first
        db.session.refresh(rsvp, ["person"])
        return False
    return True


def _of_person(rsvp: Rsvp, fingerprint: bytes | None) -> Select[Rsvp]:
    return select(Rsvp).where(
        Rsvp.event_id == rsvp.event_id, Rsvp.occurrence == rsvp.occurrence, Rsvp.person == fingerprint
    )


def _share(rsvp: Rsvp) -> dict[str, int]:
    """What this answer adds to which column of the counts."""
    if not rsvp.counted:
        return {}
    return {{ACCEPTED: "coming", TENTATIVE: "maybe"}.get(rsvp.partstat, "not_coming"): rsvp.party_size}


def _move_counts(rsvp: Rsvp, before: dict[str, int], after: dict[str, int]) -> None:
    """One statement, so that no other comes between; and the last one, so that no two wait for each other."""
    moved = {name: after.get(name, 0) - before.get(name, 0) for name in ("coming", "maybe", "not_coming")}
    if not any(moved.values()):
        return
    db.session.flush()
    dialect = postgresql if db.engine().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(RsvpCount).values(event_id=rsvp.event_id, occurrence=rsvp.occurrence, **moved)
    sums = {name: getattr(RsvpCount, name) + getattr(insert.excluded, name) for name in moved}
    db.session.execute(insert.on_conflict_do_update(index_elements=["event_id", "occurrence"], set_=sums))
