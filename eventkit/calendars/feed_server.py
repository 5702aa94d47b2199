"""Feeds ahead of Flask: a WSGI layer that answers what a view has built before, as long as it is current.

It knows no feed. A view leaves in `environ[FOUND]` what the shelf has made; the layer answers with that, remembers
under which address it was asked for and which other headers the application gave, and answers the same address by
itself from then on: 304 by one look at the database, or the body as it lies in memory.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any

from werkzeug.http import http_date, parse_accept_header, parse_date

from eventkit import clock
from eventkit.calendars.bodies import PACKED, Body
from eventkit.calendars.shelf import Ready, Shelf

#: in the WSGI environment: (the feed's key on the shelf, what the shelf gave for it)
FOUND = "eventkit.feed"

CONTENT_TYPE = "text/calendar; charset=utf-8"

#: addresses that are remembered, and how long one may be: strangers choose the query string
_MOST = 512
_LONGEST = 1000

#: codings that are offered, the smaller ones first, and what marks their ETag
_SUFFIXES = {"br": "-br", "zstd": "-zst", "gzip": "-gz", "identity": ""}
_ETAG = re.compile(r'"([^"]*)"')

#: said by the application of its own, empty answer
_OF_ANOTHER_BODY = {"etag", "last-modified", "content-type", "content-length", "content-encoding"}

#: bodies that are sent in parts: those that have just been built, and those too large to be kept plain
_streams = BoundedSemaphore(2)

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Known:
    feed: Hashable
    headers: Headers


class FeedServer:
    """WSGI: answers GET and HEAD of known feeds, hands everything else down."""

    def __init__(self, wsgi_app: Application, shelf: Shelf) -> None:
        self._app = wsgi_app
        self._shelf = shelf
        self._known: OrderedDict[tuple[str, ...], _Known] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._app(environ, start_response)
        # All that the other headers of an answer depend on.
        get = environ.get
        asked = (
            get("SCRIPT_NAME", ""),
            get("PATH_INFO", ""),
            get("QUERY_STRING", ""),
            get("wsgi.url_scheme", ""),
            get("HTTP_X_FORWARDED_PROTO", ""),
        )
        known = self._known.get(asked)
        if known is not None:
            with suppress(KeyError):  # dropped in this moment
                self._known.move_to_end(asked)
            ready = self._current(known.feed)
            answer = None if ready is None else _answer(ready, ready.body, environ, self._shelf)
            if answer is not None:
                return _sent(answer, known.headers, start_response)
        return self._handed_down(asked, environ, start_response)

    def _current(self, feed: Hashable) -> Ready | None:
        try:
            return self._shelf.current(feed)
        except Exception:
            return None  # the database does not answer: the application says so

    def _handed_down(
        self, asked: tuple[str, ...], environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        headers: Headers = []

        def start(status: str, said: Headers, *more: Any) -> Any:
            if FOUND not in environ:
                return start_response(status, said, *more)
            headers.extend((name, value) for name, value in said if name.lower() not in _OF_ANOTHER_BODY)
            return None

        below = self._app(environ, start)
        found = environ.get(FOUND)
        if found is None:
            return below
        getattr(below, "close", lambda: None)()
        feed, ready = found
        if sum(map(len, asked)) <= _LONGEST:
            self._known[asked] = _Known(feed, headers)
            with suppress(KeyError):
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        answer = _answer(ready, ready.body, environ, self._shelf)
        assert answer is not None, "what a view has just built has a body"
        return _sent(answer, headers, start_response)


Answer = tuple[str, Headers, Iterable[bytes]]


def _sent(answer: Answer, headers: Headers, start_response: StartResponse) -> Iterable[bytes]:
    status, own, octets = answer
    start_response(status, own + headers)
    return octets


def _answer(ready: Ready, body: Body | None, environ: dict[str, Any], shelf: Shelf) -> Answer | None:
    """304, or the body in a coding that is taken; None where the body is not at hand (RFC 9110)."""
    now = clock.now()
    validators = [("ETag", ""), ("Last-Modified", _last_modified(ready.changed_at, now))]
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        matched = _matched(ready.etag, asked)
        if matched is not None:
            validators[0] = ("ETag", matched)
            return "304 NOT MODIFIED", validators, []
    elif (since := environ.get("HTTP_IF_MODIFIED_SINCE")) is not None and _is_since(since, ready.changed_at):
        validators[0] = ("ETag", f'"{ready.etag}"')
        return "304 NOT MODIFIED", validators, []
    if body is None:
        return None
    coding, octets = _coded(body, environ.get("HTTP_ACCEPT_ENCODING", ""), shelf)
    validators[0] = ("ETag", f'"{ready.etag}{_SUFFIXES[coding]}"')
    length = body.size if octets is None else len(octets)
    headers = [*validators, ("Content-Type", CONTENT_TYPE), ("Content-Length", str(length))]
    if coding != "identity":
        headers.append(("Content-Encoding", coding))
    if environ["REQUEST_METHOD"] == "HEAD":
        return "200 OK", headers, []
    if octets is not None:
        return "200 OK", headers, [octets]
    if _streams.acquire(blocking=False):
        return "200 OK", headers, _Stream(body)
    if body.texts is not None:
        return "200 OK", headers, [body.join()]
    return "503 SERVICE UNAVAILABLE", [("Retry-After", "10"), ("Content-Length", "0")], []


class _Stream:
    """A body in parts. It holds a thread of the server for as long as its reader is slow: few may at once."""

    def __init__(self, body: Body) -> None:
        self._chunks = body.chunks()
        self._holds = True

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        if self._holds:
            self._holds = False
            _streams.release()

    __del__ = close


def _last_modified(changed_at: datetime, now: datetime) -> str:
    """In this very second it may change once more, of which who is told this second would never hear."""
    return http_date(changed_at if changed_at < now else now - timedelta(seconds=1))


def _is_since(header: str, changed_at: datetime) -> bool:
    try:
        since = parse_date(header)
    except OverflowError:  # a year that no date has
        return False
    return since is not None and since >= changed_at


def _matched(etag: str, header: str) -> str | None:
    """That of our ETags which the header lists: any coding of the same text will do."""
    if header.strip() == "*":
        return f'"{etag}"'
    ours = {f"{etag}{suffix}" for suffix in _SUFFIXES.values()}
    return next((f'"{listed}"' for listed in _ETAG.findall(header) if listed in ours), None)


def _coded(body: Body, accepted: str, shelf: Shelf) -> tuple[str, bytes | None]:
    """The best coding that is ready, with its octets; None for a text that is not kept in one piece."""
    for coding in _wanted(accepted[:200]):
        if coding == "gzip":
            return coding, body.gzip
        if coding in PACKED:
            if coding in body.packed:
                return coding, body.packed[coding]
            shelf.soon(body, coding)
        elif coding == "identity":
            break
    if body.plain is None and body.texts is not None:
        shelf.soon(body, "identity")
    return "identity", body.plain


@lru_cache(maxsize=256)
def _wanted(header: str) -> tuple[str, ...]:
    """Codings of Accept-Encoding, the most wanted first; among equals as `_SUFFIXES` has them."""
    said = {coding.lower(): quality for coding, quality in parse_accept_header(header)}
    rest = said.get("*", 0.0)
    qualities = {coding: said.get(coding, rest) for coding in _SUFFIXES}
    if "identity" not in said and "*" not in said:
        qualities["identity"] = 0.001  # always taken, when nothing better is
    return tuple(sorted((each for each in qualities if qualities[each] > 0), key=lambda each: -qualities[each]))
