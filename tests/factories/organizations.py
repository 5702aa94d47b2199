"""Organizations and who speaks for them."""

from __future__ import annotations

from typing import Any

from eventkit import clock, db
from eventkit.accounts.models import User
from eventkit.organizations import actions
from eventkit.organizations.models import Member, Organization


def make_organization(
    name: str = "Tenants United", *, members: tuple[User, ...] = (), **particulars: Any
) -> Organization:
    """An organization with a page; `members` speak for it."""
    with db.transaction() as session:
        organization = actions.find_or_name(name, now=clock.now())
        for field, value in particulars.items():
            setattr(organization, field, value)
        session.add_all(Member(organization=organization, user=user) for user in members)
    return organization
