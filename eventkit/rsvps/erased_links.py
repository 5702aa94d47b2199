"""Links of ours that lead to nothing any more, since what they led to is erased."""

from __future__ import annotations

from eventkit import db, links
from eventkit.rsvps import queries
from eventkit.rsvps.models import Rsvp


def led_to_rsvp(token: str) -> bool:
    """Whether this was the link of an RSVP."""
    return _is_gone(links.verify(queries.LINK, token))


def was_organizer_address(address: str) -> bool:
    """Whether this was the address for replies to an RSVP's invitation."""
    return _is_gone(queries.verified_address(address))


def _is_gone(verified: tuple[int, int] | None) -> bool:
    return verified is not None and db.session.get(Rsvp, verified[0]) is None
