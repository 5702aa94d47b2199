"""`/feeds`: one tap to subscribe, in whatever calendar somebody uses."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from eventkit.calendars import addresses
from eventkit.calendars.addresses import Subscription
from eventkit.config import Settings
from eventkit.events.filters import EventFilter
from tests.factories import make_event
from tests.visitor import Visitor


def links(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]+)"', page)]


def test_every_way_leads_to_the_feed_that_was_chosen(client: Visitor) -> None:
    make_event()
    page = client.get("/feeds?q=rent+%26+bread&near=Toronto").text
    feed = "http://localhost/feeds/events.ics?q=rent%20%26%20bread&near=Toronto"
    found = links(page)
    assert found.count(feed) == 3  # to copy, to download, and for programs
    assert feed.replace("http://", "webcal://") in found
    google = next(link for link in found if "calendar.google.com" in link)
    assert parse_qs(urlsplit(google).query)["cid"] == [feed.replace("http://", "webcal://")]
    for host in ("outlook.live.com", "outlook.office.com"):
        outlook = urlsplit(next(link for link in found if host in link))
        assert outlook.path == "/calendar/0/addfromweb"
        assert parse_qs(outlook.query)["url"] == [feed]
        assert "Toronto" in parse_qs(outlook.query)["name"][0]
    assert f'data-copy="{html.escape(feed)}"' in page
    assert "Google looks for changes every 4 to 24 hours only" in page
    assert "your calendar does not hear of it" in page


def test_everything_and_what_is_in_it_now(client: Visitor) -> None:
    make_event()
    page = client.get("/feeds").text
    assert "Every public event of this site." in page
    assert "1 event to come" in page
    assert "webcal://localhost/feeds/events.ics" in links(page)
    assert "will appear by itself" in client.get("/feeds?q=zzz").text


def test_an_organization_has_a_feed_of_its_own(client: Visitor) -> None:
    make_event(host="Dockers")
    assert "webcal://localhost/organizations/dockers.ics" in links(client.get("/feeds?organization=dockers").text)
    both = links(client.get("/feeds?organization=dockers&q=vigil").text)
    assert "webcal://localhost/feeds/events.ics?q=vigil&organization=dockers" in both


def test_an_organization_that_only_drafts_name_is_not_there(client: Visitor) -> None:
    make_event(host="Secret Dockers", status="draft")
    there_is, there_is_not = client.get("/feeds?organization=secret-dockers"), client.get("/feeds?organization=zzz")
    assert there_is.status_code == there_is_not.status_code == 422
    assert "Secret Dockers" not in there_is.text


@pytest.mark.parametrize(
    ("base_url", "address", "webcal"),
    [
        ("http://localhost:8000", "http://localhost:8000/feeds/events.ics", "webcal://localhost:8000/feeds/events.ics"),
        ("https://e.example", "https://e.example/feeds/events.ics", "webcal://e.example/feeds/events.ics"),
        ("https://e.example/on", "https://e.example/on/feeds/events.ics", "webcal://e.example/on/feeds/events.ics"),
    ],
)
def test_addresses_stand_under_the_base_url(
    make_app: Callable[..., Flask], settings: Settings, base_url: str, address: str, webcal: str
) -> None:
    app = make_app(replace(settings, base_url=base_url))
    with app.test_request_context("/"):
        found = addresses.of_filter(EventFilter())
    assert found == address
    assert Subscription(found, "").webcal == webcal


def test_a_feed_speaks_the_language_of_the_page_that_led_to_it(client: Visitor, db: ModuleType) -> None:
    assert "webcal://localhost/ar/feeds/events.ics" in links(client.get("/ar/feeds").text)
    negotiated = client.get("/feeds", headers={"Accept-Language": "ar"}).text
    assert "webcal://localhost/ar/feeds/events.ics" in links(negotiated)
