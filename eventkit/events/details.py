"""What an organizer says about an event, as plain values between the edges and the actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from eventkit.events.models import OPTIONAL, PUBLIC


@dataclass(frozen=True)
class VenueDetails:
    """A place in words, and the pin where a person put one (WGS 84 degrees)."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    directions: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Part:
    """An organization's part: its name as typed, its role, its sentence."""

    name: str
    role: str
    statement: str = ""


@dataclass(frozen=True)
class Details:
    """All that the form holds. Times are local wall time at the venue; `timezone` is IANA."""

    title: str
    who: str = ""
    what: str = ""
    why: str = ""
    language: str = "en"
    starts_local: datetime | None = None
    ends_local: datetime | None = None
    all_day: bool = False
    timezone: str = ""
    rrule: str = ""
    online_url: str = ""
    visibility: str = PUBLIC
    ask_name: str = OPTIONAL
    ask_email: str = OPTIONAL
    largest_party: int = 10
    slug: str = ""
    tags: tuple[str, ...] = ()
    venue: VenueDetails = field(default_factory=VenueDetails)
    #: None leaves the organizations that take part as they are
    parts: tuple[Part, ...] | None = None
    announcement: str = ""
    announced_on: date | None = None
