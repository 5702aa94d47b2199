"""The schema changes without losing a row, all of it or nothing, and never behind anybody's back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from eventkit import migrations
from eventkit.config import Settings
from eventkit.db import make_engine
from eventkit.models import Base
from tests.postgresql import PostgresServer

ROOT = Path(__file__).parents[2]
REVISIONS = [script.revision for script in ScriptDirectory(str(migrations.FOLDER)).walk_revisions()][::-1]


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if backend == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgresql_server")
        return server.create("empty")
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.mark.both_databases
def test_migrations_equal_the_models(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_difference_from_the_models_would_be_found(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE rsvps ADD COLUMN shoe_size INTEGER")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [change[0] for change in found] == ["remove_column"]
    engine.dispose()


@pytest.mark.both_databases
@pytest.mark.parametrize("revision", REVISIONS)
def test_a_populated_database_keeps_every_row(empty_url: str, revision: str, tmp_path: Path) -> None:
    migrations.upgrade(empty_url, tmp_path, revision=revision)
    _populate(empty_url)
    before = _counts(empty_url)
    assert before
    assert all(count >= 1 for count in before.values())
    migrations.upgrade(empty_url, tmp_path)
    after = _counts(empty_url)
    assert {table: after.get(table, 0) for table in before} == before


# A scratch history, in which a table with children is rebuilt, shows what the runner is for.

_ENVIRONMENT = """
    from alembic import context
    context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
"""
_SCRIPT = """
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = {revision!r}, {down!r}
    def upgrade():
        {body}
"""
_TABLES = """
        op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
        parent = sa.ForeignKey("parents.id", ondelete="CASCADE")
        op.create_table("children", sa.Column("id", sa.Integer), sa.Column("parent_id", sa.Integer, parent))
        op.execute("INSERT INTO parents (id, name) VALUES (1, 'a')")
        op.execute("INSERT INTO children (id, parent_id) VALUES (1, 1)")
"""
_REBUILD = """
        with op.batch_alter_table("parents", recreate="always") as batch:
            batch.alter_column("name", type_=sa.String(90))
"""
_FAIL_HALF_WAY = """
        op.create_table("halves", sa.Column("id", sa.Integer, primary_key=True))
        op.execute("DELETE FROM children")
        raise RuntimeError("half way")
"""
_ORPHAN = """
        op.execute("DELETE FROM parents")
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the runner use a history of these scripts instead of the application's."""
    folder = tmp_path / "history"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(dedent(_ENVIRONMENT))
    monkeypatch.setattr(migrations, "FOLDER", folder)

    def write(*bodies: str) -> None:
        for number, body in enumerate(bodies, 1):
            script = _SCRIPT.format(revision=str(number), down=str(number - 1) if number > 1 else None, body=body)
            (folder / "versions" / f"{number}.py").write_text(dedent(script.replace("        \n", "")))

    return write


def test_without_our_runner_a_rebuild_takes_the_children(
    history: Callable[..., None], empty_url: str, tmp_path: Path
) -> None:
    """The control: foreign keys are on, and inside the transaction that cannot be changed."""
    history(_TABLES, _REBUILD)
    migrations.upgrade(empty_url, tmp_path, revision="1")
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations.FOLDER))
        config.attributes["connection"] = connection
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # too late: ignored
        command.upgrade(config, "head")
    engine.dispose()
    assert _counts(empty_url) == {"parents": 1, "children": 0}


@pytest.mark.both_databases
def test_a_rebuilt_table_keeps_its_children(
    history: Callable[..., None], empty_url: str, backend: str, tmp_path: Path
) -> None:
    history(_TABLES, _REBUILD if backend == "sqlite" else _REBUILD.replace("always", "auto"))
    migrations.upgrade(empty_url, tmp_path)
    assert _counts(empty_url) == {"parents": 1, "children": 1}


@pytest.mark.both_databases
def test_a_migration_that_fails_leaves_nothing_half_done(
    history: Callable[..., None], empty_url: str, tmp_path: Path
) -> None:
    history(_TABLES, _REBUILD.replace("always", "auto"), _FAIL_HALF_WAY)
    migrations.upgrade(empty_url, tmp_path, revision="1")
    with pytest.raises(RuntimeError, match="half way"):
        migrations.upgrade(empty_url, tmp_path)
    assert _counts(empty_url) == {"parents": 1, "children": 1}
    assert _revision(empty_url) == "1"


def test_references_to_nowhere_are_taken_back(history: Callable[..., None], empty_url: str, tmp_path: Path) -> None:
    history(_TABLES, _ORPHAN)
    with pytest.raises(migrations.SchemaError, match="1 rows would point nowhere \\(in children\\)"):
        migrations.upgrade(empty_url, tmp_path)
    assert _revision(empty_url) is None


@pytest.mark.both_databases
def test_two_that_upgrade_at_once_do_not_meet(empty_url: str, backend: str, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from eventkit import migrations;"
    code += "migrations.upgrade(sys.argv[1], Path(sys.argv[2]))"
    # On PostgreSQL the two may be on different hosts, which share no lock file.
    folders = [tmp_path / "a", tmp_path / ("a" if backend == "sqlite" else "b")]
    both = [subprocess.Popen([sys.executable, "-c", code, empty_url, str(folder)], cwd=ROOT) for folder in folders]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert _revision(empty_url) == migrations.head()


@pytest.mark.both_databases
def test_an_older_schema_is_refused_with_the_command_to_run(
    make_app: Callable[..., Flask], settings: Settings, database_url: str
) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    engine.dispose()
    with pytest.raises(migrations.SchemaError, match=r"revision 0000.*run `flask --app app db upgrade`"):
        make_app()
    assert _revision(database_url) == "0000"


def test_db_check_tells_by_its_exit_code(settings: Settings) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "EVENTKIT_DATA": str(settings.data),
        "EVENTKIT_KEYS": str(settings.keys),
    }

    def flask(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )

    assert flask("db", "check").returncode == 0
    (settings.data / "eventkit.sqlite").unlink()
    refused = flask("db", "check")
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("run `flask --app app db upgrade`")
    assert len(refused.stderr.strip().splitlines()) == 1
    assert flask("db", "upgrade").returncode == 0
    assert flask("db", "check").returncode == 0


def _populate(url: str) -> None:
    """Two rows in every table, each referring to its like in the tables it refers to."""
    engine = make_engine(url)
    metadata = sa.MetaData()
    with engine.begin() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            for number in (1, 2):
                connection.execute(table.insert(), {c.name: _value(c, number) for c in table.columns})
    engine.dispose()


def _value(column: sa.Column[object], number: int) -> object:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.Integer | sa.Float | sa.Numeric):
        return number
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 9, number)
    if isinstance(kind, sa.Date):
        return date(2026, 9, number)
    if isinstance(kind, sa.LargeBinary):
        return f"{number}".encode()
    if isinstance(kind, sa.String):
        return f"{number}{column.name}"[: kind.length or 20]
    raise NotImplementedError(f"{column} is of a kind that this test does not know: {kind!r}")


def _counts(url: str) -> dict[str, int]:
    engine = make_engine(url)
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        counts = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in names}
    engine.dispose()
    return {name: count or 0 for name, count in counts.items()}


def _revision(url: str) -> str | None:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = migrations.current(connection)
    engine.dispose()
    return found
