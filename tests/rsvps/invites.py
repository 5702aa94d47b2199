"""What a message tells a calendar, as mail programs find it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


def calendar_in(message: EmailMessage) -> Any:
    """The VCALENDAR of the message, which stands in it twice: as an alternative and as a file."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    (part,) = parts
    attached, *_code = message.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    raw = part.get_payload(decode=True)
    assert attached.get_payload(decode=True) == raw
    calendar = Calendar.from_ical(raw)
    assert part.get_param("method") == str(calendar["METHOD"])
    return calendar


def vevents_in(message: EmailMessage) -> list[Any]:
    calendar = calendar_in(message)
    return [] if calendar is None else calendar.walk("VEVENT")


def vevent_in(message: EmailMessage) -> Any:
    (vevent,) = vevents_in(message)
    return vevent


def said(messages: list[EmailMessage], address: str = "") -> list[tuple[str, int] | None]:
    """METHOD and SEQUENCE of each message, or of those to one address; None of those without a calendar."""
    found: list[tuple[str, int] | None] = []
    for message in messages:
        if not address or message["To"] == address:
            calendar = calendar_in(message)
            found.append(calendar and (str(calendar["METHOD"]), int(calendar.walk("VEVENT")[0]["SEQUENCE"])))
    return found
