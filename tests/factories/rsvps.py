"""RSVPs."""

from __future__ import annotations

import json

from eventkit import clock, db, keys
from eventkit.events.models import Event
from eventkit.rsvps.models import ACCEPTED, Rsvp


def make_rsvp(event: Event, *, partstat: str = ACCEPTED, party_size: int = 1, name: str = "", email: str = "") -> Rsvp:
    """An answer to an event."""
    sealer = keys.sealer(event.key_name)
    with db.transaction() as session:
        rsvp = Rsvp(
            event=event,
            partstat=partstat,
            party_size=party_size,
            person=sealer.fingerprint(email) if email else None,
            created_at=clock.now(),
            modified_at=clock.now(),
        )
        session.add(rsvp)
        session.flush()
        rsvp.sealed = sealer.seal(json.dumps({"name": name, "email": email}), f"rsvp:{rsvp.id}")
    return rsvp
