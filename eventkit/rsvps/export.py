"""Who comes, as a table to take along: CSV (RFC 4180) or an OpenDocument spreadsheet.

What people typed is never a formula. In CSV an apostrophe stands before what a spreadsheet would run; a cell of an
OpenDocument table says itself that it holds text (`spreadsheet`).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventkit import db
from eventkit.events.models import Dated, Event
from eventkit.rsvps import dates, queries, shifts, spreadsheet, terms
from eventkit.rsvps.models import Rsvp
from eventkit.rsvps.spreadsheet import Cell

#: before a column for each question of the organizer's own, under its words
COLUMNS = (
    *("name", "email", "answer", "people", "answered", "occurrence"),
    *("seat", "state", "shift", "arrived", "arrived_at", "entered_by"),
)

#: in the column `occurrence`, of an answer to the whole series
EVERY = "every"

#: a spreadsheet takes a cell that begins with one of these for a formula; the later ones are forms that some fold to it
_FORMULA = frozenset("=+-@＝＋－＠﹦﹢﹣﹫−")
#: quotation marks that an importer may take off again, and what is then the first letter
_QUOTES = frozenset("\"'`´“”„‟‘’‚‛«»‹›＂＇｀")

_ENDS = ("\r", "\n")
_LINE_ENDS = re.compile("(\r\n|\r|\n)")

#: rows read from the database at once
_STEP = 500


@dataclass(frozen=True)
class Table:
    """A heading for each column, and the rows, which are read while they are gone through."""

    columns: list[str]
    rows: Iterator[list[Cell]]


def table(event: Event) -> Table:
    """One row for each answer that counts, the first first.

    `answer` is RFC 5545's PARTSTAT in lower case. Times are local at the venue. `occurrence` is the date of a series
    that it is for, when that takes place (local wall time), or `every`; empty for a single event. What differs on one
    date is a row of its own. Where the event's key is destroyed, the columns about the person are empty.
    """
    questions = terms.questions(event)
    return Table([*COLUMNS, *(question.label for question in questions)], _rows(event, [q.id for q in questions]))


def csv_of(event: Event) -> str:
    """With instants in ISO 8601 with offset, and all cells in quotation marks: half of the world's spreadsheets also
    divide a line at its semicolons."""
    told, text = table(event), io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(column) for column in told.columns])
    for row in told.rows:
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue()


def ods_of(event: Event) -> bytes:
    """With numbers as numbers and instants as local wall time."""
    told = table(event)
    return spreadsheet.ods(event.title, told.columns, told.rows)


def harmless(cell: str) -> str:
    """With an apostrophe before each line that a spreadsheet would run, also one that hides behind blanks, characters
    that cannot be seen, or quotation marks."""
    guarded = "".join(f"'{part}" if _may_run(part) else part for part in _LINE_ENDS.split(cell))
    return f"'{guarded}" if cell[:1] in _ENDS else guarded


def _may_run(line: str) -> bool:
    """Also of a line that begins with a tab: what is left of it when blanks are taken off is not looked into."""
    if line[:1] == "\t":
        return True
    for letter in line:
        if letter not in _QUOTES and not letter.isspace() and unicodedata.category(letter) not in {"Cf", "Cc"}:
            return letter in _FORMULA
    return False


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return cell.isoformat()
    return harmless(cell) if isinstance(cell, str) else cell if cell is not None else ""


def _rows(event: Event, questions: list[int]) -> Iterator[list[Cell]]:
    zone, names = ZoneInfo(event.timezone), {shift.id: shift.name for shift in terms.shifts(event)}
    sealer = queries.sealer_if_there(event)
    counted = (Rsvp.event_id == event.id, Rsvp.counted)
    days = dates.of_each(event, set(db.session.scalars(select(Rsvp.occurrence).where(*counted).distinct())))
    rows = db.session.scalars(
        select(Rsvp)
        .where(*counted)
        .options(joinedload(Rsvp.series))
        .order_by(Rsvp.created_at, Rsvp.id)
        .execution_options(yield_per=_STEP)
    )
    for rsvp in rows:
        person = queries.unseal(rsvp, sealer)
        yield [
            person.name,
            person.email,
            rsvp.partstat.lower(),
            rsvp.party_size,
            rsvp.created_at.astimezone(zone),
            _starts(days[rsvp.occurrence]) if rsvp.occurrence else EVERY if event.rrule else "",
            rsvp.seat,
            rsvp.state,
            names.get(shifts.chosen(rsvp) or 0, ""),
            rsvp.arrived,
            rsvp.arrived_at.astimezone(zone) if rsvp.arrived and rsvp.arrived_at else None,
            rsvp.entered_by,
            *(_answer(person.answers.get(str(number), "")) for number in questions),
        ]


def _answer(given: str | list[str]) -> str:
    return given if isinstance(given, str) else "; ".join(given)


def _starts(date: Dated) -> str:
    """As people and spreadsheets read it."""
    assert date.starts_local is not None
    return f"{date.starts_local:%Y-%m-%d}" if date.all_day else f"{date.starts_local:%Y-%m-%d %H:%M}"
