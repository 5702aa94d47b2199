"""What was understood of an announcement: plain values, ready for JSON and for a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

#: Everything that a reading can warn of. The last three are said of the whole text, the others of one event.
FLAGS = (
    "weekday_mismatch",
    "date_conflict",
    "ambiguous_date",
    "year_inferred",
    "date_relative",
    "no_time",
    "no_date",
    "no_place",
    "past_event",
    "online",
    "postponed",
    "rescheduled",
    "cancelled",
    "tz_label_mismatch",
    "multiple_events",
    "no_event",
    "empty_input",
)

#: What an organization does at an event, from the nearest to the farthest.
ROLES = ("host", "cohost", "endorsing", "attending")


@dataclass(frozen=True)
class ReadOrganization:
    """An organization that the text names; ``role`` is one of `ROLES`, ``statement`` its sentence about the event."""

    name: str
    role: str
    statement: str | None = None


@dataclass(frozen=True)
class Span:
    """The phrase from which a field was understood: offsets into `Reading.text`; ``field`` is one of the five Ws."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadEvent:
    """One event. Unknown is None, and an end is never invented.

    ``start_local`` and ``end_local`` are wall time at the event, ``YYYY-MM-DDTHH:MM``, or ``YYYY-MM-DD`` where no
    time is given (an end date is the last day, inclusive). ``timezone`` is an IANA name, ``rrule`` an RFC 5545
    recurrence rule, ``country`` ISO 3166-1 alpha-2. ``details`` holds, for each flag that needs it, the facts with
    which to explain it in words.
    """

    title: str | None = None
    who: str | None = None
    what: str | None = None
    why: str | None = None
    start_local: str | None = None
    end_local: str | None = None
    timezone: str | None = None
    all_day: bool = False
    rrule: str | None = None
    venue_name: str | None = None
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    organizations: tuple[ReadOrganization, ...] = ()
    flags: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    details: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def as_json(self) -> dict[str, Any]:
        """The event in the published form of ``events read``."""
        return {
            "title": self.title,
            "who": self.who,
            "what": self.what,
            "why": self.why,
            "start_local": self.start_local,
            "end_local": self.end_local,
            "timezone": self.timezone,
            "all_day": self.all_day,
            "rrule": self.rrule,
            "venue_name": self.venue_name,
            "street": self.street,
            "city": self.city,
            "postal_code": self.postal_code,
            "country": self.country,
            "organizations": [
                {"name": it.name, "role": it.role, "statement": it.statement} for it in self.organizations
            ],
            "flags": list(self.flags),
        }


@dataclass(frozen=True)
class Reading:
    """What a text announces. ``text`` is the cleaned text to which spans refer; ``language`` is ISO 639-1."""

    events: tuple[ReadEvent, ...]
    flags: tuple[str, ...]
    language: str | None
    text: str

    def as_json(self) -> dict[str, Any]:
        """The published form of ``events read``."""
        return {"events": [event.as_json() for event in self.events], "flags": list(self.flags)}


def in_order(flags: set[str]) -> tuple[str, ...]:
    """The flags in the order of `FLAGS`, so that the same reading always looks the same."""
    return tuple(flag for flag in FLAGS if flag in flags)
