"""A person's own events, behind an address that can be revoked."""

from __future__ import annotations

from types import ModuleType

import pytest
from icalendar import Calendar

from eventkit import links
from eventkit.calendars import personal
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock", "db")


def titles(client: Visitor, token: str) -> set[str]:
    response = client.get(f"/calendars/{token}.ics")
    assert response.status_code == 200
    return {str(event["SUMMARY"]) for event in Calendar.from_ical(response.data).walk("VEVENT")}


def test_it_has_what_one_organizes_or_hosts_but_no_drafts(client: Visitor) -> None:
    me, friend, stranger = make_user(), make_user(name="Friend"), make_user(name="Stranger")
    make_organization("Tenants", members=(me, friend))
    make_event(organizer=me, title="Mine", visibility="private")
    make_event(organizer=me, title="Draft", status="draft")
    make_event(organizer=friend, title="Hosted with me", host="Tenants", visibility="unlisted")
    make_event(organizer=stranger, title="Named without asking", host="Tenants")
    make_event(organizer=stranger, title="Not mine")
    assert titles(client, personal.token(me)) == {"Mine", "Hosted with me"}
    assert titles(client, personal.token(make_user(name="New"))) == set()


def test_it_is_for_one_person_and_kept_by_nobody_between(client: Visitor) -> None:
    user = make_user()
    make_event(organizer=user, visibility="private")
    path = f"/calendars/{personal.token(user)}.ics"
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert "ATTENDEE" not in first.text
    assert personal.token(user) not in first.text, "who passes the file on does not pass the address on"
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_revoked_address_leads_nowhere_and_the_next_one_works(client: Visitor, db: ModuleType) -> None:
    user = make_user()
    make_event(organizer=user, title="Mine")
    for _time in range(2):
        former = personal.token(user)
        assert titles(client, former) == {"Mine"}
        with db.transaction():
            personal.revoke(user)
        assert client.get(f"/calendars/{former}.ics").status_code == 404
        assert personal.user_by_token(former) is None
    assert titles(client, personal.token(user)) == {"Mine"}


def test_tokens_of_others_and_of_other_purposes_are_none(client: Visitor, db: ModuleType) -> None:
    user = make_user()
    for token in ("x", "x" * 35, personal.token(user)[:-1] + "!", links.sign("rsvp", user.id, 0)):
        assert client.get(f"/calendars/{token}.ics").status_code == 404
    assert client.get(f"/calendars/{links.sign('calendar', 2**63, 0)}.ics").status_code == 404
    with db.transaction():
        user.active = False
    assert client.get(f"/calendars/{personal.token(user)}.ics").status_code == 404
