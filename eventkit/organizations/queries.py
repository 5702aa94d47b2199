"""Reads."""

from __future__ import annotations

from sqlalchemy import or_, select

from eventkit import db
from eventkit.accounts.models import User
from eventkit.organizations.models import Member, Organization
from eventkit.text import fold


def by_slug(slug: str) -> Organization | None:
    return db.session.scalar(select(Organization).where(Organization.slug == slug))


def by_name(name: str) -> Organization | None:
    """By name or abbreviation, in any spelling; where several share it, the one that somebody speaks for."""
    folded = fold(name)
    if not folded:
        return None
    matches = select(Organization).where(
        or_(Organization.folded_name == folded, Organization.folded_abbreviation == folded)
    )
    spoken_for = Organization.members.any()
    return db.session.scalar(matches.order_by(spoken_for.desc(), Organization.id).limit(1))


def all_by_name() -> list[Organization]:
    return list(db.session.scalars(select(Organization).order_by(Organization.folded_name, Organization.id)))


def spoken_for_by(user: User) -> list[Organization]:
    """The organizations in whose name this person may act."""
    mine = select(Organization).join(Member).where(Member.user_id == user.id)
    return list(db.session.scalars(mine.order_by(Organization.folded_name)))
