"""Messages to those who left an address. They are sealed with the event's key, as what it is about."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from eventkit import i18n
from eventkit.calendars import queries as calendars
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.rsvps import queries
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import Notice, Rsvp
from eventkit.web import external_url


def confirm(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What was answered, with the invite and the link to change or withdraw it."""
    message = _compose("confirmation", rsvp, person, now=now)
    _send(message, rsvp.event, key=f"rsvp-confirmation:{rsvp.id}:{rsvp.generation}", now=now)


def answered_already(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """Somebody answered again with this address: their link, once a day at most, for it could be anybody."""
    message = _compose("already", rsvp, person, now=now)
    _send(message, rsvp.event, key=f"rsvp-already:{rsvp.id}:{now:%Y%m%d}", now=now)


def tell(notice: Notice, rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What has changed, why, and the link to change the answer."""
    message = _compose(notice.kind, rsvp, person, now=now)
    _send(message, rsvp.event, key=f"notice:{notice.id}:{rsvp.id}", now=now)


def _compose(template: str, rsvp: Rsvp, person: Person, *, now: datetime) -> EmailMessage:
    language = person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE
    return outbox.compose(
        f"rsvps/{template}",
        to=person.email,
        language=language,
        rsvp=rsvp,
        event=rsvp.event,
        person=person,
        now=now,
        event_url=external_url("events.show", language=language, slug=rsvp.event.slug),
        rsvp_url=external_url("rsvps.show", language=language, token=queries.mailed_token(rsvp)),
    )


def _send(message: EmailMessage, event: Event, *, key: str, now: datetime) -> None:
    invite = calendars.invite(event)
    if invite is not None:
        message.add_attachment(
            invite,
            maintype="text",
            subtype="calendar",
            cte="base64",
            params={"charset": "utf-8"},
            filename="invite.ics",
        )
    outbox.queue(message, key=key, key_name=event.key_name, now=now)
