"""Who may."""

from __future__ import annotations

from eventkit.accounts.models import User


def is_operator(user: User) -> bool:
    """For `web.requires`: whoever looks after the site."""
    return user.is_operator
