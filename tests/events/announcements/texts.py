"""What the tests of the reader share: one call with defaults, and its only event."""

from datetime import date

from eventkit.events.announcements import ReadEvent, Reading
from eventkit.events.announcements import read as read_text


def read(text: str, published: str = "2016-09-28", zone: str | None = None, country: str | None = None) -> Reading:
    return read_text(text, published=date.fromisoformat(published), home_timezone=zone, country=country)


def only(text: str, published: str = "2016-09-28", zone: str | None = None, country: str | None = None) -> ReadEvent:
    """The one event that a text announces."""
    reading = read(text, published, zone, country)
    assert len(reading.events) == 1, reading.as_json()
    return reading.events[0]
