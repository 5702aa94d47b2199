"""Work is a row; the queue is only a bell.

A feature that has work for later writes a row with a state, then `ring`s. The bell goes out after the
commit and wakes the worker, which runs the feature's registered job. A sweep once a minute runs every job,
so that a lost bell costs a minute and nothing else. A job takes rows that are due until none is left,
each in a transaction of its own, and so may run twice at once without harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from eventkit import db
from eventkit.errors import kind_and_place

Job = Callable[[], None]

_log = logging.getLogger(__name__)


def init_app(app: Flask, queue_url: str) -> None:
    app.extensions["eventkit.jobs"] = {}
    app.extensions["eventkit.huey"] = huey = _huey(queue_url)

    @huey.task(name="bell")
    def bell(name: str) -> None:
        with app.app_context():
            _run_safely(name)

    @huey.periodic_task(crontab(minute="*"), name="sweep")
    def sweep() -> None:
        with app.app_context():
            run_all()

    app.extensions["eventkit.bell"] = bell


def register(app: Flask, name: str, job: Job) -> None:
    """`job` is run in an application context whenever `name` is rung, and by the sweep."""
    app.extensions["eventkit.jobs"][name] = job


def ring(name: str) -> None:
    """Wakes the worker for `name` once the current transaction is committed; a rollback takes it back."""
    db.afterwards(("bell", name), lambda: _send_bell(name))


def run(name: str) -> None:
    """Runs one job here and now."""
    current_app.extensions["eventkit.jobs"][name]()


def run_all() -> None:
    """The sweep. One job that fails does not keep the others from their rows."""
    for name in list(current_app.extensions["eventkit.jobs"]):
        _run_safely(name)


def _run_safely(name: str) -> None:
    """A failure is told here, by its kind: the queue's own log would repeat what it says, which may be about people."""
    try:
        run(name)
    except Exception as error:
        _log.error("the job %r failed; its rows wait for the next sweep\n%s", name, kind_and_place(error))
        db.session.rollback()


def _send_bell(name: str) -> None:
    try:
        current_app.extensions["eventkit.bell"](name)
    except Exception as error:
        _log.error("the bell %r was lost; the sweep will find its rows\n%s", name, kind_and_place(error))


def _huey(url: str) -> Huey:
    settings: dict[str, Any] = {"results": False, "utc": True}
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteHuey("eventkit", filename=url.removeprefix("sqlite:///"), fsync=False, **settings)
    if scheme == "postgresql":
        return PostgresHuey("eventkit", dsn=url, **settings)
    return RedisHuey("eventkit", url=url, **settings)
