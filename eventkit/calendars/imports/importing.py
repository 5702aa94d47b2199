"""From an event of somebody else's calendar to what an event here says, and what a later import changes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventkit.calendars.imports import locations
from eventkit.calendars.imports.vevents import ReadVEvent
from eventkit.events import recurrence
from eventkit.events.details import Details
from eventkit.events.drafting import shortened
from eventkit.events.models import PRIVATE, PUBLIC

_LONGEST_TEXT = 5_000
_MOST_TAGS = 12

#: what belongs together: the parts of the calendar's event, and those of ours that follow from them
GROUPS = {
    "title": (("title",), ("title",)),
    "when": (
        ("starts_local", "ends_local", "all_day", "timezone", "rrule"),
        ("starts_local", "ends_local", "all_day", "timezone", "rrule"),
    ),
    "dates": (("exdates", "overrides"), ()),  # of a series; see `exceptions`
    "where": (("location", "latitude", "longitude", "online_url"), ("venue", "online_url")),
    "what": (("description", "url"), ("what",)),
    "who": (("who",), ("who",)),
    "tags": (("categories",), ("tags",)),
}


def details_of(read: ReadVEvent, *, home_timezone: str, language: str) -> Details:
    """A draft of it. Times that belong to no zone are told by the clock of `home_timezone`."""
    here = as_here(read, home_timezone)
    venue = replace(locations.venue_of(read.location), latitude=read.latitude, longitude=read.longitude)
    return Details(
        title=read.title or _("An event"),
        who=read.who,
        what=_what(read),
        language=language,
        starts_local=here.starts_local,
        ends_local=here.ends_local,
        all_day=here.all_day,
        timezone=here.timezone,
        rrule=here.rrule,
        online_url=read.online_url,
        visibility=PRIVATE if read.is_private else PUBLIC,
        tags=_tags(read),
        venue=venue,
    )


def as_here(read: ReadVEvent, home_timezone: str) -> ReadVEvent:
    """The event by the clock at home, and a series that begins on a day which its rule does not give, on the first one
    that it does (RFC 5545 leaves undefined what such a series means). Without any it is a single event."""
    here = by_clock_of(read, home_timezone)
    if not here.rrule or here.starts_local is None:
        return here
    first = next(recurrence.moments(here.rrule, here.starts_local, here.timezone or "UTC"), None)
    if first is None:
        return replace(here, rrule="", exdates=(), overrides=())
    ends = None if here.ends_local is None else first + (here.ends_local - here.starts_local)
    return replace(here, starts_local=first, ends_local=ends)


def by_clock_of(read: ReadVEvent, home_timezone: str) -> ReadVEvent:
    """The event by the clock at home, where its own calendar names none: a floating time stays as it is, one in UTC
    is converted. A series in UTC whose weekday would be another one stays in UTC."""
    if not read.is_of_no_zone or not home_timezone:
        return read
    if not read.timezone:
        return replace(read, timezone=home_timezone)
    assert read.starts_local is not None
    starts = _from_utc(read.starts_local, home_timezone)
    if read.rrule and starts.date() != read.starts_local.date():
        return read
    ends = _from_utc(read.ends_local, home_timezone) if read.ends_local else None
    overrides = tuple(
        replace(
            override,  # its day by the rule is the same by both clocks
            starts_local=_from_utc(override.starts_local, home_timezone) if override.starts_local else None,
            ends_local=_from_utc(override.ends_local, home_timezone) if override.ends_local else None,
        )
        for override in read.overrides
    )
    return replace(read, timezone=home_timezone, starts_local=starts, ends_local=ends, overrides=overrides)


def changes(before: ReadVEvent, after: ReadVEvent) -> tuple[str, ...]:
    """Which groups its calendar says otherwise than at the last import."""
    return tuple(
        group
        for group, (theirs, _ours) in GROUPS.items()
        if any(getattr(before, name) != getattr(after, name) for name in theirs)
    )


def merged(stored: Details, imported: Details, changed: tuple[str, ...]) -> Details:
    """What is stored, with those groups from the import that its calendar has changed: a correction that was made
    here stays. Organizations that take part are left as they are."""
    names = [name for group in changed for name in GROUPS[group][1]]
    return replace(stored, parts=None, **{name: getattr(imported, name) for name in names})


def _from_utc(moment: datetime, timezone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def _what(read: ReadVEvent) -> str:
    """The description, and the event's page there as its last line."""
    if not read.url or read.url in read.description:
        return read.description
    return "\n\n".join(filter(None, (shortened(read.description, _LONGEST_TEXT - len(read.url) - 2), read.url)))


def _tags(read: ReadVEvent) -> tuple[str, ...]:
    tags = ("-".join(category.lstrip("#").casefold().split()) for category in read.categories)
    return tuple(dict.fromkeys(tag for tag in tags if re.fullmatch(r"[\w-]{1,40}", tag)))[:_MOST_TAGS]
