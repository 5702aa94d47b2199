"""Repetitions: what other programs write, as one of the rules that we take (`events.recurrence`)."""

from __future__ import annotations

import re
from datetime import datetime

from eventkit.errors import DomainError
from eventkit.events import recurrence

_LONGEST = 200
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLAIN_DAYS = re.compile(r"(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*")


def taken(rrule: str, start: datetime) -> str | None:
    """The rule in our spelling; None for one that we do not take. What only repeats what the start says is left out.

    Nothing is expanded here: a rule that goes on for ever, or every second, is told by its words.
    """
    if len(rrule) > _LONGEST:
        return None
    parts: dict[str, str] = {}
    for piece in rrule.strip().strip(";").upper().replace(" ", "").split(";"):
        name, _equals, value = piece.partition("=")
        if name in parts:
            return None
        parts[name] = value
    _simplify(parts, start)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        recurrence.check(rule)
    except DomainError:
        return None
    return rule


def _simplify(parts: dict[str, str], start: datetime) -> None:
    if parts.get("INTERVAL", "1") == "1":
        parts.pop("WKST", None)  # it says something of every second week only
    for name, said in (("INTERVAL", "1"), ("BYHOUR", str(start.hour)), ("BYMINUTE", str(start.minute))):
        if parts.get(name) == said:
            del parts[name]
    if parts.get("BYSECOND") in {"0", "00"}:
        del parts["BYSECOND"]
    if "BYDAY" in parts:
        parts["BYDAY"] = parts["BYDAY"].replace("+", "")
    position = parts.get("BYSETPOS", "")
    if parts.get("FREQ") == "MONTHLY" and re.fullmatch("-1|[1-5]", position) and parts.get("BYDAY", "") in _DAYS:
        parts["BYDAY"] = position + parts["BYDAY"]  # Outlook's way to say "the first Friday"
        del parts["BYSETPOS"]
    if parts.get("FREQ") == "YEARLY" and parts.get("BYMONTH") == str(start.month) and "BYDAY" not in parts:
        del parts["BYMONTH"]
    if parts.get("FREQ") == "YEARLY" and parts.get("BYMONTHDAY") == str(start.day) and "BYDAY" not in parts:
        del parts["BYMONTHDAY"]
    if parts.get("FREQ") == "DAILY" and parts.get("INTERVAL") is None and _PLAIN_DAYS.fullmatch(parts.get("BYDAY", "")):
        parts["FREQ"] = "WEEKLY"  # "every day, but on weekdays only"
