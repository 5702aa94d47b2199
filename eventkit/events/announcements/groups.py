"""Labelled values sorted into events: a label that comes again begins the next event."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eventkit.events.announcements.document import Document
from eventkit.events.announcements.labels import Field

TIMED = frozenset({"when", "date", "time", "end", "when_where"})
PLACED = frozenset({"where", "when_where", "city", "country"})


@dataclass
class Group:
    """The labelled values of one event; ``start`` to ``end`` is its part of the text, ``lead`` where that begins."""

    fields: list[Field] = field(default_factory=list)
    lead: int = 0
    end: int = 0

    def first(self, *kinds: str) -> Field | None:
        """The first value of one of these kinds."""
        return next((it for it in self.fields if it.kind in kinds), None)

    def has(self, kinds: frozenset[str]) -> bool:
        """Whether a value of one of these kinds is here."""
        return any(it.kind in kinds for it in self.fields)


def grouped(document: Document, fields: Sequence[Field]) -> tuple[list[Group], list[Field]]:
    """The events that the labels describe, and the values that all of them share."""
    groups: list[Group] = []
    current = Group()
    for it in fields:
        if it.kind in ("other", "mail"):
            continue
        if _begins_another(current, it):
            groups.append(current)
            current = Group(lead=current.fields[-1].end)
        current.fields.append(it)
    if current.fields:
        groups.append(current)
    described = [group for group in groups if group.has(TIMED) or group.has(PLACED)]
    shared = [it for group in groups if group not in described for it in group.fields]
    for n, group in enumerate(described):
        group.end = described[n + 1].fields[0].at if n + 1 < len(described) else len(document.text)
    if len(described) > 1:
        for kind in ("who", "what", "why", "title", "host"):
            holders = [group for group in described if group.first(kind) is not None]
            if len(holders) == 1:
                shared += [it for it in holders[0].fields if it.kind == kind]
    return described, shared


def _begins_another(group: Group, it: Field) -> bool:
    if not group.fields:
        return False
    kinds = {field.kind for field in group.fields}
    if it.kind in ("when", "date", "when_where"):
        return bool(kinds & {"when", "date", "when_where"}) and not (
            it.kind == "date" and kinds & {"when"} == {"when"} and "date" not in kinds and not kinds & {"where"}
        )
    if it.kind == "time":
        return "time" in kinds and bool(kinds & PLACED)
    if it.kind == "where":
        return "where" in kinds
    if it.kind == "city":
        return "city" in kinds or bool(kinds & TIMED and "where" in kinds)
    if it.kind == "title":
        return "title" in kinds and group.has(TIMED)
    if it.kind in ("who", "what", "why"):
        return it.kind in kinds and (group.has(TIMED) or group.has(PLACED))
    return False
