"""Writers of one SQLite database who come together share a commit, and lose nothing by it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from eventkit import create_app, jobs, turns
from eventkit.accounts.models import Role
from eventkit.config import Settings


class Interrupted(Exception):
    pass


class Counting:
    """Counts what a database is told to begin and to commit."""

    def __init__(self, app: Flask) -> None:
        self.begun, self.commits = 0, 0
        self.before_commit: Callable[[], None] = lambda: None
        engine = app.extensions["eventkit.engine"]
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.begun += statement == "BEGIN IMMEDIATE"

    def _commit(self, _connection: Any) -> None:
        self.before_commit()
        self.commits += 1


@contextmanager
def all_wait(app: Flask, work: list[Callable[[], None]]) -> Iterator[list[BaseException | None]]:
    """Has each of `work` done in a transaction of its own, by threads that all wait while the first is at work; while
    the block runs that one has not ended. Afterwards the list says what each has raised."""
    started, go_on = threading.Event(), threading.Event()
    outcome: list[BaseException | None] = [None] * len(work)

    def one(number: int) -> None:
        with app.app_context():
            from eventkit import db

            try:
                with db.transaction():
                    if number == 0:
                        started.set()
                        assert go_on.wait(20)
                    work[number]()
            except BaseException as error:
                outcome[number] = error

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(len(work))]
    threads[0].start()
    assert started.wait(20)
    row = app.extensions["eventkit.turns"]
    for number, thread in enumerate(threads[1:], start=1):
        thread.start()
        while len(row._waiting) < number:  # so that they come in this order
            time.sleep(0.001)
    yield outcome
    go_on.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, nobody is left behind."""
    monkeypatch.setattr(turns, "LONGEST", 20)


def add(db: ModuleType, name: str) -> Callable[[], None]:
    return lambda: db.session.add(Role(name=name))


def names(db: ModuleType) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Role.name)))


def test_those_who_wait_share_one_commit_and_none_is_visible_before_it(app: Flask, db: ModuleType) -> None:
    counting = Counting(app)
    seen: list[set[str]] = []

    def look() -> None:
        with app.app_context():
            seen.append(names(db))

    def before_commit() -> None:
        other = threading.Thread(target=look)
        other.start()
        other.join(20)

    counting.before_commit = before_commit
    with all_wait(app, [add(db, f"role {number}") for number in range(9)]) as outcome:
        pass
    assert outcome == [None] * 9
    assert (counting.begun, counting.commits, seen[0]) == (1, 1, set())
    assert names(db) == {f"role {number}" for number in range(9)}


