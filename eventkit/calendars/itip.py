"""What calendars answer by mail: iTIP (RFC 5546) inside of a message (RFC 6047), read into plain values.

Pure, and in bounded time for whatever is sent. icalendar's parser is not used: it refuses what real clients send
(a blank line inside a component, a property without a value), and we need nine properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from eventkit.mail import incoming

_MOST_EVENTS = 20
_MOST_ATTENDEES = 100
_MOST_LINES = 30_000
_LONGEST_LINE = 8192
_LONGEST_VALUE = 500
_FIRST_YEAR, _LAST_YEAR = 1970, 2200

_WORD = re.compile(r"[A-Za-z0-9-]+")
_PIECE = re.compile(r'(?:[^":;]|"[^"]*")*')
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.IGNORECASE)
_DURATION = re.compile(
    r"\+?P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Moment:
    """A DATE or DATE-TIME as it is written: wall time, and the zone that it names."""

    local: datetime
    #: None where the message names no zone, or none that is known
    zone: ZoneInfo | None = None
    is_date: bool = False

    def at(self, venue: ZoneInfo) -> datetime:
        """The wall time at `venue`, without a zone."""
        return self.local.replace(tzinfo=self.zone).astimezone(venue).replace(tzinfo=None) if self.zone else self.local

    def instant(self, venue: ZoneInfo) -> datetime:
        """In UTC; what names no zone is wall time at `venue`."""
        return self.local.replace(tzinfo=self.zone or venue).astimezone(UTC)


@dataclass(frozen=True)
class Attendee:
    """Somebody invited. One person may be named by several addresses (CAL-ADDRESS and EMAIL)."""

    addresses: tuple[str, ...]
    #: RFC 5545 PARTSTAT in upper case; NEEDS-ACTION where none is given
    partstat: str = "NEEDS-ACTION"


@dataclass(frozen=True)
class Found:
    """One VEVENT of a message."""

    #: RFC 5546 METHOD in upper case; empty where neither the calendar nor the part names one
    method: str
    uid: str
    recurrence: Moment | None = None
    #: RECURRENCE-ID was there, but is no date; or it means all dates from there on (RANGE)
    recurrence_is_unclear: bool = False
    dtstamp: datetime | None = None
    #: None where it is absent: that is not 0
    sequence: int | None = None
    organizer: tuple[str, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    #: DTSTART and DTEND (or DTSTART and DURATION); of a DATE the end is the day after the last
    starts: Moment | None = None
    ends: Moment | None = None


def read(message: Message) -> list[Found]:
    """Every VEVENT of a parsed message, each once.

    Raises incoming.Unreadable when none can be read, with the reason: "no-calendar", "broken-calendar",
    "sealed-format" (Outlook's winmail.dat) or "too-complicated".
    """
    parts = list(incoming.leaves(message))
    kinds = [part.get_content_type() for part in parts]
    calendars = [part for part, kind in zip(parts, kinds, strict=True) if kind == "text/calendar"]
    files = [part for part, kind in zip(parts, kinds, strict=True) if kind != "text/calendar" and _is_file(part, kind)]
    # The file repeats the part for those who see files alone: it counts where the part says nothing.
    for several in (calendars, files):
        found = [event for part in several for event in _events(part)]
        if found:
            return list(dict.fromkeys(found))
    if calendars or files:
        raise incoming.Unreadable("broken-calendar")
    if any("ms-tnef" in kind for kind in kinds):
        raise incoming.Unreadable("sealed-format")
    raise incoming.Unreadable("no-calendar")


def _is_file(part: Message, kind: str) -> bool:
    return kind in {"application/ics", "text/x-vcalendar"} or str(part.get_filename() or "").lower().endswith(".ics")


@dataclass
class _Property:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class _Component:
    name: str
    properties: list[_Property] = field(default_factory=list)

    def first(self, name: str) -> _Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def value(self, name: str) -> str:
        found = self.first(name)
        return found.value.strip() if found else ""


_WANTED = frozenset(
    {
        *("METHOD", "UID", "RECURRENCE-ID", "DTSTAMP", "SEQUENCE", "ATTENDEE", "ORGANIZER", "DTSTART", "DTEND"),
        *("DURATION", "TZID", "X-LIC-LOCATION"),
    }
)


def _events(part: Message) -> Iterator[Found]:
    text = incoming.text_of(incoming.content(part))
    told = str(part.get_param("method") or "")
    zones: dict[str, str] = {}
    method, events = "", []
    for component in _components(text):
        match component.name:
            case "VTIMEZONE":
                zones[component.value("TZID")] = component.value("X-LIC-LOCATION")
            case "VCALENDAR":
                method = method or component.value("METHOD")
            case "VEVENT":
                events.append(component)
                if len(events) > _MOST_EVENTS:
                    raise incoming.Unreadable("too-complicated")
    for event in events:
        yield _found(event, (method or told).strip().upper()[:20], zones)


def _components(text: str) -> Iterator[_Component]:
    """Those that end, each with its own properties. A text that was cut, or garbled, is not read: half an answer is
    none."""
    open_ones: list[_Component] = []
    for line in _lines(text):
        found = _property(line)
        if found is None:
            continue
        if found.name == "BEGIN":
            if len(open_ones) > 10:
                raise incoming.Unreadable("too-complicated")
            open_ones.append(_Component(found.value.strip().upper()))
        elif found.name == "END":
            if open_ones and open_ones[-1].name == found.value.strip().upper():
                yield open_ones.pop()
        elif open_ones and found.name in _WANTED and len(open_ones[-1].properties) < 2 * _MOST_ATTENDEES:
            open_ones[-1].properties.append(found)


def _lines(text: str) -> Iterator[str]:
    """Content lines, unfolded (RFC 5545, 3.1), by blank or TAB; empty ones are passed over, and no NUL is left."""
    pieces: list[str] = []
    length = 0
    for number, raw in enumerate(re.split("\r\n|\n|\r", text.replace("\0", "\ufffd"))):
        if number > _MOST_LINES:
            raise incoming.Unreadable("too-complicated")
        if raw[:1] in {" ", "\t"} and pieces:
            length += len(raw)
            if length <= _LONGEST_LINE:
                pieces.append(raw[1:])
        elif raw.strip():
            yield "".join(pieces)
            pieces, length = [raw[:_LONGEST_LINE]], len(raw)
    yield "".join(pieces)


def _property(line: str) -> _Property | None:
    """None for what is no content line."""
    name = _WORD.match(line)
    if name is None:
        return None
    parameters: dict[str, str] = {}
    position = name.end()
    while line[position : position + 1] == ";":
        piece = _PIECE.match(line, position + 1)
        assert piece is not None
        key, _equals, value = piece.group().partition("=")
        parameters[key.strip().upper()] = value.strip().replace('"', "")
        position = piece.end()
    if line[position : position + 1] != ":":
        return None
    return _Property(name.group().upper(), parameters, line[position + 1 :])


def _found(event: _Component, method: str, zones: dict[str, str]) -> Found:
    recurrence = event.first("RECURRENCE-ID")
    moment = _moment(recurrence, zones, guess=True)
    starts = _moment(event.first("DTSTART"), zones)
    dtstamp = _moment(event.first("DTSTAMP"), zones)
    sequence = event.value("SEQUENCE")
    organizer = event.first("ORGANIZER")
    attendees = [each for each in event.properties if each.name == "ATTENDEE"]
    return Found(
        method=method,
        uid=event.value("UID")[:_LONGEST_VALUE],
        recurrence=moment,
        recurrence_is_unclear=recurrence is not None and (moment is None or "RANGE" in recurrence.parameters),
        dtstamp=dtstamp.instant(ZoneInfo("UTC")) if dtstamp else None,
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else None,
        organizer=_addresses(organizer) if organizer else (),
        attendees=tuple(
            Attendee(_addresses(each), each.parameters.get("PARTSTAT", "").upper()[:20] or "NEEDS-ACTION")
            for each in attendees[:_MOST_ATTENDEES]
        ),
        starts=starts,
        ends=_moment(event.first("DTEND"), zones) or _after(starts, event.value("DURATION")),
    )


def _addresses(who: _Property) -> tuple[str, ...]:
    """CAL-ADDRESS and the parameter EMAIL (RFC 7986), without `mailto:` in whatever case."""
    said = (who.value, who.parameters.get("EMAIL", ""))
    bare = (text.strip()[-_LONGEST_VALUE:] for text in said)
    # From the last “mailto:” on: a name with a colon and without quotation marks ends up in the value.
    found = (text[text.lower().rfind("mailto:") + 7 :] if "mailto:" in text.lower() else text for text in bare)
    decoded = (unquote(text.partition("?")[0]).strip().strip("<>") for text in found)
    return tuple(dict.fromkeys(text for text in decoded if "@" in text))


def _moment(written: _Property | None, zones: dict[str, str], *, guess: bool = False) -> Moment | None:
    """With `guess`, one in a zone that nobody knows is wall time; without, it is none."""
    found = _MOMENT.fullmatch(written.value.strip()) if written else None
    if written is None or found is None:
        return None
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2] or '000000'}")
    except ValueError:
        return None
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        return None
    if found[2] is None:
        return Moment(local, is_date=True)
    if found[3]:
        return Moment(local, ZoneInfo("UTC"))
    name = written.parameters.get("TZID", "")
    zone = _zone(name, zones)
    return None if name and zone is None and not guess else Moment(local, zone)


def _zone(name: str, zones: dict[str, str]) -> ZoneInfo | None:
    """By its IANA name, the one that its VTIMEZONE tells, Windows' name, or the end of /vendor.org/x/A/B."""
    parts = name.strip("/").split("/")
    wanted = [name, zones.get(name, ""), WINDOWS_TO_OLSON.get(name, ""), "/".join(parts[-3:]), "/".join(parts[-2:])]
    for key in wanted:
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{1,60}", key):
            try:
                return ZoneInfo(key)
            except (KeyError, ValueError, OSError):
                continue
    return None


def _after(starts: Moment | None, duration: str) -> Moment | None:
    found = _DURATION.fullmatch(duration)
    if starts is None or found is None or not any(found.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Moment(starts.local + length, starts.zone, starts.is_date)
