"""Recurrence rules (RFC 5545, 3.3.10): which ones we take, and how they are said in words."""

from __future__ import annotations

import re
from datetime import datetime

from babel import Locale
from babel.dates import format_date, get_day_names
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit.errors import DomainError
from eventkit.i18n import current_locale

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = r"(?:-1|[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]?"),
    "COUNT": re.compile(r"[1-9][0-9]{0,2}"),
    "UNTIL": re.compile(r"(?:19[7-9][0-9]|2[01][0-9]{2})[0-9]{4}(?:T[0-9]{6}Z?)?"),
    "BYDAY": re.compile(rf"{_DAY}(?:,{_DAY}){{0,6}}"),
    "BYMONTHDAY": re.compile(r"-1|[1-9]|[12][0-9]|3[01]"),
    "WKST": re.compile("|".join(_DAYS)),
}


def parse(rrule: str) -> dict[str, str]:
    """The parts of a rule. Raises DomainError for one that calendars do not agree on, or that has no bounds."""
    parts: dict[str, str] = {}
    for piece in rrule.split(";"):
        name, _equals, value = piece.partition("=")
        if name not in _PARTS or name in parts or not _PARTS[name].fullmatch(value):
            raise DomainError(_("This repetition is not understood. Choose one from the list."), field="rrule")
        parts[name] = value
    if "FREQ" not in parts or ("COUNT" in parts and "UNTIL" in parts) or not _is_moment(parts.get("UNTIL")):
        raise DomainError(_("This repetition is not understood. Choose one from the list."), field="rrule")
    return parts


def _is_moment(until: str | None) -> bool:
    """Whether there is such a day, and such an hour where one is told; also where no end is told."""
    try:
        return until is None or bool(datetime.fromisoformat(until.removesuffix("Z")))
    except ValueError:
        return False


def check(rrule: str) -> None:
    """Raises DomainError unless it is empty or a rule that we take."""
    if rrule:
        parse(rrule)


def words(rrule: str, locale: Locale | None = None) -> str:
    """`Every Friday`, `Every first Saturday of the month until 24 June 2027`; empty for a single event."""
    if not rrule:
        return ""
    parts = parse(rrule)
    written = locale or current_locale()
    said = _frequency(parts, written)
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007 - a day, not an instant
        return _("%(rule)s until %(day)s", rule=said, day=format_date(last, "long", locale=written))
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        return ngettext("%(rule)s, once", "%(rule)s, %(num)d times", count, rule=said)
    return said


def _frequency(parts: dict[str, str], locale: Locale) -> str:
    interval = int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    match parts["FREQ"]:
        case "DAILY":
            return _("Every day") if interval == 1 else ngettext("Every %(num)d day", "Every %(num)d days", interval)
        case "WEEKLY":
            named = _join([_day_name(day, locale) for day in days])
            if named and interval == 1:
                return _("Every %(days)s", days=named)
            if named:
                return ngettext(
                    "Every %(num)d week on %(days)s", "Every %(num)d weeks on %(days)s", interval, days=named
                )
            return _("Every week") if interval == 1 else ngettext("Every %(num)d week", "Every %(num)d weeks", interval)
        case "MONTHLY":
            named = _join([_ordinal_day(day, locale) for day in days])
            if named:
                return _("Every %(days)s of the month", days=named)
            if "BYMONTHDAY" in parts:
                return _("On day %(day)s of every month", day=parts["BYMONTHDAY"])
            return (
                _("Every month") if interval == 1 else ngettext("Every %(num)d month", "Every %(num)d months", interval)
            )
        case _:
            return _("Every year") if interval == 1 else ngettext("Every %(num)d year", "Every %(num)d years", interval)


def _ordinal_day(day: str, locale: Locale) -> str:
    position, name = day[:-2], _day_name(day, locale)
    ordinals = {
        "1": _("first %(day)s", day=name),
        "2": _("second %(day)s", day=name),
        "3": _("third %(day)s", day=name),
        "4": _("fourth %(day)s", day=name),
        "5": _("fifth %(day)s", day=name),
        "-1": _("last %(day)s", day=name),
    }
    return ordinals.get(position, name)


def _day_name(day: str, locale: Locale) -> str:
    return str(get_day_names("wide", locale=locale)[_DAYS.index(day[-2:])])


def _join(names: list[str]) -> str:
    return _(" and ").join([_(", ").join(names[:-1]), names[-1]] if len(names) > 1 else names)
