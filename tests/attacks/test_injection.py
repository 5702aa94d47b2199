"""Texts that would be something else: script, markup, lines of a calendar or of a message, formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from email.message import EmailMessage

import icalendar
import pytest

from eventkit.events.details import Part
from eventkit.events.models import HOST
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

MARKUP = """"><script>alert(1)</script>'<img src=x onerror=alert(1)>{{ 7*7 }}"""
LINES = "\r\nEND:VEVENT\r\nBEGIN:VEVENT\u2028BEGIN:VALARM\x85Bcc: a@example.org\x0b\x0c\u2029X:1\0\x1b\u202e\u2066"
HOSTILE = MARKUP + LINES

#: what may be in no answer: markup that acts, and characters that no person sees
_ACTS = ("<script>alert", "<img src=x", "49}}", *"\0\x1b\x85\x0b\x0c\u2028\u2029\u202e\u2066")


def publish(signed_in: Visitor) -> str:
    """Publishes, through the form, an event all of whose texts are hostile."""
    names = ("title", "who", "what", "why", "place_name", "street", "directions", "parts-0-statement")
    form = dict.fromkeys(names, HOSTILE) | {"parts-0-name": f"Quay {HOSTILE}", "parts-0-role": "host"}
    form |= {"city": "Toronto", "country": "CA", "timezone": "America/Toronto", "language": "en", "slug": "march"}
    form |= {"starts_on": "2026-12-05", "starts_time": "13:00", "visibility": "public", "largest_party": "5"}
    form |= {
        "ask_name": "optional",
        "ask_email": "optional",
        "online_url": "https://example.org/?'\"<b>",
        "tags": "a-b",
    }
    made = signed_in.post("/organize/events/new", data={**form, "action": "publish"})
    assert made.status_code == 303
    return "march"


def test_a_page_shows_what_was_written_and_nothing_acts(signed_in: Visitor, client: Visitor) -> None:
    slug = publish(signed_in)
    page = client.get(f"/events/{slug}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    (organization,) = set(re.findall(r'href="(/organizations/[^"]+)"', page))
    public = [
        "/",
        "/ar/",
        f"/events/{slug}",
        f"/ar/events/{slug}",
        f"/events/{slug}/contact",
        "/organizations",
        organization,
    ]
    own = ["/organize/events", *(f"/organize/events/{slug}{page}" for page in ("", "/edit", "/cancellation", "/rsvps"))]
    for path in public + own:
        answer = (signed_in if path in own else client).get(path)
        assert answer.status_code == 200, path
        assert [acts for acts in _ACTS if acts in answer.text] == [], path


def test_a_calendar_has_one_event(signed_in: Visitor, client: Visitor) -> None:
    raw = client.get(f"/events/{publish(signed_in)}.ics").data.decode()
    assert raw.count("\r\nBEGIN:VEVENT\r\n") == 1
    assert raw.splitlines() == raw.removesuffix("\r\n").split("\r\n"), "a line ends in one way only"
    names = [component.name for component in icalendar.Calendar.from_ical(raw).walk()]
    assert (names.count("VEVENT"), names.count("VALARM")) == (1, 0)
    assert [acts for acts in _ACTS[3:] if acts in raw] == []


def test_a_message_has_the_fields_that_we_gave_it(
    signed_in: Visitor, client: Visitor, outbox: Callable[[], list[EmailMessage]]
) -> None:
    slug = publish(signed_in)
    client.post(
        f"/events/{slug}/rsvps", data={"partstat": "ACCEPTED", "name": MARKUP[:60], "email": "noor@example.org"}
    )
    client.post(f"/events/{slug}/contact", data={"message": f"{HOSTILE}\r\n.\r\nQUIT", "email": "amal@example.org"})
    messages = outbox()
    assert len(messages) == 2
    for message in messages:
        assert {"Bcc", "Cc", "X"}.isdisjoint(message.keys())
        assert message.get_all("To") in (["noor@example.org"], [signed_in.user.email if signed_in.user else ""])
        html = message.get_body(("html",))
        assert html is not None
        assert [acts for acts in _ACTS if acts in html.get_content()] == []


@pytest.mark.parametrize(
    "email", ["a@example.org\r\nBcc: b@example.org", "a@example.org,b@example.org", "a@[127.0.0.1]"]
)
def test_an_address_is_one(client: Visitor, outbox: Callable[[], list[EmailMessage]], email: str) -> None:
    event = make_event()
    for path, said in (("rsvps", {"partstat": "ACCEPTED"}), ("contact", {"message": "When?"})):
        assert client.post(f"/events/{event.slug}/{path}", data={**said, "email": email}).status_code == 422
    assert outbox() == []


@pytest.mark.parametrize("divided_at", [",", ";", "\t"])
def test_a_spreadsheet_finds_no_formula_wherever_it_divides_a_line(signed_in: Visitor, divided_at: str) -> None:
    event = make_event(organizer=signed_in.user, parts=[Part("Tenants United", HOST)])
    for name in ("=1+1", "＝1+1", " @SUM(1)", "a;=1+1;b", "a,=1+1", "-2", '"=1+1', "a\t=1+1"):
        make_rsvp(event, name=name, email="")
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").data.decode("utf-8-sig")
    for row in list(csv.reader(io.StringIO(text, newline=""), delimiter=divided_at))[1:]:
        assert not [cell for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "＝"))]
