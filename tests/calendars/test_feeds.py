"""What a feed says, and which events are in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar

from eventkit import clock as the_clock
from eventkit.events import actions
from eventkit.events.details import Part
from tests.factories import make_event, make_organization, make_rsvp
from tests.factories.events import make_details
from tests.visitor import Visitor

FEED = "/feeds/events.ics"


def titles(client: Visitor, path: str = FEED) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(response.data).walk("VEVENT")]


@pytest.mark.usefixtures("clock")
def test_it_has_what_is_public_and_nothing_else(client: Visitor, db: ModuleType) -> None:
    make_event(title="Public")
    make_event(title="Draft", status="draft")
    make_event(title="Unlisted", visibility="unlisted")
    make_event(title="Private", visibility="private")
    make_event(title="Vigil", status="cancelled")
    assert titles(client) == ["Public", "Cancelled: Vigil"]
    assert b"STATUS:CANCELLED" in client.get(FEED).data


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_what_is_no_longer_public_is_gone_at_once(client: Visitor, db: ModuleType, visibility: str) -> None:
    event = make_event(title="Vigil")
    assert titles(client) == ["Vigil"]
    with db.transaction():
        actions.edit(event, make_details(title="Vigil", visibility=visibility), now=the_clock.now())
    assert titles(client) == []
    with db.transaction():
        actions.edit(event, make_details(title="Vigil"), now=the_clock.now())
    assert titles(client) == ["Vigil"]


@pytest.mark.usefixtures("clock")
def test_a_deleted_event_is_gone_at_once(client: Visitor, db: ModuleType) -> None:
    event = make_event(title="Vigil")
    make_event(title="March")
    assert titles(client) == ["Vigil", "March"]
    with db.transaction() as session:
        session.delete(event)
    assert titles(client) == ["March"]


def test_what_is_over_stays_for_ninety_days(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    make_event(title="Vigil", starts_local=datetime(2026, 9, 2, 10), ends_local=datetime(2026, 9, 2, 12))
    make_event(title="Every week", starts_local=datetime(2026, 9, 2, 10), ends_local=None, rrule="FREQ=WEEKLY")
    clock.move_to(datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))
    before = client.get(FEED)
    assert titles(client) == ["Vigil", "Every week"]
    clock.move_to(datetime(2026, 12, 2, 0, 0, tzinfo=UTC))
    asked = {"If-None-Match": before.headers["ETag"], "If-Modified-Since": before.headers["Last-Modified"]}
    assert client.get(FEED, headers=asked).status_code == 200
    since = {"If-Modified-Since": before.headers["Last-Modified"]}
    assert client.get(FEED, headers=since).status_code == 200
    assert titles(client) == ["Every week"]


@pytest.mark.usefixtures("clock")
def test_an_organization_s_feed_has_the_events_that_it_takes_part_in(client: Visitor, db: ModuleType) -> None:
    make_organization("Tenants, of Dundas; East")
    make_event(title="Hosted", host="Tenants, of Dundas; East")
    make_event(title="Attended", host="Others", parts=[Part("Tenants, of Dundas; East", "attending")])
    make_event(title="Without them", host="Others")
    path = "/organizations/tenants-of-dundas-east.ics"
    assert titles(client, path) == ["Hosted", "Attended"]
    assert titles(client, f"{FEED}?organization=tenants-of-dundas-east") == ["Hosted", "Attended"]
    head = client.get(path).text.replace("\r\n ", "").splitlines()
    assert "NAME:Tenants\\, of Dundas\\; East" in head
    assert "X-WR-CALNAME:Tenants\\, of Dundas\\; East" in head
    assert f"SOURCE;VALUE=URI:http://localhost{path}" in head
    assert "URL:http://localhost/organizations/tenants-of-dundas-east" in head


@pytest.mark.usefixtures("clock")
def test_an_organization_that_only_drafts_name_has_no_feed(client: Visitor, db: ModuleType) -> None:
    make_event(host="Secret Friends", status="draft")
    assert client.get("/organizations/secret-friends.ics").status_code == 404
    assert client.get("/organizations/nobody.ics").status_code == 404


@pytest.mark.usefixtures("clock")
def test_a_tag_s_feed_has_the_events_of_that_tag(client: Visitor, db: ModuleType) -> None:
    make_event(title="Bread", tags=("bread",))
    make_event(title="Roses", tags=("roses",))
    assert titles(client, f"{FEED}?tag=Bread") == ["Bread"]
    assert titles(client, f"{FEED}?tag=peace") == []


@pytest.mark.usefixtures("clock")
def test_its_head_tells_what_it_is_and_when_to_ask_again(client: Visitor, db: ModuleType) -> None:
    make_event()
    text = client.get(FEED).text
    head = text.partition("BEGIN:VTIMEZONE")[0].replace("\r\n ", "")
    assert head.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//eventkit//eventkit//EN\r\n")
    for line in (
        *("CALSCALE:GREGORIAN", "NAME:eventkit", "X-WR-CALNAME:eventkit", "COLOR:coral"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "X-WR-TIMEZONE:America/Toronto"),
        *("SOURCE;VALUE=URI:http://localhost/feeds/events.ics", "URL:http://localhost/"),
        "DESCRIPTION:What is on\\, as told on eventkit.",
    ):
        assert f"\r\n{line}\r\n" in head
    assert "METHOD" not in text
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")


@pytest.mark.usefixtures("clock")
def test_an_empty_feed_is_a_calendar_too(client: Visitor, db: ModuleType) -> None:
    response = client.get(FEED)
    assert Calendar.from_ical(response.data).walk("VEVENT") == []
    assert client.get(FEED, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("clock")
def test_each_zone_stands_once_before_the_events_for_all_their_years(client: Visitor, db: ModuleType) -> None:
    for year in (2026, 2031):
        make_event(starts_local=datetime(year, 10, 10, 13), ends_local=None)
    make_event(timezone="Asia/Damascus")
    make_event(timezone="UTC")
    make_event(starts_local=datetime(2026, 10, 10), ends_local=None, all_day=True)
    text = client.get(FEED).text
    assert text.count("TZID:America/Toronto\r\n") == text.count("TZID:Asia/Damascus\r\n") == 1
    assert text.rindex("END:VTIMEZONE") < text.index("BEGIN:VEVENT")
    assert "X-WR-TIMEZONE" not in text
    assert "DTSTART:20311102T020000" in text, "the zone of 2031 is told too"
    starts = {event["DTSTART"].dt for event in Calendar.from_ical(text).walk("VEVENT")}
    instants = {each.astimezone(UTC) for each in starts if isinstance(each, datetime)}
    assert datetime(2026, 10, 10, 17, tzinfo=UTC) in instants
    assert datetime(2031, 10, 10, 17, tzinfo=UTC) in instants


@pytest.mark.usefixtures("clock")
def test_its_language_is_that_of_the_path_and_never_of_the_browser(client: Visitor, db: ModuleType) -> None:
    make_event(title="نساء الحي", language="ar")
    plain = client.get(FEED, headers={"Accept-Language": "ar"})
    assert plain.data == client.get(FEED, headers={"Accept-Language": "fr"}).data
    assert plain.headers["Vary"] == "Accept-Encoding"
    arabic = client.get(f"/ar{FEED}")
    assert "SOURCE;VALUE=URI:http://localhost/ar/feeds/events.ics" in arabic.text
    assert arabic.headers["Vary"] == "Accept-Encoding"
    events = [feed.partition("BEGIN:VEVENT")[2] for feed in (plain.text, arabic.text)]
    assert events[0] == events[1]


@pytest.mark.usefixtures("clock")
def test_nobody_who_comes_is_in_it(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, name="Rosalind", email="rosalind@example.org")
    text = client.get(FEED).text
    assert "ATTENDEE" not in text
    assert "rosalind" not in text.lower()
    assert event.organizer.email not in text


def test_no_cookie_and_the_headers_of_every_other_page(client: Visitor, clock: time_machine.Traveller) -> None:
    """The same from the application and, from the second time on, from the layer ahead of it."""
    make_event()
    page = client.get("/")
    first, second = client.get(FEED), client.get(FEED)
    unchanged = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})
    assert dict(first.headers) == dict(second.headers)
    own = {"Content-Type", "Content-Length", "Vary", "ETag"}
    for name in set(dict(page.headers)) - own:
        assert first.headers[name] == page.headers[name] == unchanged.headers[name], name
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers
    secure = client.get(FEED, base_url="https://localhost")
    assert "Strict-Transport-Security" in secure.headers
    assert "Strict-Transport-Security" not in client.get(FEED).headers


@pytest.mark.usefixtures("clock")
def test_long_and_awkward_texts_are_folded_at_octets_and_come_back(client: Visitor, db: ModuleType) -> None:
    awkward = "نساء الحي 😀, bread; roses \\ and\nmore " + "خبز " * 500
    event = make_event(title="Bread, roses; نساء 😀", why=awkward, host='Tenants "of" ^ نساء; Dundas: 😀' * 4)
    text = client.get(FEED).data
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    (vevent,) = Calendar.from_ical(text).walk("VEVENT")
    assert vevent["SUMMARY"] == "Bread, roses; نساء 😀"
    assert awkward.strip() in vevent["DESCRIPTION"]
    assert vevent["UID"] == event.uid


def test_the_same_body_after_a_restart_and_in_another_process(
    make_app: object, app: Flask, client: Visitor, clock: time_machine.Traveller
) -> None:
    for number in range(60):
        make_event(title=f"Vigil {number}", timezone=("America/Toronto", "Europe/Berlin")[number % 2])
    first = client.get(FEED)
    clock.shift(timedelta(hours=1))
    again = make_app().test_client().get(FEED)  # type: ignore[operator]
    assert first.data == again.data
    assert first.headers["ETag"] == again.headers["ETag"]
    assert client.get(FEED).headers["Last-Modified"] == again.headers["Last-Modified"]
