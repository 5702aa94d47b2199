"""A feed: which entries are in it, in which order, and what its head says (RFC 5545, RFC 7986).

The same entries give the same bytes, in every process and after every restart. Entries stand in the order of their
events; `_AT_ONCE` of them by their number are a piece, so that pieces stay what they are when others come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar
from icalendar.prop import vDuration, vText, vUri
from sqlalchemy import Select, func, or_, select

from eventkit import db, i18n
from eventkit.calendars import bodies, ical
from eventkit.calendars.bodies import Body, Made
from eventkit.calendars.models import CalendarEntry
from eventkit.calendars.queries import KEPT_FOR
from eventkit.calendars.zones import vtimezone
from eventkit.config import Settings
from eventkit.events import filters_in_words
from eventkit.events import queries as events
from eventkit.events.filters import EventFilter
from eventkit.events.models import Event
from eventkit.web import external_url

#: entries to a piece: deflated by fifties they take 25 % of their size, in one go 23 %
_AT_ONCE = 50
#: pieces to a query
_PIECES_AT_ONCE = 20
_HEAD, _FOOT = -1, 2**62
_GONE = object()

#: how often a calendar should ask; most ask when they like
_REFRESH = timedelta(hours=1)
#: of CSS, as RFC 7986 wants it: next to the orange of the site
_COLOR = "coral"

_END = "END:VCALENDAR\r\n"

#: a zone, the first and the last year for which it has to be true; without the last it is for ever
Zone = tuple[str, int, int | None]


@dataclass(frozen=True)
class Feed:
    """What somebody subscribed to. `organization` is the slug of the page whose feed it is; `language` that of the
    path, which its name and description stand in, empty without one."""

    filter: EventFilter
    organization: str = ""
    language: str = ""

    def title(self) -> str:
        """The organization's name; else the site's, with what the filter asks for. One that only drafts and private
        events name has no name here."""
        settings: Settings = current_app.extensions["eventkit.settings"]
        asked = self.filter.organization
        organization = events.organization_with_page(asked) if asked else None
        if self.organization and organization is not None:
            return organization.name
        return title_of(settings.site_name, filters_in_words.words(self.filter, organization))

    def description(self) -> str:
        settings: Settings = current_app.extensions["eventkit.settings"]
        if self.organization:
            return _("Where %(name)s takes part, as told on %(site)s.", name=self.title(), site=settings.site_name)
        return _("What is on, as told on %(site)s.", site=settings.site_name)

    def page(self) -> str:
        """The page that shows the same."""
        language = self.language or None
        if self.organization:
            return external_url("organizations.show", slug=self.organization, language=language)
        return external_url("events.upcoming", language=language, **self.filter.query())

    def address(self) -> str:
        language = self.language or None
        if self.organization:
            return external_url("calendars.of_organization", slug=self.organization, language=language)
        return external_url("calendars.feed", language=language, **self.filter.query())


def title_of(site_name: str, words: str) -> str:
    """What a calendar calls a feed: the site, and what it was narrowed to, where it was."""
    return _("%(site)s: %(words)s", site=site_name, words=words) if words else site_name


def build(feed: Feed, today: date, before: Body | None) -> Body:
    """The feed as it is now. Pieces whose entries have not been written since come from the body `before`.

    `today` is a day in UTC: what has been over for `KEPT_FOR` at its beginning is not in it.
    """
    found = _entries(feed, today)
    current = _marks(found)
    former = before.made() if before else ()
    pieces = {made[0].number: made for made in former if current.get(made[0].number, _GONE) == made[0].mark}
    size = 0
    for made in _read(found, sorted(set(current) - set(pieces))):
        piece, _text, deflated = made
        size += piece.size
        pieces[piece.number] = made if size <= bodies.LARGEST_PLAIN else (piece, None, deflated)
    with i18n.in_language(feed.language):
        told = properties(feed.title(), feed.description(), page=feed.page(), address=feed.address())
    zones = _zones(zone for piece, *_octets in pieces.values() for zone in piece.notes)
    head, foot = bodies.make(_HEAD, _with_zones(told, zones)), bodies.make(_FOOT, _END.encode())
    return bodies.body_of([head, *(pieces[number] for number in sorted(pieces)), foot])


def of_entries(head: str, entries: Sequence[CalendarEntry]) -> bytes:
    """A calendar of few entries, made at once. `head` is of `properties`."""
    zones = _zones((entry.timezone, entry.first_year, entry.last_year) for entry in entries)
    return _with_zones(head, zones) + "".join([*(entry.vevent for entry in entries), _END]).encode()


def properties(title: str, description: str, *, page: str, address: str = "") -> str:
    """The beginning of a calendar that is subscribed to. Without METHOD, which RFC 4791 allows in no stored file.

    What is older than RFC 7986 stands beside it. `address` is where the calendar itself is asked for.
    """
    head = Calendar()
    head.add("VERSION", "2.0")
    head.add("PRODID", ical.PRODUCT)
    head.add("CALSCALE", "GREGORIAN")
    for name in ("NAME", "X-WR-CALNAME"):
        head[name] = vText(" ".join(title.split()))  # as a plain string its commas were not escaped
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        head[name] = vText(" ".join(description.split()))
    head["URL"] = vUri(page)
    if address:
        head["SOURCE"] = vUri(address, params={"VALUE": "URI"})
    head["REFRESH-INTERVAL"] = vDuration(_REFRESH, params={"VALUE": "DURATION"})
    head["X-PUBLISHED-TTL"] = vDuration(_REFRESH)
    head["COLOR"] = vText(_COLOR)
    icon = {"VALUE": "URI", "DISPLAY": "BADGE", "FMTTYPE": "image/svg+xml"}
    head["IMAGE"] = vUri(external_url("static", filename="icon.svg"), params=icon)
    return head.to_ical().decode().removesuffix(_END)


def _entries(feed: Feed, today: date) -> Select:
    since = datetime.combine(today, time(), UTC) - KEPT_FOR
    found = (
        select(
            CalendarEntry.event_id,
            CalendarEntry.stamp,
            CalendarEntry.timezone,
            CalendarEntry.first_year,
            CalendarEntry.last_year,
            CalendarEntry.vevent,
        )
        .select_from(CalendarEntry)
        .where(CalendarEntry.is_listed, or_(CalendarEntry.over_at.is_(None), CalendarEntry.over_at > since))
    )
    conditions = feed.filter.conditions()
    return found.join(Event, Event.id == CalendarEntry.event_id).where(*conditions) if conditions else found


def _marks(found: Select) -> dict[int, object]:
    """For each piece, what is another one when an entry in it was written, came or went."""
    number = (CalendarEntry.event_id // _AT_ONCE).label("piece")
    marks = found.with_only_columns(number, func.count(), func.sum(CalendarEntry.stamp)).group_by("piece")
    return {number: (count, int(total)) for number, count, total in db.session.execute(marks)}


def _read(found: Select, numbers: Sequence[int]) -> Iterator[Made]:
    """The pieces of these numbers, from the entries as they are now."""
    event_id = CalendarEntry.event_id
    for at in range(0, len(numbers), _PIECES_AT_ONCE):
        ranges = ((number * _AT_ONCE, (number + 1) * _AT_ONCE - 1) for number in numbers[at : at + _PIECES_AT_ONCE])
        wanted = or_(*(event_id.between(first, last) for first, last in ranges))
        rows = db.session.execute(found.where(wanted).order_by(event_id)).all()
        for number, of_piece in groupby(rows, key=lambda row: row.event_id // _AT_ONCE):
            entries = list(of_piece)
            mark = (len(entries), sum(row.stamp for row in entries))
            zones = {(row.timezone, row.first_year, row.last_year) for row in entries}
            yield bodies.make(number, "".join(row.vevent for row in entries).encode(), mark=mark, notes=zones)


def _zones(needed: Iterable[Zone]) -> dict[str, tuple[int, int | None]]:
    found: dict[str, tuple[int, int | None]] = {}
    for name, first, last in needed:
        earlier, later = found.get(name, (first, last))
        found[name] = min(first, earlier), None if last is None or later is None else max(last, later)
    return found


def _with_zones(head: str, zones: dict[str, tuple[int, int | None]]) -> bytes:
    """Each zone once and before the events, true for all the years that they need."""
    if len(zones) == 1 and "" not in zones:
        head += f"X-WR-TIMEZONE:{next(iter(zones))}\r\n"
    return (head + "".join(vtimezone(name, *zones[name]) for name in sorted(zones) if name)).encode()
