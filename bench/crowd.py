"""A crowd for one event, fast: RSVPs as people make them, sealed one by one, written by the database in one piece.

flask --app app shell: from bench.crowd import gather; gather(event, 30_000)
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from eventkit import clock, db, keys
from eventkit.events.models import Event
from eventkit.mail import addresses
from eventkit.rsvps import terms
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    BY_PERSON,
    CLEAR,
    DECLINED,
    ONE_OF,
    SEATED,
    SEVERAL_OF,
    TENTATIVE,
    TEXT,
    WAITING,
    Rsvp,
    RsvpCount,
    RsvpQuestion,
    RsvpShift,
)

_COLUMNS = {ACCEPTED: "coming", TENTATIVE: "maybe", DECLINED: "not_coming"}
_FIRST = ["Noor", "Ravi", "Keziah", "Amal", "Олена", "نور", "Zoé", "Wanjiru", "Ximena", "Deniz", "سلمى", "José", "Li"]
_LAST = ["Haddad", "Okafor", "Müller", "Шевченко", "الخطيب", "Ramírez", "Kaya", "Nguyen", "Silva", "Smith", "Abdi"]
_TEXTS = ["I use a wheelchair", "Two children come along", "Je parle français", "أحتاج إلى مترجم", "No stairs, please"]


def gather(event: Event, size: int, *, flood: float = 0.12) -> None:
    """So many RSVPs over two weeks, a few at first and most in the last days; `flood` of them are taps that arrived
    within six minutes from one network. Whoever finds no seat waits; those who are there already stay counted."""
    with db.transaction() as session:
        first = session.scalar(select(func.max(Rsvp.id))) or 0
        rows = list(_rows(event, first + 1, size, flood, clock.now()))
        session.execute(insert(Rsvp), rows)
        people: Counter[str] = Counter()
        in_shifts: Counter[int] = Counter()
        for row in rows:
            people["waiting" if row["seat"] == WAITING else _COLUMNS[row["partstat"]]] += row["party_size"]
            if row["shift_id"] is not None:
                in_shifts[row["shift_id"]] += row["party_size"]
        count = session.get(RsvpCount, (event.id, ""))
        if count is None:
            count = RsvpCount(event_id=event.id, occurrence="", coming=0, maybe=0, not_coming=0, waiting=0, held=0)
            session.add(count)
        for name, number in people.items():
            setattr(count, name, getattr(count, name) + number)
        for shift_id, taken in in_shifts.items():
            session.execute(update(RsvpShift).where(RsvpShift.id == shift_id).values(taken=RsvpShift.taken + taken))


def _rows(event: Event, first: int, size: int, flood: float, now: datetime) -> Iterator[dict[str, Any]]:
    chance = random.Random(size)
    sealer = keys.sealer(event.key_name)
    questions, shifts = terms.questions(event), terms.shifts(event)
    capacity = terms.of(event).capacity
    left_of = {shift.id: shift.capacity for shift in shifts}
    networks = [chance.randbytes(16) for _network in range(max(2, size // 3))]
    moments = sorted(now - timedelta(days=14) * (1 - chance.random() ** 0.4) for _rsvp in range(size))
    burst = range(int(size * (0.8 - flood)), int(size * 0.8)) if size >= 100 else range(0)
    taken = 0
    for number, moment in enumerate(moments):
        is_flood = number in burst
        if is_flood:
            moment = moments[burst.start] + timedelta(minutes=6) * (number - burst.start) / len(burst)
        partstat = chance.choices((ACCEPTED, TENTATIVE, DECLINED), (78, 15, 7))[0] if not is_flood else ACCEPTED
        party = chance.choices((1, 2, 3, 4, 7), (64, 22, 8, 4, 2))[0] if not is_flood else 1
        seat, shift_id = SEATED, None
        if partstat == ACCEPTED:
            seat = SEATED if capacity is None or taken + party <= capacity else WAITING
            taken += party if seat == SEATED else 0
            if shifts and seat == SEATED and not is_flood and chance.random() < 0.1:
                shift = chance.choice(shifts)
                left = left_of[shift.id]
                if left is None or left >= party:
                    shift_id, left_of[shift.id] = shift.id, None if left is None else left - party
        person = Person() if is_flood else _person(chance, number, questions)
        yield {
            "id": first + number,
            "event_id": event.id,
            "occurrence": "",
            "partstat": partstat,
            "party_size": party,
            "sealed": sealer.seal(person.to_text(), f"rsvp:{first + number}") if person.says_something else None,
            "person": sealer.fingerprint(addresses.same(person.email)) if person.email else None,
            "counted": True,
            "generation": int(bool(person.email) and chance.random() < 0.7),
            "created_at": moment,
            "modified_at": moment,
            "seat": seat,
            "state": CLEAR,
            "waits_since": moment if seat == WAITING else None,
            "shift_id": shift_id,
            "entered_by": BY_ORGANIZER if not is_flood and chance.random() < 0.01 else BY_PERSON,
            "source": networks[0] if is_flood else chance.choice(networks),
        }


def _person(chance: random.Random, number: int, questions: list[RsvpQuestion]) -> Person:
    """Four of ten give a name, a quarter an address, and half of those who are asked something answer."""
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}" if chance.random() < 0.4 else ""
    email = f"person{number}@example.org" if chance.random() < 0.25 else ""
    said: dict[str, str | list[str]] = {}
    for question in questions:
        if chance.random() < 0.5:
            continue
        if question.kind == TEXT:
            said[str(question.id)] = chance.choice(_TEXTS)
        elif question.kind == ONE_OF:
            said[str(question.id)] = chance.choice(question.choices)
        elif question.kind == SEVERAL_OF:
            said[str(question.id)] = chance.sample(question.choices, chance.randint(1, len(question.choices)))
        else:
            said[str(question.id)] = chance.choice(("yes", "no"))
    return Person(name, email, "en", said)
