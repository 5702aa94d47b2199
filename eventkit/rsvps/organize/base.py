"""What the organizer's pages of who comes have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from eventkit import i18n
from eventkit.events import occurrences
from eventkit.events import queries as events
from eventkit.events.models import Dated, Event
from eventkit.rsvps import dates, queries, retention
from eventkit.rsvps import terms as rsvp_terms
from eventkit.rsvps.queries import Counts

#: RSVPs of one page of the list, and how many are acted on at once
PAGE = 100


@dataclass(frozen=True)
class Numbers:
    """How many come to the event, or to one date of a series."""

    date: Dated | None
    counts: Counts
    seats_left: int | None


def numbers(event: Event, now: datetime, date: str = "") -> Numbers:
    """Of a series: of that date, or of its next one where it is none; of a single event `date` is None."""
    shown: Dated | None = None
    if event.rrule and _is_date(date):
        shown = dates.of(event, date)
    elif event.rrule:
        shown = next(iter(events.coming_of(event, now, limit=1, cancelled=False)), None)
    of_date = getattr(shown, "recurrence_id", "")
    return Numbers(shown, queries.counts(event, of_date), queries.seats_left(event, of_date))


def _is_date(recurrence_id: str) -> bool:
    try:
        return bool(occurrences.by_rule(recurrence_id))
    except ValueError:
        return False


def chosen_ids(several: MultiDict[str, str]) -> list[int]:
    """The RSVPs that are ticked, as far as they can be rows; no more than one page of them."""
    return [number for number in several.getlist("rsvp", type=int) if 0 < number < 2**31][:PAGE]


def head(event: Event, now: datetime, shown: Numbers | None = None) -> dict[str, Any]:
    """What templates/rsvps/organize/_head.html needs."""
    shown = shown or numbers(event, now)
    return {
        "event": event,
        "now": now,
        "numbers": shown,
        "counts": shown.counts,
        "terms": rsvp_terms.of(event),
        "erased_at": retention.erased_at(event),
    }


def hides_people(event: Event) -> str:
    """Why there is no list: in words; empty where there is one."""
    erased = retention.erased_words(event)
    if erased:
        return erased
    if rsvp_terms.of(event).headcount_only:
        return _("Only heads are counted here: nobody says who they are, so there is no list.")
    return ""


def page_of(event: Event, **query: Any) -> str:
    """The address of the page of who comes."""
    return url_for("rsvps.of_event", slug=event.slug, **query)


def moment_words(local: datetime) -> str:
    """`Tue 1 Sep, 2 PM`, of local wall time."""
    return _("%(day)s, %(time)s", day=i18n.day_words(local.date()), time=i18n.time_range(local, None))
