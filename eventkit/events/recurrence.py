"""Recurrence rules (RFC 5545, 3.3.10): which ones we take, which moments they mean, and how they are said in words.

Only what every calendar application reads in the same way, Outlook too: no BYSETPOS, no BYMONTH, nothing within a
day. Moments are local wall time: an hour of people's lives, which no change of the clocks moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names
from dateutil.rrule import rrulestr
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
#: days by name in a week, by place in a month; none where the first day tells it all
_PLAIN_DAYS = re.compile(r"[A-Z]{2}(?:,[A-Z]{2})*")
_NTH_DAYS = re.compile(r"-?[1-5][A-Z]{2}(?:,-?[1-5][A-Z]{2})*")
_DAYS_OF = {"WEEKLY": _PLAIN_DAYS, "MONTHLY": _NTH_DAYS}


def parse(rrule: str) -> dict[str, str]:
    """The parts of a rule. Raises DomainError for one that calendars do not agree on, or that has no bounds."""
    parts: dict[str, str] = {}
    for piece in rrule.split(";"):
        name, _equals, value = piece.partition("=")
        if name not in _PARTS or name in parts or not _PARTS[name].fullmatch(value):
            raise DomainError(_("This repetition is not understood. Choose one from the list."), field="rrule")
        parts[name] = value
    if (
        "FREQ" not in parts
        or ("COUNT" in parts and "UNTIL" in parts)
        or not _is_moment(parts.get("UNTIL"))
        or not _tells_days_of_its_period(parts)
    ):
        raise DomainError(_("This repetition is not understood. Choose one from the list."), field="rrule")
    return parts


def _tells_days_of_its_period(parts: dict[str, str]) -> bool:
    """Whether it names days in a way that calendars agree on, and so that one of them comes."""
    if "BYMONTHDAY" in parts:
        return parts["FREQ"] == "MONTHLY" and "BYDAY" not in parts
    if "BYDAY" not in parts:
        return True
    days = _DAYS_OF.get(parts["FREQ"])
    return days is not None and days.fullmatch(parts["BYDAY"]) is not None


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


def moments(rrule: str, first: datetime, timezone: str) -> Iterator[datetime]:
    """The local wall times that a rule means, in order; without end where it has none. `first` is its DTSTART.

    `first` itself is the first of them only where the rule matches it.
    """
    parts = parse(rrule)
    until = _last_moment(parts.pop("UNTIL", ""), timezone)
    for moment in rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first):
        if until is not None and moment > until:
            return
        yield moment


def check_first(rrule: str, first: datetime, timezone: str) -> None:
    """Raises DomainError where the first day is none of the rule's: calendars disagree on whether it counts then."""
    found = next(moments(rrule, first, timezone), None)
    if found is None:
        raise DomainError(_("The series ends before it begins. Look at its last day."), field="repeat_until")
    if found != first:
        day = format_date(found.date(), "full", locale=current_locale())
        message = _(
            "This day is not one of the series: its first is %(day)s. Choose that, or repeat otherwise.", day=day
        )
        raise DomainError(message, field="starts_on")


def ends(rrule: str) -> bool:
    """Whether there is a last time."""
    parts = parse(rrule)
    return "COUNT" in parts or "UNTIL" in parts


def count(rrule: str) -> int | None:
    """How many times it is, where the rule counts them."""
    counted = parse(rrule).get("COUNT")
    return None if counted is None else int(counted)


def last_day(rrule: str, first: datetime, timezone: str) -> date | None:
    """The last day on which it may take place, where the rule tells one."""
    until = _last_moment(parse(rrule).get("UNTIL", ""), timezone)
    if until is None:
        return None
    return until.date() if until.time() >= first.time() else until.date() - timedelta(days=1)


def with_end(rrule: str, *, until: str = "", count: int | None = None) -> str:
    """The rule with this end in place of its own; without one, for ever."""
    pieces = [piece for piece in rrule.split(";") if not piece.startswith(("UNTIL=", "COUNT="))]
    if until:
        pieces.append(f"UNTIL={until}")
    elif count is not None:
        pieces.append(f"COUNT={count}")
    return ";".join(pieces)


def _last_moment(until: str, timezone: str) -> datetime | None:
    """UNTIL as local wall time, inclusive: the end of a day, a local time, or an instant in UTC."""
    if not until:
        return None
    if len(until) == 8:
        return datetime.combine(datetime.fromisoformat(until), time.max)
    moment = datetime.fromisoformat(until.removesuffix("Z"))
    if until.endswith("Z"):
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    return moment


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
            return _monthly(_join([_ordinal_day(day, locale) for day in days]), parts.get("BYMONTHDAY", ""), interval)
        case _:
            return _("Every year") if interval == 1 else ngettext("Every %(num)d year", "Every %(num)d years", interval)


def _monthly(named: str, day: str, interval: int) -> str:
    every = _("Every month") if interval == 1 else ngettext("Every %(num)d month", "Every %(num)d months", interval)
    if named:
        return _("Every %(days)s of the month", days=named) if interval == 1 else f"{every}: {named}"
    if day == "-1":
        return _("On the last day of every month") if interval == 1 else _("%(every)s, on the last day", every=every)
    if day:
        return (
            _("On day %(day)s of every month", day=day)
            if interval == 1
            else _("%(every)s, on day %(day)s", every=every, day=day)
        )
    return every


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
