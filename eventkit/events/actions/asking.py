"""What an event asks of those who come, and from when on it tells its exact place."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from eventkit import db, signals
from eventkit.errors import DomainError
from eventkit.events import queries
from eventkit.events.models import ASKING, DRAFT, Event

LARGEST_PARTY = 100


def set_asked(event: Event, *, ask_name: str, ask_email: str, largest_party: int) -> None:
    """Whether a name and an address are asked for (REQUIRED, OPTIONAL or NOT_ASKED), and for how many people one answer
    may count, from 1 to LARGEST_PARTY. Nothing that its calendar entry tells changes."""
    for field, asking in (("ask_name", ask_name), ("ask_email", ask_email)):
        if asking not in ASKING:
            raise DomainError(_("Choose from the list."), field=field)
    if not 1 <= largest_party <= LARGEST_PARTY:
        raise DomainError(_("Write a number from 1 to 100."), field="largest_party")
    event.ask_name, event.ask_email, event.largest_party = ask_name, ask_email, largest_party


def set_place_public_at(event: Event, moment: datetime | None, *, now: datetime) -> None:
    """From this instant on the exact place is told, and the town alone until then. None: it is told at once."""
    queries.lock(event)
    if event.place_public_at == moment:
        return
    event.place_public_at, event.modified_at = moment, now
    if event.status != DRAFT:
        event.sequence += 1
    db.session.flush()
    if event.status != DRAFT:
        signals.event_changed.send(event=event)
