"""The address of a person's own events: a signed link, which they can revoke."""

from __future__ import annotations

from eventkit import db, links
from eventkit.accounts.models import User
from eventkit.calendars.models import PersonalFeed

_PURPOSE = "calendar"


def token(user: User) -> str:
    """The secret part of the address: `/calendars/<token>.ics`."""
    feed = db.session.get(PersonalFeed, user.id)
    return links.sign(_PURPOSE, user.id, feed.generation if feed else 0)


def user_by_token(token: str) -> User | None:
    """Whose address it is; None when it was revoked, when it is not ours, and for who may not sign in any more."""
    verified = links.verify(_PURPOSE, token)
    if verified is None:
        return None
    user_id, generation = verified
    user = db.session.get(User, user_id) if user_id < 2**31 else None
    feed = db.session.get(PersonalFeed, user_id) if user is not None else None
    current = feed.generation if feed else 0
    return user if user is not None and user.active and generation == current else None


def revoke(user: User) -> None:
    """The address that was given out leads nowhere from now on; `token` tells the next one."""
    feed = db.session.get(PersonalFeed, user.id)
    if feed is None:
        db.session.add(PersonalFeed(user_id=user.id, generation=1))
    else:
        feed.generation += 1
