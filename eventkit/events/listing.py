"""A newspaper's listing: what is on by week and day, and its lead story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import i18n
from eventkit.events.models import Dated, Occurrence
from eventkit.events.presentation import OPEN, state_of


@dataclass(frozen=True)
class Day:
    """What shares a date."""

    date: date
    events: list[Dated]


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, as a bar in the list."""

    label: str
    range: str
    days: list[Day]


def by_week(listed: Iterable[Dated], today: date) -> list[Week]:
    """Groups what is sorted by start into the weeks and days of a newspaper's listing."""
    dated = [(one, one.starts_local.date()) for one in listed if one.starts_local is not None]
    weeks = []
    for monday, of_week in groupby(
        dated, key=lambda pair: max(pair[1], today) - timedelta(days=max(pair[1], today).weekday())
    ):
        days = [Day(day, [one for one, _day in pairs]) for day, pairs in groupby(of_week, key=lambda pair: pair[1])]
        weeks.append(Week(_week_label(monday, today), _week_range(monday), days))
    return weeks


def lead_of(listed: Sequence[Occurrence], coming: dict[int, int], now: datetime) -> Occurrence | None:
    """The lead story: of the open events of the next seven days, series apart, the one to which most people come."""
    soon = [
        one
        for one in listed
        if state_of(one, now) == OPEN and one.starts_at <= now + timedelta(days=7) and not one.event.rrule
    ]
    return max(soon, key=lambda one: coming.get(one.event_id, 0), default=None)


def _week_label(monday: date, today: date) -> str:
    weeks = (monday - (today - timedelta(days=today.weekday()))).days // 7
    if weeks <= 0:
        return _("This week")
    if weeks == 1:
        return _("Next week")
    return ngettext("In %(num)d week", "In %(num)d weeks", weeks)


def _week_range(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    if monday.month == sunday.month and i18n.current_locale().language == "en":
        return f"{monday.day}–{i18n.short_date(sunday)}"
    return f"{i18n.short_date(monday)} – {i18n.short_date(sunday)}"
