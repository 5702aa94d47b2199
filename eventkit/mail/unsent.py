"""Messages in the outbox, found by their keys: how many wait, and those that nobody is to get. Commits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select, update

from eventkit import db
from eventkit.mail.models import DROPPED, QUEUED, OutboxMessage

#: beginnings that one statement looks for
_STEP = 100

#: in the key of a message that was dropped, before its number
_DROPPED = ":dropped:"


def number(beginnings: Sequence[str]) -> int:
    """How many wait."""
    waiting = (OutboxMessage.id.in_(_found(beginnings)), OutboxMessage.state == QUEUED)
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def drop(beginnings: Iterable[str]) -> None:
    """They are not sent, and nothing is left of what they would have said. What is on its way at this moment is.

    Their keys are free again: the same may be queued once more, for somebody who comes back.
    """
    left = list(beginnings)
    while left:
        some, left = left[:_STEP], left[_STEP:]
        ids = db.session.scalars(_found(some)).all()
        if ids:
            waiting = (OutboxMessage.id.in_(ids), OutboxMessage.state == QUEUED)
            freed = OutboxMessage.key + _DROPPED + cast(OutboxMessage.id, String)
            db.session.execute(update(OutboxMessage).where(*waiting).values(state=DROPPED, sealed=None, key=freed))


def all_like(pattern: str) -> ColumnElement[bool]:
    """That the key of a message is like this (SQL LIKE), also of one that was dropped."""
    key: ColumnElement[str] = OutboxMessage.__table__.c.key
    return or_(key.like(pattern), key.like(f"{pattern}{_DROPPED}%"))


def _found(beginnings: Sequence[str]) -> Select[int]:
    """The numbers of all that wait, and on SQLite of others too: there the index of the keys leads to them. On
    PostgreSQL that index is in the order of a language, so that all which wait are looked at."""
    key: ColumnElement[str] = OutboxMessage.__table__.c.key
    found = select(OutboxMessage.id)
    if db.engine().dialect.name == "postgresql":
        key, found = key.collate("C"), found.where(OutboxMessage.state == QUEUED)
    return found.where(or_(*(and_(key >= each, key < _after(each)) for each in beginnings)))


def _after(beginning: str) -> str:
    """The first text that does not begin with it any more."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)
