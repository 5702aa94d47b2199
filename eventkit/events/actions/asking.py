"""What an event asks of those who come."""

from __future__ import annotations

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.events.models import ASKING, Event

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
