"""Writes: answering, changing an answer, taking it back.

One person counts once. An address that has answered already is not told apart from a new one, neither on the
page nor in the status: the second answer is kept beside the first without being counted, and whoever reads
the mail of that address is sent the link to the first.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from eventkit import db
from eventkit.errors import DomainError
from eventkit.events import presentation, sealing
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, DRAFT, Event
from eventkit.mail import addresses
from eventkit.rsvps import counting, mail, queries
from eventkit.rsvps.answers import Answer
from eventkit.rsvps.models import DECLINED, PARTSTATS, Rsvp

CLOSED = 409


def register(event: Event, answer: Answer, *, now: datetime, occurrence: str = "") -> Rsvp:
    """A new answer to the event, or to one date of it. Raises DomainError when that takes none, or the answer is out of
    bounds."""
    _check(event, answer, now, occurrence)
    rsvp = Rsvp(
        event=event,
        occurrence=occurrence,
        partstat=answer.partstat,
        party_size=answer.party_size,
        counted=False,
        generation=0,
        holds_invitation=False,
        created_at=now,
        modified_at=now,
    )
    db.session.add(rsvp)
    db.session.flush()
    _answer(rsvp, answer, now=now)
    return rsvp


def change(rsvp: Rsvp, answer: Answer, *, now: datetime) -> None:
    """Another answer than before, or more about the person; also after it was withdrawn.

    What was said for single dates of a series stays, for as many people as the answer counts.
    """
    _check(rsvp.event, answer, now, rsvp.occurrence)
    _answer(rsvp, answer, now=now)


def move(rsvp: Rsvp, partstat: str, *, now: datetime) -> None:
    """Another answer alone, as a calendar says it: who it is and how many they are stays, and nobody is written to.

    Raises DomainError when the event, or that date of it, takes none.
    """
    refuse_closed(rsvp.event, now, rsvp.occurrence)
    if partstat not in PARTSTATS:
        raise DomainError(_("Choose one of the three."), field="partstat")
    counting.hold(rsvp.event, rsvp.owner.person)
    before = counting.standing(rsvp)
    rsvp.partstat, rsvp.modified_at = partstat, now
    counting.move(rsvp.event, before, counting.standing(rsvp))


def of_occurrence(rsvp: Rsvp, occurrence: str, *, now: datetime) -> Rsvp:
    """The same person's answer for one date of the series: an exception to `rsvp`, made where there is none.

    A person who has answered for that date on its own keeps that answer; it is theirs to change once the address of
    `rsvp` is known to be theirs too, and until then the exception is kept without being counted. Raises DomainError
    for a date that there is not.
    """
    if rsvp.occurrence == occurrence:
        return rsvp
    if rsvp.occurrence or events.occurrence(rsvp.event, occurrence) is None:
        raise DomainError(_no_such_date(), status=422, field="occurrence")
    counting.hold(rsvp.event, rsvp.person)
    found = queries.for_date(rsvp, occurrence)
    if found is not None:
        return found
    made = Rsvp(
        event=rsvp.event,
        series=rsvp,
        occurrence=occurrence,
        partstat=rsvp.partstat,
        party_size=rsvp.party_size,
        counted=rsvp.counted and queries.own_for(rsvp, occurrence) is None,
        generation=0,
        holds_invitation=rsvp.holds_invitation,
        created_at=now,
        modified_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def answer_for_date(rsvp: Rsvp, occurrence: str, partstat: str, *, now: datetime) -> None:
    """Another answer for one date than for the series. The calendar of who left an address is told."""
    one = of_occurrence(rsvp, occurrence, now=now)
    move(one, partstat, now=now)
    person = queries.answer_of(one).person
    if person.email and one.counted and one.holds_invitation == (partstat == DECLINED):
        mail.confirm(one, person, now=now)


def withdraw(rsvp: Rsvp, *, now: datetime) -> None:
    """Takes the answer back, with what was said for single dates, whatever has become of the event. Nothing about the
    person is left here, and nothing that we sent in their calendar."""
    counting.hold(rsvp.event, rsvp.person)
    former = rsvp.person
    before = counting.standing(rsvp)
    mail.take_back(rsvp, queries.answer_of(rsvp).person, now=now)
    for exception in queries.exceptions_of(rsvp):
        db.session.delete(exception)
    rsvp.sealed = rsvp.person = None
    rsvp.counted, rsvp.party_size = False, 1
    rsvp.withdrawn_at = rsvp.withdrawn_at or now
    rsvp.modified_at = now
    counting.move(rsvp.event, before, counting.standing(rsvp, former))


def prove(rsvp: Rsvp, generation: int) -> None:
    """Acting by a link that was mailed ends the links in browsers: the reader of the mail has the last word."""
    rsvp.generation = max(rsvp.generation, generation)


def refuse_closed(event: Event, now: datetime, occurrence: str = "") -> None:
    """Raises DomainError, which says why, when the event, or that date of it, takes no answers any more."""
    date = events.occurrence(event, occurrence)
    if occurrence and date is None:
        raise DomainError(_no_such_date(), status=422, field="occurrence")
    state = presentation.state_of(date or event, now)
    if state == CANCELLED:
        raise DomainError(_("It is cancelled. Nobody needs to come."), status=CLOSED)
    if state == presentation.PAST:
        raise DomainError(_("It is over. Thank you for wanting to come."), status=CLOSED)
    if state == presentation.CHANGED:
        raise DomainError(_("It is postponed. You can answer here once the new day is known."), status=CLOSED)
    if state == DRAFT:
        raise DomainError(_("It is not public yet."), status=CLOSED)


def _check(event: Event, answer: Answer, now: datetime, occurrence: str) -> None:
    refuse_closed(event, now, occurrence)
    if answer.partstat not in PARTSTATS:
        raise DomainError(_("Choose one of the three."), field="partstat")
    if not 1 <= answer.party_size <= event.largest_party:
        raise DomainError(_("One answer counts %(most)d people at most.", most=event.largest_party), field="party_size")


def _answer(rsvp: Rsvp, answer: Answer, *, now: datetime) -> None:
    """Seals what it says about the person, counts it unless that person counts already, and writes to them."""
    sealer = sealing.sealer_of(rsvp.event)
    person, before = answer.person, queries.unseal(rsvp, sealer)
    former, fingerprint = rsvp.person, sealer.fingerprint(addresses.same(person.email)) if person.email else None
    counting.hold(rsvp.event, former, fingerprint)
    standing = counting.standing(rsvp, former, fingerprint)
    rsvp.partstat, rsvp.party_size = answer.partstat, answer.party_size
    rsvp.modified_at, rsvp.withdrawn_at = now, None
    if before.email and before.email != person.email:
        if former != fingerprint:
            mail.take_back(rsvp, before, now=now)
        rsvp.generation += 2 - rsvp.generation % 2  # links that went to the former address end
    rsvp.sealed = sealer.seal(person.to_text(), queries.about(rsvp)) if person.says_something else None
    was_theirs = former == fingerprint
    rsvp.counted = was_theirs or _claim(rsvp, fingerprint)
    for exception in queries.exceptions_of(rsvp):
        exception.party_size = rsvp.party_size
        exception.counted = rsvp.counted and queries.own_for(rsvp, exception.occurrence) is None
    if rsvp.counted:
        is_known = was_theirs and before.email == person.email
        if person.email and (not is_known or rsvp.holds_invitation == (rsvp.partstat == DECLINED)):
            mail.confirm(rsvp, person, now=now)
    elif before.email != person.email:
        first = db.session.scalars(_of_person(rsvp, fingerprint)).first()
        assert first is not None
        mail.answered_already(first, queries.unseal(first, sealer), now=now)
    counting.move(rsvp.event, standing, counting.standing(rsvp, former, fingerprint))


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
    """What this person has answered already: the same, or the whole series, which no stranger may take them off."""
    same = Rsvp.occurrence.in_(("", rsvp.occurrence))
    return (
        select(Rsvp).where(Rsvp.event_id == rsvp.event_id, same, Rsvp.person == fingerprint).order_by(Rsvp.occurrence)
    )


def _no_such_date() -> str:
    return _("There is no such date. Choose one from the list.")
