"""Events, their old addresses, their tags, and the organizations that take part."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventkit.accounts.models import User
from eventkit.db import Base, UTCDateTime
from eventkit.organizations.models import Organization
from eventkit.venues.models import Venue

DRAFT, PUBLISHED, POSTPONED, CANCELLED = "draft", "published", "postponed", "cancelled"

PUBLIC, UNLISTED, PRIVATE = "public", "unlisted", "private"

REQUIRED, OPTIONAL, NOT_ASKED = "required", "optional", "not-asked"
ASKING = (REQUIRED, OPTIONAL, NOT_ASKED)

#: what became of an occurrence of a series: as the rule says, on another day or hour, cancelled with notice, or
#: left out of the rule (RFC 5545 EXDATE)
PLANNED, MOVED, EXCLUDED = "planned", "moved", "excluded"

HOST, COHOST, ENDORSING, ATTENDING = "host", "cohost", "endorsing", "attending"
ROLES = (HOST, COHOST, ENDORSING, ATTENDING)


class Event(Base):
    """A protest or another advocacy event.

    It keeps local wall time and the IANA zone; the UTC instants are derived from them (`actions.schedule`).
    `ends_local` is null where no end is known: an end is never invented.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_upcoming", "status", "visibility", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: RFC 5545 UID, never changed
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    who: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    #: BCP 47 tag of the texts
    language: Mapped[str] = mapped_column(String(12), default="en")

    #: local wall time at the venue; midnight where `all_day` or no time is known
    starts_local: Mapped[datetime | None] = mapped_column(DateTime)
    ends_local: Mapped[datetime | None] = mapped_column(DateTime)
    #: no hour is told: either it lasts the day, or the hour is still to be announced
    all_day: Mapped[bool] = mapped_column(Boolean, default=False)
    timezone: Mapped[str] = mapped_column(String(60), default="UTC")
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    #: when it is over: the end, or the end of the local day where no end is told
    over_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    #: RFC 5545 RRULE value, empty for a single event
    rrule: Mapped[str] = mapped_column(String(200), default="")
    #: until when its occurrences are laid out as rows; null until they are for the first time
    laid_out_until: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    #: the series that this one goes on from: "this and following" is a series of its own
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"), index=True)

    online_url: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(10), default=DRAFT)
    visibility: Mapped[str] = mapped_column(String(10), default=PUBLIC)
    #: when the exact place becomes public; until then the town alone is told. Null: it is public
    place_public_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    #: why it was cancelled or postponed, in the organizer's words
    status_reason: Mapped[str] = mapped_column(Text, default="")

    ask_name: Mapped[str] = mapped_column(String(10), default=OPTIONAL)
    ask_email: Mapped[str] = mapped_column(String(10), default=OPTIONAL)
    largest_party: Mapped[int] = mapped_column(Integer, default=10)
    #: name of the key that seals what RSVPs say about people
    key_name: Mapped[str] = mapped_column(String(64))

    #: what `q` searches, folded (`text.fold`)
    search_text: Mapped[str] = mapped_column(Text, default="")
    #: RFC 5545 SEQUENCE
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    #: the text it was read from, and the day on which that text appeared
    announcement: Mapped[str] = mapped_column(Text, default="")
    announced_on: Mapped[date | None] = mapped_column()

    organizer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), unique=True)
    organizer: Mapped[User] = relationship()
    venue: Mapped[Venue] = relationship(lazy="joined", innerjoin=True)
    participations: Mapped[list[Participation]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Participation.position"
    )
    tags: Mapped[list[EventTag]] = relationship(cascade="all, delete-orphan", order_by="EventTag.name")

    @property
    def is_open_to_strangers(self) -> bool:
        """Whether somebody who has the address may see it: not a draft, and not private."""
        return self.status != DRAFT and self.visibility != PRIVATE

    def is_over(self, now: datetime) -> bool:
        return self.over_at is not None and self.over_at <= now


class Occurrence(Base):
    """One time at which an event takes place: the only one of a single event, each one of a series.

    Rows are derived from the event's rule up to `Event.laid_out_until`. What an organizer decided about one of
    them (`state` is not PLANNED) is kept when the rule is laid out again.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("event_id", "recurrence_id"),
        Index("ix_occurrences_upcoming", "over_at", "starts_at"),
        Index("ix_occurrences_starts", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    #: RFC 5545 RECURRENCE-ID as local wall time by the rule (`20261107T130000`); empty for a single event
    recurrence_id: Mapped[str] = mapped_column(String(15), default="")
    state: Mapped[str] = mapped_column(String(10), default=PLANNED)
    #: why it was moved or cancelled, in the organizer's words
    reason: Mapped[str] = mapped_column(Text, default="")
    #: as of `Event`: local wall time at the venue, and the instants that follow from it
    starts_local: Mapped[datetime] = mapped_column(DateTime)
    ends_local: Mapped[datetime | None] = mapped_column(DateTime)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    over_at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[Event] = relationship()

    @property
    def all_day(self) -> bool:
        return self.event.all_day

    @property
    def timezone(self) -> str:
        return self.event.timezone

    def is_over(self, now: datetime) -> bool:
        return self.over_at <= now


#: what has a date: an event (a series has that of its first time), or one time of it
Dated = Event | Occurrence


class EventSlug(Base):
    """A former slug of an event, which redirects to the current one and is not given to another."""

    __tablename__ = "event_slugs"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)


class EventTag(Base):
    """A tag: lower case, no blanks."""

    __tablename__ = "event_tags"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class Participation(Base):
    """An organization's part in an event, with a sentence of its own."""

    __tablename__ = "participations"
    __table_args__ = (UniqueConstraint("event_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    statement: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    event: Mapped[Event] = relationship(back_populates="participations")
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
