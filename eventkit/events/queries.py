"""Reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from eventkit import db
from eventkit.accounts.models import User
from eventkit.events import filters
from eventkit.events.models import (
    CANCELLED,
    COHOST,
    DRAFT,
    EXCLUDED,
    HOST,
    MOVED,
    POSTPONED,
    PRIVATE,
    PUBLIC,
    PUBLISHED,
    Dated,
    Event,
    EventSlug,
    EventTag,
    Occurrence,
    Participation,
)
from eventkit.organizations import queries as organizations
from eventkit.organizations.models import Member, Organization
from eventkit.venues.models import Venue

_LISTED = (PUBLISHED, POSTPONED, CANCELLED)

#: pages beside those of events
_RESERVED_SLUGS = frozenset({"new", "paste", "drafts"})


def by_slug(slug: str, *conditions: ColumnElement[bool], whole: bool = True) -> Event | None:
    """The event of this slug, or of this former slug: compare `event.slug` and redirect. Not `whole` is for who shows
    no page of it: who takes part is read when it is asked for."""
    wanted = _whole() if whole else select(Event)
    event = db.session.scalar(wanted.where(Event.slug == slug, *conditions))
    if event is None:
        former = wanted.join(EventSlug, EventSlug.event_id == Event.id)
        event = db.session.scalar(former.where(EventSlug.slug == slug, *conditions))
    return event


def open_by_slug(slug: str, *, whole: bool = True) -> Event | None:
    """As `by_slug`, of those that whoever has the address may see: no draft, and nothing private.

    The database leaves the others out, so that one of them takes as long to be denied as one that there is not.
    """
    return by_slug(slug, Event.status != DRAFT, Event.visibility != PRIVATE, whole=whole)


def uid_of_form(user: User, token: str) -> str:
    """The UID of the event that this person makes with this form: the same form sent twice is one event."""
    return f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{user.fs_uniquifier}:{token}')}@eventkit"


def by_form(user: User, token: str) -> Event | None:
    """The event that this person made with this form already."""
    return db.session.scalar(_whole().where(Event.uid == uid_of_form(user, token))) if token else None


def lock(event: Event) -> None:
    """Reads the event anew, and lets nobody else change it until the transaction ends."""
    db.session.refresh(event, with_for_update={"of": Event})
    db.session.expire(event.venue)  # PostgreSQL has waited for the event's row alone: this is how the place was before


def upcoming(
    now: datetime,
    *conditions: ColumnElement[bool],
    days: tuple[date | None, date | None] = (None, None),
    limit: int = 200,
    offset: int = 0,
) -> list[Occurrence]:
    """Public events, each once, at its next time that is not over, the earliest first.

    What is cancelled stays until its day has passed. `conditions` are about `Event`; with `days`, the first and the
    last of them, it is the next time on one of these days.
    """
    return list(db.session.scalars(_next(now, days).where(_public(), *conditions).limit(limit).offset(offset)))


def count_upcoming(
    now: datetime, *conditions: ColumnElement[bool], days: tuple[date | None, date | None] = (None, None)
) -> int:
    """How many `upcoming` has, over all pages."""
    comes = exists(select(Occurrence.id).where(_comes(Occurrence, now, days)).correlate(Event))
    return db.session.scalar(select(func.count(Event.id)).where(_public(), comes, *conditions)) or 0


def latest_changed(*conditions: ColumnElement[bool], limit: int = 100) -> list[Event]:
    """Public events, past ones too, the one that was changed last first."""
    found = _whole().where(_public(), *conditions).order_by(Event.modified_at.desc(), Event.id.desc())
    return list(db.session.scalars(found.limit(limit)))


def tags_in_use(now: datetime, *, limit: int = 100) -> list[str]:
    """Tags of public events that are not over: those of the most events, in the order of the alphabet."""
    used = select(EventTag.name).join(Event, Event.id == EventTag.event_id).where(_public(), _not_over(now))
    often = used.group_by(EventTag.name).order_by(func.count().desc(), EventTag.name)
    return sorted(db.session.scalars(often.limit(limit)))


def organizations_taking_part(now: datetime, *, limit: int = 200) -> list[tuple[str, str]]:
    """(slug, name) of organizations in public events that are not over: those of the most events, by name."""
    taking_part = (
        select(Organization.slug, Organization.name, Organization.folded_name)
        .join(Participation, Participation.organization_id == Organization.id)
        .join(Event, Event.id == Participation.event_id)
        .where(_public(), _not_over(now))
        .group_by(Organization.id, Organization.slug, Organization.name, Organization.folded_name)
        .order_by(func.count().desc(), Organization.id)
    )
    found = sorted(db.session.execute(taking_part.limit(limit)), key=lambda row: (row.folded_name, row.slug))
    return [(row.slug, row.name) for row in found]


def organization_with_page(slug: str) -> Organization | None:
    """One that somebody speaks for, or that an event names which whoever has the link may see.

    One query decides, so that a name of drafts alone takes as long to be denied as one that there is not.
    """
    named = select(Participation.organization_id).join(Participation.event)
    has_page = or_(
        organizations.is_spoken_for(),
        Organization.id.in_(named.where(Event.status != DRAFT, Event.visibility != PRIVATE)),
    )
    return db.session.scalar(select(Organization).where(Organization.slug == slug, has_page))


def of_organization(organization: Organization, now: datetime) -> list[Dated]:
    """As `upcoming`, of those in which it takes part; and those whose day is not known yet, last."""
    takes_part = Event.id.in_(select(Participation.event_id).where(Participation.organization_id == organization.id))
    undated = _whole().where(_public(), takes_part, Event.starts_local.is_(None)).order_by(Event.id)
    return [*upcoming(now, takes_part), *db.session.scalars(undated)]


def past_of_organization(organization: Organization, now: datetime, *, limit: int = 50) -> list[Event]:
    """Public events that are over in which it took part, the latest first."""
    return list(
        db.session.scalars(
            _whole()
            .join(Participation, Participation.event_id == Event.id)
            .where(Participation.organization_id == organization.id, _public(), Event.over_at <= now)
            .order_by(Event.starts_at.desc(), Event.id)
            .limit(limit)
        )
    )


def next_after(event: Event, now: datetime) -> Occurrence | None:
    """Another public event to come, of the same host where there is one, else the next of all."""
    hosts = [part.organization_id for part in event.participations if part.role == HOST]
    coming = (
        _next(now)
        .where(_public(), Event.id != event.id, Event.status == PUBLISHED, Occurrence.state != CANCELLED)
        .limit(1)
    )
    if hosts:
        theirs = select(Participation.event_id).where(Participation.organization_id.in_(hosts))
        found = db.session.scalar(coming.where(Event.id.in_(theirs)))
        if found is not None:
            return found
    return db.session.scalar(coming)


def next_of_each(events: Iterable[Event], now: datetime) -> dict[int, Occurrence]:
    """By event id, in one query."""
    ids = [event.id for event in events]
    return {found.event_id: found for found in db.session.scalars(_next(now).where(Event.id.in_(ids)))}


def coming_of(
    event: Event, now: datetime, *, limit: int | None = None, cancelled: bool = True, excluded: bool = False
) -> list[Occurrence]:
    """Its times that are not over, in order; those that were left out only with `excluded`."""
    without = [state for state, wanted in ((CANCELLED, cancelled), (EXCLUDED, excluded)) if not wanted]
    coming = select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.over_at > now, Occurrence.state.not_in(without)
    )
    return list(db.session.scalars(coming.order_by(Occurrence.starts_at, Occurrence.id).limit(limit)))


def coming_times(event: Event, now: datetime, *, until: datetime | None) -> list[tuple[datetime, datetime | None]]:
    """When it takes place from now on, in local wall time; with `until`, as far as it was laid out."""
    return [
        (row.starts_local, row.ends_local)
        for row in coming_of(event, now, cancelled=False)
        if until is None or row.starts_at <= until
    ]


def occurrence(event: Event, recurrence_id: str, *, excluded: bool = False) -> Occurrence | None:
    """This time of a series; one that was left out only with `excluded`. A single event has none."""
    if not recurrence_id or "\0" in recurrence_id:  # which PostgreSQL cannot even look for
        return None
    wanted = select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.recurrence_id == recurrence_id)
    return db.session.scalar(wanted if excluded else wanted.where(Occurrence.state != EXCLUDED))


def occurrences_by_id(event: Event, recurrence_ids: Iterable[str]) -> dict[str, Occurrence]:
    """As `occurrence`, in one query; those that there are not are left out."""
    wanted = select(Occurrence).where(
        Occurrence.event_id == event.id,
        Occurrence.recurrence_id.in_({one for one in recurrence_ids if one}),
        Occurrence.state != EXCLUDED,
    )
    return {row.recurrence_id: row for row in db.session.scalars(wanted)}


def taken_over(event: Event, recurrence_id: str) -> Occurrence | None:
    """This time of a series that was divided before it: it belongs to one that goes on from this one."""
    going_on = db.session.scalars(select(Event).where(Event.continues_id == event.id, Event.status != DRAFT)).all()
    found = (occurrence(one, recurrence_id) or taken_over(one, recurrence_id) for one in going_on)
    return next(filter(None, found), None)


def changed_occurrences(event: Event) -> list[Occurrence]:
    """Those that are not as the rule says: moved, cancelled, left out."""
    changed = select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.state.in_((MOVED, CANCELLED, EXCLUDED))
    )
    return list(db.session.scalars(changed.order_by(Occurrence.recurrence_id)))


def following(event: Event) -> Event | None:
    """The series that goes on from this one."""
    return db.session.scalar(
        _whole().where(Event.continues_id == event.id, Event.status != DRAFT).order_by(Event.starts_at).limit(1)
    )


def editable_by(user: User) -> list[Event]:
    """A person's own events and those that they host together with the organizer (`policy.can_edit`)."""
    organizers = aliased(Member)
    hosted = (
        select(Participation.event_id)
        .join(Member, Member.organization_id == Participation.organization_id)
        .join(organizers, organizers.organization_id == Participation.organization_id)
        .where(
            Member.user_id == user.id,
            Participation.role.in_((HOST, COHOST)),
            organizers.user_id == Event.organizer_id,
            Participation.event_id == Event.id,
        )
        .correlate(Event)
    )
    return list(
        db.session.scalars(
            _whole()
            .where(or_(Event.organizer_id == user.id, Event.id.in_(hosted)))
            .order_by(Event.modified_at.desc(), Event.id.desc())
        )
    )


