"""Calendar programs that people use: a subscriber on the command line (vdirsyncer, khal) and a server (Radicale)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import icalendar
import pytest

from eventkit.calendars import queries
from tests.calendars import awkward

PROGRAMS = Path(__file__).parent / "peers" / "venv" / "bin"

pytestmark = [pytest.mark.parsers, pytest.mark.usefixtures("db")]


def test_a_server_takes_each_event_and_gives_the_same_back(tmp_path: Path, free_port: int) -> None:
    events = [*awkward.single_events(), *awkward.series()]
    with radicale(tmp_path, free_port) as ask:
        assert ask("MKCALENDAR", "/visitor/protests/", b"")[0] == 201
        for event in events:
            invite = queries.invite(event)
            assert invite is not None
            path = f"/visitor/protests/{event.slug}.ics"
            assert ask("PUT", path, invite)[0] == 201, invite.decode()
            status, back = ask("GET", path, b"")
            assert status == 200
            assert told(back) == told(invite)


def told(calendar: bytes) -> list[tuple[str, ...]]:
    """What a file says of its events, whatever the order of its lines."""
    return sorted(
        tuple(
            sorted(
                f"{name}:{value if isinstance(value, bytes) else value.to_ical()!r}"
                for name, value in event.property_items(recursive=False)
            )
        )
        for event in icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    )


@contextmanager
def radicale(home: Path, port: int) -> Iterator[Callable[[str, str, bytes], tuple[int, bytes]]]:
    """A server of one's own on this machine; yields a function that asks it."""
    if not (PROGRAMS / "radicale").is_file():
        pytest.skip("Radicale is not installed: run .ci/parsers")
    process = subprocess.Popen(
        [
            *(PROGRAMS / "radicale", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none"),
            *("--rights-type", "authenticated", "--storage-filesystem-folder", str(home / "radicale")),
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )

    def ask(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Authorization": "Basic dmlzaXRvcjp2aXNpdG9y", "Content-Type": "text/calendar; charset=utf-8"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    try:
        for _ in range(100):
            try:
                ask("OPTIONS", "/", b"")
                break
            except OSError:
                time.sleep(0.1)
        yield ask
    finally:
        process.terminate()
        process.wait(timeout=20)
