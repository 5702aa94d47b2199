"""What an event asks of those who come, their RSVPs, the counts, and messages that are on their way to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventkit.db import Base, UTCDateTime
from eventkit.events.models import Event

#: RFC 5545 PARTSTAT
ACCEPTED, TENTATIVE, DECLINED = "ACCEPTED", "TENTATIVE", "DECLINED"
PARTSTATS = (ACCEPTED, TENTATIVE, DECLINED)

#: how much harm it would do if it were known who comes
ORDINARY, ELEVATED, HIGH = "ordinary", "elevated", "high"
RISKS = (ORDINARY, ELEVATED, HIGH)

#: whether there is room for an RSVP that says yes
SEATED, WAITING = "seated", "waiting"
#: whether it counts: it does, its address has yet to be confirmed, the organizer has yet to say yes, or said no
CLEAR, UNCONFIRMED, PENDING, REFUSED = "clear", "unconfirmed", "pending", "refused"
#: those that hold a seat without being counted in public
HELD = (UNCONFIRMED, PENDING)

#: who entered it: whoever comes, or the organizer for somebody without a device
BY_PERSON, BY_ORGANIZER = "person", "organizer"

TEXT, ONE_OF, SEVERAL_OF, YES_NO = "text", "one", "several", "yes-no"
QUESTION_KINDS = (TEXT, ONE_OF, SEVERAL_OF, YES_NO)

#: kind of the notice that a series was divided
CONTINUED = "continued"

#: what came of a calendar reply
APPLIED, STALE, DUPLICATE, PROPOSAL, UNCLEAR = "applied", "stale", "duplicate", "proposal", "unclear"
#: those that a person has to look at
TO_LOOK_AT = (PROPOSAL, UNCLEAR)


class RsvpTerms(Base):
    """On which terms people may come. There is one row for an event once its organizer has changed any of them; without
    one the defaults hold (`terms.of`). Name, e-mail and the largest party are asked for by the event itself."""

    __tablename__ = "rsvp_terms"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    #: ORDINARY, ELEVATED or HIGH: it sets the others when it is chosen, and is told to whoever opens the page
    risk: Mapped[str] = mapped_column(String(10), default=ORDINARY)
    #: false: no RSVPs, whatever the times say
    takes_rsvps: Mapped[bool] = mapped_column(Boolean, default=True)
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: people, not rows; of a series at each date. Null: no limit
    capacity: Mapped[int | None] = mapped_column(Integer)
    has_waitlist: Mapped[bool] = mapped_column(Boolean, default=True)
    #: a tap, and nothing about the person: neither name, e-mail, questions nor shifts
    headcount_only: Mapped[bool] = mapped_column(Boolean, default=False)
    #: an RSVP counts once its address is confirmed; until then it holds its seat for a while
    confirmed_only: Mapped[bool] = mapped_column(Boolean, default=False)
    #: the organizer says yes or no to each
    by_approval: Mapped[bool] = mapped_column(Boolean, default=False)
    has_check_in: Mapped[bool] = mapped_column(Boolean, default=True)
    can_export: Mapped[bool] = mapped_column(Boolean, default=True)
    sends_reminders: Mapped[bool] = mapped_column(Boolean, default=True)
    #: from the end of the event to the destruction of what is known of those who came
    retention_days: Mapped[int] = mapped_column(Integer, default=14)
    #: the organizer's words to those who come, sealed with the event's key
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: what they are told afterwards, sealed likewise
    thanks: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: when the event's key was destroyed
    purged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    event: Mapped[Event] = relationship()


class RsvpQuestion(Base):
    """A question of the organizer's own. Answers are in `Rsvp.sealed`, by the number of the question."""

    __tablename__ = "rsvp_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    #: TEXT, ONE_OF, SEVERAL_OF or YES_NO
    kind: Mapped[str] = mapped_column(String(10), default=TEXT)
    label: Mapped[str] = mapped_column(String(200))
    #: what can be chosen, a line each
    options: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(Boolean, default=False)

    @property
    def choices(self) -> list[str]:
        return self.options.splitlines()


