"""The address of a person's own feed: a signed link that is stored nowhere and ends when a new one is made."""

from __future__ import annotations

from eventkit import db, links
from eventkit.accounts.models import User
from eventkit.calendars.models import PersonalFeed

_PURPOSE = "calendar"


def token(user: User) -> str:
    """What stands in the address of this person's feed."""
    return links.sign(_PURPOSE, user.id, _generation(user.id))


def user_by_token(token: str) -> User | None:
    """Whose feed it is; None for a forged token, a revoked one, and a person whose account is closed."""
    found = links.verify(_PURPOSE, token)
    if found is None or found[0] >= 2**31:  # no row of PostgreSQL has such a number
        return None
    user = db.session.get(User, found[0])
    return user if user is not None and user.active and _generation(user.id) == found[1] else None


def revoke(user: User) -> None:
    """Every address that was given out ends; `token` makes another. The caller owns the transaction."""
    db.session.get(
        User, user.id, with_for_update={"key_share": True}
    )  # two at once on PostgreSQL would both make the first row
    feed = db.session.get(PersonalFeed, user.id, populate_existing=True)
    if feed is None:
        db.session.add(PersonalFeed(user_id=user.id, generation=1))
    else:
        feed.generation += 1
    db.session.flush()


def _generation(user_id: int) -> int:
    feed = db.session.get(PersonalFeed, user_id)
    return 0 if feed is None else feed.generation
