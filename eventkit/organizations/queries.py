"""Reads."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from eventkit import db
from eventkit.accounts.models import User
from eventkit.organizations.models import OWNER, Member, Organization
from eventkit.text import clean_line, fold


def by_slug(slug: str) -> Organization | None:
    return db.session.scalar(select(Organization).where(Organization.slug == slug))


def by_name(name: str) -> Organization | None:
    """By name in any spelling, or else by an abbreviation that one alone has.

    A name comes before everybody's abbreviations, which may be chosen to be mistaken for it: whoever hosts an
    event may read who comes.
    """
    folded = fold(name)
    if not folded:
        return None
    found = of_this_very_name(name)
    if found is None:
        abbreviated = select(Organization).where(Organization.folded_abbreviation == folded).limit(2)
        matches = db.session.scalars(abbreviated).all()
        found = matches[0] if len(matches) == 1 else None
    return found


def of_this_very_name(name: str, *, besides: Organization | None = None) -> Organization | None:
    """Another organization of this name, in any spelling; abbreviations may be shared, names may not."""
    named = select(Organization).where(Organization.folded_name == fold(name))
    if besides is not None:
        named = named.where(Organization.id != besides.id)
    return db.session.scalar(named.order_by(is_spoken_for().desc(), Organization.id).limit(1))


def is_spoken_for() -> ColumnElement[bool]:
    """The condition that somebody speaks for it."""
    return Organization.members.any()


def page(condition: ColumnElement[bool], *, name_like: str = "", number: int = 1, size: int = 50) -> list[Organization]:
    """Those that meet the condition and have the words in a name, by name, pages counted from 1."""
    found = _like(select(Organization).where(condition), name_like)
    found = found.order_by(Organization.folded_name, Organization.id)
    return list(db.session.scalars(found.limit(size).offset((number - 1) * size)))


def count(condition: ColumnElement[bool], *, name_like: str = "") -> int:
    """How many `page` has, over all pages."""
    return db.session.scalar(_like(select(func.count(Organization.id)).where(condition), name_like)) or 0


def spoken_for_by(user: User) -> list[Organization]:
    """The organizations in whose name this person may act."""
    mine = select(Organization).join(Member).where(Member.user_id == user.id)
    return list(db.session.scalars(mine.order_by(Organization.folded_name)))


def memberships(user: User) -> list[Member]:
    """This person's memberships with their organizations, by name."""
    mine = select(Member).join(Member.organization).where(Member.user_id == user.id)
    return list(db.session.scalars(mine.options(joinedload(Member.organization)).order_by(Organization.folded_name)))


def members(organization: Organization) -> list[Member]:
    """Who speaks for it, owners first, with their accounts."""
    of_it = select(Member).join(Member.user).where(Member.organization_id == organization.id)
    in_order = of_it.options(joinedload(Member.user)).order_by(Member.role.desc(), User.email)
    return list(db.session.scalars(in_order))


def membership(organization: Organization, user: User) -> Member | None:
    return db.session.scalar(select(Member).where(Member.organization_id == organization.id, Member.user_id == user.id))


def owners(organization: Organization) -> int:
    """How many owners it has."""
    owning = select(func.count(Member.id)).where(Member.organization_id == organization.id, Member.role == OWNER)
    return db.session.scalar(owning) or 0


def _like(found: Select, name_like: str) -> Select:
    for word in fold(name_like).split():
        found = found.where(
            or_(
                Organization.folded_name.contains(word, autoescape=True),
                Organization.folded_abbreviation.contains(word, autoescape=True),
                Organization.native_name.contains(clean_line(name_like), autoescape=True),
            )
        )
    return found
