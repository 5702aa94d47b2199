"""The outbox, the inbox, and what keeps somebody from being written to too often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eventkit.db import Base, UTCDateTime

QUEUED, SENT, FAILED, DROPPED = "queued", "sent", "failed", "dropped"
RECEIVED, READ, KEPT = "received", "read", "kept"


class OutboxMessage(Base):
    """A message on its way. What it says and to whom is sealed, and dropped once it is sent."""

    __tablename__ = "outbox_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: what the message is, such as `rsvp-confirmation:12:0`: the same message is never queued twice
    key: Mapped[str] = mapped_column(String(120), unique=True)
    #: RFC 5322 Message-ID, stable over attempts
    message_id: Mapped[str] = mapped_column(String(200))
    #: who composes it when it is sent, from what `sealed` says; empty where `sealed` is the message itself
    composer: Mapped[str] = mapped_column(String(40), default="")
    #: the whole RFC 5322 message, or what its composer needs, as JSON
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: name of the key that sealed it
    key_name: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    #: one of very many: those that somebody waits for go first
    is_bulk: Mapped[bool] = mapped_column(Boolean, default=False)
    #: after this it is dropped instead of sent: it would come too late
    drop_after: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InboxMessage(Base):
    """A message that came in. It is sealed, and dropped once it is read, unless a person has to look at it."""

    __tablename__ = "inbox_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the whole message: one that is fetched twice is stored once
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_name: Mapped[str] = mapped_column(String(64))
    #: of the whole message, in bytes; more than `inbox.LARGEST` of it is not kept
    size: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=RECEIVED, index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MailSending(Base):
    """That somebody was written to. Rows live for 24 hours, under a key that lives for two days."""

    __tablename__ = "mail_sendings"
    __table_args__ = (Index("ix_mail_sendings_person", "person", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: fingerprint of the address under the key of that day
    person: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class MailSuppression(Base):
    """An address whose reader wants nothing from this site: its fingerprint under the site's key."""

    __tablename__ = "mail_suppressions"

    person: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
