"""Who may."""

from __future__ import annotations

from eventkit.accounts.models import User
from eventkit.events.models import COHOST, HOST, Event


def can_edit(user: User, event: Event) -> bool:
    """Its organizer, whoever speaks for an organization that hosts it, and the operator."""
    if event.organizer_id == user.id or user.is_operator:
        return True
    return any(
        member.user_id == user.id
        for part in event.participations
        if part.role in {HOST, COHOST}
        for member in part.organization.members
    )
