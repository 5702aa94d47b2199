"""What people answered to the organizer's own questions, added up. It is unsealed in memory and stored nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import listing, queries
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import DECLINED, REFUSED, TEXT, YES_NO, Rsvp, RsvpQuestion


@dataclass(frozen=True)
class Summed:
    """One question. `answered` counts RSVPs that say something to it."""

    question: RsvpQuestion
    answered: int
    #: of each choice how many took it: in the order in which they are offered, then what is offered no more. Of yes and
    #: no the keys are "yes" and "no". Empty for texts
    choices: list[tuple[str, int]]

    @property
    def has_texts(self) -> bool:
        """Whether there is something to read."""
        return self.question.kind == TEXT and self.answered > 0


@dataclass(frozen=True)
class Said:
    """One text, and who wrote it."""

    rsvp_id: int
    name: str
    text: str


def of_each(event: Event, questions: list[RsvpQuestion]) -> list[Summed]:
    """What is said to each by those who come, may come or wait."""
    counted: dict[str, Counter[str]] = {str(question.id): Counter() for question in questions}
    answered: Counter[str] = Counter()
    for _rsvp_id, person in _people(event) if questions else ():
        for number, said in person.answers.items():
            if said and number in counted:
                answered[number] += 1
                counted[number].update([said] if isinstance(said, str) else said)
    return [
        Summed(
            question,
            answered[str(question.id)],
            [] if question.kind == TEXT else _in_order(question, counted[str(question.id)]),
        )
        for question in questions
    ]


def texts(event: Event, question: RsvpQuestion) -> list[Said]:
    """What was written to it, the latest first."""
    number = str(question.id)
    found = [
        Said(rsvp_id, person.name, said if isinstance(said, str) else ", ".join(said))
        for rsvp_id, person in _people(event)
        if (said := person.answers.get(number))
    ]
    return found[::-1]


def _in_order(question: RsvpQuestion, counted: Counter[str]) -> list[tuple[str, int]]:
    offered = ["yes", "no"] if question.kind == YES_NO else question.choices
    former = sorted(set(counted) - set(offered))
    return [(choice, counted[choice]) for choice in [*offered, *former]]


def _people(event: Event) -> Iterator[tuple[int, Person]]:
    sealer = queries.sealer_if_there(event)
    if sealer is None:
        return
    rows = db.session.execute(
        select(Rsvp.id, Rsvp.sealed)
        .where(
            *listing.that_stand(event),
            *(Rsvp.sealed.is_not(None), Rsvp.partstat != DECLINED, Rsvp.state != REFUSED),
        )
        .order_by(Rsvp.id)
    )
    for rsvp_id, sealed in rows:
        yield rsvp_id, queries.person_in(sealed, rsvp_id, sealer)
