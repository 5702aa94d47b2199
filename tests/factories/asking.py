"""What an organizer asks of those who come."""

from __future__ import annotations

from typing import Any

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps import asking, terms
from eventkit.rsvps.models import TEXT, RsvpQuestion, RsvpShift


def set_terms(event: Event, *, note: str = "", **columns: Any) -> None:
    """Changes columns of the event's terms, and the words to those who come."""
    with db.transaction():
        row = terms.to_change(event)
        for name, value in columns.items():
            setattr(row, name, value)
        db.session.flush()
        if note:
            terms.set_text(row, terms.NOTE, note)


def make_question(
    event: Event,
    label: str = "What do you need?",
    *,
    kind: str = TEXT,
    options: tuple[str, ...] = (),
    is_required: bool = False,
) -> RsvpQuestion:
    with db.transaction():
        return asking.add_question(event, kind=kind, label=label, options=options, is_required=is_required)


def make_shift(event: Event, name: str = "Marshal", **more: Any) -> RsvpShift:
    """`more` are those of `asking.add_shift`."""
    with db.transaction():
        return asking.add_shift(event, name=name, **more)
