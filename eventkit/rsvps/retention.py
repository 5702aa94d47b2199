"""How long it is known who came: some days after an event its key is destroyed, and nobody can read any of it again.

Each step may be done twice, so that whatever is interrupted is done by the next sweep. Rows are erased in short
transactions; then the event gets another key, to which goes what is to stay readable; then the former key is destroyed
and SQLite's write-ahead log emptied; and only then it is written down that all of this was done.

Of a single event nothing stays. A series goes on: whatever was said for its past dates is erased, and the rest moves to
the other key, since the one by which an old backup could be read must end with each date.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Executable, Row, func, or_, select, text, update

from eventkit import clock, db, i18n, keys
from eventkit.events import queries as events
from eventkit.events import sealing
from eventkit.events.models import DRAFT, POSTPONED, Event, Occurrence
from eventkit.mail import keeping
from eventkit.rsvps import erasing, terms
from eventkit.rsvps.models import ORDINARY, Rsvp, RsvpTerms

#: the job that erases what is due
PURGE = "rsvps.purge"

#: what is known of those who come to a postponed event stays at least so long, in days from its former day: they are to
#: hear of the new one
POSTPONED_DAYS = 60
#: how long it is known which RSVPs came from one source
SOURCE = timedelta(days=3)

#: rows erased in one transaction: others wait for the database meanwhile
STEP = 500
#: how long a renewal may wait for those who answer (PostgreSQL), and a checkpoint for those who read (SQLite)
_MILLISECONDS = 500

_log = logging.getLogger(__name__)


class Unfinished(Exception):
    """Others were in the way; the next attempt goes on."""


@dataclass(frozen=True)
class Erased:
    """What a purge has taken away. Of a series that goes on `rsvps` are those of past dates."""

    slug: str
    rsvps: int
    messages: int


@dataclass(frozen=True)
class Due:
    event_id: int
    #: false: the past dates of a series alone
    everything: bool


def days_of(event: Event) -> int:
    """How long it is known who came, in days from the end of the event, or of each date of a series."""
    return _days(event.status, terms.of(event).retention_days)


def ends_at(event: Event) -> datetime | None:
    """When what is known of those who come is erased, all of it; None while the event has no last day."""
    return event.over_at + timedelta(days=days_of(event)) if event.over_at is not None else None


def erased_at(event: Event) -> datetime | None:
    """When what was known of those who came was erased, after the event; None before."""
    ends, purged = ends_at(event), terms.of(event).purged_at
    if ends is None or purged is None or event.over_at is None:
        return None
    return purged if purged >= (ends if event.rrule else event.over_at) else None


def erased_words(event: Event) -> str:
    """That it was erased, in words; empty before."""
    at = erased_at(event)
    if at is None:
        return ""
    day = i18n.day_words(at.astimezone(ZoneInfo(event.timezone)).date())
    return _("This list was erased on %(day)s. The number of people remains.", day=day)


def due(now: datetime) -> list[Due]:
    """Events that are over for as long as their terms say, and series of which a date is."""
    found = []
    series: dict[int, list[Row[Any]]] = {}
    for row in db.session.execute(_candidates(now)):
        days = _days(row.status, row.retention_days)
        if row.over_at is not None and row.over_at + timedelta(days=days) <= now:
            if row.purged_at is None or row.purged_at < row.over_at + timedelta(days=days if row.rrule else 0):
                found.append(Due(row.id, everything=True))
        elif row.rrule:
            series.setdefault(days, []).append(row)
    for days, rows in series.items():
        latest = _latest_dates([row.id for row in rows], now - timedelta(days=days))
        for row in rows:
            date = latest.get(row.id)
            if date is not None and (row.purged_at is None or row.purged_at < date + timedelta(days=days)):
                found.append(Due(row.id, everything=False))
    return found


def purge_due() -> None:
    """Purges what is due. One that fails does not keep the others; the next sweep tries it again."""
    now = clock.now()
    forget_sources(now)
    for one in due(now):
        try:
            purge(db.session.get_one(Event, one.event_id), now=now, everything=one.everything)
        except Exception as error:
            # Only the kind of failure: what it says may repeat what somebody wrote.
            _log.error("event %d is not purged yet (%s)", one.event_id, type(error).__name__)
            db.session.rollback()


def purge(event: Event, *, now: datetime, everything: bool) -> Erased:
    """Erases what is known of those who came; with `everything` also of those who are still to come.

    Raises Unfinished, and whatever a database raises, when it has to be called once more.
    """
    dates = set() if everything else erasing.dates_over(event, now - timedelta(days=days_of(event)))
    rsvps = erasing.rsvps_of(event, None if everything else dates)
    for some in _steps(rsvps):
        with db.transaction():
            erasing.erase(some) if everything else erasing.erase_dates(event, some, now=now)
    messages = keeping.sealed_with(event.key_name) if everything else []
    for some in _steps(messages):
        with db.transaction():
            keeping.forget(some)
    with db.transaction():
        _lock(event)
        sealing.sealer_of(event)  # its key may have been lost with the key store
        following = keys.renewed(event.key_name)
        if everything:
            erasing.erase(erasing.rsvps_of(event))  # what came meanwhile
            keeping.forget(keeping.sealed_with(event.key_name))
            erasing.forget_all(event, now=now)
            event.key_name = following
        else:
            erasing.move_to(event, following, forgotten=dates)
    keys.destroy_former(following)
    _empty_log()
    with db.transaction():
        terms.lock(event)
        row = terms.to_change(event)
        if everything:
            row.note = row.thanks = None  # what its organizer wrote meanwhile
        row.purged_at = now
    return Erased(event.slug, len(rsvps), len(messages))


def forget_sources(now: datetime) -> None:
    """Nobody needs to know any more which RSVPs came from one source: a flood is undone by then."""
    old = select(Rsvp.id).where(Rsvp.source.is_not(None), Rsvp.created_at <= now - SOURCE).limit(STEP)
    while ids := list(db.session.scalars(old)):
        with db.transaction() as session:
            session.execute(update(Rsvp).where(Rsvp.id.in_(ids)).values(source=None))


def _candidates(now: datetime) -> Executable:
    asked = (Event.id, Event.status, Event.rrule, Event.over_at, RsvpTerms.purged_at, RsvpTerms.retention_days)
    is_new = or_(RsvpTerms.purged_at.is_(None), RsvpTerms.purged_at < Event.over_at)
    return (
        select(*asked)
        .outerjoin(RsvpTerms, RsvpTerms.event_id == Event.id)
        .where(Event.status != DRAFT, or_(Event.rrule != "", (Event.over_at <= now) & is_new))
        .order_by(Event.id)
    )


def _latest_dates(event_ids: Sequence[int], until: datetime) -> dict[int, datetime]:
    """When the latest date of each series that was over by then was over."""
    latest = select(Occurrence.event_id, func.max(Occurrence.over_at)).where(
        Occurrence.event_id.in_(event_ids), Occurrence.over_at <= until
    )
    return {row[0]: row[1] for row in db.session.execute(latest.group_by(Occurrence.event_id))}


def _days(status: str, retention_days: int | None) -> int:
    """As the terms say; where there are none, as ordinary ones do."""
    days = terms.PRESETS[ORDINARY].retention_days if retention_days is None else retention_days
    return max(days, POSTPONED_DAYS) if status == POSTPONED else days


def _lock(event: Event) -> None:
    """Nobody seals with the event's key until the transaction ends. Whoever does so already is not waited for long:
    they may be waiting for rows that this transaction holds."""
    if db.engine().dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL lock_timeout = {_MILLISECONDS}"))
    events.lock(event)


def _empty_log() -> None:
    """What was erased goes from SQLite's write-ahead log. Raises Unfinished while somebody reads older pages."""
    if db.engine().dialect.name != "sqlite":
        return
    db.session.rollback()
    connection = db.engine().raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_MILLISECONDS}")
        (is_busy, _pages, _moved) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.invalidate()  # with its timeout
        connection.close()
    if is_busy:
        raise Unfinished("the write-ahead log is being read")


def _steps(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), STEP):
        yield ids[start : start + STEP]
