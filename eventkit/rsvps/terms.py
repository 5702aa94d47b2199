"""On which terms people may come: what holds for an event, and what a risk level sets.

The organizer's words to those who come are sealed with the event's key, as what people say is: where to meet, whom to
ring, is worth as much to an adversary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from eventkit import db, keys
from eventkit.events import sealing
from eventkit.events.models import NOT_ASKED, OPTIONAL, Event
from eventkit.rsvps.models import ELEVATED, HIGH, ORDINARY, RsvpQuestion, RsvpShift, RsvpTerms

#: what is sealed in a row of terms
NOTE, THANKS = "note", "thanks"


@dataclass(frozen=True)
class Preset:
    """What is set when a risk level is chosen. The organizer may change each afterwards."""

    ask_name: str
    ask_email: str
    retention_days: int
    has_check_in: bool
    can_export: bool
    #: how long before the start the exact place is told; None: at once
    place_before: timedelta | None = None


PRESETS = {
    ORDINARY: Preset(OPTIONAL, OPTIONAL, retention_days=14, has_check_in=True, can_export=True),
    ELEVATED: Preset(OPTIONAL, OPTIONAL, retention_days=3, has_check_in=True, can_export=False),
    HIGH: Preset(
        OPTIONAL,
        NOT_ASKED,
        retention_days=1,
        has_check_in=False,
        can_export=False,
        place_before=timedelta(hours=24),
    ),
}


# Every answer asks for these: made once, as making one takes SQLAlchemy as long as asking for it.
_QUESTIONS = (
    select(RsvpQuestion)
    .where(RsvpQuestion.event_id == bindparam("event"))
    .order_by(RsvpQuestion.position, RsvpQuestion.id)
)
_SHIFTS = select(RsvpShift).where(RsvpShift.event_id == bindparam("event")).order_by(RsvpShift.position, RsvpShift.id)

#: as the database would give them
_DEFAULTS = {
    column.key: column.default.arg
    for column in RsvpTerms.__table__.columns
    if column.default is not None and column.default.is_scalar
}


def of(event: Event) -> RsvpTerms:
    """What holds for the event. Where its organizer has changed nothing it is the defaults, in no session."""
    return db.session.get(RsvpTerms, event.id) or _defaults(event)


def to_change(event: Event) -> RsvpTerms:
    """The row, made where there is none yet."""
    found = db.session.get(RsvpTerms, event.id)
    if found is None:
        found = _defaults(event)
        db.session.add(found)
    return found


def lock(event: Event) -> None:
    """Reads the event, and what holds for it, anew; nobody else decides on that until the transaction ends."""
    db.session.refresh(event, with_for_update={"of": Event, "key_share": True})
    db.session.get(RsvpTerms, event.id, populate_existing=True)


def questions(event: Event) -> list[RsvpQuestion]:
    """The organizer's own questions, in their order."""
    return list(db.session.scalars(_QUESTIONS, {"event": event.id}))


def shifts(event: Event) -> list[RsvpShift]:
    """Roles and shifts, in their order."""
    return list(db.session.scalars(_SHIFTS, {"event": event.id}))


def is_open(terms: RsvpTerms, now: datetime) -> bool:
    """Whether RSVPs are taken at this moment, as far as the organizer decides: an event that is over takes none."""
    opened = terms.opens_at is None or terms.opens_at <= now
    return terms.takes_rsvps and opened and (terms.closes_at is None or now < terms.closes_at)


def text_of(terms: RsvpTerms, part: str) -> str:
    """The organizer's NOTE or THANKS; empty where there is none, or its key is destroyed."""
    sealed: bytes | None = getattr(terms, part)
    if sealed is None:
        return ""
    try:
        return keys.sealer(terms.event.key_name).unseal(sealed, about(terms.event_id, part))
    except keys.KeyDestroyed:
        return ""


def set_text(terms: RsvpTerms, part: str, text: str) -> None:
    """Seals the organizer's NOTE or THANKS."""
    sealer = sealing.sealer_of(terms.event)
    setattr(terms, part, sealer.seal(text, about(terms.event_id, part)) if text else None)


def about(event_id: int, part: str) -> str:
    """What a sealed text is bound to."""
    return f"terms:{event_id}:{part}"


def _defaults(event: Event) -> RsvpTerms:
    made = RsvpTerms(event_id=event.id, **_DEFAULTS)
    made.event = event
    return made
