"""Making an event and changing what it says."""

from __future__ import annotations

import calendar
import uuid
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _

from eventkit import db, keys, signals
from eventkit.accounts.models import User
from eventkit.errors import DomainError
from eventkit.events import occurrences, places, queries, recurrence, schedule
from eventkit.events.actions.participation import set_parts
from eventkit.events.details import Details, Part
from eventkit.events.models import DRAFT, PUBLISHED, Event, EventSlug, EventTag, Occurrence
from eventkit.text import slugify
from eventkit.venues import actions as venues
from eventkit.venues.models import Venue

#: what people who come must be told when it changes
_WHEN_AND_WHERE = ("starts_local", "ends_local", "all_day", "timezone")


def create(details: Details, *, by: User, now: datetime, token: str = "") -> Event:
    """A draft, with the key that will seal what its RSVPs say about people.

    `token` is the form's that it comes from, where there is one: `queries.by_form` finds the event by it.
    """
    venue = Venue()
    event = Event(
        uid=queries.uid_of_form(by, token) if token else f"{uuid.uuid4()}@eventkit",
        key_name=keys.create(),
        status=DRAFT,
        organizer=by,
        venue=venue,
        created_at=now,
        modified_at=now,
        announcement=details.announcement,
        announced_on=details.announced_on,
    )
    _fill(event, details, now=now)
    event.slug = _new_slug(event, details.slug)
    db.session.add(event)
    db.session.flush()
    occurrences.lay_out(event, now=now)
    return event


def edit(event: Event, details: Details, *, now: datetime) -> list[Occurrence]:
    """Changes what the event says. Of a change of time or place, all who said they come are told.

    Returns what was decided about single times that the series has no more, to be told to the organizer.
    """
    laid_out_until = event.laid_out_until
    before = _when_and_where(event), queries.coming_times(event, now, until=laid_out_until)
    _fill(event, details, now=now)
    if details.slug and details.slug != event.slug:
        _rename(event, details.slug)
    event.modified_at = now
    db.session.flush()
    changes = occurrences.lay_out(event, now=now)
    if changes.renamed:
        signals.occurrences_renamed.send(event=event, renamed=changes.renamed)
    if event.status != DRAFT:
        event.sequence += 1
        db.session.flush()
        signals.event_changed.send(event=event)
        after = _when_and_where(event), queries.coming_times(event, now, until=laid_out_until)
        if event.status == PUBLISHED and after != before and not event.is_over(now):
            signals.event_disrupted.send(event=event, kind="moved", occurrence="")
    return changes.dropped


def duplicate(event: Event, *, by: User, now: datetime) -> Event:
    """A draft of the same, a month later on the same weekday of the month: its own UID, slug and RSVPs.

    A series begins with the first time of its rule from then on; an end that would be over by then is left out.
    """
    starts = next_month(event.starts_local) if event.starts_local else None
    rrule = event.rrule
    if starts and rrule:
        if next(recurrence.moments(rrule, starts, event.timezone), None) is None:
            rrule = recurrence.with_end(rrule)
        starts = next(recurrence.moments(rrule, starts, event.timezone))
    copy = copy_of(event, starts_local=starts, rrule=rrule, by=by, now=now)
    if event.place_public_at is not None and event.starts_at is not None and copy.starts_at is not None:
        copy.place_public_at = event.place_public_at + (copy.starts_at - event.starts_at)
    occurrences.lay_out(copy, now=now)
    return copy


