"""Content lines and components (RFC 5545, 3.1 and 3.6), counted before anything is made of them.

A library builds every component of a file before one can ask how many there are. Here only what an event is read from
is kept: alarms, attachments, attendees and all else are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST = 5 * 1024 * 1024  # bytes
MOST_LINES = 300_000
MOST_EVENTS = 2_000
MOST_ZONES = 200
#: STANDARD and DAYLIGHT of all zones together; a zone that tells every change since 1970 has 140
MOST_OBSERVANCES = 6_000
DEEPEST = 8
#: characters of a line once it is unfolded; what is longer is a picture, or nothing to read
LONGEST_LINE = 100_000
#: kept lines of one component: the dates that a series leaves out are the only ones that are many
MOST_KEPT = 1_000
_MOST_PARAMETERS = 30

_OF_EVENTS = frozenset(
    {"UID", "RECURRENCE-ID", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE"}
    | {"EXDATE", "EXRULE", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "CONFERENCE", "CATEGORIES", "STATUS"}
    | {"CLASS", "ORGANIZER", "X-APPLE-STRUCTURED-LOCATION", "X-MICROSOFT-CDO-ALLDAYEVENT", "X-GOOGLE-CONFERENCE"}
    | {"X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-ALT-DESC"}
)
_OF_ZONES = frozenset({"TZID", "X-LIC-LOCATION"})
_OF_OBSERVANCES = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
#: which components are kept, and which of their lines: the path from the root decides
_KEPT: Mapping[tuple[str, ...], frozenset[str]] = {
    ("VCALENDAR",): frozenset({"X-WR-CALNAME", "NAME", "X-WR-TIMEZONE", "METHOD"}),
    ("VCALENDAR", "VEVENT"): _OF_EVENTS,
    ("VCALENDAR", "VTIMEZONE"): _OF_ZONES,
    ("VCALENDAR", "VTIMEZONE", "STANDARD"): _OF_OBSERVANCES,
    ("VCALENDAR", "VTIMEZONE", "DAYLIGHT"): _OF_OBSERVANCES,
}

_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
#: RFC 6868
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}


class Refused(Exception):
    """This is not read. `reason` is a word for the page: empty, no_calendar, too_large, too_many_events, too_deep,
    too_much."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """A content line. The value is as it stands, still escaped; parameters have lost their quotation marks."""

    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass
class Component:
    name: str
    lines: dict[str, list[Line]] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)
    kept: int = 0

    def first(self, name: str) -> Line | None:
        return next(iter(self.lines.get(name, ())), None)

    def value(self, name: str) -> str:
        """The value of its first line of this name; empty without one."""
        line = self.first(name)
        return line.value if line else ""


def components(data: bytes) -> Component:
    """All calendars of the file as one VCALENDAR, whose parts are its VTIMEZONEs and VEVENTs. Raises Refused."""
    whole = Component("VCALENDAR")
    found = False
    counted = {"VEVENT": 0, "VTIMEZONE": 0, "STANDARD": 0, "DAYLIGHT": 0}
    path: list[str] = []
    open_: list[Component | None] = []
    for text in _unfolded(data):
        keyword, _colon, argument = text.partition(":")
        match keyword.upper():
            case "BEGIN":
                if len(path) == DEEPEST:
                    raise Refused("too_deep")
                path.append(argument.strip().upper()[:60])
                found = found or path == ["VCALENDAR"]
                component = _opened(path, whole, open_)
                open_.append(component)
                if component is not None and component.name in counted:
                    counted[component.name] += 1
                    _bound(counted)
            case "END":
                name = argument.strip().upper()
                while name in path:
                    open_.pop()
                    if path.pop() == name:
                        break
            case _:
                if open_ and open_[-1] is not None:
                    _keep(open_[-1], text, _KEPT[tuple(path)])
    if not found:
        raise Refused("no_calendar")
    return whole


def _opened(path: list[str], whole: Component, open_: list[Component | None]) -> Component | None:
    """The component that begins here; None for one that nothing is read from."""
    if path == ["VCALENDAR"]:
        return whole
    if tuple(path) not in _KEPT or open_[-1] is None:
        return None
    component = Component(path[-1])
    open_[-1].parts.append(component)
    return component


def _bound(counted: Mapping[str, int]) -> None:
    if counted["VEVENT"] > MOST_EVENTS:
        raise Refused("too_many_events")
    if counted["VTIMEZONE"] > MOST_ZONES or counted["STANDARD"] + counted["DAYLIGHT"] > MOST_OBSERVANCES:
        raise Refused("too_much")


def _keep(component: Component, text: str, wanted: frozenset[str]) -> None:
    named = _NAME.match(text)
    if named is None or (name := named[0].upper()) not in wanted or component.kept >= MOST_KEPT:
        return
    line = parse(text, name)
    if line is not None:
        component.kept += 1
        component.lines.setdefault(name, []).append(line)


def parse(text: str, name: str) -> Line | None:
    """The line, which begins with `name`; None where it has no value."""
    at = len(name)
    parameters: dict[str, str] = {}
    while (found := _PARAMETER.match(text, at)) is not None and len(parameters) < _MOST_PARAMETERS:
        value = re.sub(r"\^[n'^]", lambda caret: _CARETS[caret[0]], found[2].replace('"', ""))
        parameters.setdefault(found[1].upper(), value)
        at = found.end()
    if text[at : at + 1] == ":":
        return Line(name, parameters, text[at + 1 :])
    _parameters, colon, value = text[at:].partition(":")  # written by somebody who quotes nothing
    return Line(name, parameters, value) if colon else None


def _unfolded(data: bytes) -> Iterator[str]:
    """The lines as text. Folds are undone among the bytes: some writers break a line inside of a character."""
    if len(data) > LARGEST:
        raise Refused("too_large")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.strip():
        raise Refused("empty")
    if data.count(b"\n") > MOST_LINES:
        raise Refused("too_much")
    data = data.replace(b"\n ", b"").replace(b"\n\t", b"")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # what programs without Unicode write
    return (line for line in text.split("\n") if line and len(line) <= LONGEST_LINE)
