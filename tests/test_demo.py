"""The demonstration: every state and language that a list must be judged with."""

from __future__ import annotations

from types import ModuleType

from flask import Flask
from sqlalchemy import select

from eventkit import clock
from eventkit.events import presentation
from eventkit.events.models import Event
from eventkit.mail.models import OutboxMessage
from tests.visitor import Visitor


def test_it_holds_past_current_and_coming_events_of_several_countries(app: Flask, db: ModuleType) -> None:
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    events = list(db.session.scalars(select(Event)))
    states = {presentation.state_of(event, clock.now()) for event in events}
    assert states == {"draft", "open", "past", "cancelled", "changed"}
    assert len({event.venue.country for event in events}) >= 6
    assert {event.language for event in events} >= {"en", "fr", "de", "ar", "uk", "pt", "es", "tr"}
    assert list(db.session.scalars(select(OutboxMessage))) == []


def test_every_page_of_it_opens(app: Flask, db: ModuleType, client: Visitor) -> None:
    app.test_cli_runner().invoke(args=["demo"])
    assert client.get("/").status_code == 200
    for event in db.session.scalars(select(Event)):
        wanted = 404 if event.status == "draft" else 200
        assert client.get(f"/events/{event.slug}").status_code == wanted
        assert client.get(f"/events/{event.slug}.ics").status_code == wanted


def test_it_goes_into_an_empty_database_only(app: Flask, db: ModuleType) -> None:
    app.test_cli_runner().invoke(args=["demo"])
    again = app.test_cli_runner().invoke(args=["demo"])
    assert again.exit_code == 1
    assert "empty database" in again.stderr
