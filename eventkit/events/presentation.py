"""How an event is told: its state, its date and time in words, its place. Local wall time, the page's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import i18n
from eventkit.events import occurrences, places, recurrence
from eventkit.events.models import (
    ATTENDING,
    CANCELLED,
    COHOST,
    DRAFT,
    ENDORSING,
    HOST,
    MOVED,
    POSTPONED,
    PUBLIC,
    Dated,
    Event,
    Occurrence,
    Participation,
)
from eventkit.organizations.models import Organization
from eventkit.venues.models import Venue

OPEN, CHANGED, PAST = "open", "changed", "past"


def event_of(dated: Dated) -> Event:
    return dated.event if isinstance(dated, Occurrence) else dated


def leads_to(event: Event, onward: Dated | None) -> Dated | None:
    """The series, or a date of it, in which an event goes on, where whoever reads of the event may hear of that one:
    it may have been taken from the public since they were divided."""
    return onward if onward is not None and event_of(onward).visibility in {PUBLIC, event.visibility} else None


def title_of(dated: Dated, now: datetime) -> str:
    """Its title; of one time of a series with its date."""
    title = event_of(dated).title
    return f"{title}, {when(dated, now)}" if isinstance(dated, Occurrence) and dated.recurrence_id else title


def reason_of(dated: Dated) -> str:
    """Why it is cancelled, postponed or moved, in the organizer's words."""
    if isinstance(dated, Event):
        return dated.status_reason
    is_own = dated.state == CANCELLED and dated.event.status != CANCELLED
    return dated.reason if is_own else dated.event.status_reason or dated.reason


def state_of(dated: Dated, now: datetime) -> str:
    """What may still be done: draft, open, changed (postponed), cancelled or past."""
    event = event_of(dated)
    if event.status in {DRAFT, CANCELLED}:
        return event.status
    if isinstance(dated, Occurrence) and dated.state == CANCELLED:
        return CANCELLED
    if dated.is_over(now):
        return PAST
    return CHANGED if event.status == POSTPONED else OPEN


def tag_of(dated: Dated) -> str:
    """The word that a list puts beside it: cancelled, postponed, moved; empty where all is as planned."""
    event = event_of(dated)
    if event.status in {CANCELLED, POSTPONED}:
        return event.status
    return dated.state if isinstance(dated, Occurrence) and dated.state in {CANCELLED, MOVED} else ""


def planned_words(occurrence: Occurrence) -> str:
    """When the series would have had a time that was moved: `Fri 6 Nov, 18:00`."""
    local = occurrences.by_rule(occurrence.recurrence_id)
    return i18n.day_words(local.date()) if occurrence.all_day else _moment(local)


def state_words(dated: Dated, now: datetime) -> str:
    return {
        DRAFT: _("Draft"),
        CANCELLED: _("Cancelled"),
        PAST: _("This is over"),
        CHANGED: _("Postponed"),
        OPEN: _("Open to all"),
    }[state_of(dated, now)]


def distance_words(dated: Dated, now: datetime) -> str:
    """`In 5 days`, `Today`, `3 days ago`: by the calendar at the venue."""
    if dated.starts_local is None:
        return ""
    today = now.astimezone(ZoneInfo(dated.timezone)).date()
    last = (dated.ends_local or dated.starts_local).date()
    days = (dated.starts_local.date() - today).days
    if days > 60:
        return ""
    if days > 1:
        return ngettext("In %(num)d day", "In %(num)d days", days)
    if days == 1:
        return _("Tomorrow")
    if last >= today and not dated.is_over(now):
        return _("Today") if days == 0 else _("On now")
    ago = (today - last).days
    if ago == 0:
        return _("Today")
    if ago > 60:
        return ""
    return ngettext("Yesterday", "%(num)d days ago", ago)


def when(dated: Dated, now: datetime) -> str:
    """`Sat 14 Nov, 1–3 PM`; with the year where it is not the current one."""
    if dated.starts_local is None:
        return _("The day is not known yet")
    year = dated.starts_local.year != now.astimezone(ZoneInfo(dated.timezone)).year
    return times_words(dated.starts_local, dated.ends_local, all_day=dated.all_day, year=year)


def times_words(starts: datetime, ends: datetime | None, *, all_day: bool, year: bool) -> str:
    """As `when`, of local wall times that no record has yet."""
    first = i18n.day_words(starts.date(), year=year)
    if ends is not None and ends.date() != starts.date() and (all_day or not _ends_the_same_night(starts, ends)):
        last = i18n.day_words(ends.date(), year=year)
        if all_day:
            return _("%(first)s to %(last)s", first=first, last=last)
        return _(
            "%(first)s, %(from)s to %(last)s, %(until)s",
            first=first,
            last=last,
            **{"from": i18n.time_range(starts, None), "until": i18n.time_range(ends, None)},
        )
    if all_day:
        return first
    return _("%(day)s, %(time)s", day=first, time=i18n.time_range(starts, ends))


def when_in_full(dated: Dated) -> str:
    """`Saturday 14 November 2026, 13:00–15:00, Eastern Time`: nothing left to guess."""
    if dated.starts_local is None:
        return ""
    starts, ends = dated.starts_local, dated.ends_local
    day = i18n.date_words(starts.date())
    if dated.all_day:
        if ends is not None and ends.date() != starts.date():
            return _("%(first)s to %(last)s", first=day, last=i18n.date_words(ends.date()))
        return day
    hours = _clock(starts)
    if ends is not None:
        until = _clock(ends)
        if ends.date() != starts.date() and not _ends_the_same_night(starts, ends):
            until = _("%(day)s, %(time)s", day=i18n.date_words(ends.date()), time=until)
            hours = f"{hours} – {until}"
        else:
            hours = f"{hours}–{until}"
    return _("%(day)s, %(time)s, %(zone)s", day=day, time=hours, zone=zone_words(dated))


