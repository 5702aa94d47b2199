"""What is sent to wear the server out, or to make it fail: it is refused, in the time that its length takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from eventkit.text import clean_line, clean_text, fold
from tests.factories import make_event, make_user
from tests.visitor import Visitor

#: Marks of two classes in turn: sorting n of them takes n² steps. These take half a minute, and a request holds ten
#: times as many.
PILE = "a" + "\u0301\u0316" * 100_000

#: seconds; a machine that is busy takes some
A_MOMENT = 4


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