def home_of(user: User) -> tuple[str, str]:
    """Time zone and country of the event that a person made last: where they are at home. Empty at first."""
    latest = (
        select(Event.timezone, Venue.country)
        .join(Event.venue)
        .where(Event.organizer_id == user.id, Event.timezone != "")
        .order_by(Event.created_at.desc(), Event.id.desc())
    )
    timezone, country = db.session.execute(latest.limit(1)).one_or_none() or ("", "")
    return timezone, country


def slug_is_free(slug: str, *, besides: Event | None = None) -> bool:
    """Whether no event has, or had, this slug; an event may take its own former slug back."""
    if slug in _RESERVED_SLUGS:
        return False
    holder = by_slug(slug)
    return holder is None or (besides is not None and holder.id == besides.id)


def _whole() -> Select[Event]:
    """Everything that a page needs, in a number of queries that does not grow with the list."""
    parts = selectinload(Event.participations).joinedload(Participation.organization)
    return select(Event).options(parts, selectinload(Event.tags))


def _public() -> ColumnElement[bool]:
    return and_(Event.status.in_(_LISTED), Event.visibility == PUBLIC)


def _not_over(now: datetime) -> ColumnElement[bool]:
    return or_(Event.over_at.is_(None), Event.over_at > now)


def _comes(occurrence: type[Occurrence], now: datetime, days: tuple[date | None, date | None]) -> ColumnElement[bool]:
    """A time of the event that is not over, nor left out, on one of these days where some are named."""
    comes = and_(occurrence.event_id == Event.id, occurrence.over_at > now, occurrence.state != EXCLUDED)
    return and_(comes, filters.is_on(occurrence, *days)) if any(days) else comes


def _next(now: datetime, days: tuple[date | None, date | None] = (None, None)) -> Select[Occurrence]:
    """Each event's next time that is not over, with all that a page needs of the event."""
    other = aliased(Occurrence)
    first = (
        select(other.id)
        .where(_comes(other, now, days))
        .order_by(other.starts_at, other.id)
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )
    event = contains_eager(Occurrence.event)
    parts = event.selectinload(Event.participations).joinedload(Participation.organization)
    return (
        select(Occurrence)
        .join(Occurrence.event)
        .where(Occurrence.id == first, or_(Event.over_at.is_(None), Event.over_at > now))
        .options(event, parts, event.selectinload(Event.tags))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
