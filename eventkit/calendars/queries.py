"""Reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import defer, joinedload

from eventkit import db, keys
from eventkit.accounts.models import User
from eventkit.calendars import ical
from eventkit.calendars.imports.vevents import ReadCalendar
from eventkit.calendars.models import READY, WAITING, CalendarEntry, CalendarImport, ImportedEvent
from eventkit.events import queries as events
from eventkit.events.models import Event, Occurrence, Participation

#: how long what is over stays in feeds
KEPT_FOR = timedelta(days=90)

_HAS_ENTRY = select(CalendarEntry.event_id).where(CalendarEntry.event_id == bindparam("event"))


def entry_of(event: Event) -> CalendarEntry | None:
    """None for a draft, and for an event whose day is not known."""
    return db.session.get(CalendarEntry, event.id)


def has_entry(event: Event) -> bool:
    """Whether there is an `entry_of` it, without reading that."""
    return db.session.scalar(_HAS_ENTRY, {"event": event.id}) is not None


def entries_of(user: User, now: datetime) -> list[CalendarEntry]:
    """Those of the events that a person organizes or hosts, unless they have been over for long."""
    theirs = [event.id for event in events.editable_by(user)]
    since = now - KEPT_FOR
    lately = or_(CalendarEntry.over_at.is_(None), CalendarEntry.over_at > since)
    found = select(CalendarEntry).where(CalendarEntry.event_id.in_(theirs), lately)
    return list(db.session.scalars(found.order_by(CalendarEntry.event_id)))


def invite(event: Event) -> bytes | None:
    """The event as a file for a calendar; None where there is no entry."""
    entry = entry_of(event)
    return None if entry is None else ical.calendar([entry.vevent], [ical.zone_of(event)])


def invite_to(occurrence: Occurrence) -> bytes | None:
    """One time of a series as a file for a calendar; None where the series has no entry."""
    entry = entry_of(occurrence.event)
    if entry is None:
        return None
    vevent = ical.vevent_of_date(occurrence, modified_at=entry.modified_at)
    return ical.calendar([vevent], [ical.zone_of(occurrence.event)])


def imports_of(user: User) -> list[CalendarImport]:
    """Calendars that a person has imported in the last days, the latest first, without what they hold."""
    return list(
        db.session.scalars(
            select(CalendarImport)
            .where(CalendarImport.user_id == user.id)
            .options(defer(CalendarImport.sealed))
            .order_by(CalendarImport.id.desc())
        )
    )


def import_of(user: User, import_id: int) -> CalendarImport | None:
    """None for what is somebody else's."""
    return db.session.scalar(
        select(CalendarImport).where(CalendarImport.id == import_id, CalendarImport.user_id == user.id)
    )


def next_to_read(now: datetime) -> CalendarImport | None:
    """The import that has waited longest, locked where the database can, or None."""
    return db.session.scalars(
        select(CalendarImport)
        .where(CalendarImport.state == WAITING, CalendarImport.next_attempt_at <= now)
        .order_by(CalendarImport.next_attempt_at, CalendarImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def about(row: CalendarImport) -> str:
    """What its sealed text is bound to."""
    return f"calendar-import:{row.id}"


def content_of(row: CalendarImport) -> str:
    """The address or the file that waits; raises keys.KeyDestroyed where it cannot be read."""
    if row.sealed is None:
        raise keys.KeyDestroyed("nothing is kept of it")
    return keys.sealer().unseal(row.sealed, about(row))


def calendar_of(row: CalendarImport) -> ReadCalendar:
    """What was read. Raises keys.KeyDestroyed where it cannot be opened any more."""
    assert row.state == READY
    return ReadCalendar.from_json(content_of(row))


def digest_of(uid: str) -> str:
    """By which a UID of any length is found again."""
    return hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()


def imported_before(user: User, digests: Iterable[str]) -> dict[str, ImportedEvent]:
    """By the digest of their UIDs: those events that this person has imported already, with all that they say."""
    whole = joinedload(ImportedEvent.event)
    parts = whole.selectinload(Event.participations).joinedload(Participation.organization)
    found = db.session.scalars(
        select(ImportedEvent)
        .where(ImportedEvent.user_id == user.id, ImportedEvent.uid_digest.in_(list(digests)))
        .options(whole, parts, whole.selectinload(Event.tags))
    )
    return {row.uid_digest: row for row in found}


def origins_of(events: Iterable[Event]) -> dict[int, ImportedEvent]:
    """By event: from where those were imported that were."""
    ids = [event.id for event in events]
    found = db.session.scalars(select(ImportedEvent).where(ImportedEvent.event_id.in_(ids)))
    return {row.event_id: row for row in found}


def lock_person(user: User) -> None:
    """Lets nobody else do for this person what must happen once, until the transaction ends. Rows may refer to the
    person meanwhile: who changes an event of theirs would wait for us, and we for the event."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
