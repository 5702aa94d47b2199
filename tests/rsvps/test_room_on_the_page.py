"""What an event's page says of the room that is left, and of when answers are taken. It is the same for everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps.models import Rsvp
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_rsvp, make_series, set_terms
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def words(client: Visitor, event: Event) -> str:
    page = client.get(f"/events/{event.slug}")
    assert "Set-Cookie" not in page.headers
    assert "ETag" in page.headers
    return words_of(page.text)


def test_places_are_told_when_they_are_few(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, party_size=6)
    for capacity, told in ((None, ""), (17, ""), (16, "10 places left."), (1000, ""), (7, "1 place left.")):
        set_terms(event, capacity=capacity)
        page = words(client, event)
        assert told in page
        assert re.search(r"places? left", page) if told else "left" not in page


def test_of_many_places_a_fifth_is_few(client: Visitor, db: ModuleType) -> None:
    event = make_event(largest_party=80)
    set_terms(event, capacity=100)
    make_rsvp(event, party_size=80)
    assert "20 places left." in words(client, event)


def test_when_it_is_full_one_can_wait(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=3)
    make_rsvp(event, party_size=3)
    make_rsvp(event, party_size=2)
    page = client.get(f"/events/{event.slug}").text
    assert "strip-full" in page
    assert "Full: 3 places 2 people are waiting" in words_of(page)
    assert "Places do come free" in words_of(page)
    assert words_of(page).count("Join the waitlist") == 2
    assert "button-main" not in page.split("<main")[1].split("Who else comes")[0]


def test_without_a_waitlist_nobody_is_asked(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    set_terms(event, capacity=1, has_waitlist=False)
    make_rsvp(event)
    told = words(client, event)
    assert "All places are taken" in told
    assert "Join" not in told
    refused = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "name": "Keziah"})
    assert refused.status_code == 409
    assert "All places are taken. Places do come free" in words_of(refused.text)
    assert db.session.query(Rsvp).count() == 1


def test_answers_open_and_close_by_the_clock(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    now = the_clock.now()
    set_terms(event, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    assert "You can say here that you come from" in words(client, event)
    assert client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED"}).status_code == 409
    clock.shift(timedelta(days=1, hours=1))
    assert "Count me in" in words(client, event)
    assert client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED"}).status_code == 303
    clock.shift(timedelta(days=1))
    assert "Answers are closed They were taken until" in words(client, event)
    for closes_at in (None, the_clock.now() + timedelta(days=1)):
        set_terms(event, takes_rsvps=False, closes_at=closes_at)
        assert "The organizer does not ask who comes." in words(client, event), closes_at


def test_each_date_of_a_series_has_its_own_room(client: Visitor, db: ModuleType) -> None:
    event = make_series()
    set_terms(event, capacity=1)
    client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "occurrence": date_id(1)})
    assert "Join the waitlist" in client.get(f"/events/{event.slug}/dates/{date_id(1)}").text
    assert "Join the waitlist" not in client.get(f"/events/{event.slug}/dates/{date_id(2)}").text


def test_a_risky_event_says_what_is_stored(client: Visitor, db: ModuleType) -> None:
    event = make_event(ask_email="not-asked")
    set_terms(event, risk="high", retention_days=1)
    assert "what you type is erased 1 day after it is over" in words(client, event)


def test_a_series_whose_next_date_is_full_takes_answers_to_the_others(client: Visitor, db: ModuleType) -> None:
    event = make_series()
    set_terms(event, capacity=1, has_waitlist=False)
    first = {"partstat": "ACCEPTED", "occurrence": date_id(0)}
    assert client.post(f"/events/{event.slug}/rsvps", data=first).status_code == 303
    assert 'id="rsvp"' in client.get(f"/events/{event.slug}").text
    data = {"partstat": "ACCEPTED", "name": "Noor"}
    full = client.post(f"/events/{event.slug}/rsvps", data={**data, "occurrence": date_id(0)})
    assert full.status_code == 409
    assert 'value="Noor"' in full.text
    assert client.post(f"/events/{event.slug}/rsvps", data={**data, "occurrence": date_id(1)}).status_code == 303
