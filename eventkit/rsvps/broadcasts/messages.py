"""The message as each of them reads it: the organizer's words in the frame of the reader's language.

Nobody's address is in it. The organizer's stays their own: an answer to the message reaches nobody, and it says where
to write instead.
"""

from __future__ import annotations

from email.message import EmailMessage

from eventkit import i18n
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.rsvps import queries, unsubscribing
from eventkit.rsvps.broadcasts.sending import Words
from eventkit.rsvps.models import Rsvp
from eventkit.web import external_url


def to_reader(event: Event, words: Words, rsvp: Rsvp, *, email: str, language: str) -> EmailMessage:
    """To the person of this RSVP, with the link to it."""
    language = _readable(language)
    stop_url = unsubscribing.url_of(rsvp, language)
    message = _compose(event, words, email, language, token=queries.mailed_token(rsvp), stop_url=stop_url)
    unsubscribing.add_headers(message, rsvp, language)
    return message


def for_preview(event: Event, words: Words, *, language: str) -> EmailMessage:
    """As it will be read, in this language; the links of one's own lead nowhere."""
    token = "…"  # noqa: S105 (it stands for one)
    stop_url = external_url("rsvps.mail_choices", language=_readable(language), token=token)
    return _compose(event, words, "", _readable(language), token=token, stop_url=stop_url)


def _readable(language: str) -> str:
    return language if language in i18n.languages() else i18n.SOURCE_LANGUAGE


def _compose(event: Event, words: Words, email: str, language: str, *, token: str, stop_url: str) -> EmailMessage:
    return outbox.compose(
        "rsvps/broadcast",
        to=email,
        language=language,
        words=words,
        event=event,
        event_url=external_url("events.show", language=language, slug=event.slug),
        contact_url=external_url("contact.write", language=language, slug=event.slug),
        rsvp_url=external_url("rsvps.show", language=language, token=token),
        stop_url=stop_url,
    )
