"""The messages: what, when and where, why one gets it, and how it ends. Sealed with the event's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from eventkit import db, i18n
from eventkit.calendars import addresses as calendars
from eventkit.events.models import HOST, Dated, Event, Occurrence
from eventkit.mail import outbox
from eventkit.reminders import moments, queries
from eventkit.reminders.models import MORNING, THANKS, Reminder
from eventkit.rsvps import queries as rsvps
from eventkit.rsvps import terms, unsubscribing
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import ACCEPTED, Rsvp, RsvpShift
from eventkit.web import external_url

#: what the key of every message begins with
PREFIX = "reminder:"


@dataclass(frozen=True)
class Contents:
    """What all messages of one reminder tell."""

    occurrence: Occurrence
    #: the organizer's words to those who come, or who came
    words: str
    #: after the event: what its hosts do next
    following: Sequence[Occurrence]

    @classmethod
    def of(cls, reminder: Reminder, occurrence: Occurrence, now: datetime) -> Contents:
        is_thanks, event = reminder.kind == THANKS, occurrence.event
        return cls(
            occurrence,
            words=terms.text_of(terms.of(event), terms.THANKS if is_thanks else terms.NOTE),
            following=queries.next_of_hosts(event, now) if is_thanks else (),
        )


def key_of(reminder: Reminder, rsvp: Rsvp) -> str:
    """The key of the message to one person: with it, nobody is reminded twice of the same."""
    first, last = ends_of_keys(reminder)
    return f"{first}{rsvp.id}{last}"


def ends_of_keys(reminder: Reminder) -> tuple[str, str]:
    """What the keys of all messages of one reminder begin and end with, within its event."""
    return f"{PREFIX}{reminder.kind}:", f":{reminder.starts_at:%Y%m%d%H%M}"


def remind(reminder: Reminder, rsvp: Rsvp, person: Person, contents: Contents, *, now: datetime) -> None:
    """Queues the message to one person, once. It waits until all others are sent, and is dropped once it is late."""
    occurrence, event = contents.occurrence, contents.occurrence.event
    language = person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE
    answer = queries.answer_for(rsvp, occurrence)
    about: Dated = occurrence if occurrence.recurrence_id else event
    with i18n.in_language(language):
        message = outbox.compose(
            f"reminders/{reminder.kind}",
            to=person.email,
            language=language,
            rsvp=answer,
            event=event,
            about=about,
            said_on=i18n.short_date(rsvp.created_at.astimezone(ZoneInfo(event.timezone)).date()),
            words=contents.words if answer.partstat == ACCEPTED else "",
            shift=_shift_words(answer),
            is_evening_before=reminder.kind == MORNING
            and moments.is_evening_before(occurrence.starts_local, all_day=event.all_day),
            following=[(one, _page_of(one, language)) for one in contents.following],
            feed_url=_feed_of(event, language),
            now=now,
            event_url=_page_of(occurrence, language),
            rsvp_url=external_url("rsvps.show", language=language, token=rsvps.mailed_token(rsvp)),
            stop_url=unsubscribing.url_of(rsvp, language),
        )
    unsubscribing.add_headers(message, rsvp, language)
    outbox.queue(
        message,
        key=key_of(reminder, rsvp),
        key_name=event.key_name,
        now=now,
        is_bulk=True,
        drop_after=reminder.drop_after,
    )


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


def _shift_words(answer: Rsvp) -> str:
    """The role that somebody took, with its hours where it has its own."""
    shift = db.session.get(RsvpShift, answer.owner.shift_id) if answer.owner.shift_id else None
    if shift is None:
        return ""
    if shift.starts_local is None:
        return shift.name
    return f"{shift.name}, {i18n.time_range(shift.starts_local, shift.ends_local)}"
