"""Who may answer now: limits for a source and for what it types, and proof of work while there is a flood.

300 people behind one address come in within ten minutes. An address is counted with the source that types it: a limit
for all sources would tell whoever reaches it that somebody else has typed it. How often its reader is written to is the
outbox's to decide.
"""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from limits import parse, parse_many

from eventkit import floods, keys, rates, sources
from eventkit.events.models import Event
from eventkit.mail import addresses

#: requests of one source, whatever comes of them: for `limiter.limit`
REQUESTS = "1200 per 10 minutes"

_FROM_SOURCE = [parse("300 per 10 minutes")]
_WITH_ADDRESS = [parse("20 per hour")]

#: answers that make a flood: of one event, and of all
_FLOOD_OF_EVENT = parse_many("600 per minute; 1500 per 10 minutes")
_FLOOD_OF_SITE = parse_many("1200 per minute; 4000 per 10 minutes")


def check(event: Event, email: str = "") -> ResponseReturnValue | None:
    """None: the answer may be registered, and is counted. Otherwise the page that asks for proof of work.

    Raises DomainError (429), which says when to try again, where too many came from this source, or too many of it with
    this address. To be called with what is valid alone, so that a slip costs nobody their turn.
    """
    source = sources.of_request()
    person = keys.sealer().fingerprint(addresses.mailbox(email)).hex()[:32] if email else ""
    rates.refuse_over(_FROM_SOURCE, "rsvps", source, counts=False)
    if person:
        rates.refuse_over(_WITH_ADDRESS, "rsvps", source, person, counts=False)
    page = floods.ask(f"rsvps:{event.id}", {f"rsvps:{event.id}": _FLOOD_OF_EVENT, "rsvps": _FLOOD_OF_SITE})
    if page is not None:
        return page
    if person:
        rates.refuse_over(_WITH_ADDRESS, "rsvps", source, person)
    rates.refuse_over(_FROM_SOURCE, "rsvps", source)
    return None
