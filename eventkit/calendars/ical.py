"""Events as iCalendar text (RFC 5545).

What is written comes from the record alone: the same record gives the same bytes, whenever it is asked for.
Texts stand in the event's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel import Locale
from flask import current_app
from flask_babel import gettext as _
from icalendar import Event as VEvent
from icalendar.prop import vCalAddress, vRecur, vUri

from eventkit import i18n
from eventkit.calendars import tzfile
from eventkit.calendars.zones import vtimezone
from eventkit.config import Settings
from eventkit.events import occurrences, places, presentation, queries, recurrence
from eventkit.events.models import CANCELLED, EXCLUDED, PLANNED, POSTPONED, PUBLIC, Dated, Event, Occurrence
from eventkit.web import external_url

#: raised when `vevent` writes the same event differently than before: what is stored is then written anew
VERSION = 2

PRODUCT = "-//eventkit//eventkit//EN"

#: in metres: how far from the point somebody has arrived
_RADIUS = "70"

#: how exactly a point must be known before a calendar may lead people to it
_EXACT_ENOUGH = frozenset({"pin", "exact", "street"})


def calendar(vevents: Iterable[str], zones: Iterable[str] = (), *, method: str = "") -> bytes:
    """A VCALENDAR of components that are written already. Without METHOD: a file to keep, not an invitation."""
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n"
    head += f"METHOD:{method}\r\n" if method else ""
    return "".join([head, *zones, *vevents, "END:VCALENDAR\r\n"]).encode()


def zone_of(event: Event) -> str:
    """The VTIMEZONE that the event's entry refers to; empty where it refers to none."""
    name = tzid(event)
    return vtimezone(name, *years(event)) if name and event.starts_local is not None else ""


def years(event: Event) -> tuple[int, int | None]:
    """The first and the last year in which it takes place; None for a series without end."""
    assert event.starts_local is not None
    if not event.rrule:
        return event.starts_local.year, (event.ends_local or event.starts_local).year
    moved = [occurrence.starts_local.year for occurrence in queries.changed_occurrences(event)]
    first = min([event.starts_local.year, *moved])
    if event.over_at is None:
        return first, None
    return first, event.over_at.astimezone(ZoneInfo(event.timezone)).year


def tzid(dated: Dated) -> str:
    """The zone that its times are written in: none for whole days and for UTC."""
    if dated.all_day:
        return ""
    zone = tzfile.read(dated.timezone)
    is_utc = not zone.transitions and not zone.standard.offset  # also by the names Zulu, Etc/GMT and others
    return "" if is_utc else dated.timezone


def vevent(event: Event, *, modified_at: datetime) -> str:
    """The VEVENT; of a series with changed times, theirs after it. The event has a day.

    `modified_at` becomes LAST-MODIFIED and DTSTAMP.
    """
    with i18n.in_language(event.language):
        component = _component(event, modified_at)
        if not event.rrule:
            return component.to_ical().decode()
        changed = queries.changed_occurrences(event)
        component.add("RRULE", vRecur.from_ical(_rrule(event)))
        left_out = [_by_rule(occurrence) for occurrence in changed if occurrence.state == EXCLUDED]
        if left_out:
            component.add("EXDATE", left_out)
        overrides = [_override(component, each) for each in changed if each.state != EXCLUDED]
        return "".join(each.to_ical().decode() for each in (component, *overrides))


def vevent_of_date(occurrence: Occurrence, *, modified_at: datetime) -> str:
    """One time of a series by itself, for who comes once."""
    with i18n.in_language(occurrence.event.language):
        return _override(_component(occurrence.event, modified_at), occurrence).to_ical().decode()


