"""Calendar entries, rendered when their event changes; whose feeds may be read; calendars that are being imported."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventkit.accounts.models import User
from eventkit.db import Base, UTCDateTime
from eventkit.events.models import Event

#: `CalendarEntry.stamp` is less than two to the power of this, so that the sum of many fits into 64 bits
_STAMP_BITS = 48

WAITING, READY, FAILED = "waiting", "ready", "failed"


class CalendarEntry(Base):
    """The VEVENTs of an event that has been published, ready to be sent: the event, then its changed occurrences."""

    __tablename__ = "calendar_entries"
    __table_args__ = (Index("ix_calendar_entries_listed", "is_listed", "over_at", "event_id", "stamp"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    vevent: Mapped[str] = mapped_column(Text)
    #: the TZID that it refers to; empty for whole days
    timezone: Mapped[str] = mapped_column(String(60), default="")
    #: the years for which its VTIMEZONE has to be true; without the last one it is for ever
    first_year: Mapped[int] = mapped_column(Integer, default=1970)
    last_year: Mapped[int | None] = mapped_column(Integer)
    #: whether public feeds show it
    is_listed: Mapped[bool] = mapped_column(Boolean, default=False)
    #: when its last occurrence is over; null for a series without end
    over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: another random number whenever the row is written: feeds find by it what they have not joined yet
    stamp: Mapped[int] = mapped_column(BigInteger, default=lambda: _stamp(), onupdate=lambda: _stamp())
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    #: what it was written by (`actions.rendering`): another one means that it is to be written anew
    rendering: Mapped[str] = mapped_column(String(16), index=True)


def _stamp() -> int:
    return secrets.randbits(_STAMP_BITS)


class CalendarRevision(Base):
    """Counts the transactions that changed what feeds tell, in one row (id 1): the validator of all feeds.

    `changed_at` grows with every one, by a second at least, so that no two changes share a Last-Modified. It may
    run ahead of the clock for that. A missing row means that nothing has changed yet.
    """

    __tablename__ = "calendar_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PersonalFeed(Base):
    """The feed of a person's own events. Raising the generation revokes the address that was given out."""

    __tablename__ = "personal_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(Integer, default=0)


class CalendarImport(Base):
    """Somebody else's calendar on its way in: fetched and read by the worker, then chosen from by a person."""

    __tablename__ = "calendar_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    #: what people are told of where it came from: the host of its address, which may hold a secret, or the file's name
    source: Mapped[str] = mapped_column(String(500))
    is_address: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default=WAITING, index=True)
    #: the address, or the file as it came; then what was read from it (JSON). Sealed with the site's key
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: why it failed, as a word that the page translates
    reason: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    user: Mapped[User] = relationship()


class ImportedEvent(Base):
    """Where an event came from: the same UID, imported again by the same person, updates it."""

    __tablename__ = "imported_events"
    __table_args__ = (UniqueConstraint("user_id", "uid_digest"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: SHA-256 of its UID there, which may be of any length
    uid_digest: Mapped[str] = mapped_column(String(64))
    uid: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(500))
    #: what its calendar said (`vevents.ReadVEvent` as JSON): a later import changes what it says otherwise by then
    as_read: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[Event] = relationship()
