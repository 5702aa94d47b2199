"""Work for the worker: calendars that are being imported."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from eventkit import clock, db, keys
from eventkit.calendars import queries
from eventkit.calendars.actions import imports
from eventkit.calendars.imports import reading
from eventkit.calendars.imports.fetching import FetchFailed, fetch
from eventkit.calendars.imports.vevents import ReadCalendar
from eventkit.calendars.models import WAITING, CalendarImport
from eventkit.events import queries as events

_log = logging.getLogger(__name__)

# Others' servers are slow, and a worker's threads are few: one of them reads calendars, the others are for the mail.
_reading = threading.Lock()


def read_imports() -> None:
    """Fetches and reads all calendars that are due; does nothing while another thread of this process is at it.

    No transaction is open meanwhile, and what was learned is written only if nobody else has taken it up.
    """
    if not _reading.acquire(blocking=False):
        return
    try:
        with db.transaction():
            imports.forget_old(clock.now())
        while (taken := _take()) is not None:
            _settle(taken, _outcome(taken))
    finally:
        _reading.release()


@dataclass(frozen=True)
class _Taken:
    import_id: int
    attempt: int
    is_address: bool
    content: str
    home_timezone: str


@dataclass(frozen=True)
class _Failure:
    reason: str
    may_pass: bool = False


def _take() -> _Taken | None:
    while True:
        with db.transaction():
            row = queries.next_to_read(clock.now())
            if row is None:
                return None
            if not imports.take(row, now=clock.now()):
                continue
            try:
                content = queries.content_of(row)
            except keys.KeyDestroyed:
                imports.fail(row, "gave_up", may_pass=False, now=clock.now())
                continue
            home, _country = events.home_of(row.user)
            return _Taken(row.id, row.attempts, row.is_address, content, home)


def _outcome(taken: _Taken) -> ReadCalendar | _Failure:
    try:
        data = fetch(taken.content) if taken.is_address else taken.content.encode("latin-1")
        calendar = reading.read(data, home_timezone=taken.home_timezone)
    except FetchFailed as error:
        return _Failure(error.reason, error.may_pass)
    except reading.Refused as error:
        return _Failure(error.reason)
    except Exception as error:
        _log.error("a calendar could not be read: %s", type(error).__name__)  # what it says may be about people
        return _Failure("gave_up")
    return calendar if calendar.events else _Failure("no_events")


def _settle(taken: _Taken, outcome: ReadCalendar | _Failure) -> None:
    with db.transaction() as session:
        row = session.get(CalendarImport, taken.import_id, with_for_update=True, populate_existing=True)
        if row is None or row.state != WAITING or row.attempts != taken.attempt:
            return  # deleted, or taken up by somebody else meanwhile
        if isinstance(outcome, _Failure):
            imports.fail(row, outcome.reason, may_pass=outcome.may_pass, now=clock.now())
        else:
            imports.finish(row, outcome)
