"""The events of a calendar as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from eventkit.calendars.imports.reading import rules, values
from eventkit.calendars.imports.reading.lines import Component, components
from eventkit.calendars.imports.reading.zones import Clock, FileZones, iana_name
from eventkit.calendars.imports.vevents import Override, ReadCalendar, ReadVEvent
from eventkit.events.drafting import LONGEST_TITLE, shortened
from eventkit.text import clean_line

LONGEST_TEXT = 5_000
_LONGEST_LOCATION = 500
_LONGEST_UID = 500
_LONGEST_STAY = timedelta(days=366)
_MOST_EXDATES = 500
_STATUSES = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}


def read(data: bytes, *, home_timezone: str = "") -> ReadCalendar:
    """Reads a file. `home_timezone` is preferred among zones that have the same clock as the file's own.

    Raises Refused for what is no calendar, or too much of one.
    """
    whole = components(data)
    default = iana_name(whole.value("X-WR-TIMEZONE"))
    described = [part for part in whole.parts if part.name == "VTIMEZONE"]
    zones = FileZones(described, [name for name in (default, home_timezone) if name])
    of_event = partial(_Reader, zones=zones, default=default)
    series: dict[str, list[_Reader]] = {}
    for reader in (of_event(part) for part in whole.parts if part.name == "VEVENT"):
        series.setdefault(reader.uid, []).append(reader)
    is_cancelled = whole.value("METHOD").strip().upper() == "CANCEL"
    events = [event for versions in series.values() for event in _of_one_uid(versions)]
    if is_cancelled:
        events = [replace(event, status="cancelled") for event in events]
    name = values.line_of_text(whole.value("X-WR-CALNAME") or whole.value("NAME"))
    return ReadCalendar(shortened(name), tuple(events))


def _of_one_uid(readers: Sequence[_Reader]) -> Iterable[ReadVEvent]:
    """The event with what is said of its occurrences. Those of a series that the file does not tell stand alone."""
    wholes = [reader for reader in readers if reader.recurrence is None]
    parts = _newest_of_each(reader for reader in readers if reader.recurrence is not None)
    if wholes:
        yield max(wholes, key=lambda reader: reader.version).event(parts)
        return
    for part in parts:
        assert part.recurrence is not None
        event = part.event([])
        uid = f"{event.uid}/{part.recurrence.local:%Y%m%dT%H%M%S}"
        yield replace(event, uid=uid, rrule="", remarks=(*event.remarks, "one_of_series"))


def _newest_of_each(readers: Iterable[_Reader]) -> list[_Reader]:
    newest: dict[datetime, _Reader] = {}
    for reader in readers:
        assert reader.recurrence is not None
        key = reader.recurrence.local
        if key not in newest or newest[key].version <= reader.version:
            newest[key] = reader
    return list(newest.values())


class _Reader:
    """One VEVENT while it is read; collects remarks."""

    def __init__(self, component: Component, *, zones: FileZones, default: str) -> None:
        self._of, self._zones, self._default = component, zones, default
        self._remarks: list[str] = []
        self.uid = _uid(component)
        sequence = component.value("SEQUENCE").strip()
        changed = component.value("LAST-MODIFIED") or component.value("DTSTAMP")
        #: the higher one is the later word on the same UID
        self.version = (
            int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0,
            changed,
        )
        self.recurrence = values.moment(component.first("RECURRENCE-ID"))

    def event(self, parts: Sequence[_Reader]) -> ReadVEvent:
        of = self._of
        start = values.moment(of.first("DTSTART"))
        all_day, begins, ends = self._times(start)
        rrule = self._rule(begins.local) if begins else ""
        timezone = begins.timezone if begins else ""
        place, online = self._place()
        latitude, longitude = self._point() or (None, None)
        status = _STATUSES.get(of.value("STATUS").strip().upper(), "confirmed")
        return ReadVEvent(
            uid=self.uid,
            title=self._title(),
            description=self._description(),
            location=place,
            latitude=latitude,
            longitude=longitude,
            url=values.link(of.value("URL")),
            online_url=online,
            categories=tuple(
                dict.fromkeys(t for line in of.lines.get("CATEGORIES", ())[:20] for t in values.listed(line.value) if t)
            ),
            who=self._organizer(),
            starts_local=begins.local if begins else None,
            ends_local=ends,
            all_day=all_day,
            timezone=timezone,
            rrule=rrule,
            exdates=self._exdates(timezone) if rrule else (),
            overrides=tuple(part.override(timezone, all_day) for part in parts) if rrule else (),
            status=status,
            is_private=of.value("CLASS").strip().upper() in {"PRIVATE", "CONFIDENTIAL"},
            remarks=tuple(dict.fromkeys(self._remarks)),
        )

    def override(self, timezone: str, all_day: bool) -> Override:
        """What this VEVENT says of the occurrence that it names, by the clock of the series. It tells no time where it
        is about all that follow, too, or where hours became whole days."""
        assert self.recurrence is not None
        told = self._of.first("RECURRENCE-ID")
        is_of_many = told is not None and "RANGE" in told.parameters
        of_days, begins, ends = self._times(values.moment(self._of.first("DTSTART")))
        if is_of_many or of_days != all_day:
            begins = None
        stay = ends - begins.local if ends is not None and begins is not None else None
        starts = begins.by(timezone) if begins else None
        return Override(
            recurrence_id=self._zones.clock(self.recurrence).by(timezone),
            starts_local=starts,
            ends_local=starts + stay if starts is not None and stay is not None else None,
            is_cancelled=self._of.value("STATUS").strip().upper() == "CANCELLED" and not is_of_many,
        )

    def _times(self, start: values.Moment | None) -> tuple[bool, Clock | None, datetime | None]:
        """Whether it is of whole days, when it begins, and the end by the same clock."""
        if start is None:
            self._remarks.append("no_date")
            return False, None, None
        begins = self._clock(start)
        all_day = start.is_date
        end = values.moment(self._of.first("DTEND"))
        lasts = values.duration(self._of.value("DURATION")) if end is None else None
        ends = self._zones.clock(end).by(begins.timezone) if end else begins.local + lasts if lasts else None
        if not all_day and self._is_marked_all_day(begins.local, ends):
            all_day, begins = True, replace(begins, timezone="")
        if all_day and ends is not None:
            ends = datetime.combine(ends, time()) - timedelta(days=1)  # DTEND is the day after
            begins = replace(begins, local=datetime.combine(begins.local, time()))
            if ends == begins.local:
                ends = None
            elif ends < begins.local:
                ends = None  # written by a program that takes the end for inclusive: a single day
        elif ends is not None and ends <= begins.local:
            if ends < begins.local:
                self._remarks.append("end_before_start")
            ends = None
        if ends is not None and ends - begins.local > _LONGEST_STAY:
            self._remarks.append("too_long")
            ends = None
        return all_day, begins, ends

    def _clock(self, start: values.Moment) -> Clock:
        begins = self._zones.clock(start)
        if begins.remark:
            self._remarks.append(begins.remark)
        if start.is_date:
            return begins
        if not begins.timezone and self._default:
            return replace(begins, timezone=self._default)
        if begins.timezone == "UTC" and start.tzid == "UTC" and self._default:
            shown = begins.by(self._default)
            if not self._of.lines.get("RRULE") or shown.date() == begins.local.date():
                return Clock(shown, self._default)
        return begins

    def _is_marked_all_day(self, begins: datetime, ends: datetime | None) -> bool:
        """Outlook's way to say it."""
        marked = self._of.value("X-MICROSOFT-CDO-ALLDAYEVENT").strip().upper() == "TRUE"
        return marked and begins.time() == time() and (ends is None or ends.time() == time())

    def _rule(self, start: datetime) -> str:
        found = self._of.lines.get("RRULE", [])
        if self._of.lines.get("RDATE") or self._of.lines.get("EXRULE"):
            self._remarks.append("more_dates")
        if not found:
            return ""
        rule = rules.taken(found[0].value, start) if len(found) == 1 else None
        if rule is None:
            self._remarks.append("rule_left_out")
        return rule or ""

    def _exdates(self, timezone: str) -> tuple[datetime, ...]:
        found = [moment for line in self._of.lines.get("EXDATE", ()) for moment in values.moments(line)]
        days = {self._zones.clock(moment).by(timezone) for moment in found[:_MOST_EXDATES]}
        return tuple(sorted(days))

    def _title(self) -> str:
        title = values.line_of_text(self._of.value("SUMMARY"))
        if not title:
            self._remarks.append("no_title")
        return shortened(title, LONGEST_TITLE)

    def _description(self) -> str:
        found = values.text(self._of.value("DESCRIPTION")) or values.text(self._of.value("X-ALT-DESC"))
        if len(found) > LONGEST_TEXT:
            self._remarks.append("cut")
        return shortened(found, LONGEST_TEXT)

    def _place(self) -> tuple[str, str]:
        """The place in words, and a link to join online."""
        place = values.text(self._of.value("LOCATION"))
        structured = self._of.first("X-APPLE-STRUCTURED-LOCATION")
        if not place and structured is not None:
            place = values.text(structured.parameters.get("X-TITLE", ""))
        online = next(
            (
                link
                for name in _MEETINGS
                for line in self._of.lines.get(name, ())[:5]
                if (link := values.link(line.value))
            ),
            "",
        )
        if place and not online and values.link(place) == place:
            place, online = "", place
        return shortened(place, _LONGEST_LOCATION), online

    def _point(self) -> tuple[float, float] | None:
        structured = self._of.value("X-APPLE-STRUCTURED-LOCATION")
        return values.point(self._of.value("GEO")) or (values.point(structured) if structured else None)

    def _organizer(self) -> str:
        organizer = self._of.first("ORGANIZER")
        name = values.line_of_text(organizer.parameters.get("CN", "")) if organizer else ""
        return "" if "@" in name or ":" in name else shortened(name)


_MEETINGS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")


def _uid(component: Component) -> str:
    """Its UID, where that is a name; else one that is the same as long as it (or title and start) are."""
    told = component.value("UID")
    uid = clean_line(told[:_LONGEST_UID])
    if uid == told.strip():
        return uid or _stand_in("without-uid", *(component.value(name) for name in ("DTSTART", "SUMMARY")))
    return _stand_in("uid", told)


def _stand_in(kind: str, *said: str) -> str:
    return f"{kind}-{hashlib.sha256(chr(10).join(said).encode('utf-8', 'replace')).hexdigest()[:32]}"
