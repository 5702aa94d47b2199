"""Events as iCalendar text (RFC 5545).

What is written comes from the record alone: the same record gives the same bytes, whenever it is asked for.
Texts stand in the event's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel import Locale
from flask import current_app
from flask_babel import gettext as _
from icalendar import Event as VEvent
from icalendar.prop import vCalAddress, vRecur

from eventkit import i18n
from eventkit.calendars import tzfile
from eventkit.calendars.zones import vtimezone
from eventkit.config import Settings
from eventkit.events import presentation, recurrence
from eventkit.events.models import CANCELLED, POSTPONED, PUBLIC, Event
from eventkit.web import external_url

#: raised when `vevent` writes the same event differently than before: what is stored is then written anew
VERSION = 1

PRODUCT = "-//eventkit//eventkit//EN"

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
    if not name or event.starts_local is None:
        return ""
    last = None if event.rrule else (event.ends_local or event.starts_local).year
    return vtimezone(name, event.starts_local.year, last)


def tzid(event: Event) -> str:
    """The zone that its times are written in: none for whole days and for UTC."""
    if event.all_day:
        return ""
    zone = tzfile.read(event.timezone)
    is_utc = not zone.transitions and not zone.standard.offset  # also by the names Zulu, Etc/GMT and others
    return "" if is_utc else event.timezone


def vevent(event: Event, *, modified_at: datetime) -> str:
    """The VEVENT. The event has a day. `modified_at` becomes LAST-MODIFIED and DTSTAMP."""
    assert event.starts_local is not None
    with i18n.in_language(event.language):
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
        if event.rrule:
            component.add("RRULE", vRecur.from_ical(_rrule(event)))
        component.add("SUMMARY", _summary(event))
        component.add("DESCRIPTION", description(event))
        place = location(event)
        if place:
            component.add("LOCATION", place)
        if event.venue.is_located and event.venue.precision in _EXACT_ENOUGH:
            assert event.venue.latitude is not None
            assert event.venue.longitude is not None
            component.add("GEO", (round(event.venue.latitude, 6), round(event.venue.longitude, 6)))
        component.add("ORGANIZER", _organizer(event))
        component.add("URL", external_url("events.show", slug=event.slug))
        component.add("STATUS", {CANCELLED: "CANCELLED", POSTPONED: "TENTATIVE"}.get(event.status, "CONFIRMED"))
        component.add("CLASS", "PUBLIC" if event.visibility == PUBLIC else "PRIVATE")
        takes_time = not event.all_day and event.status != CANCELLED
        component.add("TRANSP", "OPAQUE" if takes_time else "TRANSPARENT")
        if event.tags:
            component.add("CATEGORIES", [tag.name for tag in event.tags])
        return component.to_ical().decode()


def location(event: Event) -> str:
    """The address in one line, with the country's name; for an event that is only online, its link."""
    venue = event.venue
    city = " ".join(part for part in (venue.city, venue.region, venue.postal_code) if part)
    country = Locale.parse(i18n.current_locale()).territories.get(venue.country, venue.country)
    if not (venue.name or venue.street or city):
        return event.online_url or country
    return ", ".join(part for part in (venue.name, venue.street, city, country) if part)


def description(event: Event) -> str:
    """The five Ws, who takes part and how, and the page: enough for somebody who sees nothing else."""
    paragraphs = [_state(event), event.what]
    facts = [
        (_("Who"), event.who or presentation.who(event)),
        (_("When"), _when(event)),
        (_("Where"), location(event)),
        (_("How to find it"), event.venue.directions),
        (_("Online"), event.online_url),
        (_("Why"), event.why),
    ]
    paragraphs.append("\n".join(_("%(label)s: %(text)s", label=label, text=text) for label, text in facts if text))
    for role, parts in groupby(event.participations, key=lambda part: part.role):
        lines = [
            f"{part.organization.name}: “{part.statement}”" if part.statement else part.organization.name
            for part in parts
        ]
        paragraphs.append("\n".join([_("%(role)s:", role=presentation.role_words(role)), *lines]))
    paragraphs.append(external_url("events.show", slug=event.slug))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _state(event: Event) -> str:
    if event.status not in {CANCELLED, POSTPONED}:
        return ""
    said = _("This is cancelled.") if event.status == CANCELLED else _("This is postponed. A new day follows.")
    return f"{said} {event.status_reason}".strip()


def _summary(event: Event) -> str:
    """Many calendars show no STATUS: the word stands in the title too."""
    if event.status == CANCELLED:
        return _("Cancelled: %(title)s", title=event.title)
    if event.status == POSTPONED:
        return _("Postponed: %(title)s", title=event.title)
    return event.title


def _when(event: Event) -> str:
    repeats = recurrence.words(event.rrule)
    return "; ".join(part for part in (presentation.when_in_full(event), repeats) if part)


def _organizer(event: Event) -> vCalAddress:
    """The host by name, with the address of the site: never that of somebody's account."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    hosts = presentation.hosts(event)
    name = hosts[0].organization.name if hosts else settings.site_name
    address = vCalAddress(f"mailto:{settings.mail_from}")
    # RFC 5545 has no way to write a double quote in a parameter, and few read the one of RFC 6868.
    address.params["CN"] = re.sub(r'["^]', "'", " ".join(name.split()))
    return address


def _start(event: Event) -> date | datetime:
    assert event.starts_local is not None
    return event.starts_local.date() if event.all_day else _aware(event.starts_local, event)


def _end(event: Event) -> date | datetime | None:
    """Exclusive. None where no end is told: then a day lasts one day, and a time is a beginning only."""
    if event.ends_local is None:
        return None
    if event.all_day:
        return event.ends_local.date() + timedelta(days=1)
    return _aware(event.ends_local, event)


def _aware(local: datetime, event: Event) -> datetime:
    return local.replace(tzinfo=ZoneInfo(event.timezone) if tzid(event) else UTC)


def _rrule(event: Event) -> str:
    """The rule with UNTIL as RFC 5545 wants it: a date beside a date, an instant in UTC beside a time in a zone."""
    found = re.search(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?", event.rrule)
    if found is None:
        return event.rrule
    day, hour, is_utc = found.groups()
    last = datetime.strptime(day, "%Y%m%d")  # noqa: DTZ007 - a wall time
    if event.all_day:
        until = day
    elif is_utc:
        return event.rrule
    else:
        moment = time.fromisoformat(f"{hour[:2]}:{hour[2:4]}:{hour[4:]}") if hour else time(23, 59, 59)
        until = f"{_aware(datetime.combine(last, moment), event).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return event.rrule.replace(found.group(0), f"UNTIL={until}")
