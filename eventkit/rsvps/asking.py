"""What an organizer asks of those who come: writes to the terms, the questions, the roles and shifts of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select

from eventkit import db, keys
from eventkit.errors import DomainError
from eventkit.events import actions as events
from eventkit.events import schedule
from eventkit.events.models import DRAFT, REQUIRED, Event
from eventkit.rsvps import queries, retention, terms
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import (
    ONE_OF,
    QUESTION_KINDS,
    RISKS,
    SEVERAL_OF,
    Rsvp,
    RsvpQuestion,
    RsvpShift,
    RsvpTerms,
)

MOST_QUESTIONS, MOST_SHIFTS = 12, 24
MOST_OPTIONS = 12
LARGEST_CAPACITY = 1_000_000
LONGEST_RETENTION = 90

#: sealed texts that are written anew in one transaction: others wait for the database meanwhile
STEP = 200

#: columns of the terms that a form sets as they are
SWITCHES = (
    "takes_rsvps",
    "has_waitlist",
    "headcount_only",
    "confirmed_only",
    "by_approval",
    "has_check_in",
    "can_export",
    "sends_reminders",
)


@dataclass(frozen=True)
class Asked:
    """All that is decided at once. Instants are UTC; `capacity` counts people, None is no limit."""

    ask_name: str
    ask_email: str
    largest_party: int
    opens_at: datetime | None
    closes_at: datetime | None
    capacity: int | None
    retention_days: int
    place_public_at: datetime | None
    note: str
    thanks: str
    switches: dict[str, bool]


def set_risk(event: Event, risk: str, *, now: datetime) -> None:
    """Chooses a risk level, and sets what it advises. Raises DomainError for a level that there is not.

    A place that is public already is not hidden by it: it has been read, and people are on their way there.
    """
    if risk not in RISKS:
        raise DomainError(_("Choose one of the three."), field="risk")
    preset, row = terms.PRESETS[risk], terms.to_change(event)
    row.risk = risk
    row.retention_days = preset.retention_days
    row.has_check_in, row.can_export = preset.has_check_in, preset.can_export
    if preset.ask_email != REQUIRED:
        row.confirmed_only = False
    events.set_asked(event, ask_name=preset.ask_name, ask_email=preset.ask_email, largest_party=event.largest_party)
    if preset.place_before is not None and event.status == DRAFT and event.starts_at is not None:
        told_at = event.starts_at - preset.place_before
        if event.place_public_at is None and told_at > now:
            events.keep_place(event, until=told_at, now=now)


def set_terms(event: Event, asked: Asked, *, now: datetime) -> None:
    """Decides on what terms people come. Who came under others stays. Raises DomainError, with its field.

    After the purge there is nobody to whom the organizer's words could be said, and they would never be erased.
    """
    erased = retention.erased_words(event) if asked.note or asked.thanks else ""
    if erased:
        raise DomainError(erased, field="note")
    row = terms.to_change(event)
    if asked.capacity is not None and not 1 <= asked.capacity <= LARGEST_CAPACITY:
        raise DomainError(_("Write a number from 1 to 1000000, or nothing for no limit."), field="capacity")
    if not 1 <= asked.retention_days <= LONGEST_RETENTION:
        raise DomainError(_("Write a number of days from 1 to 90."), field="retention_days")
    if asked.opens_at and asked.closes_at and asked.closes_at <= asked.opens_at:
        raise DomainError(_("The end is before the start."), field="closes_on")
    if asked.switches["confirmed_only"] and (asked.ask_email != REQUIRED or asked.switches["headcount_only"]):
        raise DomainError(
            _("There is no address to confirm unless an e-mail address is needed."), field="confirmed_only"
        )
    events.set_asked(event, ask_name=asked.ask_name, ask_email=asked.ask_email, largest_party=asked.largest_party)
    for name in SWITCHES:
        setattr(row, name, asked.switches[name])
    row.opens_at, row.closes_at = asked.opens_at, asked.closes_at
    row.capacity, row.retention_days = asked.capacity, asked.retention_days
    db.session.flush()
    terms.set_text(row, terms.NOTE, asked.note)
    terms.set_text(row, terms.THANKS, asked.thanks)
    if asked.place_public_at is None:
        events.tell_place(event, now=now)
    elif asked.place_public_at != event.place_public_at:
        events.keep_place(event, until=asked.place_public_at, now=now)


def add_question(
    event: Event, *, kind: str, label: str, options: Sequence[str] = (), is_required: bool = False
) -> RsvpQuestion:
    """A question of the organizer's own, after the others. `options` are what can be chosen."""
    standing = terms.questions(event)
    if len(standing) >= MOST_QUESTIONS:
        raise DomainError(_("Twelve questions at most. Who is asked more answers less."), field="label")
    if kind not in QUESTION_KINDS:
        raise DomainError(_("Choose from the list."), field="kind")
    question = RsvpQuestion(event_id=event.id, kind=kind, position=_after(standing))
    change_question(question, label=label, options=options, is_required=is_required)
    db.session.add(question)
    db.session.flush()
    return question


