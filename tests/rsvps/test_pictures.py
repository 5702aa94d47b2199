"""What the organizer sees at a glance: the course of time, shifts, and what was answered to their questions."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType

import pytest
from time_machine import Traveller

from eventkit import clock as now
from eventkit import keys
from eventkit.events.models import Event
from eventkit.rsvps import actions, course, summing, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ONE_OF, SEVERAL_OF, TEXT, WAITING, YES_NO, RsvpQuestion, RsvpShift
from tests.factories import make_event
from tests.visitor import Visitor


def _answer(db: ModuleType, event: Event, answer: Answer) -> None:
    with db.transaction():
        actions.register(event, answer, now=now.now())


@pytest.mark.both_databases
def test_people_are_told_by_the_hour_at_first_and_by_the_day_later(db: ModuleType, clock: Traveller) -> None:
    event = make_event()
    _answer(db, event, Answer(party_size=2))
    assert course.until(event, now.now()) is None  # one hour is no course
    clock.shift(timedelta(hours=2))
    _answer(db, event, Answer(party_size=3))
    _answer(db, event, Answer(partstat="DECLINED"))
    # noon in UTC is eight in Toronto
    young = course.until(event, now.now())
    assert young == course.Course(
        True, [(datetime(2026, 9, 1, 8), 2), (datetime(2026, 9, 1, 9), 2), (datetime(2026, 9, 1, 10), 5)]
    )
    clock.shift(timedelta(days=4))
    later = course.until(event, now.now())
    assert later is not None
    assert (later.by_hour, [people for _day, people in later.points]) == (False, [5, 5, 5, 5, 5])


def test_who_waits_is_not_among_those_who_come(db: ModuleType, clock: Traveller) -> None:
    event = make_event()
    _answer(db, event, Answer(party_size=2))
    clock.shift(timedelta(hours=1))
    with db.transaction():
        actions.register(event, Answer(party_size=5), now=now.now()).seat = WAITING
    found = course.until(event, now.now())
    assert found is not None
    assert [people for _hour, people in found.points] == [2, 2]


def _ask(db: ModuleType, event: Event) -> list[RsvpQuestion]:
    asked = [
        RsvpQuestion(event_id=event.id, position=0, kind=ONE_OF, label="Language", options="English\nArabic"),
        RsvpQuestion(event_id=event.id, position=1, kind=SEVERAL_OF, label="Needs", options="Ramp\nQuiet\nSigns"),
        RsvpQuestion(event_id=event.id, position=2, kind=YES_NO, label="Bus?"),
        RsvpQuestion(event_id=event.id, position=3, kind=TEXT, label="Else?"),
    ]
    with db.transaction() as session:
        session.add_all(asked)
    return asked


def _said(db: ModuleType, event: Event, name: str, *answers: str | list[str], **more: str) -> None:
    numbers = [str(question.id) for question in terms.questions(event)]
    told = {number: said for number, said in zip(numbers, answers, strict=False) if said}
    _answer(db, event, Answer(person=Person(name, answers=told), **more))  # type: ignore[arg-type]


@pytest.mark.usefixtures("clock")
def test_answers_are_summed_and_texts_have_a_page(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    asked = _ask(db, event)
    _said(db, event, "Amal", "Arabic", ["Ramp", "Signs"], "yes", "I bring <b>soup</b>")
    _said(db, event, "Ben", "Arabic", ["Ramp"], "no")
    _said(db, event, "Cleo", "French", "", "yes", "No stairs", partstat="TENTATIVE")
    _said(db, event, "Dina", "English", "", "", "I can’t come", partstat="DECLINED")
    summed = summing.of_each(event, asked)
    assert [(each.answered, each.choices) for each in summed] == [
        (3, [("English", 0), ("Arabic", 2), ("French", 1)]),  # what is offered no more comes last
        (2, [("Ramp", 2), ("Quiet", 0), ("Signs", 1)]),
        (3, [("yes", 2), ("no", 1)]),
        (2, []),
    ]
    base = f"/organize/events/{event.slug}/rsvps"
    page = signed_in.get(base).text
    assert "What they answered" in page
    assert "soup" not in page
    texts = signed_in.get(f"{base}/answers/{asked[3].id}").text
    assert "I bring &lt;b&gt;soup&lt;/b&gt;" in texts
    assert texts.index("No stairs") < texts.index("soup")
    assert "I can’t come" not in texts
    assert signed_in.get(f"{base}/answers/{asked[0].id}").status_code == 404
    other = make_event(organizer=signed_in.user, title="Another")
    assert signed_in.get(f"/organize/events/{other.slug}/rsvps/answers/{asked[3].id}").status_code == 404
    keys.destroy(event.key_name)
    assert [each.answered for each in summing.of_each(event, asked)] == [0, 0, 0, 0]


@pytest.mark.usefixtures("clock")
def test_shifts_say_how_many_places_are_open(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    with db.transaction() as session:
        for number, (name, capacity, taken) in enumerate((("Marshals", 10, 4), ("Medics", 2, 2), ("Banner", None, 3))):
            shift = RsvpShift(event_id=event.id, position=number, name=name, capacity=capacity, taken=taken)
            session.add(shift)
    _answer(db, event, Answer())
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    said = [" ".join(page.split(name)[1].split("</tr>")[0].split()) for name in ("Marshals", "Medics", "Banner")]
    assert ("4 of 10" in said[0], "6 open" in said[0]) == (True, True)
    assert ("2 of 2" in said[1], "Full" in said[1]) == (True, True)
    assert ("3" in said[2], "No limit" in said[2]) == (True, True)
