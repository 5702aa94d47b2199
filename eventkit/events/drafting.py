"""From what was read in an announcement to what an event says."""

from __future__ import annotations

from datetime import date, datetime

from eventkit.events.announcements import ReadEvent
from eventkit.events.details import Details, Part, VenueDetails
from eventkit.text import clean_line, clean_text

LONGEST_TITLE = 200


def details_of(read: ReadEvent, *, published: date, language: str | None = None, announcement: str = "") -> Details:
    """The details that a reading gives. What is unknown stays empty, for a person to fill.

    A date without a time is a whole day; its end, where one was read, is the last day.
    """
    starts, day_only = _wall_time(read.start_local)
    ends, _ = _wall_time(read.end_local)
    return Details(
        title=shortened(clean_line(read.title or read.what or "")),
        who=clean_text(read.who or ""),
        what=clean_text(read.what or ""),
        why=clean_text(read.why or ""),
        language=language or "en",
        starts_local=starts,
        ends_local=ends,
        all_day=read.all_day or day_only,
        timezone=read.timezone or "",
        rrule=read.rrule or "",
        venue=VenueDetails(
            name=clean_line(read.venue_name or "")[:200],
            street=clean_line(read.street or "")[:200],
            city=clean_line(read.city or "")[:120],
            postal_code=clean_line(read.postal_code or "")[:20],
            country=read.country or "",
        ),
        parts=tuple(
            Part(clean_line(found.name)[:200], found.role, clean_text(found.statement or ""))
            for found in read.organizations
        ),
        announcement=announcement,
        announced_on=published,
    )


def shortened(title: str, longest: int = LONGEST_TITLE) -> str:
    """Cut between words, with an ellipsis where something was left out."""
    if len(title) <= longest:
        return title
    return title[: longest - 1].rsplit(" ", 1)[0] + "…"


def _wall_time(text: str | None) -> tuple[datetime | None, bool]:
    """The moment, and whether it is a day without an hour."""
    if text is None:
        return None, False
    return datetime.fromisoformat(text), "T" not in text
