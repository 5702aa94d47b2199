"""The file that a person opens, or a calendar application asks for again and again."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events import actions
from tests.factories import make_event
from tests.factories.events import make_details
from tests.visitor import Visitor


def test_it_is_a_calendar_without_method_and_without_cookie(client: Visitor, clock: time_machine.Traveller) -> None:
    event = make_event()
    response = client.get(f"/events/{event.slug}.ics")
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'inline; filename="{event.slug}.ics"'
    assert response.text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "METHOD" not in response.text
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_its_body_and_validators_come_from_the_record(client: Visitor, clock: time_machine.Traveller) -> None:
    path = f"/events/{make_event().slug}.ics"
    first = client.get(path, headers={"Accept-Language": "ar"})
    clock.shift(timedelta(days=1))
    second = client.get(path, headers={"Accept-Language": "fr"})
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Last-Modified"] == second.headers["Last-Modified"] == "Tue, 01 Sep 2026 12:00:00 GMT"


@pytest.mark.parametrize("asked", ["If-None-Match", "If-Modified-Since"])
def test_what_one_has_already_is_not_sent_again(asked: str, client: Visitor, clock: time_machine.Traveller) -> None:
    event = make_event()
    path = f"/events/{event.slug}.ics"
    first = client.get(path)
    validator = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}[asked]
    unchanged = client.get(path, headers={asked: validator})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    clock.shift(timedelta(minutes=1))
    from eventkit import db

    with db.transaction():
        actions.edit(event, make_details(title="March"), now=the_clock.now())
    assert client.get(path, headers={asked: validator}).status_code == 200


def test_head_answers_with_the_same_headers(client: Visitor, clock: time_machine.Traveller) -> None:
    path = f"/events/{make_event().slug}.ics"
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(get.data))


def test_past_and_cancelled_events_are_still_served(client: Visitor, clock: time_machine.Traveller) -> None:
    event, cancelled = make_event(), make_event(status="cancelled")
    clock.shift(timedelta(days=400))
    assert client.get(f"/events/{event.slug}.ics").status_code == 200
    assert "STATUS:CANCELLED" in client.get(f"/events/{cancelled.slug}.ics").text


def test_a_former_address_leads_to_the_new_one(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(slug="before")
    with db.transaction():
        actions.edit(event, make_details(slug="after"), now=the_clock.now())
    response = client.get("/events/before.ics")
    assert (response.status_code, response.location) == (301, "/events/after.ics")


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"visibility": "private"}])
def test_what_is_nobody_elses_to_see_is_not_found(
    hidden: dict[str, str], client: Visitor, clock: time_machine.Traveller
) -> None:
    assert client.get(f"/events/{make_event(**hidden).slug}.ics").status_code == 404  # type: ignore[arg-type]


def test_an_unlisted_event_is_for_whoever_has_its_address(client: Visitor, clock: time_machine.Traveller) -> None:
    assert client.get(f"/events/{make_event(visibility='unlisted').slug}.ics").status_code == 200
