"""An exact place that is told from a moment on, and by nothing before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventkit import clock as instants
from eventkit import jobs
from eventkit.errors import DomainError
from eventkit.events import actions, places
from eventkit.events.details import Details, VenueDetails, stored_details
from eventkit.events.jobs import TELL_PLACES
from eventkit.events.models import Event
from eventkit.rsvps.jobs import NOTIFY
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

#: a street, a house, a way in and a point that stand nowhere else
SECRETS = ("Zebrawood", "Quokka", "M5V", "43.64", "79.39", "back door", "meet.example")


def make_kept(db: ModuleType, *, hours: int = 24, status: str = "published", **changed: object) -> Event:
    """A vigil in Toronto whose place is kept for so many hours; its pin was set by hand."""
    venue = VenueDetails(
        name="Quokka Hall",
        street="9 Zebrawood Lane",
        city="Toronto",
        postal_code="M5V 1A1",
        country="CA",
        directions="By the back door",
        latitude=43.6426,
        longitude=-79.3955,
    )
    event = make_event(venue=venue, online_url="https://meet.example/quokka", status="draft", **changed)
    with db.transaction():
        actions.keep_place(event, instants.now() + timedelta(hours=hours), now=instants.now())
        if status != "draft":
            actions.publish(event, now=instants.now())
    return event


def told_of(event: Event, client: Visitor) -> dict[str, str]:
    """Everything that a stranger may read of it, by where it stands."""
    pages = {
        "page": f"/events/{event.slug}",
        "calendar": f"/events/{event.slug}.ics",
        "data": f"/events/{event.slug}.json",
        "list": "/",
        "feed": "/feeds/events.ics",
        "atom": "/feeds/events.atom",
    }
    told = {name: client.get(path).get_data(as_text=True) for name, path in pages.items()}
    return {name: text.replace("\r\n ", "").replace("\r\n", "\n") for name, text in told.items()}


def legible(told: dict[str, str]) -> set[tuple[str, str]]:
    return {(name, secret) for name, text in told.items() for secret in SECRETS if secret in text}


@pytest.mark.usefixtures("clock")
def test_nothing_tells_it_before_its_moment(app: Flask, db: ModuleType, client: Visitor) -> None:
    event = make_kept(db)
    answered = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED"}, follow_redirects=True)
    told = {**told_of(event, client), "answer": answered.text}
    assert legible(told) == set()
    assert all("Toronto" in text for text in told.values())
    assert "The exact place is told here from Wed 2 Sep, 8 AM on." in told["page"]
    assert json.loads(told["data"])["place_public_at"] == "2026-09-02T12:00:00+00:00"
    assert "GEO:" not in told["calendar"]


def test_from_its_moment_on_everything_tells_it(
    app: Flask, db: ModuleType, client: Visitor, clock: time_machine.Traveller
) -> None:
    event = make_kept(db)
    sequence = event.sequence
    clock.shift(timedelta(hours=24))
    jobs.run(TELL_PLACES)
    told = told_of(event, client)
    assert {name for name, _secret in legible(told)} == set(told)
    assert "GEO:43.6426;-79.3955" in told["calendar"]
    assert json.loads(told["data"])["place_public_at"] is None
    db.session.refresh(event)
    assert event.sequence == sequence + 1
    assert "exact place is told" not in told["page"]


def test_whoever_left_an_address_is_written_to_once(
    app: Flask,
    db: ModuleType,
    outbox: Callable[[], list[EmailMessage]],
    clock: time_machine.Traveller,
) -> None:
    event = make_kept(db)
    make_rsvp(event, email="noor@example.net")
    (confirmation,) = outbox()
    assert legible({"message": confirmation.as_string(), "text": _text(confirmation)}) == set()
    assert "The exact place is told here" in _text(confirmation)
    clock.shift(timedelta(hours=24))
    for _again in range(2):
        jobs.run(TELL_PLACES)
        jobs.run(NOTIFY)
    message = outbox()[-1]
    assert len(outbox()) == 2
    assert message["Subject"] == "The place: Vigil for the hospitals"
    assert "9 Zebrawood Lane" in _text(message)
    assert "By the back door" in _text(message)
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar").get_content()
    assert "Zebrawood" in calendar.replace("\r\n ", "")


@pytest.mark.parametrize("status", ["cancelled", "postponed", "draft"])
def test_the_place_of_what_is_off_is_told_to_nobody(
    app: Flask, db: ModuleType, clock: time_machine.Traveller, status: str
) -> None:
    event = make_kept(db, status=status)
    if status != "draft":
        with db.transaction():
            (actions.cancel if status == "cancelled" else actions.postpone)(event, reason="", now=instants.now())
    clock.shift(timedelta(hours=25))
    jobs.run(TELL_PLACES)
    db.session.refresh(event)
    assert places.is_kept(event)


def test_a_search_around_a_point_does_not_find_it_out(app: Flask, db: ModuleType, client: Visitor) -> None:
    """Circles around many points would meet where it is."""
    event = make_kept(db)
    for near in ("43.643,-79.396", "Toronto"):
        for within in (1, 100):
            assert event.title not in client.get(f"/?near={near}&within={within}").text
    assert event.title not in client.get("/?q=zebrawood").text
    assert event.title in client.get("/?q=toronto").text


def test_no_geocoder_hears_of_it_until_then(app: Flask, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(status="draft")
    assert event.venue.state == "waiting"
    with db.transaction():
        actions.keep_place(event, instants.now() + timedelta(hours=24), now=instants.now())
        actions.publish(event, now=instants.now())
        venue = VenueDetails(street="9 Zebrawood Lane", city="Toronto", country="CA")
        actions.edit(event, _with(event, venue=venue), now=instants.now())
    assert (event.venue.state, event.venue.precision) == ("settled", "city")
    clock.shift(timedelta(hours=24))
    jobs.run(TELL_PLACES)
    db.session.refresh(event.venue)
    assert event.venue.state == "waiting"


def test_another_hidden_place_is_no_news(app: Flask, db: ModuleType, outbox: Callable[[], list[EmailMessage]]) -> None:
    event = make_kept(db)
    make_rsvp(event, email="noor@example.net")
    with db.transaction():
        venue = VenueDetails(street="11 Zebrawood Lane", city="Toronto", country="CA")
        actions.edit(event, _with(event, venue=venue), now=instants.now())
    jobs.run(NOTIFY)
    assert len(outbox()) == 1


def test_a_copy_keeps_its_place_as_long_before_its_own_day(app: Flask, db: ModuleType) -> None:
    event = make_kept(db)
    with db.transaction():
        copy = actions.duplicate(event, by=event.organizer, now=instants.now())
    assert event.place_public_at is not None
    assert event.starts_at is not None
    assert copy.place_public_at is not None
    assert copy.starts_at is not None
    assert copy.starts_at - copy.place_public_at == event.starts_at - event.place_public_at


@pytest.mark.parametrize(("hours", "why"), [(-1, "This moment is past."), (24 * 60, "It would be over by then")])
def test_a_moment_that_helps_nobody_is_refused(app: Flask, db: ModuleType, hours: int, why: str) -> None:
    event = make_event()
    with pytest.raises(DomainError, match=why), db.transaction():
        actions.keep_place(event, instants.now() + timedelta(hours=hours), now=instants.now())
    assert not places.is_kept(event)


def test_its_organizer_sees_it(app: Flask, db: ModuleType, client: Visitor) -> None:
    event = make_kept(db)
    page = client.sign_in(event.organizer).get(f"/organize/events/{event.slug}").text
    assert "9 Zebrawood Lane" in page
    assert "Only the town is public." in page


def _with(event: Event, **changed: Any) -> Details:
    return replace(stored_details(event), **changed)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
