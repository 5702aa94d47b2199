"""Calendars that are imported."""

from __future__ import annotations

from eventkit import clock, db
from eventkit.accounts.models import User
from eventkit.calendars.actions import imports
from eventkit.calendars.imports import reading
from eventkit.calendars.models import CalendarImport


def make_import(by: User, *events: str, size: int = 1) -> CalendarImport:
    """A calendar that was read; `events` are VEVENTs without their first and last line, or `size` plain ones."""
    texts = events or tuple(
        f"UID:vigil-{number}@example.org\nSUMMARY:Vigil {number}\nDTSTART;TZID=America/Toronto:20261107T130000"
        for number in range(size)
    )
    with db.transaction():
        row = imports.request_import("", source="calendar.ics", is_address=False, by=by, now=clock.now())
        imports.finish(row, reading.read(calendar(*texts)))
    return row


def calendar(*events: str, head: str = "") -> bytes:
    """A file with these VEVENTs, and `head` before them."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//somebody//EN\n{head}{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()