def _component(event: Event, modified_at: datetime) -> VEvent:
    assert event.starts_local is not None
    component = VEvent()
    component.add("UID", event.uid)
    component.add("SEQUENCE", event.sequence)
    component.add("DTSTAMP", modified_at)
    component.add("LAST-MODIFIED", modified_at)
    component.add("CREATED", event.created_at)
    component.add("DTSTART", _start(event))
    end = _end(event)
    if end is not None:
        component.add("DTEND", end)
    component.add("SUMMARY", summary(event))
    component.add("DESCRIPTION", description(event))
    place = location(event)
    if place:
        component.add("LOCATION", place)
    venue = places.told(event)
    if venue.is_located and venue.precision in _EXACT_ENOUGH:
        assert venue.latitude is not None
        assert venue.longitude is not None
        component.add("GEO", (round(venue.latitude, 6), round(venue.longitude, 6)))
        component["X-APPLE-STRUCTURED-LOCATION"] = _structured_location(event)
    component.add("ORGANIZER", _organizer(event))
    component.add("URL", page_of(event))
    component.add("STATUS", {CANCELLED: "CANCELLED", POSTPONED: "TENTATIVE"}.get(event.status, "CONFIRMED"))
    component.add("CLASS", "PUBLIC" if event.visibility == PUBLIC else "PRIVATE")
    takes_time = not event.all_day and event.status != CANCELLED
    component.add("TRANSP", "OPAQUE" if takes_time else "TRANSPARENT")
    if event.tags:
        component.add("CATEGORIES", [tag.name for tag in event.tags])
        component["CONCEPT"] = [vUri(external_url("events.upcoming", tag=tag.name)) for tag in event.tags]
    as_json = {"VALUE": "URI", "LINKREL": "alternate", "FMTTYPE": "application/json"}
    component["LINK"] = vUri(external_url("events.as_json", slug=event.slug), params=as_json)
    return component


def _override(series: VEvent, occurrence: Occurrence) -> VEvent:
    """A time of the series that was moved or cancelled (RFC 5545 RECURRENCE-ID): what it says instead, in whole.

    Cancelled ones are told instead of left out: many applications let what merely vanished stand.
    """
    event = occurrence.event
    component = deepcopy(series)
    for name in ("RRULE", "EXDATE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP"):
        component.pop(name, None)
    component.add("RECURRENCE-ID", _by_rule(occurrence))
    component.add("DTSTART", _start(occurrence))
    end = _end(occurrence)
    if end is not None:
        component.add("DTEND", end)
    is_cancelled = CANCELLED in {event.status, occurrence.state}
    component.add("SUMMARY", _("Cancelled: %(title)s", title=event.title) if is_cancelled else summary(event))
    component.add("DESCRIPTION", description(occurrence))
    component.add("URL", page_of(occurrence))
    component.add("STATUS", "CANCELLED" if is_cancelled else series["STATUS"])
    component.add("TRANSP", "TRANSPARENT" if is_cancelled else series["TRANSP"])
    return component


def location(event: Event) -> str:
    """The address in one line, with the country's name; for an event that is only online, its link."""
    venue = places.told(event)
    city = " ".join(part for part in (venue.city, venue.region, venue.postal_code) if part)
    country = Locale.parse(i18n.current_locale()).territories.get(venue.country, venue.country)
    if not (venue.name or venue.street or city):
        return places.online_url(event) or country
    return ", ".join(part for part in (venue.name, venue.street, city, country) if part)


def description(dated: Dated) -> str:
    """The five Ws, who takes part and how, and the page: enough for somebody who sees nothing else."""
    event = presentation.event_of(dated)
    paragraphs = [_state(dated), event.what]
    facts = [
        (_("Who"), event.who or presentation.who(event)),
        (_("When"), _when(dated)),
        (_("Where"), location(event)),
        ("", presentation.place_follows(event)),
        (_("How to find it"), places.told(event).directions),
        (_("Online"), places.online_url(event)),
        (_("Why"), event.why),
    ]
    lines = [_("%(label)s: %(text)s", label=label, text=text) if label else text for label, text in facts if text]
    paragraphs.append("\n".join(lines))
    for role, parts in groupby(event.participations, key=lambda part: part.role):
        lines = [
            f"{part.organization.name}: “{part.statement}”" if part.statement else part.organization.name
            for part in parts
        ]
        paragraphs.append("\n".join([_("%(role)s:", role=presentation.role_words(role)), *lines]))
    paragraphs.append(page_of(dated))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def page_of(dated: Dated) -> str:
    """Its address; of a time that the series has no more that of the series."""
    if isinstance(dated, Occurrence) and dated.id is not None:
        return external_url("events.date", slug=dated.event.slug, recurrence_id=dated.recurrence_id)
    return external_url("events.show", slug=presentation.event_of(dated).slug)


