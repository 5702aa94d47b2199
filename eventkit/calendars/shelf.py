"""The feeds that a process keeps ready, and whether they are still true."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from eventkit import clock
from eventkit.calendars import revision
from eventkit.calendars.bodies import Body
from eventkit.calendars.revision import Reader, Revision

#: octets that all bodies together may hold in a process
BUDGET = 48 * 1024 * 1024
#: feeds whose validators are kept; a stranger can ask for as many as there are words
_MOST = 256


@dataclass
class Ready:
    """A feed as of a revision and a day. `body` is gone when others needed its room; what validates it stays."""

    revision: Revision
    day: date
    etag: str
    #: when it last changed, or its window last moved: what was fetched before may be another text
    changed_at: datetime
    body: Body | None


@dataclass
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    ready: Ready | None = None


class Shelf:
    """Feeds by what was asked for, those that are asked for most at hand."""

    def __init__(self, reader: Reader, budget: int = BUDGET) -> None:
        self._reader = reader
        self._budget = budget
        self._feeds: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: set[tuple[int, str]] = set()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="feeds")

    def __contains__(self, feed: Hashable) -> bool:
        return feed in self._feeds

    def current(self, feed: Hashable) -> Ready | None:
        """The feed, if it is what would be built now: one look at the database."""
        kept = self._feeds.get(feed)
        ready = kept.ready if kept else None
        if ready is None or ready.revision != self._reader.read() or ready.day != clock.now().date():
            return None
        with suppress(KeyError):  # dropped in this moment
            self._feeds.move_to_end(feed)
        return ready

    def get(self, feed: Hashable, build: Callable[[date, Body | None], Body]) -> Ready:
        """The feed with its body, built where it is not current. Whoever wants it meanwhile waits for that.

        `build` is called with the day and the body before, and has to read the database after it was called.
        """
        with self._lock:
            kept = self._feeds.setdefault(feed, _Kept())
            self._feeds.move_to_end(feed)
            while len(self._feeds) > _MOST:
                self._feeds.popitem(last=False)
        with kept.lock:
            ready = self.current(feed)
            if ready is not None and ready.body is not None:
                return ready
            # Read before the entries: a change in between is then found when the feed is next asked for.
            read, today = self._reader.read(), clock.now().date()
            before = kept.ready.body if kept.ready else None
            body = build(today, before)
            if before is not None and before.etag == body.etag:
                body.plain, body.texts, body.packed = before.plain, before.texts, before.packed
            changed_at = max(revision.moment(read), datetime.combine(today, time(), UTC))
            made = Ready(read, today, body.etag, changed_at, body)
            kept.ready = made if body.weight <= self._budget else Ready(read, today, body.etag, changed_at, None)
        self._make_room()
        return made

    def soon(self, body: Body, work: str) -> None:
        """Has the body joined ("identity"), or packed in this coding, by a thread of its own, once."""
        job = (id(body), work)
        with self._lock:
            if job in self._waiting:
                return
            self._waiting.add(job)
        self._worker.submit(self._work, body, work, job)

    def _work(self, body: Body, work: str, job: tuple[int, str]) -> None:
        try:
            if not any(kept.ready and kept.ready.body is body for kept in list(self._feeds.values())):
                return  # there is a newer one already
            if work == "identity":
                body.join()
            else:
                body.pack(work)
                self._make_room()
        finally:
            with self._lock:
                self._waiting.discard(job)

    def _make_room(self) -> None:
        """Drops bodies, those first that were not asked for longest, until the rest is within the budget."""
        with self._lock:
            ready = [kept.ready for kept in self._feeds.values() if kept.ready and kept.ready.body]
            total = sum(each.body.weight for each in ready if each.body)
            for each in ready[:-1]:
                if total <= self._budget:
                    break
                total -= each.body.weight if each.body else 0
                each.body = None
