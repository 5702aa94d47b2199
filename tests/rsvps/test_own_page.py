"""A person's own page: how they stand, what they can do about it, and what the organizer says to those who come."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps import actions, queries
from eventkit.rsvps.models import CLEAR, PENDING, UNCONFIRMED, Rsvp
from eventkit.rsvps.queries import Counts
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_question, make_rsvp, make_shift, set_terms
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

TAP = {"partstat": "ACCEPTED"}
NOTE = "Meet at the north gate."


def answer(client: Visitor, event: Event, **said: str) -> str:
    """Answers, and gives back the path of one's own page."""
    response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, **said})
    assert response.status_code == 303, response.text
    return str(response.location)


def last(db: ModuleType) -> Rsvp:
    return db.session.scalars(select(Rsvp).order_by(Rsvp.id.desc())).first()  # type: ignore[no-any-return]


@pytest.mark.both_databases
def test_who_waits_sees_how_many_are_before_and_moves_up(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=1, note=NOTE)
    first, second, third = (answer(client, event) for _ in range(3))
    assert NOTE in client.get(first).text
    words = words_of(client.get(second).text)
    assert "You are on the waitlist" in words
    assert "You are the next." in words
    assert NOTE not in words
    assert "1 person is before you." in words_of(client.get(third).text)
    client.post(f"{first}/withdraw")
    words = words_of(client.get(second).text)
    assert "A place came free, and it is yours. You are counted: 1 person." in words
    assert re.search(r"give it back until \w+ \d+ \w+, .*Daylight", words)
    assert NOTE in words
    assert "You are the next." in words_of(client.get(third).text)


def test_a_place_that_came_free_is_kept(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=1)
    first, second = answer(client, event), answer(client, event)
    client.post(f"{first}/withdraw")
    client.get(f"{second}/place")
    assert "Give it back" in client.get(second).text
    assert client.post(f"{second}/place", data={"answer": "keep"}).status_code == 303
    words = words_of(client.get(second).text)
    assert "You are counted: 1 person." in words
    assert "Give it back" not in words


def test_a_place_that_is_given_back_goes_to_the_next(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=1)
    first, second, third = (answer(client, event) for _ in range(3))
    client.post(f"{first}/withdraw")
    client.post(f"{second}/place", data={"answer": "give-back"})
    assert "You can’t come" in client.get(second).text
    assert "A place came free" in client.get(third).text
    assert queries.counts(event) == Counts(coming=1, not_coming=1)


