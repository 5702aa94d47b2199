"""Calendar entries, rendered when their event changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventkit.db import Base, UTCDateTime


class CalendarEntry(Base):
    """The VEVENT of an event that has been published, ready to be sent."""

    __tablename__ = "calendar_entries"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    vevent: Mapped[str] = mapped_column(Text)
    #: the TZID that it refers to; empty for whole days
    timezone: Mapped[str] = mapped_column(String(60), default="")
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    #: what it was written by (`actions.rendering`): another one means that it is to be written anew
    rendering: Mapped[str] = mapped_column(String(16), index=True)
