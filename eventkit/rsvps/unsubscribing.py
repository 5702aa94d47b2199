"""The link with which somebody stops what they are sent about an RSVP. It neither shows nor changes the answer.

It only ever goes out by mail, so that whoever follows it reads the mail of that address.
"""

from __future__ import annotations

from email.message import EmailMessage

from eventkit import links
from eventkit.mail import headers
from eventkit.rsvps import queries
from eventkit.rsvps.models import Rsvp
from eventkit.web import external_url

#: purpose of the links
LINK = "mail"


def url_of(rsvp: Rsvp, language: str, generation: int | None = None) -> str:
    """The page with the choices, in the reader's language. A POST to it stops reminders at once (RFC 8058).

    `generation` is that of the message, where it was queued earlier.
    """
    token = links.sign(LINK, rsvp.owner.id, rsvp.owner.generation | 1 if generation is None else generation)
    return external_url("rsvps.mail_choices", language=language, token=token)


def add_headers(message: EmailMessage, rsvp: Rsvp, language: str, generation: int | None = None) -> None:
    """For mail programs that show a button of their own."""
    headers.add_one_click(message, url_of(rsvp, language, generation))


def by_token(token: str, *, to_change: bool = False) -> Rsvp | None:
    """The RSVP of this link; None when the link is not ours, or the address is another one since.

    With `to_change` nobody else changes it until the transaction ends.
    """
    return queries.of_verified(links.verify(LINK, token), to_change=to_change)
