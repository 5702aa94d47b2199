"""What a person wants to be written to about."""

from __future__ import annotations

from datetime import datetime

from eventkit.rsvps.models import Rsvp


def set_mail(rsvp: Rsvp, *, reminders: bool, mail: bool, now: datetime) -> None:
    """Without `mail` nothing is sent to the address any more, not even that plans have changed; without `reminders` no
    reminders and no thanks."""
    rsvp.wants_mail, rsvp.wants_reminders = mail, mail and reminders
    rsvp.modified_at = now
