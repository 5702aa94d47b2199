"""The supervisor: upgrades the database, starts web and worker, restarts what dies, drains on TERM."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from eventkit.config import Settings

#: how long the children may finish what they have begun
DRAIN_SECONDS = 20
#: a child that dies sooner than this is restarted more and more slowly
STEADY_SECONDS = 10
SLOWEST_RESTART_SECONDS = 30


#: past a proxy that the environment may name: it is this machine that is asked
_directly = build_opener(ProxyHandler({}))


@dataclass
class Child:
    """One process that has to be running."""

    name: str
    command: list[str]
    stop_signal: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float = field(default=0.0)

    def start(self) -> None:
        # A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then drains.
        environment = environment_of_children()
        command = [*_dying_with_us(self.stop_signal), *self.command]
        self.process = subprocess.Popen(command, start_new_session=True, env=environment)  # noqa: S603
        self.started = time.monotonic()

    def watch(self) -> None:
        """Restarts the process when it has died, at once the first time, then more slowly."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures + 1
        wait = 0 if self.failures == 0 else min(2**self.failures / 2, SLOWEST_RESTART_SECONDS)
        print(f"{self.name} ended ({code}); it is started again", file=sys.stderr, flush=True)  # noqa: T201
        with suppress(ProcessLookupError):  # what it had started itself, and would keep the port
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process, self.restart_at = None, now + wait

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def make_sure_it_stops(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def environment_of_children() -> dict[str, str]:
    """That of web and worker. What is large is given back to the system as soon as it is freed (glibc)."""
    environment = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
    return {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_ARENA_MAX": "2", **environment}


def _dying_with_us(stop_signal: signal.Signals) -> list[str]:
    """In front of a command: it is told to stop when the supervisor is killed (Linux, util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []


def children(settings: Settings) -> list[Child]:
    """Web and worker, as they are started."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.workers), "--blocking-threads", str(settings.threads)),
        *("--log-level", "error", "--workers-kill-timeout", str(DRAIN_SECONDS)),
        "app:app",
    ]
    worker = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    # huey finishes its task on INT and drops it on TERM
    return [Child("web", web, signal.SIGTERM), Child("worker", worker, signal.SIGINT)]


def supervise(settings: Settings, welcome: str) -> int:
    """Runs until TERM or INT; the exit code is 0 when it was asked to stop, 1 when the web never answered."""
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = children(settings)
    greeted = False
    while not stopping:
        # The web answers first: two interpreters that start at once keep each other waiting.
        for child in running if greeted else running[:1]:
            child.watch()
        if not greeted and _answers(settings):
            greeted = True
            print(welcome, flush=True)  # noqa: T201
        if not greeted and running[0].failures > 2:
            print("the web server does not start; see its message above", file=sys.stderr, flush=True)  # noqa: T201
            break
        time.sleep(0.5 if greeted else 0.05)
    for child in running:
        child.ask_to_stop()
    until = time.monotonic() + DRAIN_SECONDS
    for child in running:
        child.make_sure_it_stops(until)
    return 0 if greeted or stopping else 1


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    try:
        with _directly.open(f"http://{host}:{settings.port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
