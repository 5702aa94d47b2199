"""304, HEAD, and the codings of a body (RFC 9110)."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import brotli
import pytest
import time_machine
import zstandard
from flask import Flask

from eventkit import clock as the_clock
from eventkit.calendars import feed_server, shelf
from eventkit.events import actions
from tests.factories import make_event
from tests.factories.events import make_details
from tests.visitor import Visitor

FEED = "/feeds/events.ics"

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda octets: zstandard.ZstdDecompressor().decompress(octets),
}


def coded(client: Visitor, coding: str) -> tuple[bytes, str]:
    """The body and its ETag, once it is ready in that coding."""
    for _try in range(100):
        response = client.get(FEED, headers={"Accept-Encoding": coding})
        if response.headers.get("Content-Encoding", "identity") == coding:
            return response.data, response.headers["ETag"]
        time.sleep(0.05)
    raise AssertionError(f"{coding} never became ready")


@pytest.mark.usefixtures("clock")
def test_every_coding_is_the_same_text_under_an_etag_of_its_own(client: Visitor, db: ModuleType) -> None:
    for number in range(120):
        make_event(title=f"Vigil {number}")
    plain = client.get(FEED).data
    assert plain.count(b"BEGIN:VEVENT") == 120
    etags = set()
    for coding, decode in DECODERS.items():
        octets, etag = coded(client, coding)
        assert decode(octets) == plain, coding
        etags.add(etag)
        unchanged = client.get(FEED, headers={"If-None-Match": etag, "Accept-Encoding": "br, gzip"})
        assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", etag)
    assert len(etags) == len(DECODERS)


@pytest.mark.usefixtures("clock")
def test_gzip_is_one_member_also_after_a_change_of_one_piece(client: Visitor, db: ModuleType) -> None:
    events = [make_event(title=f"Vigil {number}") for number in range(120)]
    for title in ("Changed", "Changed again"):
        with db.transaction():
            actions.edit(events[70], make_details(title=title), now=the_clock.now())
        octets, _etag = coded(client, "gzip")
        reader = zlib.decompressobj(16 + zlib.MAX_WBITS)  # stops at the end of the first member, checks its sum
        assert reader.decompress(octets) == client.get(FEED).data
        assert reader.eof
        assert reader.unused_data == b""
        assert f"SUMMARY:{title}\r\n".encode() in gzip.decompress(octets)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("accepted", "answered"),
    [
        ("", {None}),
        ("gzip", {"gzip"}),
        ("gzip;q=0", {None}),
        ("*;q=0", {None}),
        ("identity, gzip;q=0.5", {None}),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", {"gzip"}),
        ("br, gzip", {"br", "gzip"}),
        ("*", {"br", "zstd", "gzip"}),
        ("deflate", {None}),
        ("x" * 5000, {None}),
        (",;,;q=,=", {None}),
    ],
)
def test_only_what_is_taken_is_sent(client: Visitor, db: ModuleType, accepted: str, answered: set[str | None]) -> None:
    make_event()
    response = client.get(FEED, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") in answered
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(response.data)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", W/"another", {etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("nonsense", 200),
    ],
)
def test_if_none_match_lists_and_weak_ones(
    client: Visitor, clock: time_machine.Traveller, header: str, status: int
) -> None:
    make_event()
    clock.shift(timedelta(seconds=5))
    first = client.get(FEED)
    asked = header.format(etag=first.headers["ETag"])
    # what one has already by its ETag counts, whatever its date
    for since in ("Thu, 01 Jan 1970 00:00:00 GMT", first.headers["Last-Modified"]):
        answer = client.get(FEED, headers={"If-None-Match": asked, "If-Modified-Since": since})
        assert answer.status_code == status, since


def test_if_modified_since_alone(client: Visitor, clock: time_machine.Traveller) -> None:
    make_event()
    clock.shift(timedelta(seconds=5))
    at = client.get(FEED).headers["Last-Modified"]
    assert client.get(FEED, headers={"If-Modified-Since": at}).status_code == 304
    assert client.get(FEED, headers={"If-Modified-Since": "Mon, 31 Aug 2026 12:00:00 GMT"}).status_code == 200
    assert client.get(FEED, headers={"If-Modified-Since": "when it suits"}).status_code == 200


def test_no_two_changes_share_a_last_modified(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    """However many changes a second has, who sends the date alone hears of each."""
    event = make_event()
    for number in range(4):
        for moved in (0.0, 0.6):
            clock.shift(moved)
            at = client.get(FEED).headers["Last-Modified"]
            with db.transaction():
                actions.edit(event, make_details(title=f"Vigil {number}{moved}"), now=the_clock.now())
            answer = client.get(FEED, headers={"If-Modified-Since": at})
            assert answer.status_code == 200
            assert f"Vigil {number}{moved}" in answer.text


@pytest.mark.usefixtures("clock")
def test_head_has_the_headers_of_get_and_no_body(client: Visitor, db: ModuleType) -> None:
    make_event()
    for _time in range(2):
        head, get = client.head(FEED), client.get(FEED)
        assert head.data == b""
        assert dict(head.headers) == dict(get.headers)
    assert client.head(FEED, headers={"If-None-Match": get.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("clock")
def test_other_methods_are_refused_as_everywhere(client: Visitor, db: ModuleType) -> None:
    client.get(FEED)
    assert client.post(FEED).status_code == 405
    assert client.delete(FEED).status_code == 405


@pytest.mark.usefixtures("clock")
def test_hostile_query_strings_fill_no_memory(app: Flask, client: Visitor, db: ModuleType) -> None:
    make_event()
    server = app.wsgi_app
    assert isinstance(server, feed_server.FeedServer)
    for number in range(600):
        assert client.get(f"{FEED}?x={number}").status_code == 200
    assert client.get(f"{FEED}?x={'y' * 5000}").status_code == 200
    assert len(server._known) == feed_server._MOST
    assert max(sum(map(len, asked)) for asked in server._known) <= feed_server._LONGEST
    assert len(app.extensions["eventkit.feeds"]._feeds) == 1, "what says nothing is the same feed"


@pytest.mark.usefixtures("clock")
def test_filters_that_nobody_uses_are_limited(app: Flask, client: Visitor, db: ModuleType) -> None:
    answers = [client.get(f"{FEED}?tag=t{number}").status_code for number in range(130)]
    assert answers[:120] == [200] * 120
    assert answers[120:] == [429] * 10
    assert client.get(f"{FEED}?tag=t1").status_code == 200, "one that is kept costs nothing"


@pytest.mark.usefixtures("clock")
def test_a_shelf_keeps_its_budget_and_still_answers(app: Flask, client: Visitor, db: ModuleType) -> None:
    for number in range(20):
        make_event(title=f"Vigil {number}", tags=(f"t{number % 4}",))
    kept: shelf.Shelf = app.extensions["eventkit.feeds"]
    kept._budget = 6_000
    first = {tag: client.get(f"{FEED}?tag={tag}") for tag in ("t0", "t1", "t2", "t3")}
    held = [each.ready.body.weight for each in kept._feeds.values() if each.ready and each.ready.body]
    assert sum(held) <= 6_000
    for tag, response in first.items():
        etag = {"If-None-Match": response.headers["ETag"]}
        assert client.get(f"{FEED}?tag={tag}", headers=etag).status_code == 304
        assert client.get(f"{FEED}?tag={tag}").data == response.data
