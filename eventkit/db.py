"""The database: engine, session, base class of the models, and the one way to write.

Reading is free: a session begins by itself. Writing happens inside `with transaction():`, which edges own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from flask.globals import app_ctx
from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from eventkit.turns import NotStored, Turns

#: execution option of a connection: True takes the write lock at BEGIN, LATE begins with the first write
WRITES = "eventkit_writes"
LATE = "late"

#: in the session's `info` while a transaction() is open
_OPEN = "eventkit.transaction"
#: the connection that is shared with other writers, while that transaction() is one on SQLite
_SHARED = "eventkit.shared"
#: the turn of a LATE session that has begun to write
_TURN = "eventkit.turn"
#: what is to be done after the commit
_AFTERWARDS = "eventkit.afterwards"


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Kept as naive UTC, given back as aware UTC; a naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all models. A `datetime` column says itself whether it holds an instant or local wall time."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AppSession(Session):
    """A session bound to the engine of the current application."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        shared: Connection | None = self.info.get(_SHARED)
        if shared is not None:
            return shared
        _check_first_use()
        return engine()


def _scope() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


session: scoped_session[AppSession] = scoped_session(
    sessionmaker(class_=AppSession, expire_on_commit=False, join_transaction_mode="create_savepoint"),
    scopefunc=_scope,
)


def init_app(app: Flask, url: str) -> None:
    app.extensions["eventkit.engine"] = made = make_engine(url)
    if made.dialect.name == "sqlite":
        app.extensions["eventkit.turns"] = Turns(made, {WRITES: True})
    app.teardown_appcontext(_forget)


def before_first_use(app: Flask, check: Callable[[], None]) -> None:
    """Has `check` called before a session first speaks to the database."""
    app.extensions["eventkit.before_first_use"] = check


def _check_first_use() -> None:
    check = current_app.extensions.pop("eventkit.before_first_use", None)
    if check is not None:
        try:
            check()
        except Exception:
            before_first_use(current_app, check)
            raise


def engine() -> Engine:
    """The engine of the current application."""
    found: Engine = current_app.extensions["eventkit.engine"]
    return found


def _forget(_error: BaseException | None) -> None:
    session.remove()


def make_engine(url: str, *, journal: str = "WAL") -> Engine:
    """An engine whose SQLite connections keep promises: foreign keys, synced commits, real BEGINs.

    An error tells the statement, but not the values, which may be about people.
    `journal` is SQLite's: WAL lets readers and a writer work at once, but keeps what was deleted for a while.
    """
    if not url.startswith("sqlite"):
        made = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(made, "handle_error", _hide_values)
        return made
    made = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGINs come too late for IMMEDIATE
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA journal_mode={journal}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", begin_sqlite)
    return made


def _hide_values(context: ExceptionContext) -> None:
    """PostgreSQL adds to an error which value it was about: "DETAIL: Key (email)=(…) already exists"."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(str(said).partition("\nDETAIL:")[0] for said in error.args)


def begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if writes != LATE:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def begin_with_first_write() -> None:
    """For views of a library that commits by itself: reads take no snapshot, the first write takes the lock.

    BEGIN would fail at that write when another wrote in between, and BEGIN IMMEDIATE from the start
    would hold the lock while a password is being hashed.
    """
    if engine().dialect.name == "sqlite":
        session.connection(execution_options={WRITES: LATE})


@event.listens_for(AppSession, "before_flush")
def _begin_before_flush(flushing: AppSession, _context: Any, _instances: Any) -> None:
    connection = flushing.connection()
    if connection.get_execution_options().get(WRITES) == LATE:
        raw: Any = connection.connection.driver_connection
        if not raw.in_transaction:
            flushing.info[_TURN] = current_app.extensions["eventkit.turns"].alone()
            connection.exec_driver_sql("BEGIN IMMEDIATE")


@event.listens_for(AppSession, "after_transaction_end")
def _leave_turn(ended: AppSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None and (turn := ended.info.pop(_TURN, None)) is not None:
        turn.leave()


def afterwards(key: Hashable, do: Callable[[], None]) -> None:
    """Has `do` called once the current transaction is stored for good, a single time for each `key`.

    A rollback takes it back, that of a savepoint does not.
    """
    session.info.setdefault(_AFTERWARDS, {})[key] = do


@event.listens_for(AppSession, "after_commit")
def _do_afterwards(committed: AppSession) -> None:
    if _SHARED in committed.info or committed.in_nested_transaction():
        return  # a savepoint: nothing is stored yet
    for do in committed.info.pop(_AFTERWARDS, {}).values():
        do()


@event.listens_for(AppSession, "after_rollback")
def _drop_afterwards(taken_back: AppSession) -> None:
    if not taken_back.in_nested_transaction():
        taken_back.info.pop(_AFTERWARDS, None)


@contextmanager
def transaction() -> Iterator[AppSession]:
    """All or nothing: commits at the end, rolls everything back when anything is raised.

    On SQLite it is BEGIN IMMEDIATE. A read begins a deferred transaction, and a deferred one that writes
    later fails at once when another wrote in between; so the read snapshot is given up first. Writers take turns, and
    may share a commit (`turns`); whoever returns from here is stored and synced. What was loaded before is refreshed
    when it is next read, unless it was loaded in the transaction() before, and nothing was read in between. Bells rung
    inside go out after the commit.

    Raises RuntimeError inside of another, and when the session already holds unsaved changes: both would be
    lost in giving up that snapshot. Raises `turns.NotStored` when a commit that was shared has failed.
    """
    if session.info.get(_OPEN):
        raise RuntimeError("a transaction() inside of another would take back what that one has written")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("there are changes outside of transaction(): they would be lost")
    session.rollback()  # before waiting: whoever waits must not hold a connection that the writer may need
    turns: Turns | None = current_app.extensions.get("eventkit.turns")
    if turns is None:
        session.connection(execution_options={WRITES: True})
        with _open():
            yield session()
        return
    _check_first_use()
    own = session()
    try:
        with turns.share() as group:
            own.info[_SHARED] = group.connection
            try:
                with _open():
                    yield own
                group.afterwards |= own.info.pop(_AFTERWARDS, {})
            finally:
                del own.info[_SHARED]
    except NotStored:
        own.close()  # it holds what was not stored as if it were
        raise


@contextmanager
def _open() -> Iterator[None]:
    session.info[_OPEN] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_OPEN)
