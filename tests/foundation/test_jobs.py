"""Work is a row; the queue is only a bell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
from flask import Flask

from eventkit import jobs
from eventkit.accounts.models import Role
from eventkit.config import Settings
from tests.postgresql import PostgresServer


def test_the_bell_runs_the_job_it_names(app: Flask, db: ModuleType) -> None:
    ran: list[str] = []
    jobs.register(app, "test.ring", lambda: ran.append("rung"))
    jobs.register(app, "test.other", lambda: ran.append("other"))
    with db.transaction() as session:
        session.add(Role(name="steward"))
        jobs.ring("test.ring")
    queue = app.extensions["eventkit.huey"]
    queue.execute(queue.dequeue())
    assert ran == ["rung"]


def test_a_job_that_fails_does_not_keep_the_others_from_their_rows(app: Flask, db: ModuleType) -> None:
    ran: list[str] = []

    def fails() -> None:
        raise OSError("the network is down")

    app.extensions["eventkit.jobs"].clear()
    jobs.register(app, "test.fails", fails)
    jobs.register(app, "test.works", lambda: ran.append("works"))
    jobs.run_all()
    assert ran == ["works"]


def test_a_lost_bell_costs_no_commit(app: Flask, db: ModuleType, settings: Settings) -> None:
    """The queue's file cannot be written: the row is stored, and the sweep will find it."""
    app.extensions["eventkit.bell"] = _broken
    with db.transaction() as session:
        session.add(Role(name="steward"))
        jobs.ring("test.ring")
    db.session.expire_all()
    assert db.session.query(Role).count() == 1


def _broken(_name: str) -> None:
    raise OSError("disk full")


@pytest.mark.postgresql
def test_the_queue_can_be_postgresql(
    make_app: Callable[..., Flask], settings: Settings, postgresql_server: PostgresServer
) -> None:
    """For several hosts: whoever rings, every worker hears it."""
    url = postgresql_server.create("queue").replace("+psycopg", "")
    one, other = (make_app(replace(settings, queue_url=url)) for _ in range(2))
    ran: list[str] = []
    jobs.register(other, "test.ring", lambda: ran.append("rung"))
    with one.app_context():
        one.extensions["eventkit.bell"]("test.ring")
    queue = other.extensions["eventkit.huey"]
    queue.execute(queue.dequeue())
    assert ran == ["rung"]
