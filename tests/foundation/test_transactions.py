"""One way to write: all or nothing, and nobody is told that the database is locked."""

from __future__ import annotations

import threading
import time
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from eventkit import clock, jobs
from eventkit.accounts.models import Role
from tests.factories import make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.both_databases


class Interrupted(Exception):
    pass


def test_what_raises_stores_nothing(db: ModuleType) -> None:
    with pytest.raises(Interrupted), db.transaction() as session:
        session.add(Role(name="steward"))
        session.flush()
        raise Interrupted
    assert db.session.scalar(select(func.count()).select_from(Role)) == 0


def test_unsaved_changes_outside_are_refused_and_not_lost(db: ModuleType) -> None:
    role = Role(name="steward")
    db.session.add(role)
    with pytest.raises(RuntimeError, match="changes outside"), db.transaction():
        pass
    assert role in db.session.new


def test_a_read_before_the_write_does_not_lock_it_out(app: Flask, db: ModuleType) -> None:
    """A deferred transaction that read, and writes after another wrote, fails at once on SQLite."""
    user = make_user(name="before")
    assert user.name == "before"

    def another_writes() -> None:
        with app.app_context(), db.transaction() as session:
            session.get_one(type(user), user_id).language = "fr"

    user_id = user.id
    db.session.scalar(select(func.count()).select_from(Role))  # holds a read snapshot
    other = threading.Thread(target=another_writes)
    other.start()
    other.join()
    with db.transaction():
        user.name = "after"
    db.session.expire_all()
    assert (user.name, user.language) == ("after", "fr")


def test_many_writers_lose_no_update(app: Flask, db: ModuleType) -> None:
    make_user(email="shared@example.org", name="0")

    def add_ten() -> None:
        with app.app_context():
            for _ in range(10):
                with db.transaction() as session:
                    session.execute(text("UPDATE users SET name = CAST(CAST(name AS INTEGER) + 1 AS VARCHAR(9))"))

    writers = [threading.Thread(target=add_ten) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert db.session.scalar(text("SELECT name FROM users")) == "80"


def test_instants_keep_their_zone_and_naive_ones_are_refused(db: ModuleType) -> None:
    user = make_user()
    db.session.expire_all()
    assert user.created_at.utcoffset() is not None
    with pytest.raises(Exception, match="needs a time zone"), db.transaction():
        user.created_at = clock.now().replace(tzinfo=None)


def test_a_request_sees_what_the_test_stored_and_the_other_way_round(client: Visitor, db: ModuleType) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert make_user().id


def test_a_bell_goes_out_after_the_commit_only(app: Flask, db: ModuleType) -> None:
    queue = app.extensions["eventkit.huey"]
    with pytest.raises(Interrupted), db.transaction():
        jobs.ring("mail.send")
        raise Interrupted
    assert len(queue) == 0
    with db.transaction() as session:
        session.add(Role(name="steward"))
        jobs.ring("mail.send")
        jobs.ring("mail.send")
        assert len(queue) == 0
    assert len(queue) == 1


@pytest.mark.parametrize("inner", ["kept", "taken back"])
def test_a_savepoint_neither_sends_a_bell_early_nor_loses_it(app: Flask, db: ModuleType, inner: str) -> None:
    queue = app.extensions["eventkit.huey"]
    with db.transaction() as session:
        jobs.ring("mail.send")
        savepoint = session.begin_nested()
        session.add(Role(name="steward"))
        session.flush()
        if inner == "kept":
            savepoint.commit()
        else:
            savepoint.rollback()
        assert len(queue) == 0
    assert len(queue) == 1


def test_a_transaction_inside_another_is_refused(db: ModuleType) -> None:
    """It would give up what the outer one has written so far."""
    with pytest.raises(RuntimeError, match="inside"), db.transaction() as session:
        session.add(Role(name="steward"))
        session.flush()
        with db.transaction():
            pass
    with db.transaction() as session:
        session.add(Role(name="steward"))
    assert db.session.scalar(select(func.count()).select_from(Role)) == 1


def test_who_waits_for_the_lock_holds_no_connection(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More threads than connections, each of which reads before it writes: none may wait for another in a circle."""
    engine = app.extensions["eventkit.engine"]
    connections = engine.pool.size() + engine.pool._max_overflow
    begun = threading.Barrier(connections)
    give_back = engine.pool._do_return_conn

    def give_back_and_be_overtaken(record: object) -> None:
        give_back(record)
        time.sleep(0.005)  # whoever waits for a connection takes this one

    monkeypatch.setattr(engine.pool, "_do_return_conn", give_back_and_be_overtaken)
    done: list[int] = []

    def read_then_write(number: int, wait: bool) -> None:
        with app.app_context():
            db.session.scalar(select(func.count()).select_from(Role))
            if wait:
                begun.wait(timeout=30)  # every connection is taken
            with db.transaction() as session:
                session.add(Role(name=f"role {number}"))
            done.append(number)

    first = [threading.Thread(target=read_then_write, args=(n, True), daemon=True) for n in range(connections)]
    more = [threading.Thread(target=read_then_write, args=(n + 100, False), daemon=True) for n in range(20)]
    for thread in [*first, *more]:
        thread.start()
    for thread in [*first, *more]:
        thread.join(timeout=20)
    assert len(done) == connections + 20
