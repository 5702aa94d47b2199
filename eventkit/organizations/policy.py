"""Who may."""

from __future__ import annotations

from eventkit.accounts.models import User
from eventkit.organizations import queries
from eventkit.organizations.models import OWNER, Organization


def can_edit(user: User, organization: Organization) -> bool:
    """Whoever speaks for it, and the operator."""
    return user.is_operator or queries.membership(organization, user) is not None


def can_choose_members(user: User, organization: Organization) -> bool:
    """Its owners, and the operator."""
    member = queries.membership(organization, user)
    return user.is_operator or (member is not None and member.role == OWNER)