def change_question(question: RsvpQuestion, *, label: str, options: Sequence[str], is_required: bool) -> None:
    """Words it otherwise. What was answered stays as it was said."""
    if not label:
        raise DomainError(_("Write the question."), field="label")
    offered = list(dict.fromkeys(options)) if question.kind in (ONE_OF, SEVERAL_OF) else []
    if question.kind in (ONE_OF, SEVERAL_OF) and not 2 <= len(offered) <= MOST_OPTIONS:
        raise DomainError(_("Write two to twelve answers, each in a line of its own."), field="options")
    question.label, question.options, question.is_required = label, "\n".join(offered), is_required


def add_shift(
    event: Event,
    *,
    name: str,
    details: str = "",
    starts_local: datetime | None = None,
    ends_local: datetime | None = None,
    capacity: int | None = None,
) -> RsvpShift:
    """A role or shift, after the others. Times are local wall time at the venue; `capacity` counts people."""
    standing = terms.shifts(event)
    if len(standing) >= MOST_SHIFTS:
        raise DomainError(_("Twenty-four roles and shifts at most."), field="name")
    shift = RsvpShift(event_id=event.id, position=_after(standing), taken=0)
    _fill(shift, name, details, starts_local, ends_local, capacity)
    db.session.add(shift)
    db.session.flush()
    return shift


def change_shift(
    shift: RsvpShift,
    *,
    name: str,
    details: str,
    starts_local: datetime | None,
    ends_local: datetime | None,
    capacity: int | None,
) -> None:
    """As `add_shift`. Nobody loses a place: raises DomainError for fewer places than are taken."""
    db.session.refresh(shift, with_for_update=True)
    if capacity is not None and capacity < shift.taken:
        raise DomainError(_("%(taken)d places are taken already.", taken=shift.taken), field="capacity")
    _fill(shift, name, details, starts_local, ends_local, capacity)


def move(item: RsvpQuestion | RsvpShift, places: int) -> None:
    """Moves a question or a shift up (-1) or down (1) among the others of its event."""
    event = db.session.get_one(Event, item.event_id)
    standing = terms.questions(event) if isinstance(item, RsvpQuestion) else terms.shifts(event)
    listed: list[RsvpQuestion | RsvpShift] = [*standing]
    at = listed.index(item)
    listed.insert(max(0, at + places), listed.pop(at))
    for position, each in enumerate(listed):
        each.position = position


def answers_to(question: RsvpQuestion, event: Event) -> int:
    """How many people have answered it. Every sealed text of the event is opened for that."""
    sealer, number = queries.sealer_if_there(event), str(question.id)
    return sum(number in queries.unseal(rsvp, sealer).answers for rsvp in db.session.scalars(_sealed(event)))


