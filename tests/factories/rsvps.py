"""RSVPs."""

from __future__ import annotations

from eventkit import clock, db
from eventkit.events.models import Event
from eventkit.rsvps import actions
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, Rsvp


def make_rsvp(
    event: Event,
    *,
    partstat: str = ACCEPTED,
    party_size: int = 1,
    name: str = "",
    email: str = "",
    language: str = "en",
) -> Rsvp:
    """An answer to a public event, as its page sends it."""
    person = Person(name=name, email=email, language=language)
    with db.transaction():
        return actions.register(event, Answer(partstat, party_size, person), now=clock.now())