def _state(dated: Dated) -> str:
    event = presentation.event_of(dated)
    if event.status in {CANCELLED, POSTPONED}:
        said = _("This is cancelled.") if event.status == CANCELLED else _("This is postponed. A new day follows.")
        return f"{said} {event.status_reason}".strip()
    if not isinstance(dated, Occurrence) or dated.state == PLANNED:
        return ""
    said = _("This is cancelled.") if dated.state == CANCELLED else _("This time it is at another hour or day.")
    return f"{said} {dated.reason}".strip()


def summary(event: Event) -> str:
    """Many calendars show no STATUS: the word stands in the title too."""
    if event.status == CANCELLED:
        return _("Cancelled: %(title)s", title=event.title)
    if event.status == POSTPONED:
        return _("Postponed: %(title)s", title=event.title)
    return event.title


def _when(dated: Dated) -> str:
    repeats = "" if isinstance(dated, Occurrence) else recurrence.words(dated.rrule)
    return "; ".join(part for part in (presentation.when_in_full(dated), repeats) if part)


def _organizer(event: Event) -> vCalAddress:
    """The host by name, with the address of the site: never that of somebody's account."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    hosts = presentation.hosts(event)
    name = hosts[0].organization.name if hosts else settings.site_name
    address = vCalAddress(f"mailto:{settings.mail_from}")
    address.params["CN"] = _parameter(name)
    return address


def _structured_location(event: Event) -> vUri:
    """The point with the words of LOCATION, by which Apple's calendars show the way."""
    venue = places.told(event)
    words = {"VALUE": "URI", "X-APPLE-RADIUS": _RADIUS, "X-TITLE": venue.name or venue.street or venue.city}
    address = location(event)
    params = {name: _parameter(text) for name, text in {**words, "X-ADDRESS": address}.items() if text}
    return vUri(f"geo:{venue.latitude:.6f},{venue.longitude:.6f}", params=params)


def _parameter(text: str) -> str:
    """RFC 5545 has no way to write a double quote in a parameter, and few read the one of RFC 6868."""
    return re.sub(r'["^]', "'", " ".join(text.split()))


def _start(dated: Dated) -> date | datetime:
    assert dated.starts_local is not None
    return _value(dated.starts_local, dated)


def _end(dated: Dated) -> date | datetime | None:
    """Exclusive. None where no end is told: then a day lasts one day, and a time is a beginning only."""
    if dated.ends_local is None:
        return None
    return _value(dated.ends_local + timedelta(days=1) if dated.all_day else dated.ends_local, dated)


def _by_rule(occurrence: Occurrence) -> date | datetime:
    """What the series says: its RECURRENCE-ID or its place in EXDATE, of the same kind as DTSTART."""
    return _value(occurrences.by_rule(occurrence.recurrence_id), occurrence)


def _value(local: datetime, dated: Dated) -> date | datetime:
    return local.date() if dated.all_day else _aware(local, dated)


def _aware(local: datetime, dated: Dated) -> datetime:
    """In the event's zone; in UTC where the clock shows this time twice or never, of which readers make different
    instants. A rule counts in local time and keeps its zone."""
    aware = local.replace(tzinfo=ZoneInfo(dated.timezone) if tzid(dated) else UTC)
    is_doubtful = aware.utcoffset() != aware.replace(fold=1).utcoffset()
    return aware.astimezone(UTC) if is_doubtful and not presentation.event_of(dated).rrule else aware


def _rrule(event: Event) -> str:
    """The rule with UNTIL as RFC 5545 wants it: a date beside a date, an instant in UTC beside a time in a zone."""
    found = re.search(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?", event.rrule)
    if found is None:
        return event.rrule
    day, hour, is_utc = found.groups()
    last = datetime.strptime(day, "%Y%m%d")  # noqa: DTZ007 - a wall time
    if event.all_day:
        assert event.starts_local is not None
        until = f"{recurrence.last_day(event.rrule, event.starts_local, event.timezone):%Y%m%d}"
    elif is_utc:
        return event.rrule
    else:
        moment = time.fromisoformat(f"{hour[:2]}:{hour[2:4]}:{hour[4:]}") if hour else time(23, 59, 59)
        until = f"{_aware(datetime.combine(last, moment), event).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return event.rrule.replace(found.group(0), f"UNTIL={until}")