def copy_of(event: Event, *, starts_local: datetime | None, rrule: str, by: User, now: datetime) -> Event:
    """A draft of the same at another time, not laid out yet."""
    venue = {name: getattr(event.venue, name) for name in venues.PARTICULARS}
    copy = Event(
        uid=f"{uuid.uuid4()}@eventkit",
        key_name=keys.create(),
        status=DRAFT,
        organizer=by,
        venue=Venue(**venue),
        created_at=now,
        modified_at=now,
        place_public_at=event.place_public_at,
        **{name: getattr(event, name) for name in _COPIED},
    )
    copy.rrule = rrule
    length = event.ends_local - event.starts_local if event.ends_local and event.starts_local else None
    schedule.set_times(
        copy,
        starts_local=starts_local,
        ends_local=starts_local + length if starts_local and length is not None else None,
        all_day=event.all_day,
        timezone=event.timezone,
    )
    copy.tags = [EventTag(name=tag.name) for tag in event.tags]
    copy.slug = _new_slug(copy, "")
    db.session.add(copy)
    set_parts(copy, [Part(row.organization.name, row.role, row.statement) for row in event.participations], now=now)
    db.session.flush()
    return copy


def delete_draft(event: Event) -> None:
    """For good, with its place. Its key, which has sealed nothing yet, is the caller's to destroy after the commit."""
    if event.status != DRAFT:
        raise DomainError(_("It was public: cancel it instead, so that nobody comes for nothing."))
    venue = event.venue
    db.session.delete(event)
    db.session.flush()
    db.session.delete(venue)


def next_month(moment: datetime) -> datetime:
    """The same weekday of the next month (the second Saturday; a fifth becomes the last), at the same hour."""
    year, month = (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
    weeks = (moment.day - 1) // 7
    first = (moment.weekday() - calendar.weekday(year, month, 1)) % 7 + 1
    day = first + 7 * weeks
    if day > calendar.monthrange(year, month)[1]:
        day -= 7
    return moment.replace(year=year, month=month, day=day)


_COPIED = (
    "title",
    "who",
    "what",
    "why",
    "language",
    "rrule",
    "online_url",
    "visibility",
    "ask_name",
    "ask_email",
    "largest_party",
)


def _fill(event: Event, details: Details, *, now: datetime) -> None:
    if not details.title:
        raise DomainError(_("Give it a title: what people will read first."), field="title")
    for name in _COPIED:
        setattr(event, name, getattr(details, name))
    recurrence.check(details.rrule)
    schedule.set_times(
        event,
        starts_local=details.starts_local,
        ends_local=details.ends_local,
        all_day=details.all_day,
        timezone=details.timezone,
    )
    if event.rrule and event.starts_local is not None:
        recurrence.check_first(event.rrule, event.starts_local, event.timezone)
    if {tag.name for tag in event.tags} != set(details.tags):
        event.tags = [EventTag(name=name) for name in sorted(set(details.tags))]
    venues.change(event.venue, now=now, asks=not places.is_kept(event), **asdict(details.venue))
    if details.parts is not None:
        set_parts(event, details.parts, now=now)


def _when_and_where(event: Event) -> tuple[object, ...]:
    """As strangers know it: that a place which is kept has changed, nobody need hear of."""
    where = (*venues.address(places.told(event)), places.online_url(event))
    return (*(getattr(event, name) for name in _WHEN_AND_WHERE), *where)


def _new_slug(event: Event, wanted: str) -> str:
    """The wanted one, or one made of title and city, with a number where that is taken."""
    if wanted:
        _refuse_taken(event, wanted)
        return wanted
    plain = slugify(event.title, event.venue.city)
    slug, number = plain, 2
    with db.session.no_autoflush:
        while not queries.slug_is_free(slug):
            slug, number = f"{plain}-{number}", number + 1
    return slug


def _rename(event: Event, slug: str) -> None:
    """The former slug goes on leading here."""
    _refuse_taken(event, slug)
    former = db.session.get(EventSlug, slug)
    if former is not None:
        db.session.delete(former)
    if event.status != DRAFT:
        db.session.add(EventSlug(slug=event.slug, event_id=event.id))
    event.slug = slug


def _refuse_taken(event: Event, slug: str) -> None:
    with db.session.no_autoflush:
        free = queries.slug_is_free(slug, besides=event if event.id else None)
    if not free:
        raise DomainError(_("This address is taken by another event. Add a place or a day to it."), field="slug")
