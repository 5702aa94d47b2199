"""Questions of the organizer's own: asked, answered, changed, and taken away with what was answered."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps import actions, asking, listing, queries, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ONE_OF, SEVERAL_OF, TEXT, YES_NO, Rsvp, RsvpQuestion
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_question, make_series
from tests.factories.series import occurrences_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

TAP = {"partstat": "ACCEPTED"}


def path(event: Event) -> str:
    return f"/organize/events/{event.slug}/rsvps/terms"


def labels(event: Event) -> list[str]:
    return [question.label for question in terms.questions(event)]


def test_an_organizer_asks_changes_and_orders(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for name in ("access", "children"):
        assert signed_in.post(f"{path(event)}/questions/suggested", data={"name": name}).status_code == 303
    said = {"label": "Which  drum?", "kind": "one", "options": "Snare\n\n Bass \nSnare", "is_required": "y"}
    assert signed_in.post(f"{path(event)}/questions/new", data=said).status_code == 303
    first, second, third = terms.questions(event)
    assert (second.label, second.kind) == ("Do you bring children?", YES_NO)
    assert (third.label, third.choices, third.is_required) == ("Which drum?", ["Snare", "Bass"], True)
    signed_in.post(f"{path(event)}/questions/{third.id}/place", data={"direction": "up"})
    signed_in.post(f"{path(event)}/questions/{first.id}/place", data={"direction": "up"})  # it is the first
    assert [question.id for question in terms.questions(event)] == [first.id, third.id, second.id]
    changed = {"label": "Which drum do you play?", "options": "Snare\nBass\nTom"}
    signed_in.post(f"{path(event)}/questions/{third.id}", data=changed)
    db.session.refresh(third)
    assert (third.label, third.kind, third.choices, third.is_required) == (
        changed["label"],
        ONE_OF,
        ["Snare", "Bass", "Tom"],
        False,
    )
    page = words_of(signed_in.get(path(event)).text)
    assert "Which drum do you play?" in page
    assert "Access needs" not in page, "what is asked already is not suggested"
    assert "Transport" in page


def test_a_suggestion_is_in_the_language_of_the_event(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, language="tlh")
    signed_in.post(f"/ar{path(event)}/questions/suggested", data={"name": "children"})
    assert labels(event) == ["Do you bring children?"]


def test_a_question_that_cannot_be_is_said(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for said, says in (
        ({"label": ""}, "Write the question."),
        ({"label": "x" * 201}, "This is too long"),
        ({"kind": "essay"}, "Choose from the list."),
        ({"kind": "one", "options": "Only one"}, "Write two to twelve answers"),
        ({"kind": "several", "options": "\n".join(map(str, range(13)))}, "Write two to twelve answers"),
        ({"kind": "one", "options": "x" * 81 + "\ny"}, "One answer has 80 characters at most."),
    ):
        answer = signed_in.post(f"{path(event)}/questions/new", data={"label": "Why?", "kind": "text", **said})
        assert answer.status_code == 422
        assert says in words_of(answer.text)
    assert labels(event) == []


def test_twelve_questions_are_enough(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for number in range(12):
        make_question(event, f"Question {number}?")
    answer = signed_in.post(f"{path(event)}/questions/new", data={"label": "One more?", "kind": "text"})
    assert (answer.status_code, len(labels(event))) == (422, 12)
    signed_in.post(f"{path(event)}/questions/suggested", data={"name": "access"})
    assert len(labels(event)) == 12


def test_answers_are_sealed_and_come_back(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    text = make_question(event, "What do you need?")
    one = make_question(event, "Which drum?", kind=ONE_OF, options=("Snare", "Bass"))
    several = make_question(event, "Which languages?", kind=SEVERAL_OF, options=("Arabic", "Tamil", "French"))
    yes = make_question(event, "Children?", kind=YES_NO)
    said = {f"question_{text.id}": "A seat\nby the door", f"question_{one.id}": "Bass"}
    said |= {f"question_{several.id}": ["Tamil", "French"], f"question_{yes.id}": "no"}  # type: ignore[dict-item]
    answer = client.post(f"/events/{event.slug}/rsvps", data={**TAP, **said})
    assert answer.status_code == 303
    rsvp = db.session.scalars(select(Rsvp)).one()
    assert b"door" not in rsvp.sealed
    assert b"Tamil" not in rsvp.sealed
    assert queries.answer_of(rsvp).person.answers == {
        str(text.id): "A seat\nby the door",
        str(one.id): "Bass",
        str(several.id): ["Tamil", "French"],
        str(yes.id): "no",
    }
    page = client.get(answer.location).text
    assert "by the door</textarea>" in page
    ticked = {re.search(r'value="(.*?)"', tag)[1] for tag in re.findall(r"<input[^>]*checked[^>]*>", page)}  # type: ignore[index]
    assert ticked == {"ACCEPTED", "1", "Bass", "Tamil", "French", "no"}
    client.post(answer.location, data={**TAP, f"question_{one.id}": ""})
    db.session.refresh(rsvp)
    assert rsvp.sealed is None, "what is taken back is not kept"


def test_what_is_wrong_with_an_answer_is_said_beside_it(client: Visitor, db: ModuleType) -> None:
    missing, unknown = "The organizer needs to know this.", "Choose from what is offered."
    wrong: dict[str, list[tuple[str | list[str] | None, str]]] = {
        TEXT: [("x" * 501, "An answer has 500 characters at most here."), ("", missing), (" \u200b ", missing)],
        ONE_OF: [("Tuba", unknown), (None, missing)],
        SEVERAL_OF: [(["Snare", "Tuba"], unknown), ([], missing)],
        YES_NO: [("perhaps", unknown)],
    }
    for kind, cases in wrong.items():
        event = make_event()
        options = ("Snare", "Bass") if kind in (ONE_OF, SEVERAL_OF) else ()
        question = make_question(event, kind=kind, options=options, is_required=True)
        for said, says in cases:
            field = {} if said is None else {f"question_{question.id}": said}
            answer = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "name": "Keziah", **field})
            assert answer.status_code == 422
            assert says in answer.text
            assert 'value="Keziah"' in answer.text
    assert db.session.scalars(select(Rsvp)).all() == []


def test_one_tap_leads_to_the_form_where_an_answer_is_needed(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    question = make_question(event)
    assert '<form class="bar-form"' in client.get(f"/events/{event.slug}").text
    question.is_required = True
    db.session.commit()
    assert '<form class="bar-form"' not in client.get(f"/events/{event.slug}").text
    assert client.post(f"/events/{event.slug}/rsvps", data=TAP).status_code == 422
    assert client.post(f"/events/{event.slug}/rsvps", data={"partstat": "DECLINED"}).status_code == 303


@pytest.mark.both_databases
def test_deleting_a_question_erases_what_was_answered(
    signed_in: Visitor, client: Visitor, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventkit.rsvps.asking.STEP", 2)
    event = make_event(organizer=signed_in.user)
    lost, kept = make_question(event, "What do you need?"), make_question(event, "And who?")
    number_of_lost = lost.id
    for number in range(5):
        said = {f"question_{lost.id}": f"Secret {number}", **({f"question_{kept.id}": "Noor"} if number else {})}
        assert client.post(f"/events/{event.slug}/rsvps", data={**TAP, **said}).status_code == 303
    deletion = f"{path(event)}/questions/{lost.id}/deletion"
    assert "5 people have answered it." in words_of(signed_in.get(deletion).text)
    assert len(labels(event)) == 2
    assert signed_in.post(deletion).status_code == 303
    assert labels(event) == ["And who?"]
    rows = db.session.scalars(select(Rsvp).order_by(Rsvp.id)).all()
    assert [dict(queries.answer_of(row).person.answers) for row in rows] == [{}, *[{str(kept.id): "Noor"}] * 4]
    assert db.session.get(RsvpQuestion, number_of_lost) is None


def test_who_differs_on_a_single_date_has_answered_once(db: ModuleType) -> None:
    event = make_series()
    question = make_question(event, "What do you need?")
    with db.transaction():
        person = Person(answers={str(question.id): "A seat"})
        rsvp = actions.register(event, Answer(person=person), now=the_clock.now())
        date = occurrences_of(event)[1].recurrence_id
        actions.answer_for_date(rsvp, date, "DECLINED", now=the_clock.now())
    assert asking.answers_to(question, event) == 1


def test_a_choice_that_is_sent_again_and_again_is_one(client: Visitor) -> None:
    event = make_event()
    question = make_question(event, kind=SEVERAL_OF, options=("A seat", "Water"))
    said = {"partstat": "ACCEPTED", f"question_{question.id}": ["Water", "A seat"] * 1000}
    assert client.post(f"/events/{event.slug}/rsvps", data=said).status_code == 303
    (answered,) = listing.everybody(event, listing.Wanted())
    assert answered.person.answers == {str(question.id): ["Water", "A seat"]}
