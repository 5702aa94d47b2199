"""How many came to say that they come, over time: by the hour while the event is young, later by the day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, func, select

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps.models import ACCEPTED, CLEAR, SEATED, Rsvp

#: so long after the first answer a day is told by its hours
BY_HOUR = timedelta(hours=72)

#: an instant as both databases write it, cut after its day, hour or minute
DAY, HOUR, MINUTE = 10, 13, 16

#: steps that a picture has room for; earlier ones are in the first of them
MOST_STEPS = 120


@dataclass(frozen=True)
class Course:
    """People who come, added up. The steps have local wall time at the venue."""

    by_hour: bool
    points: list[tuple[datetime, int]]


def until(event: Event, now: datetime) -> Course | None:
    """Up to `now`, or to the end of the event. Who has withdrawn is not in it; in a series whoever comes to any date is
    in it once. None where nobody comes, or all said so in the same hour."""
    added = _by_hour(event)
    if not added:
        return None
    end = max(min(now, event.over_at or now), max(added))
    by_hour = end - min(added) <= BY_HOUR
    points = _added_up(event, added, end, timedelta(hours=1) if by_hour else timedelta(days=1))
    return Course(by_hour, points[-MOST_STEPS:]) if len(points) > 1 else None


def by_day(event: Event, now: datetime, *, days: int = 21) -> list[tuple[date, int]]:
    """As `until`, at the end of each of the last days at the venue, today last; it begins with the first answer."""
    added = _by_hour(event)
    points = _added_up(event, added, now, timedelta(days=1)) if added else []
    return [(at.date(), people) for at, people in points[-days:]]


def _added_up(event: Event, added: dict[datetime, int], end: datetime, step: timedelta) -> list[tuple[datetime, int]]:
    """By hours or days on the clock of the venue, up to the one that `end` is in."""
    zone = ZoneInfo(event.timezone)

    def begin(instant: datetime) -> datetime:
        local = instant.astimezone(zone).replace(tzinfo=None, minute=0, second=0, microsecond=0)
        return local if step < timedelta(days=1) else local.replace(hour=0)

    steps: Counter[datetime] = Counter()
    for hour, people in added.items():
        steps[begin(hour)] += people
    points, total, at = [], 0, min(steps)
    while at <= begin(end):
        total += steps[at]
        points.append((at, total))
        at += step
    return points


def _by_hour(event: Event) -> dict[datetime, int]:
    hour = moment(HOUR)
    rows = db.session.execute(
        select(hour, func.sum(Rsvp.party_size))
        .where(
            *(Rsvp.event_id == event.id, Rsvp.partstat == ACCEPTED, Rsvp.counted, Rsvp.series_id.is_(None)),
            *(Rsvp.seat == SEATED, Rsvp.state == CLEAR),
        )
        .group_by(hour)
    )
    return {parsed(text): int(people) for text, people in rows}


def moment(length: int) -> ColumnElement[str]:
    """When an RSVP was made, as text, cut after its DAY, HOUR or MINUTE (UTC)."""
    return func.substr(cast(Rsvp.created_at, String), 1, length)


def parsed(text: str) -> datetime:
    """The instant of such a text."""
    return datetime.fromisoformat(text if len(text) != HOUR else f"{text}:00").replace(tzinfo=UTC)
