"""The dates of a series, as people answer to them and are told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import CANCELLED, EXCLUDED, Event, Occurrence


class _OnDate:
    """An event on one of its dates: everything of the event, with that date's times, state and reason."""

    rrule = ""

    def __init__(self, event: Event, occurrence: Occurrence) -> None:
        self._event = event
        self.starts_local, self.ends_local = occurrence.starts_local, occurrence.ends_local
        self.starts_at, self.over_at = occurrence.starts_at, occurrence.over_at
        if occurrence.state == CANCELLED and event.status != CANCELLED:
            self.status, self.status_reason = CANCELLED, occurrence.reason

    def __getattr__(self, name: str) -> Any:
        return getattr(self._event, name)

    def is_over(self, now: datetime) -> bool:
        return self.over_at <= now


def find(event: Event, occurrence: str) -> Occurrence | None:
    """The date of this RECURRENCE-ID; None when the series has none, or leaves it out."""
    wanted = select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.recurrence_id == occurrence, Occurrence.state != EXCLUDED
    )
    return db.session.scalar(wanted) if occurrence else None


def on(event: Event, occurrence: str) -> Event:
    """The event as it is on that date, for whatever tells an event; the event itself where there is no such date."""
    return at(event, find(event, occurrence))


def at(event: Event, occurrence: Occurrence | None) -> Event:
    """As `on`, of a date that was found already."""
    return event if occurrence is None else cast(Event, _OnDate(event, occurrence))


def coming(event: Event, now: datetime, *, limit: int = 1) -> list[Occurrence]:
    """The next dates of a series at which people can be: not over, not cancelled. A single event has none."""
    if not event.rrule:
        return []
    wanted = select(Occurrence).where(
        Occurrence.event_id == event.id,
        Occurrence.recurrence_id != "",
        Occurrence.over_at > now,
        Occurrence.state.not_in((EXCLUDED, CANCELLED)),
    )
    return list(db.session.scalars(wanted.order_by(Occurrence.starts_at, Occurrence.id).limit(limit)))


def next_of(event: Event, now: datetime) -> str:
    """RECURRENCE-ID of the next date of a series; empty for a single event, and where none comes."""
    return next((occurrence.recurrence_id for occurrence in coming(event, now)), "")


def next_of_each(events: Iterable[Event], now: datetime) -> dict[int, str]:
    """As `next_of`, by event id, in one query; those that have none are left out."""
    series = [event.id for event in events if event.rrule]
    if not series:
        return {}
    wanted = (
        select(Occurrence.event_id, Occurrence.recurrence_id)
        .where(
            Occurrence.event_id.in_(series),
            Occurrence.recurrence_id != "",
            Occurrence.over_at > now,
            Occurrence.state.not_in((EXCLUDED, CANCELLED)),
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    found: dict[int, str] = {}
    for event_id, occurrence in db.session.execute(wanted):  # the earliest comes last
        found[event_id] = occurrence
    return found
