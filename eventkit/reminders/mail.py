"""The messages: what, when and where, why one gets it, and how it ends.

They are composed when they are sent. Until then the outbox holds two numbers, so that what is told is what holds by
then, and whoever takes their answer back hears nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from eventkit import clock, db, i18n, keys
from eventkit.calendars import addresses as calendars
from eventkit.events.models import HOST, Dated, Event, Occurrence
from eventkit.mail import outbox
from eventkit.reminders import moments, queries
from eventkit.reminders.models import MORNING, THANKS, Reminder
from eventkit.rsvps import message_keys, roles, terms, unsubscribing
from eventkit.rsvps import queries as rsvps
from eventkit.rsvps.models import ACCEPTED, Rsvp
from eventkit.web import external_url

#: who composes reminders when they are sent
COMPOSER = "reminders"


def remind(reminder: Reminder, rsvp: Rsvp, *, now: datetime) -> None:
    """Queues the message to one person, once. It waits until all others are sent, and is dropped once it is late."""
    outbox.queue_later(
        COMPOSER,
        {"reminder": reminder.id, "rsvp": rsvp.id},
        key=message_keys.to_rsvp(rsvp, "reminder", reminder.kind, f"{reminder.starts_at:%Y%m%d%H%M}"),
        key_name=rsvp.event.key_name,
        now=now,
        is_bulk=True,
        drop_after=reminder.drop_after,
    )


def compose(facts: Mapping[str, Any]) -> EmailMessage | None:
    """The message as things stand when it is sent; None when it is for this person no more: they withdrew, the event is
    off or at another time. Raises KeyDestroyed when nobody may know any more who it was for."""
    reminder = db.session.get(Reminder, facts["reminder"])
    rsvp = db.session.get(Rsvp, facts["rsvp"])
    occurrence = queries.occurrence_of(reminder) if reminder is not None else None
    if reminder is None or rsvp is None or occurrence is None or not queries.is_reader(rsvp, reminder, occurrence):
        return None
    return _composed(reminder, occurrence, rsvp, now=clock.now())


def _composed(reminder: Reminder, occurrence: Occurrence, rsvp: Rsvp, *, now: datetime) -> EmailMessage:
    event, is_thanks = occurrence.event, reminder.kind == THANKS
    person = rsvps.unseal(rsvp, keys.sealer(event.key_name))
    language = person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE
    answer = queries.answer_for(rsvp, occurrence)
    about: Dated = occurrence if occurrence.recurrence_id else event
    words = terms.text_of(terms.of(event), terms.THANKS if is_thanks else terms.NOTE)
    following = queries.next_of_hosts(event, now) if is_thanks else []
    with i18n.in_language(language):
        message = outbox.compose(
            f"reminders/{reminder.kind}",
            to=person.email,
            language=language,
            rsvp=answer,
            event=event,
            about=about,
            said_on=i18n.short_date(rsvp.created_at.astimezone(ZoneInfo(event.timezone)).date()),
            words=words if answer.partstat == ACCEPTED else "",
            role=roles.of(answer),
            is_evening_before=reminder.kind == MORNING
            and moments.is_evening_before(occurrence.starts_local, all_day=event.all_day),
            following=[(one, _page_of(one, language)) for one in following],
            feed_url=_feed_of(event, language),
            now=now,
            event_url=_page_of(occurrence, language),
            rsvp_url=external_url("rsvps.show", language=language, token=rsvps.mailed_token(rsvp)),
            stop_url=unsubscribing.url_of(rsvp, language),
        )
    unsubscribing.add_headers(message, rsvp, language)
    return message


def _page_of(occurrence: Occurrence, language: str) -> str:
    """The page of that date, or of the event where it has but one."""
    slug = occurrence.event.slug
    if not occurrence.recurrence_id:
        return external_url("events.show", language=language, slug=slug)
    return external_url("events.date", language=language, slug=slug, recurrence_id=occurrence.recurrence_id)


def _feed_of(event: Event, language: str) -> str:
    """The calendar of the first host, to subscribe to; without one, the page where a feed is chosen."""
    for part in event.participations:
        if part.role == HOST:
            return calendars.of_organization(part.organization.slug)
    return external_url("feeds.choose", language=language)
