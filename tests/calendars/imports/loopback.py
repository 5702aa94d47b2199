"""A site on the loopback interface that sends what it is told to, and knows who came."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

from eventkit.calendars.imports.targets import Reach

Answer = Callable[[socket.socket], None]


class Loopback:
    """`answers` are given by path (of the request's first line), each as bytes or as a function of the connection.

    `connections` counts who came, `requests` holds what they sent.
    """

    def __init__(self, answers: dict[str, bytes | Answer], *, context: ssl.SSLContext | None = None) -> None:
        self.answers, self.requests, self.connections = answers, [], 0  # type: ignore[var-annotated]
        self._context = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    @property
    def reach(self) -> Reach:
        """As far as here, and no further."""
        return Reach(lambda address: address == "127.0.0.1", frozenset({self.port}))

    def url(self, path: str = "/", *, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request and (piece := connection.recv(4096)):
                    request += piece
                self.requests.append(request.decode("latin-1"))
                answer = self.answers.get(request.split(b" ")[1].decode() if b" " in request else "/", b"")
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)


def page(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str) -> bytes:
    return page(b"", "302 Found", Location=location)
