"""A text that was pasted, what was read from it, and the form that is filled in from that. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from eventkit.accounts.models import User
from eventkit.events import flags
from eventkit.events.announcements import ReadEvent, Reading, read
from eventkit.events.details import Part
from eventkit.events.drafting import details_of
from eventkit.events.forms import EventForm
from eventkit.events.forms.fields import whole
from eventkit.events.models import COHOST, DRAFT, HOST, Event
from eventkit.organizations import queries as organizations
from eventkit.text import fold

#: which fields answer to which of the five
_ROWS = {
    flags.WHO: ("who", "parts"),
    flags.WHAT: ("title", "what"),
    flags.WHEN: (
        "starts_on",
        "starts_time",
        "ends_on",
        "ends_time",
        "all_day",
        "timezone",
        "rrule",
        "repeat_until",
        "repeat_count",
    ),
    flags.WHERE: ("place_name", "street", "city", "region", "postal_code", "country", "latitude", "online_url"),
    flags.WHY: ("why",),
}


@dataclass(frozen=True)
class Text:
    """An announcement, when it appeared, and what to assume of places that it does not tell."""

    text: str
    published: date
    home_timezone: str = ""
    home_country: str = ""

    def read(self) -> Reading:
        return read(
            self.text,
            published=self.published,
            home_timezone=self.home_timezone or None,
            country=self.home_country or None,
        )


@dataclass(frozen=True)
class Pasted:
    """One event of a text; `number` counts from 0."""

    text: Text
    reading: Reading
    number: int

    @property
    def event(self) -> ReadEvent:
        return self.reading.events[self.number]

    @property
    def siblings(self) -> int:
        """How many other events the text holds."""
        return len(self.reading.events) - 1

    def form(self, *, by: User) -> EventForm:
        """The form as the text says."""
        details = details_of(
            self.event,
            published=self.text.published,
            language=self.reading.language,
            announcement=self.text.text,
        )
        form = EventForm.from_details(
            details,
            chosen=str(self.number),
            home_timezone=self.text.home_timezone,
            home_country=self.text.home_country,
        )
        if self.event.end_local and "T" not in self.event.end_local and not details.all_day:
            form.ends_time.data = None  # the last day is told, its hour is not
        offer_host(form, by)
        return form

    def remarks(self, form: EventForm, *, by: User) -> flags.Remarks:
        """What to say beside the rows that nobody has touched: what a person corrected needs no doubt."""
        own = [organization.name for organization in organizations.spoken_for_by(by)]
        said = flags.remarks(self.event, published=self.text.published, own=own)
        as_read = self.form(by=by)
        return {
            row: found if all(_said(form, name) == _said(as_read, name) for name in _ROWS[row]) else ()
            for row, found in said.items()
        }


def carried_by(form: EventForm) -> Pasted | None:
    """The event of the text that a form carries along; None where it carries none."""
    if not form.announcement.data or form.announced_on.data is None:
        return None
    text = Text(
        form.announcement.data,
        form.announced_on.data,
        form.home_timezone.data or "",
        form.home_country.data or "",
    )
    number = whole(form.chosen.data or "", 0)
    reading = text.read()
    return Pasted(text, reading, number) if number < len(reading.events) else None


def source_of(event: Event) -> Pasted | None:
    """The text that a draft was made from, so that its doubts are not forgotten until it is public."""
    if event.status != DRAFT or not event.announcement or event.announced_on is None:
        return None
    text = Text(event.announcement, event.announced_on, event.timezone, event.venue.country)
    reading = text.read()
    same = [number for number, read_event in enumerate(reading.events) if _is_of(read_event, event)]
    return Pasted(text, reading, same[0]) if same else None


def hosted(parts: tuple[Part, ...], by: User) -> tuple[Part, ...]:
    """The organization that somebody speaks for is the host, where nobody else is."""
    own = [organization.name for organization in organizations.spoken_for_by(by)]
    if not own or any(part.role in {HOST, COHOST} for part in parts):
        return parts
    return parts if fold(own[0]) in {fold(part.name) for part in parts} else (*parts, Part(own[0], HOST))


def offer_host(form: EventForm, by: User) -> None:
    """Adds the row of `hosted` to a form."""
    before = form.parts.parts()
    for part in hosted(before, by)[len(before) :]:
        form.parts.add(part.name, part.role)


def _is_of(found: ReadEvent, event: Event) -> bool:
    starts = datetime.fromisoformat(found.start_local) if found.start_local else None
    return (starts, found.city or "") == (event.starts_local, event.venue.city)


def _said(form: EventForm, name: str) -> object:
    """What a field says; the order of organizations says nothing."""
    return set(form.parts.parts()) if name == "parts" else form[name].data or None
