"""Keeping a place that came free."""

from __future__ import annotations

from datetime import datetime

from eventkit.rsvps import counting
from eventkit.rsvps.models import Rsvp


def keep(rsvp: Rsvp, *, now: datetime) -> None:
    """Whoever moved up from the waitlist says that they come: they are not asked again."""
    counting.lock_row(rsvp)
    if rsvp.offered_until is not None:
        rsvp.offered_until, rsvp.modified_at = None, now
