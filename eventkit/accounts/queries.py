"""Reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from eventkit import db
from eventkit.accounts.models import OPERATOR, Role, SignInLink, User


def by_address(address: str) -> User | None:
    """`address` is normalized (`actions.normalized_address`)."""
    return db.session.scalar(select(User).where(User.email == address))


def operator() -> User | None:
    """The one who runs the site; the first, where there are several."""
    return db.session.scalar(select(User).join(User.roles).where(Role.name == OPERATOR).order_by(User.id).limit(1))


def page(number: int, size: int) -> list[User]:
    """Accounts by address, `size` to a page, pages counted from 1."""
    by_email = select(User).order_by(User.email)
    return list(db.session.scalars(by_email.limit(size).offset((number - 1) * size)))


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def invitations(now: datetime) -> list[SignInLink]:
    """Those that were sent to an address and are still good, the latest first."""
    sent = select(SignInLink).where(
        SignInLink.email != "",
        SignInLink.user_id.is_(None),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > now,
    )
    return list(db.session.scalars(sent.order_by(SignInLink.expires_at.desc(), SignInLink.id.desc())))
