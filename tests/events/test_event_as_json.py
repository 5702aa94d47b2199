"""`/events/<slug>.json`: an event for programs."""

from __future__ import annotations

from datetime import datetime

import pytest

from eventkit import clock
from eventkit.events import actions
from eventkit.events.details import Part
from eventkit.events.models import ATTENDING, HOST
from tests.factories import make_event
from tests.factories.events import make_details
from tests.visitor import Visitor


def test_it_tells_what_the_page_tells(client: Visitor) -> None:
    event = make_event(
        parts=[Part("Dockers", HOST), Part("Nurses", ATTENDING, "We will be there.")],
        tags=("rent", "peace"),
        starts_local=datetime(2026, 11, 14, 13),
        ends_local=datetime(2026, 11, 14, 15),
    )
    answer = client.get(f"/events/{event.slug}.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    told = answer.get_json()
    venue = told.pop("venue")
    assert told == {
        "uid": event.uid,
        "title": "Vigil for the hospitals",
        "who": "Nurses and their neighbours",
        "what": "A silent vigil with candles",
        "why": "Because the night wards are being closed",
        "language": "en",
        "status": "published",
        "status_reason": None,
        "start_local": "2026-11-14T13:00",
        "end_local": "2026-11-14T15:00",
        "all_day": False,
        "timezone": "America/Toronto",
        "start_at": "2026-11-14T13:00:00-05:00",
        "end_at": "2026-11-14T15:00:00-05:00",
        "rrule": None,
        "online_url": None,
        "place_public_at": None,
        "organizations": [
            {"name": "Dockers", "role": "host", "statement": None, "url": "http://localhost/organizations/dockers"},
            {
                "name": "Nurses",
                "role": "attending",
                "statement": "We will be there.",
                "url": "http://localhost/organizations/nurses",
            },
        ],
        "tags": ["peace", "rent"],
        "links": {
            "page": f"http://localhost/events/{event.slug}",
            "calendar": f"http://localhost/events/{event.slug}.ics",
        },
        "sequence": 0,
        "modified_at": event.modified_at.isoformat(),
        "published_at": event.published_at.isoformat(),
    }
    assert (venue["city"], venue["country"], venue["precision"]) == ("Toronto", "CA", "city")
    assert venue["latitude"] == event.venue.latitude
    assert (
        client.get(f"/events/{event.slug}.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )
    assert "organizer" not in answer.text
    assert event.organizer.email not in answer.text


def test_what_is_not_known_is_null_and_a_day_is_a_day(client: Visitor) -> None:
    event = make_event(starts_local=datetime(2026, 11, 14), ends_local=datetime(2026, 11, 15), all_day=True)
    told = client.get(f"/events/{event.slug}.json").get_json()
    assert (told["start_local"], told["end_local"], told["start_at"]) == ("2026-11-14", "2026-11-15", None)
    endless = make_event(ends_local=None)
    assert client.get(f"/events/{endless.slug}.json").get_json()["end_local"] is None


@pytest.mark.parametrize(("status", "visibility"), [("draft", "public"), ("published", "private")])
def test_what_strangers_may_not_see_is_not_there(client: Visitor, status: str, visibility: str) -> None:
    event = make_event(status=status, visibility=visibility)
    assert client.get(f"/events/{event.slug}.json").status_code == 404


def test_a_former_address_leads_on(client: Visitor) -> None:
    from eventkit import db

    event = make_event(slug="former")
    with db.transaction():
        actions.edit(event, make_details(slug="present"), now=clock.now())
    moved = client.get("/events/former.json")
    assert (moved.status_code, moved.location) == (301, "/events/present.json")
