"""RSVPs, the count that the page shows, and notices that are on their way to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventkit.db import Base, UTCDateTime
from eventkit.events.models import Event

#: RFC 5545 PARTSTAT
ACCEPTED, TENTATIVE, DECLINED = "ACCEPTED", "TENTATIVE", "DECLINED"
PARTSTATS = (ACCEPTED, TENTATIVE, DECLINED)

#: kind of the notice that a series was divided
CONTINUED = "continued"

#: what came of a calendar reply
APPLIED, STALE, DUPLICATE, PROPOSAL, UNCLEAR = "applied", "stale", "duplicate", "proposal", "unclear"
#: those that a person has to look at
WAITING = (PROPOSAL, UNCLEAR)


class Rsvp(Base):
    """One answer to one event, or to one date of it. Everything about the person is in `sealed`, under the event's key.

    An exception says another thing for one date than the RSVP for the series that it belongs to (`series`): of the
    person it holds nothing of its own.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        # One person, one RSVP: found again by the fingerprint of their address, under this event's key only.
        Index("uq_rsvps_person", "event_id", "occurrence", "person", unique=True),
        # One date of a series, one exception to what was answered for all of it.
        Index("uq_rsvps_exception", "series_id", "occurrence", unique=True),
        Index("ix_rsvps_sent", "event_id", "holds_invitation", "sent_sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    #: RECURRENCE-ID as local wall time (`20261107T130000`); empty for the event or the whole series
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: of an exception: the RSVP for the series
    series_id: Mapped[int | None] = mapped_column(ForeignKey("rsvps.id", ondelete="CASCADE"))
    partstat: Mapped[str] = mapped_column(String(10))
    party_size: Mapped[int] = mapped_column(Integer, default=1)
    #: JSON of `name`, `email`, `language`
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    person: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    #: false when the same person has another RSVP that counts, or withdrew this one
    counted: Mapped[bool] = mapped_column(Boolean, default=True)
    #: raised to revoke the links that were sent; odd once the address has proved to be the person's
    generation: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: SEQUENCE of the last REQUEST or CANCEL that was sent for this RSVP; null when none was
    invited_sequence: Mapped[int | None] = mapped_column(Integer)
    #: the highest SEQUENCE that was sent to it, also about one date of the series that it is for: the next is higher
    sent_sequence: Mapped[int | None] = mapped_column(Integer)
    #: whether the person's calendar holds what we sent: the last one was a REQUEST
    holds_invitation: Mapped[bool] = mapped_column(Boolean, default=False)
    #: DTSTAMP of the last calendar reply that was taken from it
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    event: Mapped[Event] = relationship()
    series: Mapped[Rsvp | None] = relationship(remote_side=[id])

    @property
    def owner(self) -> Rsvp:
        """The RSVP that holds the person: links, addresses and the numbers of messages are of that one."""
        return self.series or self

    @property
    def address_is_proven(self) -> bool:
        """Whether somebody acted by what was mailed there. Until then anybody may have typed the address."""
        return bool(self.generation % 2)


class RsvpCount(Base):
    """People, not rows, by answer. Moved in the transaction that moves the RSVP.

    A date of a series has what was answered for it, less what the same people said for the series; so its numbers may
    be below zero, and the count at that date is the sum with the row of the series (`occurrence` is empty).
    """

    __tablename__ = "rsvp_counts"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    occurrence: Mapped[str] = mapped_column(String(15), primary_key=True, default="")
    coming: Mapped[int] = mapped_column(Integer, default=0)
    maybe: Mapped[int] = mapped_column(Integer, default=0)
    not_coming: Mapped[int] = mapped_column(Integer, default=0)


class Notice(Base):
    """Something that all who left an address must hear: written out to the outbox in steps, by the worker."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("event_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    #: "cancelled", "postponed", "moved" or CONTINUED
    kind: Mapped[str] = mapped_column(String(10))
    #: RECURRENCE-ID of the occurrence that it is about, of CONTINUED the first of the new series; empty for the whole
    #: event
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: SEQUENCE of the event when it happened: one notice per change
    sequence: Mapped[int] = mapped_column(Integer)
    #: the last RSVP that was written to
    last_rsvp_id: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


class CalendarReply(Base):
    """What came of an answer that a calendar application sent by mail (RFC 5546 REPLY and COUNTER)."""

    __tablename__ = "calendar_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: of what the reply says, not of how it came: the same answer twice is one
    digest: Mapped[str] = mapped_column(String(64), index=True)
    #: the message, which is kept as long as a person has to look at it
    inbox_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("inbox_messages.id", ondelete="SET NULL"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    rsvp_id: Mapped[int | None] = mapped_column(ForeignKey("rsvps.id", ondelete="SET NULL"), index=True)
    #: APPLIED, STALE, DUPLICATE, PROPOSAL or UNCLEAR
    verdict: Mapped[str] = mapped_column(String(12))
    #: why, as a word that the page translates
    reason: Mapped[str] = mapped_column(String(40), default="")
    partstat: Mapped[str] = mapped_column(String(20), default="")
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: of a proposal: the instants that were proposed
    proposed_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: when a person has looked at it; null where nobody has to, or nobody has yet
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
