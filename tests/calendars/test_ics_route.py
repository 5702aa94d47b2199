"""The file that a person opens, or a calendar application asks for again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType

import icalendar
import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events import actions
from tests.factories import make_event
from tests.factories.events import make_details
from tests.factories.series import change_dates, make_series
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


def test_one_date_of_a_series_is_a_file_of_its_own(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
    moved, plain = (
        calendar_of(client, f"{event.slug}/dates/{name}") for name in ("20260911T180000", "20260925T180000")
    )
    assert str(moved["UID"]) == str(plain["UID"]) == event.uid
    assert moved["DTSTART"].dt.astimezone(UTC) == datetime(2026, 9, 12, 14, tzinfo=UTC)
    assert plain["DTSTART"].dt.astimezone(UTC) == plain["RECURRENCE-ID"].dt.astimezone(UTC)
    assert plain["DTEND"].dt.astimezone(UTC) == datetime(2026, 9, 25, 23, tzinfo=UTC)
    assert {"RRULE", "EXDATE"} & {*moved, *plain} == set()
    page = client.get(f"/events/{event.slug}/dates/20260925T180000").text
    assert f"/events/{event.slug}/dates/20260925T180000.ics" in page
    assert client.get(f"/events/{event.slug}/dates/20260926T180000.ics").status_code == 404


def test_a_date_of_a_draft_is_nobody_elses_to_see(client: Visitor, clock: time_machine.Traveller) -> None:
    draft = make_series(status="draft")
    assert client.get(f"/events/{draft.slug}/dates/20260925T180000.ics").status_code == 404


def calendar_of(client: Visitor, path: str) -> icalendar.Event:
    answer = client.get(f"/events/{path}.ics")
    assert answer.status_code == 200
    (found,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    return found  # type: ignore[no-any-return]
