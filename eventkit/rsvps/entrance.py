"""What somebody shows at the entrance: a code that opens nothing but the organizer's check-in of that RSVP.

It is a signed link of a purpose of its own. Whoever finds it learns a number; it neither shows nor changes the RSVP to
anybody who is not signed in as its organizer.
"""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

import segno
from markupsafe import Markup

from eventkit import links
from eventkit.rsvps import queries, terms
from eventkit.rsvps.models import ACCEPTED, CLEAR, SEATED, Rsvp
from eventkit.web import external_url

#: purpose of the codes
CHECK_IN = "check-in"

#: pixels of a picture's module; phones read it from another phone's screen
_SCALE = 6


def is_shown(rsvp: Rsvp) -> bool:
    """Whether it has a code: somebody comes, has a seat, and people are checked in there."""
    comes = rsvp.withdrawn_at is None and (rsvp.partstat, rsvp.seat, rsvp.state) == (ACCEPTED, SEATED, CLEAR)
    return comes and terms.of(rsvp.event).has_check_in


def code_of(rsvp: Rsvp) -> str:
    """It holds whether or not the address proves to be the person's, and ends with the links to a former address."""
    return links.sign(CHECK_IN, rsvp.owner.id, rsvp.owner.generation | 1)


def by_code(code: str) -> Rsvp | None:
    """The RSVP of this code; None when the code is not ours, or revoked."""
    return queries.of_verified(links.verify(CHECK_IN, code))


def svg_of(rsvp: Rsvp) -> Markup:
    """The code as a drawing to stand in a page: black on white, whatever the page's colours are."""
    drawn = _drawn(rsvp).svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="code", lineclass=None)
    return Markup(drawn)  # noqa: S704 (our own drawing of our own link)


def attach(message: EmailMessage, rsvp: Rsvp) -> None:
    """The code as a picture, for where there is no network."""
    picture = BytesIO()
    _drawn(rsvp).save(picture, kind="png", scale=_SCALE, border=4)
    message.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="check-in.png")


def _drawn(rsvp: Rsvp) -> segno.QRCode:
    """Without a language in the path: whoever scans it reads it in theirs. One mask for all: trying eight takes five
    times as long, and every reader reads each."""
    return segno.make_qr(external_url("rsvps.check_in_by_code", code=code_of(rsvp)), error="m", mask=3)
