"""The supervisor, for real: one command, what dies is started again, and nobody is cut off."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import APP, ROOT, Served, directly, start, wait_for, wait_until_it_runs

#: the application, with one page that takes its time
_APP = """
import time

from eventkit import create_app
from eventkit.web import public

app = create_app()


@app.get("/slow")
@public
def slow():
    open("begun", "w").close()
    time.sleep(2)
    return "finished"
"""


@pytest.fixture
def served(tmp_path: Path, free_port: int) -> Iterator[Served]:
    running = start(tmp_path, free_port, app=_APP, http_proxy="http://127.0.0.1:9")  # somebody's network has one
    wait_until_it_runs(running)
    yield running
    running.stop()


def test_the_first_start_prints_the_address_and_a_way_in(served: Served) -> None:
    assert wait_for(lambda: len(served.lines) >= 3)
    assert f"eventkit is at {served.url}" in served.lines
    (link,) = [line for line in served.lines if re.fullmatch(r"http://\S+/organize/welcome/\S+", line)]
    assert served.answers(link.removeprefix(served.url))
    for file in ("data/eventkit.sqlite", "keys/keys.sqlite"):
        assert (served.folder / file).stat().st_mode & 0o077 == 0, "a copy of it is its owner's alone as well"


def test_what_dies_is_started_again(served: Served) -> None:
    for word in ("granian", "app worker"):
        assert wait_for(lambda word=word: served.child(word))
        before = served.child(word)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert wait_for(lambda word=word, before=before: served.child(word) not in {None, before}), served.lines
    assert wait_for(served.answers), served.lines


def test_term_lets_finish_what_was_begun(served: Served) -> None:
    answered: list[str] = []

    def ask() -> None:
        with directly.open(f"{served.url}/slow", timeout=60) as answer:
            answered.append(answer.read().decode())

    asking = threading.Thread(target=ask)
    asking.start()
    assert wait_for((served.folder / "begun").exists)
    children = [served.child("granian"), served.child("app worker")]
    assert None not in children
    served.process.send_signal(signal.SIGTERM)
    asking.join(timeout=60)
    assert answered == ["finished"]
    assert served.process.wait(timeout=60) == 0
    assert not [pid for pid in children if pid and Path(f"/proc/{pid}").exists()]
    assert not served.answers()


def test_ctrl_c_stops_it_too(served: Served) -> None:
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=60) == 0


def test_children_do_not_outlive_a_supervisor_that_is_killed(served: Served) -> None:
    children = [served.child("granian"), served.child("app worker")]
    assert None not in children
    served.process.kill()
    served.process.wait(timeout=10)
    assert wait_for(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()]), children
    assert not served.answers()


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        served = start(tmp_path, free_port)
        assert served.process.wait(timeout=60) != 0
        assert wait_for(lambda: served.lines)
    assert len(served.lines) == 1
    assert str(free_port) in served.lines[0]
    assert "EVENTKIT_PORT" in served.lines[0]


def test_there_is_no_way_in_by_a_link_once_there_is_an_account(tmp_path: Path, free_port: int) -> None:
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    (tmp_path / "app.py").write_text(APP)
    subprocess.run([*flask, "db", "upgrade"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    code = (
        "from app import app; from eventkit import clock, db; from eventkit.accounts import actions;"
        "context = app.app_context(); context.push(); transaction = db.transaction(); transaction.__enter__();"
        "actions.create_user(email='amal@example.org', name='Amal', role='operator', now=clock.now());"
        "transaction.__exit__(None, None, None)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    served = start(tmp_path, free_port)
    try:
        assert wait_for(lambda: any("eventkit is at" in line for line in served.lines)), served.lines
        assert not [line for line in served.lines if "/organize/welcome/" in line]
    finally:
        served.stop()
