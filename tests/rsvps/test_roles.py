"""Roles and shifts: written by the organizer, chosen in the form, with their own places."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from types import ModuleType

import pytest

from eventkit.events.models import Event
from eventkit.rsvps import terms
from eventkit.rsvps.models import Rsvp
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_shift
from tests.reminders.mailbox import text_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

TAP = {"partstat": "ACCEPTED"}


def path(event: Event) -> str:
    return f"/organize/events/{event.slug}/rsvps/terms"


def test_an_organizer_writes_changes_and_orders_them(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, starts_local=datetime(2026, 9, 15, 20), ends_local=None)
    said = {"name": "Medic", "details": "Bring a kit.", "starts_time": "22:30", "ends_time": "01:00", "capacity": "4"}
    assert signed_in.post(f"{path(event)}/shifts/new", data=said).status_code == 303
    assert signed_in.post(f"{path(event)}/shifts/suggested", data={"name": "marshal"}).status_code == 303
    medic, marshal = terms.shifts(event)
    assert (medic.starts_local, medic.ends_local) == (datetime(2026, 9, 15, 22, 30), datetime(2026, 9, 16, 1))
    assert (marshal.name, marshal.capacity, marshal.starts_local) == ("Marshal", 8, None)
    signed_in.post(f"{path(event)}/shifts/{marshal.id}/place", data={"direction": "up"})
    assert [shift.id for shift in terms.shifts(event)] == [marshal.id, medic.id]
    one = f"{path(event)}/shifts/{medic.id}"
    opened = form_on(signed_in.get(one).text, one)
    assert {name: opened[name] for name in said} == said
    signed_in.post(one, data={**opened, "starts_time": "", "ends_time": "", "capacity": ""})
    db.session.refresh(medic)
    assert (medic.starts_local, medic.ends_local, medic.capacity) == (None, None, None)


def test_a_role_that_cannot_be_is_said(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for said, says in (
        ({"name": ""}, "Give it a name"),
        ({"capacity": "0"}, "Write a number from 1 to 1000000"),
        ({"capacity": "-1"}, "Write a whole number."),
        ({"ends_time": "13:00"}, "There is an end, but no start."),
        ({"starts_time": "25:00"}, "There is no such hour."),
    ):
        answer = signed_in.post(f"{path(event)}/shifts/new", data={"name": "Medic", **said})
        assert answer.status_code == 422
        assert says in words_of(answer.text)
    assert terms.shifts(event) == []


@pytest.mark.both_databases
def test_nobody_loses_a_place_that_is_taken(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    shift = make_shift(event, capacity=4)
    shift.taken = 3
    db.session.commit()
    one = f"{path(event)}/shifts/{shift.id}"
    answer = signed_in.post(one, data={"name": "Marshal", "capacity": "2"})
    assert (answer.status_code, "3 places are taken already." in answer.text) == (422, True)
    assert signed_in.post(one, data={"name": "Marshal", "capacity": "3"}).status_code == 303


def test_twenty_four_are_enough(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for number in range(24):
        make_shift(event, f"Shift {number}")
    assert signed_in.post(f"{path(event)}/shifts/new", data={"name": "One more"}).status_code == 422
    assert len(terms.shifts(event)) == 24


def test_a_role_is_chosen_shown_and_given_back(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    shift = make_shift(event, starts_local=datetime(2026, 9, 15, 12), capacity=2)
    page = words_of(client.get(f"/events/{event.slug}").text)
    assert re.search(r"Marshal 12 PM\. 2 places left", page)
    own = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "shift": str(shift.id)}).location
    rsvp = db.session.query(Rsvp).one()
    db.session.refresh(shift)
    assert (rsvp.shift_id, shift.taken) == (shift.id, 1)
    assert "Your role: Marshal 12 PM" in words_of(client.get(own).text)
    client.post(own, data={"partstat": "TENTATIVE", "shift": str(shift.id)})
    db.session.refresh(shift)
    assert shift.taken == 0


def test_the_role_stands_in_the_answer_to_who_took_it_in_their_language(
    client: Visitor, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_event()
    shift = make_shift(event, starts_local=datetime(2026, 9, 15, 12), ends_local=datetime(2026, 9, 15, 15))
    said = {**TAP, "shift": str(shift.id), "email": "noor@example.net"}
    client.post(f"/events/{event.slug}/rsvps", data=said)
    client.post(f"/de/events/{event.slug}/rsvps", data={**said, "email": "ada@example.net"})
    client.post(f"/events/{event.slug}/rsvps", data={**said, "partstat": "TENTATIVE", "email": "lin@example.net"})
    in_english, in_german, without = (text_of(message) for message in outbox())
    assert "Your role: Marshal, 12–3 PM" in in_english
    assert "Deine Aufgabe: Marshal, 12:00–15:00" in in_german
    assert "Your role" not in without


def test_a_message_that_waited_tells_the_role_of_when_it_was_written(
    client: Visitor, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_event()
    marshal, medic = make_shift(event), make_shift(event, "Medic")
    said = {**TAP, "email": "noor@example.net"}
    own = client.post(f"/events/{event.slug}/rsvps", data={**said, "shift": str(marshal.id)}).location
    client.post(own, data={**said, "shift": str(medic.id)})
    [message] = outbox()
    assert "Your role: Marshal" in text_of(message)


def test_one_that_is_full_cannot_be_chosen_but_by_whoever_has_it(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    shift = make_shift(event, capacity=1)
    answer = {**TAP, "shift": str(shift.id)}
    own = client.post(f"/events/{event.slug}/rsvps", data=answer).location
    disabled = re.compile(rf'<input[^>]*disabled[^>]*value="{shift.id}"')
    page = client.get(f"/events/{event.slug}").text
    assert disabled.search(page)
    assert "Full" in words_of(page)
    refused = client.post(f"/events/{event.slug}/rsvps", data={**answer, "name": "Keziah"})
    assert refused.status_code in {409, 422}
    assert 'value="Keziah"' in refused.text
    assert 'href="#shift"' in refused.text
    assert not disabled.search(client.get(own).text)
    assert client.post(own, data={**answer, "name": "Noor"}).status_code == 303


def test_a_role_that_there_is_not_is_said(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    make_shift(event)
    other = make_shift(make_event())
    for wrong in ("999", "x", "-1", str(other.id)):
        answer = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "shift": wrong})
        assert answer.status_code == 422
        assert "There is no such role any more." in answer.text


def test_whoever_chose_a_role_that_is_deleted_still_comes(signed_in: Visitor, client: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    shift = make_shift(event)
    own = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "shift": str(shift.id)}).location
    deletion = f"{path(event)}/shifts/{shift.id}/deletion"
    assert "1 person has chosen it." in words_of(signed_in.get(deletion).text)
    assert signed_in.post(deletion).status_code == 303
    assert terms.shifts(event) == []
    page = words_of(client.get(own).text)
    assert "You are counted: 1 person." in page
    assert "Your role" not in page
