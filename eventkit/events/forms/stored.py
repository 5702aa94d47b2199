"""An event that is stored, as its form shows it, and what another person's change made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from wtforms import Form

from eventkit.events.details import ASKED, stored_details
from eventkit.events.forms.event import EventForm
from eventkit.events.models import Event

#: what a person does not read, and what is told in another way
_UNSEEN = frozenset(
    {"csrf_token", "version", "announcement", "announced_on", "chosen", "home_timezone", "home_country"}
    | {"clock", "parts"}
)


def version_of(event: Event) -> str:
    """What a form brings back to be the latest word: it stands for all that the event says in it."""
    said = asdict(stored_details(event))
    told = [(name, value) for name, value in said.items() if name not in ASKED]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def differing(typed: Form, stored: Form, *, besides: Collection[str]) -> list[tuple[str, str]]:
    """Label and stored value of every field that `typed` would change; those named in `besides` are left out."""
    return [
        (str(field.label.text), _shown(stored[field.name]))
        for field in typed
        if field.name not in besides and (field.data or None) != (stored[field.name].data or None)
    ]


def differences(typed: EventForm, stored: EventForm) -> list[tuple[str, str]]:
    """As `differing`, and what differs of who takes part."""
    found = differing(typed, stored, besides=_UNSEEN)
    if typed.parts.parts() != stored.parts.parts():
        names = ", ".join(part.name for part in stored.parts.parts())
        found.append((str(stored.parts.label.text), names or _("nobody")))
    return found


def _shown(field: Any) -> str:
    """A value as a person reads it."""
    if field.type in {"SelectField", "RadioField"}:
        labels = {choice.value: str(choice.label) for choice in field.iter_choices()}
        return labels.get(field.data, field.data or _("nothing"))
    if field.type == "BooleanField":
        return _("yes") if field.data else _("no")
    return str(field._value()) or _("nothing")
