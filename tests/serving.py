"""`flask serve`, for real: in a folder of its own, with its web server and its worker."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parents[1]

#: what Flask and the web server load
APP = "from eventkit import create_app\n\napp = create_app()\n"

#: past any proxy
directly = build_opener(ProxyHandler({}))


@dataclass
class Served:
    """`flask serve` in a folder of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with directly.open(self.url + path, timeout=30) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def child(self, word: str) -> int | None:
        """Process id of the child in whose command `word` stands."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _parent(int(entry.name)) == self.process.pid and word in _command(entry):
                return int(entry.name)
        return None

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def _command(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def wait_for(what: Callable[[], object], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.05)
    return False


def start(folder: Path, port: int, *, app: str = APP, **more: str) -> Served:
    """Starts it with `app` as its app.py, and with `more` in its environment."""
    (folder / "app.py").write_text(app)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "EVENTKIT_PORT": str(port),
        "EVENTKIT_GEOCODERS": "offline",
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    served = Served(folder, port, process)
    threading.Thread(target=served.read, daemon=True).start()
    return served


def wait_until_it_runs(served: Served) -> None:
    """Fails when web and worker do not come up."""
    if not wait_for(lambda: any("eventkit is at" in line for line in served.lines) and served.child("app worker")):
        served.process.kill()
        raise AssertionError("it did not start:\n" + "\n".join(served.lines))
