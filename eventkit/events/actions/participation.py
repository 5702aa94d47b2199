"""Which organizations take part, and how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.events.details import Part
from eventkit.events.models import ROLES, Event, Participation
from eventkit.organizations import actions as organizations


def set_parts(event: Event, parts: Sequence[Part], *, now: datetime) -> None:
    """Makes the event's list this one, in this order. A name that is new gets a page that nobody speaks for yet."""
    kept = {part.organization_id: part for part in event.participations}
    chosen: dict[int, Participation] = {}
    for part in parts:
        if part.role not in ROLES:
            raise DomainError(
                _("Choose what %(name)s does: host, co-host, endorse or attend.", name=part.name), field="parts"
            )
        organization = organizations.find_or_name(part.name, now=now)
        if organization.id in chosen:
            raise DomainError(_("%(name)s is in the list twice.", name=organization.name), field="parts")
        row = kept.get(organization.id) or Participation(organization=organization, organization_id=organization.id)
        row.role, row.statement, row.position = part.role, part.statement, ROLES.index(part.role) * 1000 + len(chosen)
        chosen[organization.id] = row
    event.participations = sorted(chosen.values(), key=lambda row: row.position)
