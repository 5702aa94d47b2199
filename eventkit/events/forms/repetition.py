"""The repetitions that a form offers. Which weekday or day of the month they mean follows from the first day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from eventkit.errors import DomainError
from eventkit.events import recurrence
from eventkit.i18n import current_locale

DAILY, WEEKLY, FORTNIGHTLY = "daily", "weekly", "fortnightly"
MONTHLY, MONTHLY_BY_DATE, YEARLY = "monthly", "monthly-by-date", "yearly"
_OFFERED = (DAILY, WEEKLY, FORTNIGHTLY, MONTHLY, MONTHLY_BY_DATE, YEARLY)
#: those that may be on several days of a week
_BY_WEEK = (WEEKLY, FORTNIGHTLY)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: as many times as a rule may count (`recurrence`)
MOST_TIMES = 999


@dataclass(frozen=True)
class Repetition:
    """A rule in pieces, as the fields of a form hold it. `choice` is one of those offered, or a rule of its own."""

    choice: str = ""
    #: weekdays where there are several
    days: tuple[str, ...] = ()
    until: date | None = None
    count: int | None = None

    def rule(self, first: date | None) -> str:
        """The RRULE (RFC 5545).

        Raises DomainError for what is no rule that we take, and for a choice that lacks its first day.
        """
        if not self.choice:
            return ""
        if self.until is not None and self.count is not None:
            raise DomainError(_("Give the last day, or how many times it is: not both."), field="repeat_count")
        if self.choice in _OFFERED:
            if first is None:
                raise DomainError(_("Say on which day it is for the first time."), field="starts_on")
            rule = _rule(self.choice, first, self.days)
        else:
            rule = self.choice
            recurrence.check(rule)
        if self.until is not None:
            return recurrence.with_end(rule, until=f"{self.until:%Y%m%d}")
        return rule if self.count is None else recurrence.with_end(rule, count=self.count)


def of_rule(rrule: str, first: datetime | None, timezone: str) -> Repetition:
    """A stored rule in pieces."""
    if not rrule or first is None:
        return Repetition(rrule)
    bare = recurrence.with_end(rrule)
    until, count = recurrence.last_day(rrule, first, timezone), recurrence.count(rrule)
    days = tuple(recurrence.parse(rrule).get("BYDAY", "").split(","))
    for choice in _OFFERED:
        if _rule(choice, first.date(), days if choice in _BY_WEEK else ()) == bare:
            return Repetition(choice, days if choice in _BY_WEEK and len(days) > 1 else (), until, count)
    return Repetition(bare, (), until, count)


def typed(form: Any) -> Repetition:
    """What the fields of an EventForm say."""
    days = tuple(form.repeat_days.data or ())
    return Repetition(form.rrule.data or "", days, form.repeat_until.data, form.repeat_count.data)


def days_field() -> SelectMultipleField:
    return SelectMultipleField(
        _l("On several days of the week"),
        [Optional()],
        choices=weekdays,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


def count_field() -> IntegerField:
    in_range = NumberRange(1, MOST_TIMES, _l("Write a number from 1 to 999."))
    return IntegerField(_l("Or how many times"), [Optional(), in_range])


def choices(first: date | None, kept: str) -> list[tuple[str, str]]:
    """What to offer: in words where the first day is known. `kept` is a rule of its own that was read or stored."""
    if first is None:
        offered = [
            (DAILY, _("Every day")),
            (WEEKLY, _("Every week")),
            (FORTNIGHTLY, _("Every two weeks")),
            (MONTHLY, _("Every month on the same weekday")),
            (MONTHLY_BY_DATE, _("Every month on the same day")),
            (YEARLY, _("Every year")),
        ]
    else:
        offered = [(choice, recurrence.words(_rule(choice, first, ()))) for choice in _OFFERED]
    own = []
    if kept and kept not in _OFFERED:
        try:
            own = [(kept, recurrence.words(kept))]
        except DomainError:
            own = [(kept, kept[:200])]
    return [("", _("Once")), *offered, *own]


def weekdays() -> list[tuple[str, str]]:
    """Monday to Sunday by RFC 5545 name, in the page's language."""
    names = get_day_names("wide", locale=current_locale())
    return [(day, str(names[number])) for number, day in enumerate(_DAYS)]


def _rule(choice: str, first: date, days: Collection[str]) -> str:
    day = _DAYS[first.weekday()]
    several = ",".join(name for name in _DAYS if name in days) or day
    match choice:
        case "daily":
            return "FREQ=DAILY"
        case "weekly":
            return f"FREQ=WEEKLY;BYDAY={several}"
        case "fortnightly":
            return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={several}"
        case "monthly-by-date":
            return f"FREQ=MONTHLY;BYMONTHDAY={-1 if first.day == 31 else first.day}"
        case "yearly":
            return "FREQ=YEARLY"
    week = (first.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={-1 if week == 5 else week}{day}"