def zone_words(dated: Dated) -> str:
    """The zone's name as people of the place say it: `Eastern Daylight Time`."""
    if dated.starts_local is None:
        return dated.timezone
    aware = dated.starts_local.replace(tzinfo=ZoneInfo(dated.timezone))
    return i18n.zone_words(aware)


def start_iso(dated: Dated) -> str:
    """The start in the venue's own time with its offset (RFC 3339), or its day."""
    if dated.starts_local is None:
        return ""
    if dated.all_day:
        return dated.starts_local.date().isoformat()
    return dated.starts_local.replace(tzinfo=ZoneInfo(dated.timezone)).isoformat()


def where(event: Event) -> str:
    """The most telling line of the place: what one would say on the phone."""
    venue = places.told(event)
    online = _("Online") if places.online_url(event) else _("The place follows")
    return venue.street or venue.name or venue.city or online


def where_more(event: Event) -> str:
    """The rest of the address, without what `where` said already."""
    venue = places.told(event)
    named = venue.name if venue.street else ""
    city = " ".join(part for part in (venue.city if where(event) != venue.city else "", venue.postal_code) if part)
    return _(", ").join(part for part in (named, city) if part)


def role_words(role: str) -> str:
    return {HOST: _("Host"), COHOST: _("Co-host"), ENDORSING: _("Endorses"), ATTENDING: _("Attending")}[role]


def hosts(event: Event) -> list[Participation]:
    return [part for part in event.participations if part.role == HOST]


def name_of(organization: Organization) -> str:
    """Its name; on a page in its own language, its own."""
    own = organization.native_name and organization.native_name_language == i18n.current_locale().language
    return organization.native_name if own else organization.name


def who(event: Event) -> str:
    """Who calls: the hosts; without one, what the organizer wrote; else the first organization that comes."""
    names = [name_of(part.organization) for part in hosts(event)]
    if names:
        return _(", ").join(names)
    return event.who or (name_of(event.participations[0].organization) if event.participations else _("Open to all"))


def others(event: Event) -> int:
    """How many organizations come beside those that `who` named."""
    named = len(hosts(event)) or (0 if event.who or not event.participations else 1)
    return len(event.participations) - named


def groups(event: Event) -> list[tuple[str, list[dict[str, str]]]]:
    """The organizations for the page, in the order of the roles: host, co-host, endorsing, attending."""
    return [
        (
            role_words(role),
            [
                {
                    "name": name_of(part.organization),
                    "url": url_for("organizations.show", slug=part.organization.slug),
                    "statement": part.statement,
                    "about": part.organization.purpose if not part.statement else "",
                }
                for part in parts
            ],
        )
        for role, parts in groupby(event.participations, key=lambda part: part.role)
    ]


def address(event: Event) -> str:
    """The whole address in one line, as the place itself would write it: name, street, city with postcode."""
    return address_of(places.told(event))


def address_of(venue: Venue) -> str:
    """As `address`, of a place that may be nobody's to see yet."""
    city = " ".join(part for part in (venue.city, venue.postal_code) if part)
    return _(", ").join(part for part in (venue.name, venue.street, city) if part)


def precision_words(event: Event) -> str:
    """How exactly the map knows the place: it must not pretend."""
    return {
        "pin": _("The organizer put the pin there."),
        "exact": _("The pin is at the address."),
        "street": _("The pin is on the street; look for the number there."),
        "postcode": _("The ring is the area of the postcode."),
        "city": _("The ring is the city.")
        if places.is_kept(event)
        else _("The ring is the city; the address tells the place."),
    }.get(places.told(event).precision, "")


def place_follows(event: Event) -> str:
    """From when on the exact place is public, where it is not yet: by the clock at the venue."""
    if event.place_public_at is None:
        return ""
    local = event.place_public_at.astimezone(ZoneInfo(event.timezone))
    return _("The exact place is told here from %(moment)s on.", moment=_moment(local))


def line(dated: Dated) -> str:
    """Time and place for a list: `1–3 PM, 175 Bloor St. E, Toronto`."""
    event = event_of(dated)
    place = where(event)
    city = places.told(event).city
    if city and city not in place:
        place = _("%(place)s, %(city)s", place=place, city=city)
    if dated.all_day or dated.starts_local is None:
        return place
    return _("%(time)s, %(place)s", time=i18n.time_range(dated.starts_local, dated.ends_local), place=place)


def who_line(event: Event) -> str:
    """Who calls, how many more, and how often: for a list."""
    more = others(event)
    said = who(event)
    if more > 0:
        said = ngettext("%(who)s and %(num)s more", "%(who)s and %(num)s more", more, who=said)
    repeats = recurrence.words(event.rrule)
    return f"{said}. {repeats}" if repeats else said


def mail_link(dated: Dated, now: datetime, url: str) -> str:
    """A mailto: that a person fills in: nobody's address passes through us (RFC 6068)."""
    event = event_of(dated)
    body = f"{when(dated, now)}\n{address(event) or where(event)}\n{url}"
    return f"mailto:?subject={quote(event.title)}&body={quote(body)}"


def _moment(local: datetime) -> str:
    return _("%(day)s, %(time)s", day=i18n.day_words(local.date()), time=i18n.time_range(local, None))


def _ends_the_same_night(starts: datetime, ends: datetime) -> bool:
    """22:00 to 02:00 is one evening, and is told as one."""
    return ends - starts < timedelta(hours=14) and ends.hour < 8


def _clock(moment: datetime) -> str:
    """On the 24-hour clock, which nobody misreads."""
    locale = i18n.current_locale()
    return str(format_time(moment, "HH:mm", locale=locale))
