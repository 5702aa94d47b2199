"""The date of a series that an answer is for, as people are told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events import occurrences
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, Dated, Event, Occurrence


def of(event: Event, occurrence: str) -> Dated:
    """What an RSVP or a notice with this RECURRENCE-ID is about; the event where that is empty.

    A date that the series has no more is as the rule had it, cancelled, and in no session.
    """
    return (events.occurrence(event, occurrence) or _gone(event, occurrence)) if occurrence else event


def of_each(event: Event, several: Iterable[str]) -> dict[str, Dated]:
    """As `of`, in one query."""
    several = set(several)
    there = events.occurrences_by_id(event, several)
    return {one: (there.get(one) or _gone(event, one)) if one else event for one in several}


def is_gone(dated: Dated) -> bool:
    """Whether the series has this date no more."""
    return isinstance(dated, Occurrence) and dated.id is None


def _gone(event: Event, occurrence: str) -> Occurrence:
    gone = Occurrence(event=event, recurrence_id=occurrence)
    occurrences.as_planned(gone)
    gone.state = CANCELLED
    return gone


def moment_words(event: Event, moment: datetime) -> str:
    """An instant in the venue's time, with its zone: `Sat 14 Nov, 1 PM, Eastern Standard Time`."""
    local = moment.astimezone(ZoneInfo(event.timezone))
    return _(
        "%(day)s, %(time)s, %(zone)s",
        day=i18n.day_words(local.date()),
        time=i18n.time_range(local, None),
        zone=i18n.zone_words(local),
    )
