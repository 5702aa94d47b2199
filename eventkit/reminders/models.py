"""Reminders that are being written out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventkit.db import Base, UTCDateTime

WEEK, DAY, MORNING, THANKS = "week", "day", "morning", "thanks"
KINDS = (WEEK, DAY, MORNING, THANKS)


class Reminder(Base):
    """One reminder of one time of an event, written out to the outbox in steps, by the worker.

    An event that moves is reminded of anew: `starts_at` is when it was to begin.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("event_id", "occurrence", "kind", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    #: RECURRENCE-ID; empty for a single event
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: WEEK, DAY, MORNING or THANKS
    kind: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: when it is to be read, and after when it is not sent any more
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drop_after: Mapped[datetime] = mapped_column(UTCDateTime)
    #: the last RSVP that was written to
    last_rsvp_id: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
