"""The repetitions that a select offers. Which weekday they mean follows from the first day."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.events import recurrence

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
_OFFERED = (WEEKLY, FORTNIGHTLY, MONTHLY)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rule(choice: str, first: date | None) -> str:
    """The RRULE (RFC 5545) of a choice. One that is a rule already is kept.

    Raises DomainError for what is no rule that we take, and for a choice that lacks its first day.
    """
    if choice in _OFFERED:
        if first is None:
            raise DomainError(_("Say on which day it is for the first time."), field="starts_on")
        return _rule(choice, first)
    recurrence.check(choice)
    return choice


def choice_of(rrule: str, first: date | None) -> str:
    """The choice that means this rule, or the rule itself."""
    if first is not None:
        for choice in _OFFERED:
            if _rule(choice, first) == rrule:
                return choice
    return rrule


def choices(first: date | None, kept: str) -> list[tuple[str, str]]:
    """What to offer: in words where the first day is known. `kept` is a rule of its own that was read or stored."""
    if first is None:
        offered = [
            (WEEKLY, _("Every week")),
            (FORTNIGHTLY, _("Every two weeks")),
            (MONTHLY, _("Every month on the same weekday")),
        ]
    else:
        offered = [(choice, recurrence.words(_rule(choice, first))) for choice in _OFFERED]
    own = []
    if kept and kept not in _OFFERED:
        try:
            own = [(kept, recurrence.words(kept))]
        except DomainError:
            own = [(kept, kept[:200])]
    return [("", _("Once")), *offered, *own]


def _rule(choice: str, first: date) -> str:
    day = _DAYS[first.weekday()]
    if choice == WEEKLY:
        return f"FREQ=WEEKLY;BYDAY={day}"
    if choice == FORTNIGHTLY:
        return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
    week = (first.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={-1 if week == 5 else week}{day}"
