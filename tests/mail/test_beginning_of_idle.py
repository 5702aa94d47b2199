"""A server that tells of an arrival in one breath with the beginning of IDLE: what it told is not left in a buffer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from eventkit.config import Settings
from eventkit.mail import imap
from tests.mail.dovecot import certify
from tests.mail.watching import watched


class Breathless:
    """Speaks as much IMAP as it takes to be watched, to one connection."""

    def __init__(self, told: bytes, context: ssl.SSLContext | None) -> None:
        self.looked_again = threading.Event()
        self._told = told
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._looks = 0
        self._speaking = threading.Thread(target=self._speak)

    def __enter__(self) -> Breathless:
        self._speaking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._speaking.join(timeout=10)

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def _speak(self) -> None:
        connection, _ = self._listening.accept()
        self._listening.close()
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as heard:
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
            for line in heard:
                tag, *words = line.split()
                if words == [b"IDLE"]:
                    connection.sendall(self._told)
                    heard.readline()  # DONE
                elif b"SEARCH" in words:
                    connection.sendall(b"* SEARCH\r\n")
                    self._looks += 1
                    if self._looks == 2:
                        self.looked_again.set()
                elif words == [b"CAPABILITY"]:
                    connection.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
                elif words == [b"LOGOUT"]:
                    connection.sendall(b"* BYE\r\n")
                connection.sendall(tag + b" OK done\r\n")


@pytest.fixture(params=["imaps", "imap"])
def speaks(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, ssl.SSLContext | None]]:
    if request.param == "imap":
        yield "imap", None
        return
    certify(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    yield "imaps", context


def test_what_is_told_with_the_beginning_is_heard(
    speaks: tuple[str, ssl.SSLContext | None], make_app: Callable[..., Flask], settings: Settings
) -> None:
    scheme, context = speaks
    with Breathless(b"+ idling\r\n* 1 EXISTS\r\n", context) as server:
        address = f"{scheme}://noor:secret@127.0.0.1:{server.port}"
        with watched(make_app(replace(settings, inbox_url=address))):
            assert server.looked_again.wait(10)


def test_silence_is_waited_for(
    speaks: tuple[str, ssl.SSLContext | None], make_app: Callable[..., Flask], settings: Settings
) -> None:
    scheme, context = speaks
    with Breathless(b"+ idling\r\n", context) as server:
        address = f"{scheme}://noor:secret@127.0.0.1:{server.port}"
        with watched(make_app(replace(settings, inbox_url=address))):
            assert not server.looked_again.wait(imap._SLICE * 1.5)
