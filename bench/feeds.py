"""How fast feeds are, as ratios of one run: against a bare Flask "hello" on the same server, and against nginx.

Each figure is the median of rounds in which both sides take turns. The site runs as it is served: on PostgreSQL with
two web processes of four threads where its binaries are found, else on SQLite with one. wrk and nginx are Debian's.
Run as ``python -m bench.feeds``; it takes about two minutes and fails where a goal is missed.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import Message
from pathlib import Path

from bench import filling
from bench.serving import free_port, served, settings_of, wait_for
from eventkit import clock, create_app, db, migrations
from eventkit.config import Settings
from eventkit.events import actions
from eventkit.events.models import Event
from tests.factories.events import make_details
from tests.postgresql import PostgresServer

ROUNDS, SECONDS, CHANGES = 3, 2, 9
FEED = "/feeds/events.ics"
GZIP = {"Accept-Encoding": "gzip"}


def main() -> int:
    if shutil.which("wrk") is None:
        print("wrk is missing, nothing is measured: apt install wrk", file=sys.stderr)
        return 1
    missed: list[str] = []

    def tell(what: str, ratio: float, goal: float, *, at_most: bool = False) -> None:
        good = ratio <= goal if at_most else ratio >= goal
        print(
            f"{what:62} {ratio:6.2f}   goal {'<=' if at_most else '>='} {goal}{'' if good else '   MISSED'}", flush=True
        )
        if not good:
            missed.append(what)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eventkit-bench-")))
        server = stack.enter_context(PostgresServer()) if PostgresServer.binaries() else None
        print(f"on {'PostgreSQL, 2 x 4 threads' if server else 'SQLite, 1 x 8 threads: PostgreSQL is missing'}")
        for size in (1_000, 10_000, 100_000):
            settings = _site(folder / str(size), size, server)
            with served(settings, "app:app", settings.port) as pids:
                hello_port = free_port()
                with served(settings, "bench.hello:app", hello_port):
                    site, hello = f"http://127.0.0.1:{settings.port}{FEED}", f"http://127.0.0.1:{hello_port}/"
                    if size == 10_000:
                        _bodies(settings, folder, pids, tell)
                        continue
                    etag = _get(settings.port, GZIP)[0]["ETag"]
                    for _again in range(20):  # each web process has it
                        _get(settings.port, GZIP)
                    rate = _turns(
                        lambda url=site, tag=etag: _wrk(url, 64, f"If-None-Match: {tag}", *_headers(GZIP))[0],
                        lambda url=hello: _wrk(url, 64)[0],
                    )
                    tell(f"304, feed of {size} events, 64 connections / hello", rate, 0.6)
                    if size == 1_000:
                        rate = _turns(
                            lambda url=site: _wrk(url, 64, *_headers(GZIP))[0], lambda url=hello: _wrk(url, 64)[0]
                        )
                        tell("body of 1000 events, gzip, 64 connections / hello", rate, 0.5)
    print("missed: " + "; ".join(missed) if missed else "every goal is met")
    return 1 if missed else 0


def _bodies(settings: Settings, folder: Path, pids: Callable[[], list[int]], tell: Callable[..., None]) -> None:
    """Ten thousand events: against nginx, after a change, and in memory."""
    at_start = _pss(pids())
    plain, packed = _get(settings.port)[1], _get(settings.port, GZIP)[1]
    assert gzip.decompress(packed) == plain
    print(f"10000 events: {len(plain)} octets, gzip {len(packed)} ({len(packed) / len(plain):.1%})")
    for _again in range(20):
        _get(settings.port, GZIP)
    if shutil.which("nginx") is None:
        print("nginx is missing, bodies are not compared: apt install nginx", file=sys.stderr)
    else:
        site = f"http://127.0.0.1:{settings.port}{FEED}"
        with _nginx(folder, {"plain.ics": plain, "packed.ics": packed}) as port:
            for name, headers, goal in (("plain", {}, 0.6), ("gzip", GZIP, 0.8)):
                file = f"http://127.0.0.1:{port}/{'packed' if headers else 'plain'}.ics"
                rate = _turns(
                    lambda url=site, said=headers: _wrk(url, 16, *_headers(said))[1],
                    lambda url=file: _wrk(url, 16)[1],
                )
                tell(f"body of 10000 events, {name}, 16 connections / nginx, octets", rate, goal)
    for name, headers in (("plain", {}), ("gzip", GZIP)):
        tell(
            f"first poll after a change / later read, 10000 events, {name}",
            _after_a_change(settings, headers),
            2,
            at_most=True,
        )
    time.sleep(1)
    tell("memory of web and worker after that / after start", _pss(pids()) / at_start, 1.5, at_most=True)


def _after_a_change(settings: Settings, headers: dict[str, str]) -> float:
    """One connection, so that the same process answers the first poll and the later ones."""
    app = create_app(settings)
    connection = http.client.HTTPConnection("127.0.0.1", settings.port)
    ratios = []
    with app.app_context():
        for number in range(CHANGES):
            _timed(connection, headers)
            with db.transaction() as session:
                event = session.get_one(Event, 5_000 + 317 * number)
                actions.edit(event, make_details(title=f"Changed {number}"), now=clock.now())
            first = _timed(connection, headers)
            ratios.append(first / statistics.median(_timed(connection, headers) for _again in range(7)))
    connection.close()
    return statistics.median(ratios)


def _timed(connection: http.client.HTTPConnection, headers: dict[str, str]) -> float:
    begin = time.perf_counter()
    connection.request("GET", FEED, headers=headers)
    connection.getresponse().read()
    return time.perf_counter() - begin


def _turns(ours: Callable[[], float], theirs: Callable[[], float]) -> float:
    """The median of ours over the median of theirs."""
    pairs = [(ours(), theirs()) for _round in range(ROUNDS)]
    return statistics.median(pair[0] for pair in pairs) / statistics.median(pair[1] for pair in pairs)


def _wrk(url: str, connections: int, *headers: str) -> tuple[float, float]:
    """Requests and octets per second."""
    options = [each for header in headers for each in ("-H", header)]
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", *options, url], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url} answers errors:\n{said}")
    requests = re.search(r"Requests/sec:\s+([\d.]+)", said)
    octets = re.search(r"Transfer/sec:\s+([\d.]+)(\w+)", said)
    assert requests is not None
    assert octets is not None
    return float(requests[1]), float(octets[1]) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[octets[2]]


def _headers(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _get(port: int, headers: dict[str, str] | None = None) -> tuple[Message, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", FEED, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, answer.status
    return answer.headers, body


def _site(folder: Path, size: int, server: PostgresServer | None) -> Settings:
    """Settings of a site with so many public events."""
    folder.mkdir()
    url = server.create(f"feeds{size}") if server else f"sqlite:///{folder / 'eventkit.sqlite'}"
    settings = settings_of(folder, DATABASE_URL=url, WORKERS="2" if server else "1", THREADS="4" if server else "8")
    migrations.upgrade(url, folder)
    app = create_app(settings)
    with app.app_context():
        filling.fill(size)
    app.extensions["eventkit.engine"].dispose()
    return settings


@contextmanager
def _nginx(folder: Path, files: dict[str, bytes]) -> Iterator[int]:
    """nginx that serves these files as its defaults have it, without a log."""
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log stderr crit; events {{}}"
        f" http {{ {places} access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;"
        f" server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    running = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def _pss(pids: list[int]) -> int:
    """Kilobytes of memory that these processes hold, what they share counted once."""
    return sum(
        int(line.split()[1])
        for pid in pids
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )


if __name__ == "__main__":
    sys.exit(main())
