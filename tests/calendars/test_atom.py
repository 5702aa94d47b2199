"""`/feeds/events.atom`: what has changed, for feed readers (RFC 4287)."""

from __future__ import annotations

import re
from datetime import timedelta
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

from eventkit import clock as the_clock
from eventkit.calendars import atom
from eventkit.events import actions
from tests.factories import make_event, make_user
from tests.factories.events import make_details
from tests.visitor import Visitor

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(text: str | bytes) -> ET.Element:
    """Parses it, and holds it to what RFC 4287 demands of a feed and of each entry."""
    root = ET.fromstring(text)
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for element in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            found = element.findall(f"a:{name}", ATOM)
            assert len(found) == 1, name
            assert found[0].text
        assert MOMENT.fullmatch(element.findtext("a:updated", "", ATOM))
    assert root.findtext("a:author/a:name", "", ATOM)  # or else every entry would need one
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert set(links) == {"self", "alternate"}
    ids = [entry.findtext("a:id", "", ATOM) for entry in root.findall("a:entry", ATOM)]
    assert len(ids) == len(set(ids))
    assert all(identity.startswith("urn:uuid:") for identity in ids)
    return root


def titles(root: ET.Element) -> list[str]:
    return [entry.findtext("a:title", "", ATOM) for entry in root.findall("a:entry", ATOM)]


def test_the_latest_change_comes_first_and_an_entry_keeps_its_id(client: Visitor, db: ModuleType, clock: Any) -> None:
    first = make_event(title="First <b>&amp;</b> “bold”", tags=("rent",), host="Dockers, Inc.; & Co")
    clock.shift(timedelta(minutes=1))
    make_event(title="Second")
    answer = client.get("/feeds/events.atom")
    assert answer.content_type.startswith("application/atom+xml")
    assert "Set-Cookie" not in answer.headers
    root = read(answer.get_data())
    assert titles(root) == ["Second", "First <b>&amp;</b> “bold”"]
    entry = root.findall("a:entry", ATOM)[1]
    content = entry.findtext("a:content", "", ATOM)
    for told in ("Nurses and their neighbours", "candles", "13:00", "Toronto", "night wards", "Dockers, Inc.; & Co"):
        assert told in content
    assert entry.find("a:category", ATOM).get("term") == "rent"  # type: ignore[union-attr]
    links = {link.get("rel"): link.get("href") for link in entry.findall("a:link", ATOM)}
    assert links["alternate"] == f"http://localhost/events/{first.slug}"

    assert client.get("/feeds/events.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    clock.shift(timedelta(minutes=1))
    assert client.get("/feeds/events.atom").get_data() == answer.get_data()
    with db.transaction():
        actions.edit(first, make_details(title="First, moved"), now=the_clock.now())
    changed = read(client.get("/feeds/events.atom", headers={"If-None-Match": answer.headers["ETag"]}).get_data())
    assert titles(changed) == ["First, moved", "Second"]
    assert changed.findtext("a:entry/a:id", "", ATOM) == entry.findtext("a:id", "", ATOM)
    assert changed.findtext("a:updated", "", ATOM) > root.findtext("a:updated", "", ATOM)


def test_it_holds_what_the_filter_lets_through_and_nothing_hidden(client: Visitor) -> None:
    make_event(title="Rent", tags=("rent",))
    make_event(title="Peace", tags=("peace",))
    make_event(title="Gone", tags=("rent",), status="cancelled")
    make_event(title="Draft", tags=("rent",), status="draft")
    make_event(title="Unlisted", tags=("rent",), visibility="unlisted")
    make_event(title="Private", tags=("rent",), visibility="private")
    root = read(client.get("/feeds/events.atom?tag=rent").get_data())
    assert sorted(titles(root)) == ["Cancelled: Gone", "Rent"]
    assert root.findtext("a:id", "", ATOM) == "http://localhost/feeds/events.atom?tag=rent"


def test_an_empty_one_is_whole_too(client: Visitor) -> None:
    assert titles(read(client.get("/feeds/events.atom").get_data())) == []


def test_at_most_a_hundred(client: Visitor) -> None:
    organizer = make_user()
    for number in range(101):
        make_event(title=f"Vigil {number}", organizer=organizer)
    found = titles(read(client.get("/feeds/events.atom").get_data()))
    assert len(found) == 100
    assert "Vigil 0" not in found


def test_what_cannot_be_understood_is_told_in_plain_text(client: Visitor) -> None:
    answer = client.get("/feeds/events.atom?near=Nowhereville")
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert "Nowhereville" in answer.text


def test_signs_that_xml_has_no_way_to_write_are_left_out(db: ModuleType, app: Any) -> None:
    event = make_event(title="Bells \x07 and \ufffe signs \U0001f514")
    event.title = "Bells \x07 and \ufffe signs \U0001f514"
    with app.test_request_context("/"):
        body = atom.feed([event], address="http://x/a", page="http://x/", title="\x00T", site_name="S")
    assert titles(read(body)) == ["Bells  and  signs \U0001f514"]
