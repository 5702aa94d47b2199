"""Values of properties (RFC 5545, 3.3): moments, durations, texts, points, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventkit.calendars.imports.reading.lines import Line
from eventkit.events.announcements.envelopes import looks_like_html, out_of_html
from eventkit.text import clean_line, clean_text

#: characters that are looked at of a text: a description that is longer is cut in any case
_MOST_LOOKED_AT = 12_000

_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d{1,9})?(Z)?)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII
)
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*[;,]\s*(-?\d{1,3}(?:\.\d{1,15})?)\b", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>\"'\\{}|^`]{3,480}", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"'](https?://[^\"'<>\s]{1,500})[\"'][^<>]{0,300}>([^<>]*)</a>", re.IGNORECASE
)
#: outside of these it is a slip, or the "no date" of some program
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


@dataclass(frozen=True)
class Moment:
    """A time as it stands in the file: wall time, and the TZID that it names ("UTC" for Z, empty for floating)."""

    local: datetime
    tzid: str = ""
    is_date: bool = False


def moments(line: Line) -> list[Moment]:
    """All moments of a line; those that are none, or of no year that we take, are left out."""
    found = (moment_of(value, line.parameters.get("TZID", "")) for value in line.value.split(",")[:1000])
    return [moment for moment in found if moment is not None]


def moment(line: Line | None) -> Moment | None:
    """The moment of a line; None where there is none."""
    return None if line is None else moment_of(line.value, line.parameters.get("TZID", ""))


def moment_of(value: str, tzid: str = "") -> Moment | None:
    """The moment that a value tells; of a period its start. None where it tells none, or no year that we take."""
    found = _MOMENT.fullmatch(value.strip().upper().split("/")[0])
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return None
    try:
        hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
        local = datetime(int(found[1]), int(found[2]), int(found[3]), hour, minute, min(second, 59))  # noqa: DTZ001 - wall time
    except ValueError:
        return None
    if found[4] is None:
        return Moment(local, is_date=True)
    return Moment(local, "UTC" if found[7] else tzid.strip()[:200])


def duration(value: str) -> timedelta | None:
    """None for what is none, and for one that leads backwards."""
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None or found[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def text(value: str) -> str:
    """Several lines: unescaped, without markup, control and bidi characters."""
    unescaped = _unescaped(value[:_MOST_LOOKED_AT])
    if ("<" in unescaped or "&" in unescaped) and looks_like_html(unescaped):
        unescaped = out_of_html(_ANCHOR.sub(_with_address, unescaped)).replace("\N{NO-BREAK SPACE}", " ")
    return clean_text(unescaped)


def _with_address(anchor: re.Match[str]) -> str:
    """The words of a link, and where it leads: once, where these are the same."""
    address, words = anchor[1], anchor[2].strip()
    return words if not words or words in address else f"{words} ({address})"


def line_of_text(value: str) -> str:
    """One line of `text`."""
    return clean_line(text(value[:2000]))


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return re.sub(r"\\(.)", lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value)


def listed(value: str) -> list[str]:
    """The texts of a list (CATEGORIES), at most fifty."""
    return [line_of_text(part) for part in re.split(r"(?<!\\),", value[:5000])[:50]]


def point(value: str) -> tuple[float, float] | None:
    """Latitude and longitude (WGS 84 degrees). 0, 0 is what programs write that know no point."""
    found = _POINT.match(value.removeprefix("geo:"))
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude, longitude) == (0, 0):
        return None
    return latitude, longitude


def link(value: str) -> str:
    """The first address of the web in it; empty without one."""
    found = _LINK.search(value[:3000])
    return clean_line(found[0].rstrip(".,;:!?)]»”")) if found else ""