def test_an_address_is_confirmed_by_a_button_behind_the_mailed_link(
    client: Visitor, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_event(ask_email="required")
    set_terms(event, confirmed_only=True, note=NOTE)
    own = answer(client, event, email="noor@example.org")
    words = words_of(client.get(own).text)
    assert "Look into your mail: we wrote to noor@example.org." in words
    assert "Your place is held until" in words
    assert "Yes, count me in" not in words
    assert NOTE not in words
    client.post(f"{own}/confirmation")  # whoever typed the address cannot say so
    assert last(db).state == UNCONFIRMED
    (message,) = outbox()
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost(/\S+)", body.get_content()[body.get_content().index("/rsvps/") - 30 :])
    assert found
    mailed = found[1]
    assert "Yes, count me in" in client.get(mailed).text
    assert last(db).state == UNCONFIRMED, "opening a page changes nothing"
    counted = client.post(f"{mailed}/confirmation").location
    assert last(db).state == CLEAR
    words = words_of(client.get(counted).text)
    assert "You are counted: 1 person." in words
    assert NOTE in words
    assert client.get(own).status_code == 404, "the reader of the mail has the last word"


def test_who_waits_for_the_organizer_is_told_so(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, by_approval=True, note=NOTE)
    own = answer(client, event)
    assert last(db).state == PENDING
    words = words_of(client.get(own).text)
    assert "The organizer says yes or no to each answer. Until then your place is held." in words
    assert NOTE not in words
    with db.transaction():
        actions.refuse(last(db), now=the_clock.now())
    page = client.get(own).text
    assert "The organizer said no. You are not counted." in page
    assert 'name="party_size"' not in page, "there is nothing to change any more"
    assert "Delete my answer" in page


def test_the_page_of_a_second_answer_is_that_of_a_new_one(client: Visitor, db: ModuleType) -> None:
    """Nobody learns from it that the address has answered already: neither counted, nor waiting, nor unconfirmed."""
    for columns, ask in (({}, "optional"), ({"confirmed_only": True}, "required"), ({"by_approval": True}, "optional")):
        event = make_event(ask_email=ask)
        shift = make_shift(event)
        set_terms(event, note=NOTE, **columns)
        make_rsvp(event, email="known@example.org")
        pages = []
        for address in ("known@example.org", "fresh@example.org"):
            own = answer(client, event, email=address, shift=str(shift.id))
            for page in (own, f"{own}/stored"):
                told = words_of(client.get(page).text).replace(address, "ADDRESS")
                pages.append(re.sub(r"\b\d+, \d+\b", "NUMBERS", told))
        assert pages[:2] == pages[2:]


def test_when_answers_are_closed_one_can_still_say_less(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    own = answer(client, event, party_size="2")
    set_terms(event, closes_at=the_clock.now() + timedelta(hours=1))
    clock.shift(timedelta(hours=2))
    assert "Answers are closed." in client.get(own).text
    assert client.post(own, data={**TAP, "party_size": "3"}).status_code == 409
    assert client.post(own, data={**TAP, "party_size": "1"}).status_code == 303
    assert queries.counts(event) == Counts(coming=1)
    client.post(f"{own}/withdraw")
    assert "Coming after all?" not in client.get(own).text


def test_mail_is_asked_for_and_refused(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    own = answer(client, event, email="noor@example.org")
    for said, wanted in (
        ({"anything": "y"}, (False, True)),
        ({"reminders": "y", "anything": "y"}, (True, True)),
        ({}, (False, False)),
    ):
        assert client.post(f"{own}/messages", data=said).status_code == 303
        assert (last(db).wants_reminders, last(db).wants_mail) == wanted
    assert "What we mail you" not in client.get(answer(client, event)).text, "there is no address"


def test_a_headcount_asks_nothing_about_the_person(client: Visitor, db: ModuleType) -> None:
    event = make_event(ask_name="required", ask_email="required")
    make_question(event, is_required=True)
    make_shift(event)
    set_terms(event, headcount_only=True)
    page = client.get(f"/events/{event.slug}").text
    assert not re.search(r'name="(name|email|party_size|shift|question_\d+)"', page)
    assert '<form class="bar-form"' in page
    own = answer(client, event, name="Noor", email="noor@example.org")
    assert (last(db).sealed, last(db).person, last(db).shift_id) == (None, None, None)
    assert client.post(own, data={**TAP, "party_size": "3", "name": "Noor"}).status_code == 303
    assert queries.counts(event) == Counts(coming=3)
    assert last(db).sealed is None


def test_every_form_of_an_event_can_be_sent(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, headcount_only=True)
    page = client.get(f"/events/{event.slug}").text
    forms = re.findall(r"<form[^>]*action=\"[^\"]*/rsvps\".*?</form>", page, re.DOTALL)
    assert len(forms) == 2, "one in the side, one in the bar"
    assert all('<button type="submit"' in form for form in forms)


def test_a_place_that_came_free_has_one_main_answer(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=1)
    first, second = answer(client, event), answer(client, event)
    client.post(f"{first}/withdraw")
    page = client.get(second).text
    main = re.findall(r'class="button button-main[^>]*>([^<]*)<', page)
    assert [words.strip() for words in main] == ["I keep it"]
    assert "Give it back" in page
    assert ">Undo<" not in page, "beside giving it back, it says nothing of its own"
    assert "Delete my answer" in page


def test_what_is_wrong_is_told_after_a_label_that_asks(client: Visitor, db: ModuleType) -> None:
    event = make_event(ask_email="required")
    make_question(event, "Which <drum>?", is_required=True)
    words = words_of(client.post(f"/events/{event.slug}/rsvps", data=TAP).text)
    assert "Which <drum>? The organizer needs to know this." in words
    assert "E-mail: The organizer asks for an address" in words
    assert "?:" not in words
