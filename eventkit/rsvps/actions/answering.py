"""Answering, and changing an answer.

One person counts once. An address that has answered already is not told apart from a new one, neither on the
page nor in the status: the second answer is kept beside the first without being counted, and whoever reads
the mail of that address is sent the link to the first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from eventkit import db, jobs
from eventkit.errors import DomainError
from eventkit.events import sealing
from eventkit.events.models import Event
from eventkit.mail import addresses, unsent
from eventkit.rsvps import counting, dates, mail, message_keys, queries, shifts, terms
from eventkit.rsvps.actions import closing, seating
from eventkit.rsvps.actions.seating import Before
from eventkit.rsvps.actions.waitlist import PROMOTE
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    BY_PERSON,
    CLEAR,
    DECLINED,
    PARTSTATS,
    PENDING,
    REFUSED,
    SEATED,
    UNCONFIRMED,
    WAITING,
    Rsvp,
    RsvpTerms,
)

#: said when it is made, so that saying it again is no change, and costs no UPDATE
_NOTHING_YET = dict.fromkeys(
    ("sealed", "person", "withdrawn_at", "shift_id", "waits_since", "offered_until", "expires_at", "invited_sequence")
)

#: what a person has answered already: the same, or the whole series, which no stranger may take them off
_ANSWERS = (
    select(Rsvp)
    .where(
        Rsvp.event_id == bindparam("event"),
        Rsvp.occurrence.in_(("", bindparam("occurrence"))),
        Rsvp.person == bindparam("person"),
    )
    .order_by(Rsvp.occurrence)
)
_HAS_ANSWERED = _ANSWERS.with_only_columns(Rsvp.id)

#: how long an RSVP holds its seat while its address is not confirmed
CONFIRM_WITHIN = timedelta(hours=2)


def register(
    event: Event,
    answer: Answer,
    *,
    now: datetime,
    occurrence: str = "",
    source: bytes | None = None,
    entered_by: str = BY_PERSON,
) -> Rsvp:
    """A new answer to the event, or to one date of it. `source` is a hash of where it came from.

    Raises DomainError when that takes none or has no room, or the answer is out of bounds. What the organizer enters
    (BY_ORGANIZER) is taken when RSVPs are closed too, and needs neither a confirmed address nor approval.
    """
    limits = terms.of(event)
    closing.refuse_settled(event, now, occurrence)
    if entered_by != BY_ORGANIZER:
        closing.refuse_unopened(event, now, limits)
    _check(event, answer)
    rsvp = Rsvp(
        event=event,
        occurrence=occurrence,
        partstat=answer.partstat,
        party_size=answer.party_size,
        counted=False,
        seat=SEATED,
        state=CLEAR,
        generation=0,
        holds_invitation=False,
        entered_by=entered_by,
        source=source,
        created_at=now,
        modified_at=now,
        **_NOTHING_YET,
    )
    db.session.add(rsvp)
    db.session.flush()
    _answer(rsvp, answer, limits, is_new=True, now=now)
    return rsvp


def change(rsvp: Rsvp, answer: Answer, *, now: datetime) -> None:
    """Another answer than before, or more about the person; also after it was withdrawn.

    What was said for single dates of a series stays, for as many people as the answer counts. When RSVPs are closed
    it may still become less, or say something else about the person. Raises DomainError as `register` does; a larger
    party for which there is no room leaves the answer as it was.
    """
    counting.lock_row(rsvp)
    _refuse_more(rsvp, answer.partstat, answer.party_size, now=now)
    _check(rsvp.event, answer)
    _answer(rsvp, answer, terms.of(rsvp.event), now=now)


def move(rsvp: Rsvp, partstat: str, *, now: datetime) -> None:
    """Another answer alone, as a calendar says it: who it is and how many they are stays, and nobody is written to but
    who has to wait for a seat.

    Raises DomainError when the event, or that date of it, takes none, or has no room and no waitlist.
    """
    before = answer_alone(rsvp, partstat, now=now)
    if rsvp.counted and rsvp.seat == WAITING and before.seat != WAITING:
        tell(rsvp, before, queries.answer_of(rsvp).person, is_known=True, now=now)


def answer_alone(rsvp: Rsvp, partstat: str, *, now: datetime) -> Before:
    """As `move`; nobody at all is written to. What it took before."""
    counting.lock_row(rsvp)
    if partstat not in PARTSTATS:
        raise DomainError(_("Choose one of the three."), field="partstat")
    _refuse_more(rsvp, partstat, rsvp.party_size, now=now)
    before = seating.note(rsvp)
    said_yes_to = {one for one in (rsvp, rsvp.owner) if one.state == CLEAR}
    asks_for_more = all(_asks_for_more(one, partstat, rsvp.party_size) for one in said_yes_to)
    rsvp.partstat, rsvp.modified_at = partstat, now
    rsvp.state = _state(rsvp, before.limits, is_new=False, asks_for_more=asks_for_more)
    seating.settle(rsvp, before, now=now)
    return before


def tell(rsvp: Rsvp, before: Before, person: Person, *, is_known: bool, now: datetime) -> None:
    """Writes to whoever left an address, where there is something that they (or their calendar) do not know yet."""
    if not person.email or not rsvp.counted or rsvp.state == REFUSED:
        return
    if rsvp.state == CLEAR and rsvp.seat == SEATED:
        is_news = rsvp.holds_invitation == (rsvp.partstat == DECLINED)
    else:
        is_news = (before.state, before.seat) != (rsvp.state, rsvp.seat)
    if is_news or not is_known:
        mail.confirm(rsvp, person, now=now)


def _check(event: Event, answer: Answer) -> None:
    if answer.partstat not in PARTSTATS:
        raise DomainError(_("Choose one of the three."), field="partstat")
    if not 1 <= answer.party_size <= event.largest_party:
        raise DomainError(_("One answer counts %(most)d people at most.", most=event.largest_party), field="party_size")


def _refuse_more(rsvp: Rsvp, partstat: str, party_size: int, *, now: datetime) -> None:
    """Raises DomainError when RSVPs are closed and it asks for more than it has."""
    is_less = rsvp.withdrawn_at is None and not _asks_for_more(rsvp, partstat, party_size)
    refuse = closing.refuse_settled if is_less or rsvp.entered_by == BY_ORGANIZER else closing.refuse_closed
    refuse(rsvp.event, now, rsvp.occurrence)


def _asks_for_more(rsvp: Rsvp, partstat: str, party_size: int) -> bool:
    return partstat == ACCEPTED and (rsvp.partstat != ACCEPTED or party_size > rsvp.party_size)


def _answer(rsvp: Rsvp, answer: Answer, limits: RsvpTerms, *, now: datetime, is_new: bool = False) -> None:
    """Seals what it says about the person, counts it unless that person counts already, and writes to them."""
    answer = _as_asked(rsvp, answer, limits)
    sealer = sealing.sealer_of(rsvp.event)
    person, said = answer.person, queries.unseal(rsvp, sealer)
    former, fingerprint = rsvp.person, sealer.fingerprint(addresses.same(person.email)) if person.email else None
    before = seating.note(rsvp, former, fingerprint, limits=limits, is_new=is_new)
    asks_for_more = _asks_for_more(rsvp, answer.partstat, answer.party_size)
    is_other, was_theirs = said.email != person.email, former == fingerprint
    to_former: list[str] = []
    if is_other and (said.email or rsvp.address_is_proven):
        if said.email and not was_theirs:
            to_former = message_keys.beginnings_for_nobody(rsvp.event, [rsvp])
            mail.take_back(rsvp, said, now=now)
        rsvp.generation += 2 - rsvp.generation % 2  # links that went to the former address end
        rsvp.wants_mail = rsvp.wants_reminders = True  # whoever reads the other address has not said no
    rsvp.counted = was_theirs or _claim(rsvp, fingerprint)
    rsvp.partstat, rsvp.party_size, rsvp.shift_id = answer.partstat, answer.party_size, answer.shift_id
    rsvp.modified_at, rsvp.withdrawn_at = now, None
    rsvp.sealed = sealer.seal(person.to_text(), queries.about(rsvp)) if person.says_something else None
    rsvp.state = _state(rsvp, limits, is_new=before.is_new, is_other=is_other, asks_for_more=asks_for_more)
    if rsvp.state != UNCONFIRMED:
        rsvp.expires_at = None
    elif before.state != UNCONFIRMED or before.is_new:  # by another address nobody holds a seat for longer
        rsvp.expires_at = _expiry(rsvp, now)
    if not is_new:
        _take_along(rsvp, before, now=now)
    seating.settle(rsvp, before, former, fingerprint, now=now)
    unsent.drop(to_former)  # not before the counts are held, for which whoever may queue one of these waits
    if rsvp.counted:
        tell(rsvp, before, person, is_known=was_theirs and not is_other, now=now)
    elif is_other:
        first = db.session.scalars(_ANSWERS, _of_person(rsvp, fingerprint)).first()
        if first is None:  # taken back in the same moment
            raise DomainError(_("This was changed in the same moment. Send it again."), status=closing.CLOSED)
        mail.answered_already(first, queries.unseal(first, sealer), now=now)


def _take_along(rsvp: Rsvp, before: Before, *, now: datetime) -> None:
    """What was said for single dates counts for as many people, and as the answer for the series does."""
    for exception in queries.exceptions_of(rsvp):
        is_larger, exception.party_size = rsvp.party_size > exception.party_size, rsvp.party_size
        exception.counted = rsvp.counted and queries.own_for(rsvp, exception.occurrence) is None
        if exception.state == before.state:
            exception.state = rsvp.state
        if exception.state == CLEAR:
            exception.state = _state(exception, before.limits, is_new=False, asks_for_more=is_larger)
        if rsvp.counted and not before.counted and exception.partstat == ACCEPTED:
            exception.seat, exception.waits_since = WAITING, now  # it had none: they move up where there is room
            jobs.ring(PROMOTE)


def _as_asked(rsvp: Rsvp, answer: Answer, limits: RsvpTerms) -> Answer:
    """Without what this event does not ask for. Raises DomainError when it lacks the address that has to be confirmed,
    or names a shift that there is not."""
    if limits.headcount_only:
        return Answer(answer.partstat, answer.party_size)
    person = answer.person
    if limits.confirmed_only and rsvp.entered_by != BY_ORGANIZER and not person.email:
        raise DomainError(
            _("An answer counts here once its address is confirmed. Leave one, and follow the link in our message."),
            field="email",
        )
    if person.answers:
        asked = {str(question.id) for question in terms.questions(rsvp.event)}
        kept = {number: said for number, said in person.answers.items() if number in asked}
        answer = replace(answer, person=replace(person, answers=kept))
    if answer.shift_id is not None and shifts.of_event(rsvp.event, answer.shift_id) is None:
        raise DomainError(_("There is no such role any more. Choose from the list."), field="shift")
    return answer


def _state(rsvp: Rsvp, limits: RsvpTerms, *, is_new: bool, asks_for_more: bool, is_other: bool = False) -> str:
    """Whether it counts as it is said now: by a new address, for more people than the organizer said yes to."""
    if REFUSED in {rsvp.state, rsvp.owner.state} and not is_new:
        return REFUSED
    if rsvp.entered_by == BY_ORGANIZER:
        return CLEAR
    is_open = is_new or is_other or rsvp.state == UNCONFIRMED
    needs_proof = limits.confirmed_only and not limits.headcount_only
    if needs_proof and is_open and not rsvp.owner.address_is_proven:
        return UNCONFIRMED
    if limits.by_approval and rsvp.partstat == ACCEPTED and (is_new or asks_for_more or rsvp.state != CLEAR):
        return PENDING
    return CLEAR


def _expiry(rsvp: Rsvp, now: datetime) -> datetime:
    """Not after it starts; where it has begun, in time."""
    starts_at = dates.of(rsvp.event, rsvp.occurrence).starts_at
    ends = now + CONFIRM_WITHIN
    return min(ends, starts_at) if starts_at is not None and starts_at > now else ends


def _claim(rsvp: Rsvp, fingerprint: bytes | None) -> bool:
    """Makes it the one answer of this person; False when they have one."""
    if rsvp.person is not None:
        rsvp.person = None
        db.session.flush()
    if fingerprint is None:
        return True
    with db.session.no_autoflush:  # what is unsaved of this RSVP is no other's
        if db.session.scalar(_HAS_ANSWERED, _of_person(rsvp, fingerprint)) is not None:
            return False
    if db.engine().dialect.name == "sqlite":  # there is no other writer
        rsvp.person = fingerprint
        return True
    try:
        with db.session.begin_nested():
            rsvp.person = fingerprint
    except IntegrityError:  # another process was first
        db.session.refresh(rsvp, ["person"])
        return False
    return True


def _of_person(rsvp: Rsvp, fingerprint: bytes | None) -> dict[str, Any]:
    return {"event": rsvp.event_id, "occurrence": rsvp.occurrence, "person": fingerprint}
