"""Who comes, as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

from eventkit.events.models import Dated, Event
from eventkit.rsvps import dates, queries

COLUMNS = ("name", "email", "answer", "people", "answered", "occurrence")

#: in the column `occurrence`, of an answer to the whole series
EVERY = "every"

#: a spreadsheet takes a cell that begins with one of these for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(event: Event) -> str:
    """One line for each answer, the first first. `answer` is RFC 5545's PARTSTAT in lower case; times are local
    at the venue (ISO 8601 with offset). `occurrence` is the date of a series that it is for, when that takes place
    (local wall time, `2026-09-18 18:00`), or `every`; empty for a single event. What differs on one date is a line of
    its own."""
    text = io.StringIO()
    # All cells in quotation marks: half of the world's spreadsheets also divide a line at its semicolons.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    zone = ZoneInfo(event.timezone)
    answered = queries.of_event(event)
    days = dates.of_each(event, {each.occurrence for each in answered})
    for each in reversed(answered):
        person = each.answer.person
        writer.writerow(
            [
                harmless(person.name),
                harmless(person.email),
                each.answer.partstat.lower(),
                each.answer.party_size,
                each.answered_at.astimezone(zone).isoformat(),
                _starts(days[each.occurrence]) if each.occurrence else EVERY if event.rrule else "",
            ]
        )
    return text.getvalue()


def _starts(date: Dated) -> str:
    """As people and spreadsheets read it."""
    assert date.starts_local is not None
    return f"{date.starts_local:%Y-%m-%d}" if date.all_day else f"{date.starts_local:%Y-%m-%d %H:%M}"


def harmless(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
