"""The schema and its changes. Only `serve` and `db upgrade` change it; `create_app()` merely checks."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click import ClickException
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from eventkit.db import WRITES, begin_sqlite

FOLDER = Path(__file__).parent


class SchemaError(ClickException):
    """The database cannot be used, or not be upgraded; the message says what to do."""


def head() -> str:
    """The revision that this code needs."""
    found = ScriptDirectory(str(FOLDER)).get_current_head()
    assert found is not None
    return found


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def check(connection: Connection) -> None:
    """Raises SchemaError when the database is not at head."""
    found = current(connection)
    if found != head():
        raise SchemaError(
            f"the database is at revision {found or 'none'}, this version of eventkit needs {head()}: "
            "run `flask --app app db upgrade`"
        )


def upgrade(url: str, lock_folder: Path, *, revision: str = "head") -> None:
    """Brings the database to `revision`, all of it or nothing.

    On SQLite foreign keys are switched off before BEGIN: inside a transaction that PRAGMA is ignored, and a
    table that is rebuilt then takes its children with it. They are checked before the commit instead.
    Raises SchemaError when a reference would point nowhere afterwards.
    """
    sqlite = url.startswith("sqlite")
    engine = create_engine(url, poolclass=NullPool)
    if sqlite:
        event.listen(engine, "connect", _without_foreign_keys)
        event.listen(engine, "begin", begin_sqlite)
    with (
        _lock(lock_folder),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        if not sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7203110)")
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if sqlite:
            _check_references(connection)


def _without_foreign_keys(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]


def _check_references(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if lost:
        tables = ", ".join(sorted({str(row[0]) for row in lost}))
        raise SchemaError(f"the upgrade was taken back: {len(lost)} rows would point nowhere (in {tables})")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "migrations.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
