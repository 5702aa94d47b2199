"""How many RSVPs a second are committed, and whether a crowd gets one seat too many.

Through HTTP, as the site is served with two web processes of eight threads, 16 connections and the worker, against a
bare sqlite3 that commits the same rows from one process: both in turns, in one run, synced to the disk each time. Then
the 10th RSVP of an event against the 100,000th, 500 people for 50 places, and one person 64 times at once; the last two
on PostgreSQL too, where its binaries are found. wrk is Debian's. Run as ``python -m bench.rsvps``; it takes some
minutes and fails where a goal is missed.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from bench import storm
from bench.serving import served, settings_of
from eventkit import create_app, db, migrations
from eventkit.config import NEVER, Settings
from eventkit.events.models import Event
from eventkit.mail import addresses
from eventkit.rsvps import terms
from eventkit.rsvps.models import Rsvp, RsvpCount
from tests.factories import make_event, make_rsvp
from tests.postgresql import PostgresServer

ROUNDS, SECONDS, CONNECTIONS = 3, 4, 16
MANY, SOME = 100_000, 200
PEOPLE, PLACES, RUNS = 500, 50, 20

#: of wrk: each request is another person from another network, each answer is counted
_SCRIPT = """
local crowd, number = "{crowd}", 0
taken, others = 0, 0
local people = {{}}
function setup(thread) table.insert(people, thread) end
function request()
  number = number + 1
  local name = crowd .. number
  local source = "198.18." .. math.floor(number / 250) % 250 .. "." .. number % 250
  local headers = {{["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = source}}
  local said = "partstat=ACCEPTED&party_size=1&name=" .. name .. "&email=" .. name .. "%40crowd.example.org"
  return wrk.format("POST", nil, headers, said)
end
function response(status)
  if status == 303 then taken = taken + 1 else others = others + 1 end
end
function done(summary, latency)
  for _, thread in ipairs(people) do
    io.write(string.format("taken %d others %d\\n", thread:get("taken"), thread:get("others")))
  end
  io.write(string.format("seconds %f p99 %f\\n", summary.duration / 1e6, latency:percentile(99) / 1e3))
end
"""


def main() -> int:
    if shutil.which("wrk") is None:
        print("wrk is missing, nothing is measured: apt install wrk", file=sys.stderr)
        return 1
    missed: list[str] = []

    def tell(what: str, number: float, goal: float, *, at_most: bool = False) -> None:
        good = number <= goal if at_most else number >= goal
        sign = "<=" if at_most else ">="
        print(f"{what:66} {number:8.2f}   goal {sign} {goal}{'' if good else '   MISSED'}", flush=True)
        if not good:
            missed.append(what)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eventkit-bench-")))
        server = stack.enter_context(PostgresServer()) if PostgresServer.binaries() else None
        with _site(folder / "rate") as (settings, app):
            _rate(settings, app, tell)
        with _site(folder / "size") as (settings, app):
            _size(settings, app, tell)
        for name in ["SQLite", *(["PostgreSQL"] if server else [])]:
            urls = {}
            if server and name == "PostgreSQL":
                urls = {"DATABASE_URL": server.create("crowd"), "KEYS_URL": server.create("keys")}
            with _site(folder / name, **urls) as (settings, app):
                _crowd(settings, app, name, tell)
    print("missed: " + "; ".join(missed) if missed else "every goal is met")
    return 1 if missed else 0


def _rate(settings: Settings, app: Flask, tell: Callable[..., None]) -> None:
    with app.app_context():
        event = make_event()
    url = f"http://127.0.0.1:{settings.port}/events/{event.slug}/rsvps"
    rates, waits, bare = [], [], []
    with served(settings, "app:app", settings.port):
        _wrk(settings.data, url, seconds=2)  # whatever is made when it is first needed
        for _round in range(ROUNDS):
            before = _rows(app, event)
            taken, seconds, p99 = _wrk(settings.data, url)
            stored = _rows(app, event) - before
            assert taken <= stored <= taken + CONNECTIONS, f"{taken} were acknowledged, {stored} are there"
            rates.append(taken / seconds)
            waits.append(p99)
            bare.append(_bare(settings))
    print(f"RSVPs a second: {statistics.median(rates):.0f} by HTTP, {statistics.median(bare):.0f} by bare sqlite3")
    tell("RSVPs committed by HTTP / by bare sqlite3", statistics.median(rates) / statistics.median(bare), 0.25)
    tell("99 of 100 are answered in, ms", statistics.median(waits), 50, at_most=True)


def _size(settings: Settings, app: Flask, tell: Callable[..., None]) -> None:
    """One after the other, so that nothing but the size differs."""
    with app.app_context():
        small, large = make_event(), make_event()
        for event in (small, large):
            for email in storm.people(9):
                make_rsvp(event, name="Noor", email=email)
        _multiply(large, MANY)
    with served(settings, "app:app", settings.port, works=False):
        times: dict[str, list[float]] = {small.slug: [], large.slug: []}
        for _again in range(SOME // 10):
            for slug, taken in times.items():
                blown = storm.blow(_url(settings, slug), storm.people(10), connections=1)
                assert blown.statuses == {303: 10}, blown.statuses
                taken.extend(blown.times)
    of_small, of_large = (statistics.median(times[event.slug]) for event in (small, large))
    tell(f"the RSVP after {MANY} / after 10", of_large / of_small, 1.2, at_most=True)


def _crowd(settings: Settings, app: Flask, name: str, tell: Callable[..., None]) -> None:
    with app.app_context():
        events = [make_event() for _run in range(RUNS)]
        with db.transaction():
            for event in events:
                of_event = terms.to_change(event)
                of_event.capacity, of_event.has_waitlist = PLACES, False
        alone = make_event()
    worst, seated, clear = 0.0, [], 0
    with served(settings, "app:app", settings.port):
        for event in events:
            blown = storm.blow(_url(settings, event.slug), storm.people(PEOPLE), connections=64)
            worst = max(worst, blown.percentile(0.99))
            clear += blown.statuses[303] + blown.statuses[409]
            seated.append(blown.statuses[303])
        [email] = storm.people(1)
        again = storm.blow(_url(settings, alone.slug), [email] * 64, connections=64)
    with app.app_context():
        counts = [_coming(event) for event in events]
        assert set(again.statuses) == {303}, again.statuses
        one = _coming(alone)
        same = addresses.same(email)
        rows = db.session.scalar(select(func.count()).where(Rsvp.event_id == alone.id, Rsvp.counted)) or 0
        assert same
    tell(f"{name}: {PEOPLE} for {PLACES} places, most that were seated", max(counts), PLACES, at_most=True)
    tell(f"{name}: {PEOPLE} for {PLACES} places, fewest that were seated", min(counts), PLACES)
    tell(f"{name}: acknowledged seats that are there", sum(counts) / sum(seated), 1)
    tell(f"{name}: answered with 303 or 409, of all", clear / (PEOPLE * RUNS), 1)
    tell(f"{name}: 99 of 100 in the slowest run, seconds", worst, 2, at_most=True)
    tell(f"{name}: people that one is counted as who answers 64 times at once", max(one, rows), 1, at_most=True)


def _bare(settings: Settings) -> float:
    """Commits a second of the rows that one RSVP is, as the site has just written them, into a copy of its file."""
    path = settings.data / "bare.sqlite"
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        (settings.data / name).unlink(missing_ok=True)
    migrations.upgrade(f"sqlite:///{path}", settings.data)
    with closing(sqlite3.connect(settings.data / "eventkit.sqlite")) as source:
        source.row_factory = sqlite3.Row
        rsvp = dict(source.execute("SELECT * FROM rsvps ORDER BY id DESC LIMIT 1").fetchone())
        message = dict(source.execute("SELECT * FROM outbox_messages ORDER BY id DESC LIMIT 1").fetchone())
    del rsvp["id"], message["id"]
    message["sealed"] = message["sealed"] or os.urandom(600)
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            bare.execute(f"PRAGMA {pragma}")
        statements = {
            table: f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
            for table, row in (("rsvps", rsvp), ("outbox_messages", message))
        }
        begin, number = time.monotonic(), 0
        while time.monotonic() - begin < SECONDS / 2:
            number += 1
            rsvp["person"] = os.urandom(32)
            message["key"] = f"{number}:{message['key'].partition(':')[2]}"
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(statements["rsvps"], rsvp)
            bare.execute(
                "INSERT INTO rsvp_counts (event_id, occurrence, coming, maybe, not_coming, waiting, held)"
                " VALUES (1, '', 1, 0, 0, 0, 0) ON CONFLICT DO UPDATE SET coming = coming + 1"
            )
            bare.execute(statements["outbox_messages"], message)
            bare.execute("COMMIT")
        return number / (time.monotonic() - begin)


def _wrk(folder: Path, url: str, seconds: int = SECONDS) -> tuple[int, float, float]:
    """RSVPs that were acknowledged, in how many seconds, and in how many milliseconds 99 of 100 were."""
    script = folder / "crowd.lua"
    script.write_text(_SCRIPT.format(crowd=f"p{time.monotonic_ns()}-"))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    counted = re.search(r"taken (\d+) others (\d+)", said)
    measured = re.search(r"seconds ([\d.]+) p99 ([\d.]+)", said)
    assert counted is not None, said
    assert measured is not None, said
    if counted[2] != "0" or "Socket errors" in said:
        raise SystemExit(f"not every RSVP was taken:\n{said}")
    return int(counted[1]), float(measured[1]), float(measured[2])


def _multiply(event: Event, times: int) -> None:
    """So many more rows like the last RSVP of the event, each of another person, and the count with them."""
    columns = [column.name for column in Rsvp.__table__.columns if column.name not in {"id", "person"}]
    listed = ", ".join(columns)
    series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)"
    with db.transaction() as session:
        session.execute(
            text(
                f"INSERT INTO rsvps ({listed}, person) {series} SELECT {listed}, randomblob(32) FROM n"
                " JOIN (SELECT * FROM rsvps WHERE event_id = :event ORDER BY id DESC LIMIT 1)"
            ),
            {"event": event.id, "times": times},
        )
        session.execute(
            text("UPDATE rsvp_counts SET coming = coming + :times WHERE event_id = :event"),
            {"event": event.id, "times": times},
        )
    db.session.rollback()
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _coming(event: Event) -> int:
    db.session.rollback()
    return db.session.scalar(select(RsvpCount.coming).where(RsvpCount.event_id == event.id)) or 0


def _rows(app: Flask, event: Event) -> int:
    """How many RSVPs there are once no more come: wrk leaves some of its own on the way."""
    number, before = 0, -1
    with app.app_context():
        while number != before:
            time.sleep(1)
            before, number = number, db.session.scalar(select(func.count()).where(Rsvp.event_id == event.id)) or 0
            db.session.rollback()
    return number


def _url(settings: Settings, slug: str) -> str:
    return f"http://127.0.0.1:{settings.port}/events/{slug}"


@contextmanager
def _site(folder: Path, **urls: str) -> Iterator[tuple[Settings, Flask]]:
    """A site of its own, two web processes of eight threads, that believes where each request says it comes from, and
    asks a crowd for no proof of work."""
    settings = settings_of(folder, WORKERS=2, THREADS=8, TRUSTED_PROXIES=1, PROOF_OF_WORK=NEVER, **urls)
    migrations.upgrade(settings.database_url, settings.data)
    app = create_app(settings)
    try:
        yield settings, app
    finally:
        for name in ("engine", "keys"):
            app.extensions[f"eventkit.{name}"].dispose()


if __name__ == "__main__":
    sys.exit(main())