def forget_answers(question: RsvpQuestion, event: Event, *, after: int) -> int | None:
    """Takes the answers to this question out of the next STEP sealed texts whose RSVP is above `after`; the question
    itself goes with the last of them. Answers up to where it has come, None at the end."""
    rows = db.session.scalars(
        _sealed(event).where(Rsvp.id > after).order_by(Rsvp.id).limit(STEP).with_for_update()
    ).all()
    try:
        sealer = keys.sealer(event.key_name)
    except keys.KeyDestroyed:
        rows = []
    number = str(question.id)
    for rsvp in rows:
        person = queries.unseal(rsvp, sealer)
        if number in person.answers:
            kept = {each: said for each, said in person.answers.items() if each != number}
            left = Person(person.name, person.email, person.language, kept)
            rsvp.sealed = sealer.seal(left.to_text(), queries.about(rsvp)) if left.says_something else None
    if len(rows) == STEP:
        return rows[-1].id
    db.session.delete(question)
    return None


def close_shift(shift: RsvpShift) -> None:
    """Before `delete_shift`, in a transaction of its own: nobody chooses it any more. Whoever is choosing it is waited
    for; so nobody who holds their RSVP and wants the shift waits for who deletes it and wants the RSVP."""
    wanted = select(RsvpShift).where(RsvpShift.id == shift.id).with_for_update()
    there = db.session.scalar(wanted.execution_options(populate_existing=True))
    if there is not None:
        there.capacity = 0


def delete_shift(shift: RsvpShift) -> None:
    """Takes a role or shift away. Whoever chose it still comes, without one; who chooses another meanwhile keeps it."""
    chose_it = select(Rsvp).where(Rsvp.shift_id == shift.id).order_by(Rsvp.id).with_for_update(of=Rsvp)
    for rsvp in db.session.scalars(chose_it.execution_options(populate_existing=True)):
        rsvp.shift_id = None
    db.session.flush()  # first the RSVPs, then the shift, as whoever changes an answer does
    db.session.delete(shift)


def copy(event: Event, following: Event) -> None:
    """The same terms, questions, roles and shifts for a copy of an event. The organizer's words are sealed with its own
    key, and what has a moment keeps its distance from the start; in a series that is divided, RSVPs open and close as
    before."""
    row = db.session.get(RsvpTerms, event.id)
    if row is not None:
        made = terms.to_change(following)
        for name in ("risk", "capacity", "retention_days", *SWITCHES):
            setattr(made, name, getattr(row, name))
        is_same = following.continues_id == event.id
        for name in ("opens_at", "closes_at"):
            moment = getattr(row, name)
            setattr(made, name, moment if is_same else schedule.along(moment, event, following))
        db.session.flush()
        for part in (terms.NOTE, terms.THANKS):
            terms.set_text(made, part, terms.text_of(row, part))
    for question in terms.questions(event):
        names = ("position", "kind", "label", "options", "is_required")
        db.session.add(RsvpQuestion(event_id=following.id, **{name: getattr(question, name) for name in names}))
    between = timedelta()
    if event.starts_local is not None and following.starts_local is not None:
        between = following.starts_local - event.starts_local
    for shift in terms.shifts(event):
        db.session.add(
            RsvpShift(
                event_id=following.id,
                position=shift.position,
                name=shift.name,
                details=shift.details,
                starts_local=shift.starts_local + between if shift.starts_local else None,
                ends_local=shift.ends_local + between if shift.ends_local else None,
                capacity=shift.capacity,
                taken=0,
            )
        )


def _sealed(event: Event) -> Select[Rsvp]:
    """The RSVPs that hold a person: of somebody who differs on single dates that is one."""
    return select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.sealed.is_not(None))


def _after(standing: Sequence[RsvpQuestion | RsvpShift]) -> int:
    return max((each.position for each in standing), default=-1) + 1


def _fill(
    shift: RsvpShift,
    name: str,
    details: str,
    starts_local: datetime | None,
    ends_local: datetime | None,
    capacity: int | None,
) -> None:
    if not name:
        raise DomainError(_("Give it a name: what people are needed as."), field="name")
    if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
        raise DomainError(_("Write a number from 1 to 1000000, or nothing for no limit."), field="capacity")
    if ends_local is not None and (starts_local is None or ends_local <= starts_local):
        raise DomainError(_("The end is before the start."), field="ends_time")
    shift.name, shift.details, shift.capacity = name, details, capacity
    shift.starts_local, shift.ends_local = starts_local, ends_local
