"""A geocoder on the loopback interface: it answers what it was taught, or misbehaves on demand."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


def place(latitude: Any, longitude: Any, **particulars: Any) -> dict[str, Any]:
    """One of Nominatim's answers in its JSON: a house in Canada unless something else is said."""
    return {
        "lat": str(latitude), "lon": str(longitude), "class": "place", "type": "house", "addresstype": "place",
        "place_rank": 30, "display_name": "175, Bloor Street East, Toronto, Ontario, Canada",
        "boundingbox": [str(latitude), str(latitude), str(longitude), str(longitude)],
        "address": {"house_number": "175", "road": "Bloor Street East", "country_code": "ca"},
        **particulars,
    }  # fmt: skip


HOUSE = place("43.67085", "-79.3829")


class FakeGeocoder:
    """`answers` is asked with each query (a dict of its parameters) for the places to send.

    `misbehave`, when set, writes the whole response instead. `asked` and `headers` hold what has come in.
    """

    def __init__(self) -> None:
        self.answers: Callable[[dict[str, str]], Any] = lambda query: []
        self.misbehave: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                outer.asked.append(query)
                outer.headers.append(dict(self.headers))
                if outer.misbehave is not None:
                    outer.misbehave(self)
                else:
                    send(self, json.dumps(outer.answers(query)).encode())

            def log_message(self, *arguments: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Nobody listens at its address any more, until it is started again."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json; charset=utf-8")
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Takes the question and says nothing."""
    time.sleep(2)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Sends a byte of its headers now and then, each well within any socket's time-out."""
    with contextlib.suppress(OSError):  # the other side has had enough
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * 60:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Sends what would be an answer, in twenty megabytes of JSON."""
    with contextlib.suppress(OSError):  # the other side has had enough
        send(handler, json.dumps([HOUSE]).encode() + b" " * (20 * 1024 * 1024))


def nest(handler: BaseHTTPRequestHandler) -> None:
    """Sends JSON that is deeper than a parser is."""
    send(handler, b"[" * 100_000)


def page(handler: BaseHTTPRequestHandler) -> None:
    """Sends a page where JSON was asked for, as networks of hotels do."""
    send(handler, b"<!doctype html><title>Welcome to the hotel</title>")


def other_json(handler: BaseHTTPRequestHandler) -> None:
    """Sends JSON that is no geocoder's."""
    send(handler, b'{"login": "required"}')


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Ends the connection without a word."""
    handler.close_connection = True


def refuse(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers with an HTTP error."""
    return lambda handler: send(handler, b"{}", status, **headers)
