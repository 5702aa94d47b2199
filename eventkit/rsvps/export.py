"""Who comes, as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from eventkit.events.models import Event
from eventkit.rsvps import queries

COLUMNS = ("name", "email", "answer", "people", "answered", "occurrence")

#: in the column `occurrence`, of an answer to the whole series
EVERY = "every"

#: a spreadsheet takes a cell that begins with one of these for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(event: Event) -> str:
    """One line for each answer, the first first. `answer` is RFC 5545's PARTSTAT in lower case; times are local
    at the venue (ISO 8601 with offset). `occurrence` is the date of a series that it is for (ISO 8601 wall time by the
    rule), or `every`; empty for a single event. What differs on one date is a line of its own."""
    text = io.StringIO()
    # All cells in quotation marks: half of the world's spreadsheets also divide a line at its semicolons.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    zone = ZoneInfo(event.timezone)
    for each in reversed(queries.of_event(event)):
        person = each.answer.person
        writer.writerow(
            [
                harmless(person.name),
                harmless(person.email),
                each.answer.partstat.lower(),
                each.answer.party_size,
                each.answered_at.astimezone(zone).isoformat(),
                datetime.fromisoformat(each.occurrence).isoformat()
                if each.occurrence
                else EVERY
                if event.rrule
                else "",
            ]
        )
    return text.getvalue()


def harmless(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
