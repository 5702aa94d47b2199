"""Fetching a calendar: bounds of bytes and time, redirects, one look at the name, nothing about who asks."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable

import pytest

from eventkit.calendars.imports import fetching, targets
from eventkit.calendars.imports.fetching import FetchFailed, fetch
from eventkit.calendars.imports.targets import Reach
from tests.calendars.imports.loopback import Loopback, page, redirect

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

Resolve = Callable[..., list[tuple[object, ...]]]


def failure(call: Callable[[], bytes]) -> tuple[str, bool]:
    with pytest.raises(FetchFailed) as failed:
        call()
    return failed.value.reason, failed.value.may_pass


def resolving(*answers: str | list[str]) -> tuple[Resolve, list[str]]:
    """A `getaddrinfo` that answers each time with the next of these; and the names that it was asked for."""
    asked: list[str] = []
    following = iter(answers)

    def resolve(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        found = next(following)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in ([found] if isinstance(found, str) else found)
        ]

    return resolve, asked


def test_what_is_there_is_fetched_and_nothing_is_told_of_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({"/a.ics?key=1%202": page(BODY)}) as site:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert fetch(site.url("/a.ics?key=1 2#top"), reach=site.reach) == BODY
    (request,) = site.requests
    assert sorted(line.partition(":")[0] for line in request.split("\r\n")[1:] if line) == [
        *("Accept", "Accept-Encoding", "Connection", "Host", "User-Agent")
    ]
    assert "\r\nUser-Agent: eventkit\r\n" in request
    assert f"\r\nHost: 127.0.0.1:{site.port}\r\n" in request


def test_packed_bodies_are_unpacked() -> None:
    with Loopback({"/": page(gzip.compress(BODY, mtime=0), Content_Encoding="gzip")}) as site:
        assert fetch(site.url(), reach=site.reach) == BODY


def test_a_body_in_pieces() -> None:
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nBEGIN\r\n4\r\n:VCA\r\n0\r\n\r\n"
    with Loopback({"/": pieces}) as site:
        assert fetch(site.url(), reach=site.reach) == b"BEGIN:VCA"


def test_the_name_is_resolved_once_and_that_address_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is of the public network when it is looked at, and of this machine when it is asked."""
    with Loopback({"/": page(BODY)}) as public, Loopback({"/": page(b"secret")}) as private:
        resolve, asked = resolving("127.0.0.1", "127.0.0.2")
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert fetch(public.url(host="rebinding.example"), reach=public.reach) == BODY
        assert asked == ["rebinding.example"]
        assert "\r\nHost: rebinding.example:" in public.requests[0]
        assert private.connections == 0


def test_one_address_that_is_not_public_refuses_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({"/": page(BODY)}) as site:
        for answers in (["127.0.0.1", "10.0.0.1"], ["10.0.0.1"], ["::1"], []):
            monkeypatch.setattr(socket, "getaddrinfo", resolving(answers)[0])
            assert failure(lambda: fetch(site.url(host="two.example"), reach=site.reach)) == ("not_public", False)
        assert site.connections == 0


def test_each_redirect_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({"/": page(b"secret")}) as inside:
        for location in (
            f"http://127.0.0.2:{inside.port}/",
            f"http://[::1]:{inside.port}/",
            f"http://2130706434:{inside.port}/",
            f"http://localhost:{inside.port}/",
        ):
            with Loopback({"/": redirect(location)}) as outside:
                reach = Reach(outside.reach.is_allowed, frozenset({outside.port, inside.port}))
                assert failure(lambda: fetch(outside.url(), reach=reach)) == ("not_public", False)  # noqa: B023
                assert outside.connections == 1
        resolve, asked = resolving("127.0.0.1", "127.0.0.2")
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with Loopback({"/": redirect("/again"), "/again": page(BODY)}) as site:
            assert failure(lambda: fetch(site.url(host="moves.example"), reach=site.reach)) == ("not_public", False)
        assert asked == ["moves.example", "moves.example"]
        assert inside.connections == 0


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("ftp://example.org/a.ics", "other_scheme"),
        ("file:///etc/passwd", "no_address"),
        ("gopher://example.org/", "other_scheme"),
        ("https://user:word@example.org/", "with_password"),
        ("https://example.org:22/", "other_port"),
    ],
)
def test_a_redirect_leads_nowhere_else(location: str, reason: str) -> None:
    with Loopback({"/": redirect(location)}) as site:
        assert failure(lambda: fetch(site.url(), reach=site.reach))[0] == reason


