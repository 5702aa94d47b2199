"""The site as it is served, for as long as something is measured."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from eventkit.config import Settings, load
from eventkit.serve import children, environment_of_children


def settings_of(folder: Path, **said: object) -> Settings:
    """Settings of a site of its own in this folder; `said` are others than the defaults, by their names."""
    told = {"DATA": folder / "data", "KEYS": folder / "keys", "PORT": free_port(), "GEOCODERS": "offline", **said}
    settings = load({f"EVENTKIT_{name}": str(value) for name, value in told.items()})
    settings.data.mkdir(parents=True, exist_ok=True)
    return settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables from which a process reads these settings."""
    names: dict[str, object] = {"DATA": settings.data, "KEYS": settings.keys, "PORT": settings.port}
    names |= {"DATABASE_URL": settings.database_url, "KEYS_URL": settings.keys_url, "SMTP_URL": settings.smtp_url}
    names |= {"WORKERS": settings.workers, "THREADS": settings.threads, "GEOCODERS": ",".join(settings.geocoders)}
    names |= {"TRUSTED_PROXIES": settings.trusted_proxies, "BASE_URL": settings.base_url}
    names |= {"PROOF_OF_WORK": settings.proof_of_work}
    return {**environment_of_children(), **{f"EVENTKIT_{name}": str(value) for name, value in names.items()}}


@contextmanager
def served(settings: Settings, target: str, port: int, *, works: bool = True) -> Iterator[Callable[[], list[int]]]:
    """The processes that serve `target`, and the worker with the site where it `works`; answers how to list them."""
    web, worker = children(replace(settings, port=port))
    commands = [[*web.command[:-1], target], *([worker.command] if target == "app:app" and works else [])]
    environment = environment_of(replace(settings, port=port))
    with tempfile.TemporaryFile() as said:
        running = [
            subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
            for command in commands
        ]
        try:
            wait_for(port)
            yield lambda: [pid for process in running for pid in family(process.pid)]
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGTERM)
            for process in running:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


class Supervised:
    """`flask serve`: what an operator starts, to be killed and started again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this lives
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, patience: float = 60) -> float:
        """Seconds until it answers. Raises SystemExit when it does not within `patience`."""
        begin = time.monotonic()
        command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
        self._process = subprocess.Popen(
            command, env=environment_of(self._settings), stdout=self._said, stderr=self._said, start_new_session=True
        )
        while not _answers(self._settings.port):
            if time.monotonic() - begin > patience:
                self.kill()
                self._said.seek(0)
                raise SystemExit(f"the site is not back:\n{self._said.read().decode()}")
            time.sleep(0.02)
        return time.monotonic() - begin

    def kill(self) -> None:
        """kill -9 of all of them: the supervisor first, so that it starts none again."""
        assert self._process is not None
        for pid in family(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        while is_open(self._settings.port):  # the last of them is not gone yet
            time.sleep(0.01)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int) -> None:
    for _try in range(600):
        if is_open(port):
            time.sleep(3)  # the other processes too
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all that it has started, the eldest first."""
    found = [pid]
    with suppress(FileNotFoundError):  # it has ended
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += family(int(child))
    return found
