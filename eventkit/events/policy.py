"""Who may."""

from __future__ import annotations

from eventkit.accounts.models import User
from eventkit.events.models import COHOST, HOST, Event


def can_edit(user: User, event: Event) -> bool:
    """Its organizer, who hosts it together with them, and the operator.

    To be named as host gives no right by itself: anybody can take a name. Whoever speaks for a hosting
    organization may edit where the organizer speaks for that organization, too.
    """
    if event.organizer_id == user.id or user.is_operator:
        return True
    hosting = (part.organization for part in event.participations if part.role in {HOST, COHOST})
    speakers = ({member.user_id for member in organization.members} for organization in hosting)
    return any({user.id, event.organizer_id} <= people for people in speakers)
