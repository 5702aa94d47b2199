"""The revision of all feeds: raised by every transaction that changes what a feed tells, read without a session.

Raising is the last statement before the commit. On PostgreSQL it takes a row lock that every such transaction needs:
held that late it is held shortly, and whoever holds it waits for nobody any more. Since they pass one by one, no
reader can see a later number and miss an earlier change.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, event, text, update
from sqlalchemy.orm import ORMExecuteState

from eventkit import clock, db
from eventkit.calendars.models import CalendarEntry, CalendarRevision
from eventkit.db import UTCDateTime
from eventkit.events.models import Event, EventTag, Occurrence, Participation
from eventkit.organizations.models import Member, Organization
from eventkit.venues.models import Venue

#: what feeds are made of, and what decides which events are in one. Deleting any of them deletes no entry unseen: the
#: row that a cascade begins with is here too.
_TOLD = (CalendarEntry, Event, EventTag, Occurrence, Participation, Venue, Organization, Member)
_TABLES = frozenset(model.__tablename__ for model in _TOLD)

#: in the session's `info` once a transaction has changed one of these
_CHANGED = "eventkit.calendars.changed"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_RAISE = (
    text(
        "INSERT INTO calendar_revisions (id, number, changed_at) VALUES (1, 1, :epoch)"
        " ON CONFLICT (id) DO UPDATE SET number = calendar_revisions.number + 1 RETURNING changed_at"
    )
    .bindparams(bindparam("epoch", _EPOCH, UTCDateTime()))
    .columns(changed_at=UTCDateTime())
)

#: (number, changed_at) as the driver gives them: to be compared, and read by `moment`
Revision = tuple[int, Any]

NOTHING_YET: Revision = (0, None)


def moment(revision: Revision) -> datetime:
    """When the change was made that this revision counts, or a little later; the epoch where there was none."""
    changed_at = revision[1]
    if isinstance(changed_at, str):  # SQLite has no type for it
        changed_at = datetime.fromisoformat(changed_at)
    return _EPOCH if changed_at is None else changed_at.replace(tzinfo=UTC)


class Reader:
    """Reads the revision past SQLAlchemy, which would take as long as all else of an answer.

    One connection per thread, kept: a single statement each, so that no transaction is ever open.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()

    def read(self) -> Revision:
        """Raises the driver's error when the database does not answer to a new connection either."""
        try:
            return self._ask()
        except self._engine.dialect.loaded_dbapi.Error:
            self._mine.cursor = None  # the server was started again, or dropped who was idle
            return self._ask()

    def _ask(self) -> Revision:
        cursor = getattr(self._mine, "cursor", None) or self._connect()
        cursor.execute("SELECT number, changed_at FROM calendar_revisions WHERE id = 1")
        return cursor.fetchone() or NOTHING_YET

    def _connect(self) -> Any:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.rollback()
            connection.autocommit = True
            connection.prepare_threshold = 0
        self._mine.cursor = connection.cursor()
        return self._mine.cursor


@event.listens_for(db.AppSession, "after_flush")
def _note_rows(session: db.AppSession, _context: object) -> None:
    changed = [each for each in session.dirty if isinstance(each, _TOLD) and session.is_modified(each)]
    if changed or any(isinstance(each, _TOLD) for each in (*session.new, *session.deleted)):
        session.info[_CHANGED] = True


@event.listens_for(db.AppSession, "do_orm_execute")
def _note_statements(state: ORMExecuteState) -> None:
    """Statements that change rows without loading them."""
    if state.is_insert or state.is_update or state.is_delete:
        table = getattr(state.statement, "table", None)
        if getattr(table, "name", "") in _TABLES:
            state.session.info[_CHANGED] = True


@event.listens_for(db.AppSession, "before_commit")
def _raise_revision(session: db.AppSession) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: the transaction goes on
    session.flush()
    if not session.info.pop(_CHANGED, False):
        return
    before: datetime = session.execute(_RAISE).scalar_one()
    later = max(clock.now(), before + timedelta(seconds=1))
    session.execute(update(CalendarRevision).where(CalendarRevision.id == 1).values(changed_at=later))


@event.listens_for(db.AppSession, "after_rollback")
def _forget(session: db.AppSession) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_CHANGED, None)
