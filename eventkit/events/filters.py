"""Which events are meant: the filters of lists and feeds alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from eventkit.events.models import Event, EventTag, Participation
from eventkit.organizations.models import Organization


@dataclass(frozen=True)
class EventFilter:
    """What a person chose; nothing chosen is everything. `organization` is a slug, `tag` is in lower case."""

    organization: str = ""
    tag: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> EventFilter:
        """From a query string. Raises DomainError for what cannot be understood."""
        return cls(organization=args.get("organization", "").strip()[:80], tag=args.get("tag", "").strip().lower()[:40])

    @property
    def is_empty(self) -> bool:
        return self == EventFilter()

    def conditions(self) -> list[ColumnElement[bool]]:
        """For `select(Event)`."""
        found: list[ColumnElement[bool]] = []
        if self.organization:
            parts = select(Participation.event_id).join(Organization).where(Organization.slug == self.organization)
            found.append(Event.id.in_(parts))
        if self.tag:
            found.append(Event.id.in_(select(EventTag.event_id).where(EventTag.name == self.tag)))
        return found
