"""Messages to those who left an address. They are sealed with the event's key, as what it is about."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import func, select

from eventkit import db, i18n
from eventkit.calendars import queries as calendars
from eventkit.events import queries as events
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import queries
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import Notice, Rsvp
from eventkit.web import external_url

#: messages about answers to one event that an address gets in a day: anybody may type it, again and again
MOST_A_DAY = 3


def confirm(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What was answered, with the invite and the link to change or withdraw it."""
    today = _today(rsvp, now)
    keys = [f"{today}{name}" for name in ("already", *range(1, MOST_A_DAY + 1))]
    number = 1 + (db.session.scalar(select(func.count()).where(OutboxMessage.key.in_(keys))) or 0)
    if number <= MOST_A_DAY:
        _send(_compose("confirmation", rsvp, person, now=now), rsvp.event, key=f"{today}{number}", now=now)


def answered_already(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """Somebody answered again with this address: their link, once a day."""
    _send(_compose("already", rsvp, person, now=now), rsvp.event, key=f"{_today(rsvp, now)}already", now=now)


def tell(notice: Notice, rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What has changed, why, and the link to change the answer."""
    following = events.following(rsvp.event) if notice.kind == "continued" else None
    message = _compose(notice.kind, rsvp, person, now=now, following=following)
    _send(message, rsvp.event, key=f"notice:{notice.id}:{rsvp.id}", now=now)


def _today(rsvp: Rsvp, now: datetime) -> str:
    """What the keys of all messages about this person's answers of a day begin with."""
    assert rsvp.person is not None
    return f"rsvp:{rsvp.event_id}:{rsvp.person.hex()[:32]}:{now:%Y%m%d}:"


def _compose(
    template: str, rsvp: Rsvp, person: Person, *, now: datetime, following: Event | None = None
) -> EmailMessage:
    language = person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE
    return outbox.compose(
        f"rsvps/{template}",
        to=person.email,
        language=language,
        rsvp=rsvp,
        event=rsvp.event,
        now=now,
        event_url=external_url("events.show", language=language, slug=rsvp.event.slug),
        following=following,
        following_url=external_url("events.show", language=language, slug=following.slug) if following else "",
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
