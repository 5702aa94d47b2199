"""`/`: the list, narrowed, in pages, and what it says when nothing is found."""

from __future__ import annotations

from types import ModuleType

import pytest
from flask import Flask

from eventkit.events import routes
from eventkit.events.details import VenueDetails
from tests.architecture.test_queries_per_page import counted
from tests.factories import make_event
from tests.visitor import Visitor

BERLIN = VenueDetails(name="Oranienplatz", city="Berlin", country="DE")


def test_the_list_and_its_map_hold_what_was_asked_for(client: Visitor) -> None:
    make_event(title="Rent freeze now", tags=("rent",))
    make_event(title="Climate march", venue=BERLIN)
    page = client.get("/?near=Toronto&tag=rent").text
    assert "Rent freeze now" in page
    assert "Climate march" not in page
    assert page.count('class="map-pin"') == 1
    assert "1 event" in page
    # each thing can be taken away by itself, and the list be subscribed to
    assert 'href="/?near=Toronto"' in page
    assert 'href="/?tag=rent"' in page
    assert 'href="/feeds?near=Toronto&amp;tag=rent"' in page
    assert "within 50 km of Toronto (Canada)" in page
    assert '<details class="narrowing" open>' in page


def test_everything_is_folded_and_says_nothing_of_a_filter(client: Visitor) -> None:
    make_event()
    page = client.get("/").text
    assert '<details class="narrowing" >' in page
    assert "Remove" not in page


def test_pages_point_to_their_calendars(client: Visitor) -> None:
    event = make_event(host="Dockers", tags=("rent",))
    page = client.get("/ar/?near=Toronto").text
    assert 'type="text/calendar"' in page
    assert 'href="http://localhost/ar/feeds/events.ics?near=Toronto"' in page
    assert 'href="/ar/feeds/events.atom?near=Toronto"' in page
    of_dockers = client.get("/organizations/dockers").text
    assert 'href="http://localhost/organizations/dockers.ics"' in of_dockers
    assert 'href="/feeds/events.atom?organization=dockers"' in of_dockers
    assert 'href="/feeds?organization=dockers"' in of_dockers
    assert 'href="/?organization=dockers&amp;tag=rent"' in of_dockers
    of_event = client.get(f"/events/{event.slug}").text
    assert f'href="/events/{event.slug}.json"' in of_event
    assert 'href="/?tag=rent"' in of_event
    assert 'href="/feeds?organization=dockers"' in of_event


def test_an_empty_list_names_the_place_and_suggests_a_wider_look(client: Visitor) -> None:
    make_event()
    page = client.get("/?near=Barrie").text
    assert "Nothing on near Barrie yet." in page
    assert 'href="/?near=Barrie&amp;within=200"' in page
    assert "Look within" not in client.get("/?near=Barrie&within=1000&q=zzz").text
    assert "Nothing on that fits yet." in client.get("/?q=zzz").text


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        ("near=Nowhereville&q=rent", "We know no town called “Nowhereville”", ("Nowhereville", "rent")),
        ("from=2026-02-30&near=Toronto", "There is no such day", ("2026-02-30", "Toronto")),
        ("near=Toronto&within=5000", "between 1 and 1000", ("Toronto", "5000")),
        ("organization=nobody", "There is no such organization here", ("nobody",)),
        ("q=%3Cscript%3Ealert(1)%3C/script%3E&to=x", "There is no such day", ("&lt;script&gt;",)),
    ],
)
@pytest.mark.parametrize("path", ["/", "/feeds"])
def test_what_was_typed_wrongly_stays_with_the_reason(
    client: Visitor, path: str, query: str, said: str, kept: tuple[str, ...]
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    for typed in kept:
        assert typed in answer.text
    assert "<script>alert" not in answer.text


def test_a_long_list_has_pages_that_keep_the_filter(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "PAGE_SIZE", 2)
    for number in range(5):
        make_event(title=f"Vigil number {number}", tags=("rent",))
    first = client.get("/?tag=rent").text
    assert 'href="/?tag=rent&amp;page=2"' in first
    shown = [
        {n for n in range(5) if f"Vigil number {n}" in client.get(f"/?tag=rent&page={page}").text} for page in (1, 2, 3)
    ]
    assert sorted(n for of_page in shown for n in of_page) == [0, 1, 2, 3, 4]
    for odd in ("0", "-1", "99", "x", "9" * 400):
        assert client.get(f"/?page={odd}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/?near=Toronto&q=vigil&tag=rent&from=2026-09-02", "/feeds?near=Toronto"])
def test_a_narrowed_list_is_kept_by_caches_and_the_same_for_everybody(
    client: Visitor, signed_in: Visitor, path: str
) -> None:
    make_event(tags=("rent",))
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert signed_in.get(path).get_data() == answer.get_data()
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_filter_costs_the_same_number_of_queries_however_much_it_finds(app: Flask, client: Visitor) -> None:
    path = "/?near=Toronto&q=vigil&tag=rent&organization=dockers&from=2026-09-01"
    costs = []
    for count in (1, 4):
        for _ in range(count):
            make_event(host="Dockers", tags=("rent", "housing"))
        with counted(app) as statements:
            assert client.get(path).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%FF%FE", "near=%00,1", "tag=%25", "page=1&page=2", "q=a&q=b", "from[]=x", "within=٥٠&near=Toronto"],
)
@pytest.mark.parametrize("path", ["/", "/feeds", "/feeds/events.atom"])
def test_no_query_string_breaks_a_page(client: Visitor, db: ModuleType, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code in {200, 422}