def test_no_more_share_a_commit_than_may(app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST", 4)
    counting = Counting(app)
    with all_wait(app, [add(db, f"role {number}") for number in range(9)]):
        pass
    assert counting.commits == 3
    assert len(names(db)) == 9


def test_who_waited_too_long_is_not_made_to_wait_for_others(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0)
    counting = Counting(app)
    with all_wait(app, [add(db, f"role {number}") for number in range(3)]):
        pass
    assert counting.commits == 3


@pytest.mark.parametrize("failing", [0, 2, 4])
def test_what_one_takes_back_takes_nothing_from_the_others(app: Flask, db: ModuleType, failing: int) -> None:
    def fail() -> None:
        db.session.add(Role(name="never"))
        db.session.flush()
        jobs.ring("never")
        raise Interrupted

    work = [add(db, f"role {number}") for number in range(5)]
    work[failing] = fail
    counting = Counting(app)
    with all_wait(app, work) as outcome:
        pass
    assert counting.commits == 1
    assert [type(error) for error in outcome] == [Interrupted if n == failing else type(None) for n in range(5)]
    assert names(db) == {f"role {number}" for number in range(5) if number != failing}
    assert len(app.extensions["eventkit.huey"]) == 0


def test_bells_go_out_after_the_commit_that_is_shared_and_once_each(app: Flask, db: ModuleType) -> None:
    queue = app.extensions["eventkit.huey"]
    lengths: list[int] = []
    counting = Counting(app)
    counting.before_commit = lambda: lengths.append(len(queue))
    with all_wait(app, [lambda: jobs.ring("mail.send")] * 5):
        pass
    assert (lengths, len(queue)) == ([0], 1)


def test_a_commit_that_fails_fails_for_everybody(app: Flask, db: ModuleType) -> None:
    counting = Counting(app)

    def fail() -> None:
        raise Interrupted

    counting.before_commit = fail
    with all_wait(app, [add(db, f"role {number}") for number in range(3)] + [lambda: jobs.ring("never")]) as outcome:
        pass
    assert [type(error) for error in outcome] == [turns.NotStored] * 4
    assert (names(db), len(app.extensions["eventkit.huey"])) == (set(), 0)
    counting.before_commit = lambda: None
    with db.transaction() as session:  # the next is not touched by it
        session.add(Role(name="next"))
    assert names(db) == {"next"}


def test_when_sqlite_takes_all_back_nobody_is_told_it_was_stored(app: Flask, db: ModuleType) -> None:
    """As with a full disk, in the middle of the second of four."""

    def lose() -> None:
        db.session.connection().connection.driver_connection.execute("ROLLBACK")
        raise Interrupted

    work = [add(db, "first"), lose, add(db, "third"), add(db, "fourth")]
    with all_wait(app, work) as outcome:
        pass
    assert type(outcome[0]) is turns.NotStored
    assert outcome[1] is not None
    assert outcome[2:] == [None, None]  # they had a transaction of their own
    assert names(db) == {"third", "fourth"}


def test_a_transaction_in_another_session_of_the_same_thread_is_refused(app: Flask, db: ModuleType) -> None:
    """It would wait for itself, for ever."""
    with db.transaction() as session:
        session.add(Role(name="outer"))
        with app.app_context(), pytest.raises(RuntimeError, match="wait for itself"), db.transaction():
            pass
    assert names(db) == {"outer"}


def test_a_library_that_commits_by_itself_takes_its_turn(app: Flask, db: ModuleType) -> None:
    """Flask-Security's views: the turn is taken at the first write, and given back when the session ends."""
    wrote, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def by_itself() -> None:
        with app.app_context():
            db.begin_with_first_write()
            db.session.scalar(select(func.count()).select_from(Role))
            db.session.add(Role(name="by itself"))
            db.session.flush()
            wrote.set()
            assert go_on.wait(20)
            db.session.commit()

    def by_transaction() -> None:
        with app.app_context(), db.transaction() as session:
            session.add(Role(name="by transaction"))
        done.set()

    first, second = threading.Thread(target=by_itself), threading.Thread(target=by_transaction)
    first.start()
    assert wrote.wait(20)
    second.start()
    assert not done.wait(0.1)
    go_on.set()
    assert done.wait(20)
    first.join()
    with app.app_context():  # a session that is given up gives its turn back too
        db.begin_with_first_write()
        db.session.add(Role(name="given up"))
        db.session.flush()
    with db.transaction() as session:
        session.add(Role(name="afterwards"))
    assert names(db) == {"by itself", "by transaction", "afterwards"}


def _write_until_killed(settings: Settings, name: str, acknowledged: Path) -> None:
    app = create_app(settings)

    def write(thread: int) -> None:
        from eventkit import db

        with app.app_context():
            for number in range(10_000):
                role = f"{name}-{thread}-{number}"
                with db.transaction() as session:
                    session.add(Role(name=role))
                with acknowledged.open("a") as file:
                    file.write(f"{role}\n")

    for thread in range(4):
        threading.Thread(target=write, args=(thread,), daemon=True).start()
    time.sleep(300)


def test_two_processes_take_turns_and_one_that_is_killed_leaves_what_it_acknowledged(
    app: Flask, db: ModuleType, settings: Settings, tmp_path: Path
) -> None:
    """Whoever is killed in the middle holds no turn any more, and nothing of a transaction that did not end."""
    spawning = multiprocessing.get_context("spawn")
    files = {name: tmp_path / name for name in ("left", "right")}
    processes = {
        name: spawning.Process(target=_write_until_killed, args=(settings, name, file)) for name, file in files.items()
    }

    def wait_for(name: str, more: int) -> None:
        begin, before = time.monotonic(), _lines(files[name])
        while len(_lines(files[name])) < len(before) + more:
            assert time.monotonic() - begin < 60, f"{name} gets no turn"
            time.sleep(0.01)

    for process in processes.values():
        process.start()
    try:
        wait_for("left", 20)
        wait_for("right", 20)
        wait_for("left", 20)  # none starves beside the other
        os.kill(processes["left"].pid or 0, signal.SIGKILL)
        processes["left"].join()
        wait_for("right", 20)
    finally:
        for process in processes.values():
            process.kill()
            process.join()
    stored = names(db)
    assert {*_lines(files["left"]), *_lines(files["right"])} <= stored


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