def test_never_from_https_to_http() -> None:
    here = targets.target("https://example.org/a")
    assert targets.redirected(targets.target("http://example.org/"), "https://example.org/b").scheme == "https"
    with pytest.raises(targets.RefusedAddress, match="other_scheme"):
        targets.redirected(here, "http://example.org/a")


def test_redirects_come_to_an_end() -> None:
    with Loopback({f"/{n}": redirect(f"/{n + 1}") for n in range(20)} | {"/5": page(BODY)}) as site:
        assert fetch(site.url("/0"), reach=site.reach) == BODY
        site.answers["/5"] = redirect("/6")
        assert failure(lambda: fetch(site.url("/0"), reach=site.reach)) == ("too_many_redirects", False)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n")
    for _second in range(100):
        connection.sendall(b"X")
        time.sleep(0.05)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _second in range(100):
        connection.sendall(b".")
        time.sleep(0.05)


def endless_continue(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def silence(connection: socket.socket) -> None:
    time.sleep(3)


@pytest.mark.parametrize("behaviour", [drip, drip_headers, endless_continue, silence])
def test_all_of_it_has_one_deadline(behaviour: Callable[[socket.socket], None]) -> None:
    with Loopback({"/": behaviour}) as site:
        before = time.monotonic()
        assert failure(lambda: fetch(site.url(), reach=site.reach, seconds=0.5)) == ("too_slow", True)
        assert time.monotonic() - before < 1.5
        until = time.monotonic() + 3
        while [thread for thread in threading.enumerate() if thread.name == "deadline"] and time.monotonic() < until:
            time.sleep(0.05)
        assert not [thread for thread in threading.enumerate() if thread.name == "deadline"], "it goes on reading"


def test_a_name_that_takes_for_ever_has_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: time.sleep(1))
    assert failure(lambda: fetch("https://slow.example/", seconds=0.2)) == ("too_slow", True)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _megabyte in range(100):
        connection.sendall(b"X" * 1024 * 1024)


def gzip_bomb(connection: socket.socket) -> None:
    pack = zlib.compressobj(9, wbits=31)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    for _megabyte in range(1000):
        connection.sendall(pack.compress(bytes(1024 * 1024)))


@pytest.mark.parametrize("behaviour", [endless, gzip_bomb])
def test_bytes_have_a_bound_packed_and_unpacked(behaviour: Callable[[socket.socket], None]) -> None:
    import tracemalloc

    with Loopback({"/": behaviour}) as site:
        tracemalloc.start()
        assert failure(lambda: fetch(site.url(), reach=site.reach)) == ("too_large", False)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 40 * 1024 * 1024


@pytest.mark.parametrize(
    ("answer", "reason", "may_pass"),
    [
        (page(b"", "404 Not Found"), "not_found", False),
        (page(b"", "403 Forbidden"), "forbidden", False),
        (page(b"", "503 Busy"), "no_answer", True),
        (page(b"", "429 Slow down"), "no_answer", True),
        (page(b"x", Content_Encoding="br"), "no_answer", False),
        (page(b"not packed", Content_Encoding="gzip"), "no_answer", True),
        (page(gzip.compress(BODY, mtime=0)[:-9], Content_Encoding="gzip"), "no_answer", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nBEGIN", "no_answer", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "no_answer", True),
        (b"nothing of the kind", "no_answer", True),
        (b"", "no_answer", True),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, "no_answer", True),
    ],
)
def test_other_answers(answer: bytes, reason: str, may_pass: bool) -> None:
    with Loopback({"/": answer}) as site:
        assert failure(lambda: fetch(site.url(), reach=site.reach)) == (reason, may_pass)


def test_nobody_there(free_port: int) -> None:
    reach = Reach(lambda _address: True, frozenset({free_port}))
    assert failure(lambda: fetch(f"http://127.0.0.1:{free_port}/", reach=reach)) == ("no_answer", True)


def test_a_name_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(lambda: fetch("https://nowhere.example/")) == ("no_such_host", False)


def test_nothing_is_fetched_by_default_from_this_machine() -> None:
    with Loopback({"/": page(BODY)}) as site:
        assert failure(lambda: fetch(site.url()))[0] in {"other_port", "not_public"}
        assert failure(lambda: fetch(site.url(), reach=Reach(ports=frozenset({site.port})))) == ("not_public", False)
        assert site.connections == 0
    assert fetching.SECONDS <= 20
