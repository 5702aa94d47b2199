"""Calendar programs that people use: a subscriber on the command line (vdirsyncer, khal) and a server (Radicale)."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from werkzeug.serving import make_server

from eventkit import clock, db
from eventkit.calendars import queries
from eventkit.events import actions
from eventkit.events.forms.stored import stored_details
from tests.calendars import awkward

PROGRAMS = Path(__file__).parent / "peers" / "venv" / "bin"

pytestmark = [pytest.mark.parsers, pytest.mark.usefixtures("db")]


@pytest.fixture
def address(app: Flask, free_port: int) -> Iterator[str]:
    """The site on a port of this machine."""
    server = make_server("127.0.0.1", free_port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{free_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Runs one of the programs in a home of its own, and answers what it printed."""

    def run_(program: str, *arguments: str) -> str:
        if not (PROGRAMS / program).is_file():
            pytest.skip(f"{program} is not installed: run .ci/parsers")
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run(
            [PROGRAMS / program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run_


def test_a_subscriber_sees_what_is_on_and_a_second_sync_changes_nothing(
    address: str, run: Callable[..., str], tmp_path: Path
) -> None:
    events = awkward.single_events()
    folder = tmp_path / "calendar"
    folder.mkdir()
    configure(tmp_path, f"{address}/feeds/events.ics", folder)
    sync = ("-c", str(tmp_path / "vdirsyncer"), "sync")
    run("vdirsyncer", "-c", str(tmp_path / "vdirsyncer"), "discover")
    run("vdirsyncer", *sync)
    first = files(folder)
    assert len(first) == len(events)

    run("vdirsyncer", *sync)
    assert files(folder) == first

    shown = seen_by_khal(run, tmp_path)
    assert shown == {
        event.title if event.status != "cancelled" else f"Cancelled: {event.title}": utc(
            event.starts_local, event.timezone
        )
        for event in events
        if not event.all_day and event.starts_local
    }

    moved = events[0]
    assert moved.starts_local is not None
    assert moved.ends_local is not None
    later = replace(
        stored_details(moved),
        starts_local=moved.starts_local + timedelta(hours=2),
        ends_local=moved.ends_local + timedelta(hours=2),
    )
    with db.transaction():
        actions.edit(moved, later, now=clock.now())
    run("vdirsyncer", *sync)
    changed = {name for name, content in files(folder).items() if first.get(name) != content}
    assert len(changed) == 1
    assert seen_by_khal(run, tmp_path)[moved.title] == utc(moved.starts_local, moved.timezone)


def test_a_server_takes_each_event_and_gives_the_same_back(
    run: Callable[..., str], tmp_path: Path, free_port: int
) -> None:
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


def configure(home: Path, feed: str, folder: Path) -> None:
    (home / "vdirsyncer").write_text(
        dedent(f"""
            [general]
            status_path = "{home / "status"}"
            [pair feed]
            a = "site"
            b = "folder"
            collections = null
            [storage site]
            type = "http"
            url = "{feed}"
            [storage folder]
            type = "filesystem"
            path = "{folder}"
            fileext = ".ics"
        """)
    )
    (home / "khal").write_text(
        dedent(f"""
            [calendars]
            [[feed]]
            path = {folder}
            readonly = True
            [locale]
            local_timezone = UTC
            default_timezone = UTC
            timeformat = %H:%M
            dateformat = %Y-%m-%d
            longdateformat = %Y-%m-%d
            datetimeformat = %Y-%m-%d %H:%M
            longdatetimeformat = %Y-%m-%d %H:%M
            [sqlite]
            path = {home / "khal.sqlite"}
        """)
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.ics")}


def seen_by_khal(run: Callable[..., str], home: Path) -> dict[str, str]:
    """Title and start in UTC of what has an hour."""
    fields = ("--json", "title", "--json", "start-long", "--json", "all-day")
    printed = run("khal", "-c", str(home / "khal"), "list", *fields, "2030-06-01", "400d")
    days = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
    return {event["title"]: event["start-long"] for day in days for event in day if event["all-day"] == "False"}


def utc(local: datetime | None, timezone: str) -> str:
    assert local is not None
    return f"{local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC):%Y-%m-%d %H:%M}"


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
