"""The organizer sees who comes, as a page, as CSV, and by a command; nobody else does."""

from __future__ import annotations

import csv
import io
from types import ModuleType

import pytest
import time_machine
from flask import Flask

from eventkit import keys
from tests.factories import make_event, make_organization, make_rsvp, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_numbers_and_names(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Noor Haddad", email="noor@example.org", party_size=3)
    make_rsvp(event, partstat="TENTATIVE", party_size=2)
    make_rsvp(event, partstat="DECLINED", name="Ravi")
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    numbers = [part.partition("</bdi>")[0] for part in page.split('<dl class="numbers">')[1].split("<bdi>")[1:5]]
    assert numbers == ["3", "2", "1", "1"]
    assert "Noor Haddad" in page
    assert "noor@example.org" in page
    assert "No name" in page


def test_nobody_has_answered_yet(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    assert "Nobody has answered yet." in page
    assert f'href="/events/{event.slug}"' in page


def test_a_search_finds_names_without_accents_and_addresses(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Zoé Müller", email="zoe@example.org")
    make_rsvp(event, name="Ravi", email="ravi@example.org")
    path = f"/organize/events/{event.slug}/rsvps"
    for sought in ("zoe mu", "ZOE@"):
        page = signed_in.get(path, query_string={"q": sought}).text
        assert ("Zoé Müller" in page, "ravi@example.org" in page) == (True, False)
    assert "Nobody like that." in signed_in.get(path, query_string={"q": "Amal"}).text


def test_a_long_list_has_pages(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    for number in range(103):
        make_rsvp(event, name=f"Person {number:03}")
    path = f"/organize/events/{event.slug}/rsvps"
    first, second = (signed_in.get(path, query_string={"page": page}).text for page in (1, 2))
    assert ("Person 102" in first, "Person 000" in first) == (True, False)
    assert ("Person 102" in second, "Person 000" in second) == (False, True)
    assert signed_in.get(path, query_string={"page": "99999999999"}).status_code == 200
    assert signed_in.get(path, query_string={"page": "x"}).status_code == 200


@pytest.mark.parametrize("what", ["rsvps", "rsvps.csv"])
def test_it_is_for_the_organizer_and_the_hosts_alone(
    what: str, client: Visitor, signed_in: Visitor, db: ModuleType
) -> None:
    event = make_event(organizer=make_user())
    path = f"/organize/events/{event.slug}/{what}"
    assert client.get(path).status_code == 302
    assert signed_in.get(path).status_code == 404
    assert signed_in.get(f"/organize/events/no-such-event/{what}").status_code == 404
    assert signed_in.user is not None
    colleague = make_user()
    make_organization("Tenants", members=(signed_in.user, colleague))
    hosted = make_event(organizer=colleague, host="Tenants")
    assert signed_in.get(f"/organize/events/{hosted.slug}/{what}").status_code == 200


def test_the_table_to_take_along(signed_in: Visitor, clock: time_machine.Traveller) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="نور, “Noor”", email="noor@example.org", party_size=3)
    make_rsvp(event)
    response = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{event.slug}-rsvps.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert [line[:6] for line in csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline=""))] == [
        ["name", "email", "answer", "people", "answered", "occurrence"],
        ["نور, “Noor”", "noor@example.org", "accepted", "3", "2026-09-01T08:00:00-04:00", ""],
        ["", "", "accepted", "1", "2026-09-01T08:00:00-04:00", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_no_name_becomes_a_formula(start: str, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name=f'{start}HYPERLINK("https://example.org")')
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").data.decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(text, newline="")))[1][0]
    assert cell == f"""'{start}HYPERLINK("https://example.org")"""


def test_second_answers_and_those_taken_back_are_in_no_list(signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Keziah", email="noor@example.org")
    make_rsvp(event, name="Mallory", email="noor@example.org")
    gone = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "name": "Gone"})
    client.post(f"{gone.location}/withdraw")
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").text
    assert ("Keziah" in text, "Mallory" in text, "Gone" in text) == (True, False, False)


def test_the_command_prints_the_same(app: Flask, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, name="Noor", party_size=2)
    done = app.test_cli_runner().invoke(args=["rsvps", "export", event.slug])
    assert done.exit_code == 0
    header, line = csv.reader(done.stdout.splitlines())
    assert header[:6] == ["name", "email", "answer", "people", "answered", "occurrence"]
    assert line[:4] == ["Noor", "", "accepted", "2"]
    unknown = app.test_cli_runner().invoke(args=["rsvps", "export", "no-such-event"])
    assert unknown.exit_code == 1
    assert "no-such-event" in unknown.output


def test_without_the_key_the_answers_remain_and_the_people_are_gone(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Noor", email="noor@example.org", party_size=2)
    keys.destroy(event.key_name)
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").text
    assert "Noor" not in text
    assert '"","","accepted","2",' in text
    assert signed_in.get(f"/organize/events/{event.slug}/rsvps").status_code == 200
