"""Writers of one SQLite database take turns, and those who come together share one commit.

Syncing to disk is most of what a small transaction costs, and SQLite has one writer at a time. So whoever has their
turn hands the open transaction on to the next who waits, instead of committing; the last one commits for all, and none
returns before that commit is on the disk. Each works behind a savepoint: what one takes back takes nothing from others.

Inside a process the order is that of arrival. Between processes two locks on files beside the database do what SQLite's
own waiting does not: it looks again every now and then, and may find the database busy for seconds.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

#: as many share one commit
MOST = 64
#: seconds after which no other joins: the first of them has waited so long
LONGEST = 0.05

_log = logging.getLogger(__name__)


class NotStored(Exception):
    """The commit failed, for everybody who shared it."""


@dataclass
class Group:
    """Those who share a transaction. `connection` is in it from the first to the last of them."""

    connection: Connection
    files: list[int]
    began: float
    #: what is to be done once it is stored, by whoever commits, a single time for each key
    afterwards: dict[Hashable, Callable[[], None]] = field(default_factory=dict)
    members: int = 1
    error: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def is_whole(self) -> bool:
        """Some errors (a full disk) have SQLite take back the whole transaction, also what others did in it."""
        return bool(getattr(self.connection.connection.driver_connection, "in_transaction", False))


@dataclass
class _Turn:
    """One writer's place in the row."""

    shares: bool
    thread: int = field(default_factory=threading.get_ident)
    come: threading.Event = field(default_factory=threading.Event)
    group: Group | None = None


class Turns:
    """The row of writers of an engine. A connection of it begins with BEGIN IMMEDIATE where `options` are set."""

    def __init__(self, engine: Engine, options: dict[str, object]) -> None:
        self._engine = engine
        self._options = options
        self._lock = threading.Lock()
        self._holder: _Turn | None = None
        self._waiting: deque[_Turn] = deque()

    @contextmanager
    def share(self) -> Iterator[Group]:
        """A transaction that others may share. Who works on its connection does so behind a savepoint of their own.

        Leaving it, also by an error, waits until that transaction is committed. Raises NotStored when it cannot be,
        and RuntimeError where this thread has a turn already.
        """
        turn = self._wait(_Turn(shares=True))
        try:
            group = turn.group = turn.group or self._begin()
        except BaseException:
            self._pass_on(turn)
            raise
        try:
            yield group
        finally:
            self._leave(turn, group)
        if group.error is not None:
            raise NotStored("the commit of a transaction that was shared has failed") from group.error

    def alone(self) -> _Alone:
        """A turn for who has a connection and transaction of their own: `leave` it once that has ended."""
        turn = self._wait(_Turn(shares=False))
        try:
            files = self._lock_files()
        except BaseException:
            self._pass_on(turn)
            raise
        return _Alone(self, turn, files)

    def _wait(self, turn: _Turn) -> _Turn:
        with self._lock:
            if self._holder is None:
                self._holder = turn
                return turn
            if self._holder.thread == turn.thread:
                raise RuntimeError("a transaction inside of another: it would wait for itself")
            self._waiting.append(turn)
        try:
            turn.come.wait()
        except BaseException:  # Ctrl-C: the others go on
            with self._lock:
                is_waiting = turn in self._waiting
                if is_waiting:
                    self._waiting.remove(turn)
            if not is_waiting and turn.group is not None:
                self._leave(turn, turn.group)
            elif not is_waiting:
                self._pass_on(turn)
            raise
        return turn

    def _begin(self) -> Group:
        files = self._lock_files()
        connection: Connection | None = None
        try:
            connection = self._engine.connect().execution_options(**self._options)
            connection.begin()
        except BaseException:
            if connection is not None:
                connection.close()
            _close(files)
            raise
        return Group(connection, files, time.monotonic())

    def _leave(self, turn: _Turn, group: Group) -> None:
        """Hands the transaction on, or commits it. Afterwards it is stored, or the group has an error."""
        with self._lock:
            next_one = self._waiting[0] if self._waiting else None
            may_join = (
                next_one is not None
                and next_one.shares
                and group.members < MOST
                and time.monotonic() - group.began < LONGEST
                and group.is_whole
            )
            if next_one is not None and may_join:
                self._waiting.popleft()
                next_one.group, self._holder = group, next_one
                group.members += 1
        if next_one is not None and may_join:
            next_one.come.set()
            group.ended.wait()
            return
        try:
            self._commit(group)
        finally:
            group.ended.set()
            self._pass_on(turn)
        if group.error is None:
            for do in group.afterwards.values():
                do()

    def _commit(self, group: Group) -> None:
        transaction = group.connection.get_transaction()
        try:
            if transaction is None or not group.is_whole:
                raise NotStored("SQLite has taken the transaction back")
            transaction.commit()
        except BaseException as error:
            group.error = error
            _log.error("a commit failed for %d writers (%s)", group.members, type(error).__name__)
            with suppress(DBAPIError):
                group.connection.invalidate()
        finally:
            try:
                group.connection.close()
            finally:
                _close(group.files)

    def _pass_on(self, turn: _Turn) -> None:
        """To the next who waits, who begins anew."""
        with self._lock:
            assert self._holder is turn
            self._holder = self._waiting.popleft() if self._waiting else None
            if self._holder is not None:
                self._holder.come.set()

    def _lock_files(self) -> list[int]:
        """Waits until no other process writes. Who waits holds `-next`: so whoever has just written is not the next
        again while others wait. A process that is killed holds neither any more."""
        path = self._engine.url.database
        files: list[int] = []
        try:
            for name in ("-next", "-turn"):
                files.append(os.open(f"{path}{name}", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
                fcntl.flock(files[-1], fcntl.LOCK_EX)
            os.close(files.pop(0))
        except BaseException:
            _close(files)
            raise
        return files


class _Alone:
    """A turn that is taken. It may be left more than once."""

    def __init__(self, turns: Turns, turn: _Turn, files: list[int]) -> None:
        self._turns = turns
        self._turn = turn
        self._files = files

    def leave(self) -> None:
        if self._files:
            _close(self._files)
            self._turns._pass_on(self._turn)


def _close(files: list[int]) -> None:
    while files:
        os.close(files.pop())
