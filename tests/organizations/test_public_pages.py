"""The list of organizations and the page of one: what it says, where it will be, and nothing of drafts."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from eventkit.events.details import Part
from eventkit.events.models import ATTENDING, COHOST, PRIVATE, UNLISTED
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor


def main_of(page: str) -> str:
    """What the page says of itself, without menu and foot."""
    return page[page.index("<main") : page.index("</main>")]


def listed(client: Visitor, query: str = "") -> list[str]:
    page = main_of(client.get(f"/organizations{query}").text)
    return re.findall(r'<a href="/organizations/[^"?]+"\s+dir="auto">([^<]+)</a>', page)


def test_the_list_says_what_to_do_while_it_is_empty(client: Visitor) -> None:
    page = main_of(client.get("/organizations").text)
    assert "No organization yet." in page
    assert 'href="/organize/organizations/new"' in page


@pytest.mark.both_databases
def test_the_list_is_by_name_whatever_the_case(client: Visitor) -> None:
    for name in ["union of nurses", "Émigrés Together", "Zebra Crossing", "Dockers"]:
        make_organization(name, members=(make_user(),))
    assert listed(client) == ["Dockers", "Émigrés Together", "union of nurses", "Zebra Crossing"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("emigres", ["Émigrés Together"]),
        ("TOGETHER  emigr", ["Émigrés Together"]),
        ("udn", ["union of nurses"]),
        ("معا", ["Émigrés Together"]),
        ("%", ["Émigrés Together", "union of nurses"]),  # no letters: nothing was asked
        ("nobody", []),
    ],
)
def test_looking_for_a_name(client: Visitor, words: str, found: list[str]) -> None:
    make_organization("Émigrés Together", members=(make_user(),), native_name="معا", native_name_language="ar")
    make_organization("union of nurses", members=(make_user(),), abbreviation="UdN", folded_abbreviation="udn")
    response = client.get("/organizations", query_string={"q": words})
    assert response.status_code == 200
    assert re.findall(r'"\s+dir="auto">([^<]+)</a>', main_of(response.text)) == found
    if not found:
        assert "Nobody here is called" in response.text


def test_what_was_looked_for_is_shown_as_text(client: Visitor) -> None:
    page = client.get("/organizations", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_long_list_has_pages_and_costs_no_more(app: Flask, client: Visitor) -> None:
    def queries() -> int:
        counted: list[str] = []

        def count(*arguments: object) -> None:
            counted.append(str(arguments[2]))

        engine = app.extensions["eventkit.engine"]
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        client.get("/organizations")
        sqlalchemy_event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    owner = make_user()
    make_organization("Group 00", members=(owner,))
    before = queries()
    for number in range(1, 52):
        make_organization(f"Group {number:02}", members=(owner,))
    assert queries() == before
    assert len(listed(client)) == 50
    assert listed(client, "?page=2") == ["Group 50", "Group 51"]
    assert listed(client, "?page=99") == ["Group 50", "Group 51"]
    assert client.get("/organizations?page=x").status_code == 200


def test_a_page_says_who_it_is(client: Visitor) -> None:
    make_organization(
        "Doctors for Gardens",
        members=(make_user(email="secret@example.org", name="Somebody Private"),),
        native_name="أطباء الحدائق",
        native_name_language="ar",
        abbreviation="DfG",
        kind="ngo",
        purpose="Green yards for every ward.",
        website="https://www.gardens.example/about",
        donation_url="https://give.gardens.example/",
        text="We **plant**.\n\n* roses\n* thyme",
    )
    response = client.get("/organizations/doctors-for-gardens")
    page = main_of(response.text)
    assert re.search(r'<h1 class="page-huge [^"]*" dir="auto">Doctors for Gardens</h1>', page)
    assert re.search(r'lang="ar"\s+dir="rtl">أطباء الحدائق', page)
    assert "Non-profit · <bdi>DfG</bdi>" in page
    assert "Green yards for every ward." in page
    assert '<a href="https://www.gardens.example/about" rel="nofollow noopener" dir="ltr">gardens.example</a>' in page
    assert re.search(r'href="https://give\.gardens\.example/"\s+rel="nofollow noopener"', page)
    assert "<strong>plant</strong>" in page
    assert "<li>roses</li>" in page
    assert "Nobody speaks" not in page
    assert "secret@example.org" not in response.text
    assert "Somebody Private" not in response.text


def test_what_people_wrote_does_no_harm(client: Visitor) -> None:
    make_organization(
        "Mischief",
        members=(make_user(),),
        purpose="<img src=x onerror=alert(1)>",
        text="<script>alert(1)</script>\n\n![cat](https://spy.example/cat.png)\n\n[go](javascript:alert(1)) "
        '[there](https://ok.example "t")\n\n# Big\n\n<a href="https://x" onclick="y">z</a>',
    )
    page = main_of(client.get("/organizations/mischief").text)
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert '<a href="https://ok.example" title="t" rel="nofollow noopener">there</a>' in page
    assert "<h3>Big</h3>" in page
    assert page.count("<h1") == 1
    assert not re.search(r"<[^>]+\son\w+=", page)


@pytest.mark.both_databases
def test_it_shows_what_comes_and_what_was(client: Visitor, clock) -> None:
    make_event(title="Long ago", host="Tenants United")
    clock.shift(30 * 86400)
    make_event(title="Vigil", host="Tenants United", parts=[Part("Dockers", ATTENDING, "We bring the lamps.")])
    make_event(title="March", host="Neighbours", parts=[Part("Tenants United", COHOST)])
    make_event(title="Picnic", host="Tenants United", status="cancelled")
    tenants = main_of(client.get("/organizations/tenants-united").text)
    coming, before = tenants.split("Said yes")
    assert [coming.count(title) for title in ("Vigil", "March", "Picnic", "Long ago")] == [1, 1, 1, 0]
    assert "Host, with 1 more" in coming
    assert "Co-host, with 1 more" in coming
    assert "Cancelled" in coming
    assert "Queen" in coming or "111 Wellesley" in coming
    assert "Long ago" in before
    dockers = main_of(client.get("/organizations/dockers").text)
    assert "Attending: “We bring the lamps.”" in dockers


def test_nothing_coming_up_says_so(client: Visitor) -> None:
    make_organization("Dockers", members=(make_user(),))
    assert "Nothing coming up." in client.get("/organizations/dockers").text


def test_a_merely_named_one_says_that_nobody_speaks_for_it(client: Visitor) -> None:
    make_event(host="Tenants United")
    page = main_of(client.get("/organizations/tenants-united").text)
    assert "Nobody speaks for this organization here yet" in page
    assert listed(client) == ["Tenants United"]


@pytest.mark.both_databases
def test_a_draft_tells_nobody_whom_it_names(client: Visitor) -> None:
    make_event(host="Quiet Friends", status="draft")
    make_event(host="Private Friends", visibility=PRIVATE)
    assert listed(client) == []
    assert client.get("/organizations/quiet-friends").status_code == 404
    assert client.get("/organizations/private-friends").status_code == 404
    assert client.get("/organizations?q=friends").text.count("Quiet") == 0


def test_an_unlisted_event_is_in_no_list(client: Visitor) -> None:
    make_event(title="Whispered", host="Whisperers", visibility=UNLISTED)
    assert listed(client) == []
    page = client.get("/organizations/whisperers")
    assert page.status_code == 200  # whoever has the event's link may follow its links
    assert "Whispered" not in page.text


def test_a_name_that_is_no_organization(client: Visitor) -> None:
    response = client.get("/organizations/nobody")
    assert response.status_code == 404
    assert "Not here" in response.text


@pytest.mark.parametrize("path", ["/organizations", "/organizations/dockers"])
def test_public_pages_have_a_validator_and_no_cookie(signed_in: Visitor, path: str) -> None:
    make_organization("Dockers", members=(make_user(),))
    response = signed_in.get(path)
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    again = signed_in.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
