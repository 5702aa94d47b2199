"""Organizations and their members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventkit.accounts.models import User
from eventkit.db import Base, UTCDateTime

OWNER = "owner"
EDITOR = "editor"

#: What an organization can be; the words for people are in forms.py.
KINDS = ("ngo", "union", "community", "faith", "students", "professional", "party", "coalition", "other")


class Organization(Base):
    """A page of its own. One that an organizer merely named has no members, until somebody claims it."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: `name` folded for comparison: two spellings of one name are one organization
    folded_name: Mapped[str] = mapped_column(String(200), index=True)
    native_name: Mapped[str] = mapped_column(String(200), default="")
    #: BCP 47 tag of `native_name`
    native_name_language: Mapped[str] = mapped_column(String(12), default="")
    abbreviation: Mapped[str] = mapped_column(String(40), default="")
    folded_abbreviation: Mapped[str] = mapped_column(String(40), default="", index=True)
    kind: Mapped[str] = mapped_column(String(20), default="other")
    purpose: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    donation_url: Mapped[str] = mapped_column(String(500), default="")
    #: Markdown
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    members: Mapped[list[Member]] = relationship(back_populates="organization", cascade="all, delete-orphan")


class Member(Base):
    """A person who may speak for an organization: owners also decide who else may."""

    __tablename__ = "organization_members"
    __table_args__ = (UniqueConstraint("organization_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10), default=OWNER)
    organization: Mapped[Organization] = relationship(back_populates="members")
    user: Mapped[User] = relationship()
