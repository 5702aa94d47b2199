"""What is sent to wear the server out, or to make it fail: it is refused, in the time that its length takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from eventkit import markdown
from eventkit.events.announcements import read
from eventkit.rsvps import queries as rsvps
from eventkit.text import clean_line, clean_text, fold
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

#: Marks of two classes in turn: sorting n of them takes n² steps. These take half a minute, and a request holds ten
#: times as many.
PILE = "a" + "\u0301\u0316" * 100_000

#: seconds; a machine that is busy takes some
A_MOMENT = 4


GOOD = {
    "title": "A vigil",
    "starts_on": "2026-12-05",
    "starts_time": "13:00",
    "timezone": "America/Toronto",
    "language": "en",
    "country": "CA",
    "visibility": "public",
}


@contextmanager
def in_a_moment() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < A_MOMENT


@pytest.mark.parametrize("clean", [clean_text, clean_line, fold])
@pytest.mark.parametrize(
    "text", [PILE, PILE.replace("\u0316", "\u0316\u200d\ufe0f"), "\ufdfa" * 100_000, "\r\n \t" * 100_000]
)
def test_cleaning_takes_as_long_as_the_text(clean, text: str) -> None:
    with in_a_moment():
        clean(text)


def test_no_letter_carries_a_pile_of_marks() -> None:
    assert clean_line("Z" + "\u0316\ufe0f" * 50 + "algo") == "Z" + "\u0316\ufe0f" * 4 + "algo"
    assert clean_line("שָׁ֖ם Việt नमस्ते") == "שָׁ֖ם Việt नमस्ते"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("contact", {"message": "x" * 500_000 + PILE}),
        ("contact", {"message": "When?", "email": f"{PILE}@example.org"}),
        ("rsvps", {"partstat": "ACCEPTED", "name": PILE}),
        ("rsvps", {"partstat": "ACCEPTED", "email": f"{PILE}@example.org"}),
        ("rsvps", {"partstat": PILE, "party_size": "9" * 100_000}),
        ("rsvps", {"partstat": "ACCEPTED", "party_size": "5", "party_more": "9" * 100_000}),
    ],
)
def test_strangers_forms(client: Visitor, path: str, fields: dict[str, str]) -> None:
    event = make_event(largest_party=100)
    with in_a_moment():
        assert client.post(f"/events/{event.slug}/{path}", data=fields).status_code == 422


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("sign-in", {"email": "nobody@example.org", "password": PILE}),
        ("sign-in", {"email": "nobody@example.org", "password": "x" * 5000}),
        ("sign-in", {"email": "nobody@example.org", "password": "\ufdfa" * 128}),
        ("sign-in", {"email": "nobody@example.org", "password": "four unrelated\0words"}),
        ("sign-in", {"email": f"{PILE}@example.org", "password": "four unrelated words"}),
        ("reset", {"email": f"{PILE}@example.org"}),
        ("reset", {"email": "someone@" + "a." * 100_000 + "org"}),
    ],
)
def test_the_door(client: Visitor, path: str, fields: dict[str, str]) -> None:
    with in_a_moment():
        assert client.post(f"/organize/{path}", data=fields).status_code == 422


def test_a_password_that_nobody_can_have_fits_no_account(client: Visitor) -> None:
    user = make_user(password="four unrelated words")
    for password in ("\ufdfa" * 128, "four unrelated words\0", "x" * 129):
        pages = [
            client.post("/organize/sign-in", data={"email": email, "password": password})
            for email in (user.email, "nobody@example.org")
        ]
        assert [page.status_code for page in pages] == [422, 422]
        assert all("do not fit together" in page.text for page in pages)


REFUSED: list[dict[str, str]] = [
    {"rrule": "FREQ=WEEKLY;UNTIL=99999999"},
    {"rrule": "FREQ=WEEKLY;UNTIL=20260230"},
    {"rrule": "FREQ=WEEKLY;UNTIL=00010101"},
    {"rrule": "FREQ=WEEKLY;UNTIL=20261231T996199"},
    {"rrule": "FREQ=WEEKLY;UNTIL=٢٠٢٦١٢٣١"},
    {"rrule": "FREQ=WEEKLY;INTERVAL=1٣"},
    {"rrule": "FREQ=SECONDLY"},
    {"rrule": "FREQ=DAILY;COUNT=99999"},
    {"rrule": "FREQ=DAILY;" * 10_000},
    {"rrule": "FREQ=DAILY\r\nATTENDEE:mailto:noor@example.org"},
    {"remove_part": "9" * 5000},
    {"remove_part": "²"},
    {"take": "99999-99-99"},
    {"starts_on": "0001-01-01"},
    {"starts_on": "9999-12-31"},
    {"starts_on": "2026-02-30"},
    {"starts_time": "25:61"},
    {"timezone": "../../etc/passwd"},
    {"timezone": "\0"},
    {"latitude": "nan", "longitude": "nan"},
    {"latitude": "1e400", "longitude": "-inf"},
    {"title": "x" * 1_000_000},
    {"title": "\u3164\u200b\u2060"},
    {"city": PILE + "x" * 500},
    {"slug": "../new"},
    {"slug": "new"},
    {"language": "../ar"},
    {"tags": "<b>"},
    {"online_url": "javascript:alert(1)"},
    {"parts-0-name": "x", "parts-0-role": "owner"},
    {f"parts-{number}-name": "\u200b!" for number in range(5_000)},
]


def test_what_the_form_of_an_event_does_not_take(signed_in: Visitor) -> None:
    for fields in REFUSED:
        with in_a_moment():
            answer = signed_in.post("/organize/events/new", data={**GOOD, **fields})
        assert answer.status_code == (200 if {"take", "remove_part"} & fields.keys() else 422), repr(fields)[:60]


IGNORED: list[dict[str, str]] = [
    {"clock": "|" * 10_000},
    {f"field-{number}": "x" for number in range(20_000)},
    {f"parts-{number}-name": "" for number in range(5_000)},
    {f"parts-{number}-{number}": "x" for number in range(5_000)},
    {"version": "x" * 100_000, "home_timezone": "../../etc/passwd", "home_country": "\0"},
]


def test_what_the_form_of_an_event_does_not_have(signed_in: Visitor) -> None:
    for fields in IGNORED:
        with in_a_moment():
            answer = signed_in.post("/organize/events/new", data={**GOOD, **fields})
        assert answer.status_code == 303, repr(fields)[:60]


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1"])
@pytest.mark.parametrize("name", ["parts-{}-name", "chosen"])
def test_numbers_that_are_none(signed_in: Visitor, name: str, number: str) -> None:
    """They are not there."""
    text = {"announcement": "March, 5 December 2026, 5 pm, Toronto", "announced_on": "2026-09-01"}
    filled = {**GOOD, **text, name.format(number): number}
    assert signed_in.post("/organize/events/new", data=filled).status_code == 303
    assert signed_in.post("/organize/events/paste", data=filled).status_code == 200


@pytest.mark.parametrize("text", ["📅 " * 50_000, "1-" * 5_000, "<a " * 50_000, "[a](" * 50_000, "=\n" * 100_000, PILE])
def test_a_text_to_be_read(text: str) -> None:
    with in_a_moment():
        read(text, published=date(2026, 9, 1), home_timezone="America/Toronto", country="CA")


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "![" * 10_000, "> " * 10_000, "*a_ " * 5_000, "`" * 20_000, "a\n=" * 6_000]
)
def test_a_text_with_markup(text: str) -> None:
    with in_a_moment():
        markdown.to_html(text)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&%00=%ed%a0%80"),
        ("application/x-www-form-urlencoded", b"&" * 1_000_000),
        ("application/json", b'{"partstat": "ACCEPTED"}'),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "B" * 100_000, b"x"),
        ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=partstat\r\n\r\nACCEPTED"),
    ],
)
def test_a_body_that_is_none_counts_nobody(client: Visitor, content_type: str, body: bytes) -> None:
    event = make_event()
    with in_a_moment():
        answer = client.post(f"/events/{event.slug}/rsvps", data=body, content_type=content_type)
    assert answer.status_code in {400, 413, 422}
    assert rsvps.counts(event).answers == 0


@pytest.mark.both_databases
def test_bytes_and_numbers_that_no_row_has(signed_in: Visitor, operator: Visitor) -> None:
    make_organization("Dockers")
    for path in (
        *("/events/%00", "/events/a%00.ics", "/organizations/%00", "/organizations?q=%00", "/rsvps/%00", "/events/%ff"),
        *("/organize/events/%00", "/organize/organizations/%00/edit", "/organize/welcome/%00", "/organize/reset/%00"),
        *("/events/%ed%a0%80", "/organizations?page=99999999999999999999999", "/organizations?page=%00&q=%ed%a0%80"),
    ):
        assert signed_in.get(path).status_code in {200, 302, 404, 410}, path
    for number in (0, 2**31, 2**63, 2**64, 10**30):
        for path in (f"organizations/dockers/members/{number}", f"people/{number}/link"):
            assert operator.post(f"/organize/{path}").status_code == 404, path


@pytest.mark.parametrize("path", ["/", "/feeds/events.ics", "/feeds/events.atom", "/static/css/base.css"])
@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Range"])
def test_a_date_that_there_is_not_does_not_count(client: Visitor, path: str, name: str) -> None:
    """In a year with fourteen digits, of which a number of the processor cannot hold one."""
    headers = {name: "Mon, 01 Jan 99999999999999 00:00:00 GMT", "Range": "bytes=0-9"}
    for _time in ("built", "remembered"):
        assert client.get(path, headers=headers).status_code in {200, 206}
