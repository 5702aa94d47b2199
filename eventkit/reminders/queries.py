"""Reads: what is due, and to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from eventkit import db
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, COHOST, EXCLUDED, HOST, PUBLISHED, Event, Occurrence, Participation
from eventkit.reminders import moments
from eventkit.reminders.models import DAY, KINDS, MORNING, THANKS, WEEK, Reminder
from eventkit.reminders.moments import Moment
from eventkit.rsvps import terms
from eventkit.rsvps.models import ACCEPTED, CLEAR, SEATED, TENTATIVE, Rsvp, RsvpTerms

#: whom each kind is for: who may come is asked to decide, but neither woken on the day nor thanked
_ANSWERS = {WEEK: (ACCEPTED, TENTATIVE), DAY: (ACCEPTED, TENTATIVE), MORNING: (ACCEPTED,), THANKS: (ACCEPTED,)}
#: who answered so shortly before has just read all of it
_JUST_READ = {WEEK: timedelta(hours=12), DAY: timedelta(hours=12), MORNING: timedelta(hours=3), THANKS: timedelta()}
#: an event that is moved by less than this is not reminded of again: its people were told of the move
_SAME = timedelta(hours=12)
#: events to come that a thank-you names
_NEXT = 3


@dataclass(frozen=True)
class Due:
    """A reminder that is to be written, and is not begun yet."""

    event_id: int
    occurrence: str
    kind: str
    starts_at: datetime
    moment: Moment


def due(now: datetime) -> list[Due]:
    """What is due and not late, of events and dates that take place; in one query, which reads the times around now."""
    found = []
    for row in db.session.execute(union_all(*(_around(kind, now) for kind in KINDS))):
        moment = moments.of(row.kind, row.starts_local, row.over_at, all_day=row.all_day, timezone=row.timezone)
        if moment.is_now(now):
            found.append(Due(row.event_id, row.recurrence_id, row.kind, row.starts_at, moment))
    return found


def _around(kind: str, now: datetime) -> Select[str, int, str, datetime, datetime, datetime, bool, str]:
    nearest, furthest = moments.REACH[kind]
    begun = exists().where(
        Reminder.event_id == Occurrence.event_id,
        Reminder.occurrence == Occurrence.recurrence_id,
        Reminder.kind == kind,
        Reminder.starts_at == Occurrence.starts_at,
    )
    measured = Occurrence.over_at if kind == THANKS else Occurrence.starts_at
    return (
        select(
            literal(kind).label("kind"),
            Occurrence.event_id,
            Occurrence.recurrence_id,
            Occurrence.starts_local,
            Occurrence.starts_at,
            Occurrence.over_at,
            Event.all_day,
            Event.timezone,
        )
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(RsvpTerms, RsvpTerms.event_id == Occurrence.event_id)
        .where(
            measured.between(now + nearest, now + furthest),
            Occurrence.over_at >= now + nearest,  # what the index begins with
            Occurrence.state.not_in((CANCELLED, EXCLUDED)),
            Event.status == PUBLISHED,
            or_(RsvpTerms.event_id.is_(None), RsvpTerms.sends_reminders),
            ~begun,
        )
    )


def is_said_already(wanted: Due) -> bool:
    """Whether people were reminded in this way when it was to begin at nearly the same time."""
    due_at = wanted.moment.due_at
    return (
        db.session.scalar(
            select(
                exists().where(
                    Reminder.event_id == wanted.event_id,
                    Reminder.occurrence == wanted.occurrence,
                    Reminder.kind == wanted.kind,
                    Reminder.due_at.between(due_at - _SAME, due_at + _SAME),
                )
            )
        )
        is True
    )


def occurrence_of(reminder: Reminder) -> Occurrence | None:
    """The time that it is of, if that takes place as it was to when the reminder was begun."""
    found = db.session.scalar(
        select(Occurrence).where(
            Occurrence.event_id == reminder.event_id,
            Occurrence.recurrence_id == reminder.occurrence,
            Occurrence.starts_at == reminder.starts_at,
            Occurrence.state.not_in((CANCELLED, EXCLUDED)),
        )
    )
    if found is None or found.event.status != PUBLISHED or not terms.of(found.event).sends_reminders:
        return None
    return found


def readers(kind: str, occurrence: Occurrence) -> tuple[ColumnElement[bool], ...]:
    """Whom a reminder of this time is for: conditions on `Rsvp`, whose rows hold each person once.

    Who comes to every time of a series is reminded of one a week, the day before, and thanked after the last.
    """
    event, date = occurrence.event, occurrence.recurrence_id
    own, exception = aliased(Rsvp), aliased(Rsvp)
    has_own = exists().where(
        own.event_id == Rsvp.event_id, own.person == Rsvp.person, own.occurrence == date, own.counted
    )
    excepted = and_(exception.series_id == Rsvp.id, exception.occurrence == date)
    of_series = and_(Rsvp.occurrence == "", ~has_own, ~exists().where(excepted), *_may_come(Rsvp, kind))
    of_series_but_for_date = and_(
        Rsvp.occurrence == "", ~has_own, exists().where(excepted, *_may_come(exception, kind))
    )
    of_date = and_(Rsvp.occurrence == date, *_may_come(Rsvp, kind))
    every_time = or_(of_series, of_series_but_for_date)
    if not date:
        whom: ColumnElement[bool] = and_(*_may_come(Rsvp, kind))
        of = Rsvp.occurrence == ""
    else:
        whom = or_(of_date, every_time) if _is_for_every_time(kind, occurrence) else of_date
        of = Rsvp.occurrence.in_(("", date))
    return (
        Rsvp.event_id == event.id,
        of,
        whom,
        Rsvp.counted.is_(True),
        Rsvp.person.is_not(None),
        Rsvp.state == CLEAR,
        Rsvp.wants_reminders.is_(True),
        Rsvp.wants_mail.is_(True),
    )


def next_readers(reminder: Reminder, occurrence: Occurrence, *, limit: int) -> list[Rsvp]:
    """The next of those to whom it goes, in the order of their answers; not those who answered just now."""
    return list(
        db.session.scalars(
            select(Rsvp)
            .where(
                *readers(reminder.kind, occurrence),
                Rsvp.id > reminder.last_rsvp_id,
                Rsvp.created_at <= reminder.due_at - _JUST_READ[reminder.kind],
            )
            .order_by(Rsvp.id)
            .limit(limit)
        )
    )


def answer_for(rsvp: Rsvp, occurrence: Occurrence) -> Rsvp:
    """What holds for that date: the exception, where there is one."""
    if rsvp.occurrence == occurrence.recurrence_id:
        return rsvp
    exception = select(Rsvp).where(Rsvp.series_id == rsvp.id, Rsvp.occurrence == occurrence.recurrence_id)
    return db.session.scalar(exception) or rsvp


def is_reader(rsvp: Rsvp, reminder: Reminder, occurrence: Occurrence) -> bool:
    """Whether a reminder that waits to be sent to this person is still theirs."""
    wanted = select(Rsvp.id).where(Rsvp.id == rsvp.id, *readers(reminder.kind, occurrence))
    return db.session.scalar(wanted) is not None


def next_of_hosts(event: Event, now: datetime) -> list[Occurrence]:
    """What those who host the event do next; with no host, what its series does next."""
    hosts = [part.organization_id for part in event.participations if part.role in {HOST, COHOST}]
    theirs = select(Participation.event_id).where(
        Participation.organization_id.in_(hosts), Participation.role.in_((HOST, COHOST))
    )
    is_one = or_(Event.id.in_(theirs), Event.id == event.id)
    coming = events.upcoming(now, Event.status == PUBLISHED, is_one, limit=3 * _NEXT)
    return [occurrence for occurrence in coming if occurrence.state != CANCELLED][:_NEXT]


@dataclass(frozen=True)
class Next:
    """What the organizer is told of the next reminder."""

    #: local wall time at the venue
    due_local: datetime
    #: to how many people it goes, as things stand
    people: int


def next_reminder(event: Event, now: datetime) -> Next | None:
    """The next reminder that goes to anybody; None when there is none in sight, or they are switched off."""
    if event.status != PUBLISHED or not terms.of(event).sends_reminders:
        return None
    coming = events.coming_of(event, now, limit=2, cancelled=False)
    planned = [
        (moments.of(kind, one.starts_local, one.over_at, all_day=one.all_day, timezone=one.timezone).due_at, kind, one)
        for one in coming
        for kind in KINDS
    ]
    for due_at, kind, occurrence in sorted(planned, key=lambda each: each[0]):
        if due_at > now:
            people = db.session.scalar(select(func.count()).where(*readers(kind, occurrence))) or 0
            if people:
                return Next(due_at.astimezone(ZoneInfo(event.timezone)), people)
    return None


def _may_come(answer: type[Rsvp], kind: str) -> tuple[ColumnElement[bool], ...]:
    return answer.partstat.in_(_ANSWERS[kind]), answer.seat == SEATED


def _is_for_every_time(kind: str, occurrence: Occurrence) -> bool:
    """Whether those who come every time hear of this one: of the first in a week, and of the last when it is over."""
    if kind == THANKS:
        return occurrence.event.over_at == occurrence.over_at
    return kind == DAY and not _is_second_of_week(occurrence)


def _is_second_of_week(occurrence: Occurrence) -> bool:
    """By the calendar of its place, with weeks from Monday."""
    day = occurrence.starts_local.replace(hour=0, minute=0, second=0, microsecond=0)
    other = exists().where(
        Occurrence.event_id == occurrence.event_id,
        Occurrence.state.not_in((CANCELLED, EXCLUDED)),
        Occurrence.starts_local.between(day - timedelta(days=day.weekday()), occurrence.starts_local),
        Occurrence.id != occurrence.id,
    )
    return db.session.scalar(select(other)) is True