class RsvpShift(Base):
    """A role, at a time of its own where it has one: marshals, medics, legal observers, places in a car.

    `taken` counts people; a conditional UPDATE keeps it within `capacity`.
    """

    __tablename__ = "rsvp_shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[str] = mapped_column(String(120))
    #: what it takes, where to meet: for whoever chooses
    details: Mapped[str] = mapped_column(String(300), default="")
    #: local wall time at the venue; null where it is as long as the event
    starts_local: Mapped[datetime | None] = mapped_column(DateTime)
    ends_local: Mapped[datetime | None] = mapped_column(DateTime)
    #: null: as many as come; 0: it is being deleted
    capacity: Mapped[int | None] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)


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
        # The waitlist in its order.
        Index("ix_rsvps_waiting", "event_id", "seat", "waits_since"),
        # A number that was erased is given to nobody else: a link holds it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    #: RECURRENCE-ID as local wall time (`20261107T130000`); empty for the event or the whole series
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: of an exception: the RSVP for the series
    series_id: Mapped[int | None] = mapped_column(ForeignKey("rsvps.id", ondelete="CASCADE"))
    partstat: Mapped[str] = mapped_column(String(10))
    party_size: Mapped[int] = mapped_column(Integer, default=1)
    #: JSON of `name`, `email`, `language` and `answers`
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
    #: SEATED or WAITING; what says maybe or no needs no seat, and is SEATED
    seat: Mapped[str] = mapped_column(String(10), default=SEATED)
    #: CLEAR, UNCONFIRMED, PENDING or REFUSED
    state: Mapped[str] = mapped_column(String(12), default=CLEAR)
    #: since when it waits for a seat: the order of the waitlist
    waits_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: until when whoever moved up from the waitlist is asked to give the seat back if they cannot take it
    offered_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: of UNCONFIRMED: when it ends and gives its seat back
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("rsvp_shifts.id", ondelete="SET NULL"), index=True)
    #: BY_PERSON or BY_ORGANIZER
    entered_by: Mapped[str] = mapped_column(String(10), default=BY_PERSON)
    #: where it came from, for undoing a flood: a hash whose salt is forgotten; null after three days
    source: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    #: people of it who have arrived, and when that was tapped last; of 0 when it was taken back
    arrived: Mapped[int] = mapped_column(Integer, default=0)
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: whether reminders and thanks are sent to the address
    wants_reminders: Mapped[bool] = mapped_column(Boolean, default=True)
    #: whether anything is: who says no hears neither of a change
    wants_mail: Mapped[bool] = mapped_column(Boolean, default=True)
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
    #: who would come if there were room
    waiting: Mapped[int] = mapped_column(Integer, default=0)
    #: who has a seat but is not counted yet: unconfirmed, or not approved. Seats taken are `coming + held`
    held: Mapped[int] = mapped_column(Integer, default=0)


class Broadcast(Base):
    """A message of the organizer's own to those who come, written out to the outbox in steps, by the worker."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    #: of the form that it was sent with: the same form twice is one message
    token: Mapped[str] = mapped_column(String(40), unique=True)
    #: "all", "coming", "maybe", "waiting", "undecided" or "shift:<number>"
    audience: Mapped[str] = mapped_column(String(20))
    #: RECURRENCE-ID of the date whose people it is to; empty for all
    occurrence: Mapped[str] = mapped_column(String(15), default="")
    #: JSON of `subject` and `text`, sealed with the event's key
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: people that it is to, when it was sent off
    total: Mapped[int] = mapped_column(Integer, default=0)
    #: messages that were queued
    queued: Mapped[int] = mapped_column(Integer, default=0)
    #: the last RSVP that was written to
    last_rsvp_id: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


class Notice(Base):
    """Something that all who left an address must hear: written out to the outbox in steps, by the worker."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("event_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    #: "cancelled", "postponed", "moved", "revealed" or CONTINUED
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
