"""Somebody else's calendar: asked for, read by the worker, taken over as drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import delete

from eventkit import db, jobs, keys
from eventkit.accounts.models import User
from eventkit.calendars import queries
from eventkit.calendars.imports import exceptions, importing
from eventkit.calendars.imports.vevents import ReadCalendar, ReadVEvent
from eventkit.calendars.models import FAILED, READY, WAITING, CalendarImport, ImportedEvent
from eventkit.errors import DomainError
from eventkit.events import actions as events
from eventkit.events import queries as stored_events
from eventkit.events.details import stored_details
from eventkit.events.models import DRAFT, Event
from eventkit.text import clean_line

READ = "calendars.import"

KEPT = timedelta(days=7)
MOST_WAITING = 3
#: of one person; an older one makes room for the next
MOST_KEPT = 10
#: how often the worker tries, and how long it waits after a failure that may pass
PAUSES = (timedelta(seconds=30), timedelta(minutes=2))
#: an import whose worker died is taken up again after this
LEASE = timedelta(minutes=3)


class Made(NamedTuple):
    """How many drafts were made, and how many events changed."""

    drafts: int = 0
    changed: int = 0


def request_import(content: str, *, source: str, is_address: bool, by: User, now: datetime) -> CalendarImport:
    """Has the worker read a calendar: `content` is its address, or the file, a character for each byte (Latin-1).

    `source` is what people are told of where it came from: the host of an address, which may hold a secret, or the
    name of the file. Raises DomainError where too many of this person's wait already.
    """
    queries.lock_person(by)
    theirs = queries.imports_of(by)
    if sum(row.state == WAITING for row in theirs) >= MOST_WAITING:
        raise DomainError(_("Several of your calendars are being read already. Wait for them, then send this one."))
    for row in theirs[MOST_KEPT - 1 :]:
        db.session.delete(row)
    row = CalendarImport(
        user=by, source=clean_line(source)[:500], is_address=is_address, created_at=now, next_attempt_at=now
    )
    db.session.add(row)
    db.session.flush()
    row.sealed = keys.sealer().seal(content, queries.about(row))
    jobs.ring(READ)
    return row


def take(row: CalendarImport, *, now: datetime) -> bool:
    """Counts an attempt before it is made, so that a file that kills its reader is not read for ever."""
    if row.attempts > len(PAUSES):
        fail(row, "gave_up", may_pass=False, now=now)
        return False
    row.attempts += 1
    row.next_attempt_at = now + LEASE
    return True


def finish(row: CalendarImport, calendar: ReadCalendar) -> None:
    """It is read. What it was read from, address or file, is no longer kept."""
    row.state, row.reason, row.next_attempt_at = READY, "", None
    row.sealed = keys.sealer().seal(calendar.to_json(), queries.about(row))


def fail(row: CalendarImport, reason: str, *, may_pass: bool, now: datetime) -> None:
    """It waits for another attempt, or for its person; then an address is still kept, and of a file nothing."""
    row.reason = reason
    if may_pass and row.attempts <= len(PAUSES):
        row.next_attempt_at = now + PAUSES[row.attempts - 1]
        return
    row.state, row.next_attempt_at = FAILED, None
    if not row.is_address:
        row.sealed = None


def forget_old(now: datetime) -> None:
    """Deletes imports after a week; where events came from stays with them."""
    db.session.execute(delete(CalendarImport).where(CalendarImport.created_at <= now - KEPT))


def take_over(
    row: CalendarImport, chosen: Iterable[ReadVEvent], *, home_timezone: str, language: str, now: datetime
) -> Made:
    """Makes drafts of what is new, and brings up to date what was imported before; people who come to an event that
    is public are told as of every change. Raises DomainError for an event whose clock nobody has named."""
    queries.lock_person(row.user)
    wanted = {queries.digest_of(read.uid): read for read in chosen}
    known = queries.imported_before(row.user, wanted)
    drafts = changed = 0
    for digest, read in wanted.items():
        before = known.get(digest)
        if read.is_of_no_zone and not home_timezone:
            raise DomainError(
                _("“%(title)s” does not tell whose clock is meant. Choose a time zone below.", title=read.title),
                field="home_timezone",
            )
        if before is None:
            event = events.create(
                importing.details_of(read, home_timezone=home_timezone, language=language), by=row.user, now=now
            )
            _except(event, exceptions.exceptions_of(importing.as_here(read, home_timezone)), set(), now=now)
            before = ImportedEvent(event=event, user_id=row.user_id, uid_digest=digest, uid=read.uid)
            db.session.add(before)
            drafts += 1
        else:
            changed += _bring_up_to_date(before, read, home_timezone=home_timezone, now=now)
        before.source, before.imported_at, before.as_read = row.source, now, read.to_json()
    db.session.flush()
    return Made(drafts, changed)


def _bring_up_to_date(before: ImportedEvent, read: ReadVEvent, *, home_timezone: str, now: datetime) -> bool:
    event: Event = before.event
    stored_events.lock(event)
    said = ReadVEvent.from_json(before.as_read)
    changed = importing.changes(said, read)
    stored = stored_details(event)
    home = event.timezone if read.is_of_no_zone and event.starts_local else home_timezone
    imported = importing.details_of(read, home_timezone=home, language=event.language)
    after = importing.merged(stored, imported, changed)
    is_new = after != importing.merged(stored, imported, ())
    if event.status != DRAFT and after.starts_local is None:
        raise DomainError(
            _("“%(title)s” has lost its day there. It is public here: cancel or postpone it.", title=event.title)
        )
    if is_new:
        events.edit(event, after, now=now)
    if {"when", "dates"}.isdisjoint(changed):
        return is_new
    then, told = (exceptions.exceptions_of(importing.as_here(one, home)) for one in (said, read))
    fresh, again = exceptions.since(then, told)
    return _except(event, told if "when" in changed else fresh, again, now=now) or is_new


def _except(event: Event, found: exceptions.Exceptions, again: Iterable[date], *, now: datetime) -> bool:
    """Takes over what is told of single times of a series, and whether that changed anything."""
    if not event.rrule or event.starts_local is None or not (found.days or again):
        return False
    return events.take_exceptions(
        event,
        off={exceptions.name_in(event, day) for day in found.off},
        moved={exceptions.name_in(event, day): times for day, times in found.moved.items()},
        planned={exceptions.name_in(event, day) for day in again},
        now=now,
    )
