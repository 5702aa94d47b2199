"""A person's own feed: an address that nobody can guess and that ends when another is made."""

from __future__ import annotations

import html
import re

import pytest

from eventkit import links
from eventkit.calendars import personal
from tests.factories import make_event, make_user
from tests.visitor import Visitor


def address(page: str) -> str:
    found = re.search(r'data-copy="([^"]+)"', page)
    assert found
    return html.unescape(found.group(1))


def test_the_page_shows_the_address_and_says_what_it_opens(signed_in: Visitor) -> None:
    make_event(organizer=signed_in.user)
    make_event(organizer=signed_in.user, visibility="private")
    make_event(organizer=signed_in.user, status="draft")
    make_event()
    page = signed_in.get("/organize/calendar").text
    token = address(page).removeprefix("http://localhost/calendars/").removesuffix(".ics")
    assert personal.user_by_token(token).id == signed_in.user.id
    assert f"webcal://localhost/calendars/{token}.ics" in page
    assert "2 events are in it." in page
    assert "Whoever has this address reads all of it" in page


def test_a_new_address_ends_the_former_one(signed_in: Visitor) -> None:
    former = address(signed_in.get("/organize/calendar").text)
    answer = signed_in.post("/organize/calendar/address")
    assert (answer.status_code, answer.location) == (303, "/organize/calendar")
    page = signed_in.get("/organize/calendar").text
    assert "This is the new address." in page
    now = address(page)
    assert now != former
    tokens = [one.rpartition("/")[2].removesuffix(".ics") for one in (former, now)]
    assert [personal.user_by_token(token) is not None for token in tokens] == [False, True]


def test_looking_changes_nothing(signed_in: Visitor) -> None:
    first = address(signed_in.get("/organize/calendar").text)
    assert signed_in.get("/organize/calendar/address").status_code == 405
    assert address(signed_in.get("/organize/calendar").text) == first


def test_strangers_are_asked_to_sign_in(client: Visitor) -> None:
    for answer in (client.get("/organize/calendar"), client.post("/organize/calendar/address")):
        assert answer.status_code in {302, 303}
        assert "/organize/sign-in" in answer.location


@pytest.mark.both_databases
def test_only_ones_own_token_of_this_purpose_is_good(db: object, signed_in: Visitor) -> None:
    from eventkit import db as database

    user, other = signed_in.user, make_user()
    token = personal.token(user)
    assert personal.user_by_token(token).id == user.id  # type: ignore[union-attr]
    assert personal.token(other) != token
    for forged in ("", "x", token[:-1], token + "A", links.sign("rsvp", user.id, 0), links.sign("calendar", 10**6, 0)):
        assert personal.user_by_token(forged) is None, forged
    for _ in range(2):
        with database.transaction():
            personal.revoke(user)
    assert personal.user_by_token(token) is None
    assert personal.user_by_token(personal.token(user)).id == user.id  # type: ignore[union-attr]
    assert personal.token(other) == links.sign("calendar", other.id, 0)
    with database.transaction() as session:
        session.get(type(user), user.id).active = False
    assert personal.user_by_token(personal.token(user)) is None
