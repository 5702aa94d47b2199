"""Invitations (iTIP, RFC 5546): an event's stored entry, addressed to one person.

What an entry says about the event is taken as it is; an invitation adds whom it is for and who sent it when. It
works on content lines, so that a property which another module adds to entries reaches invitations unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar.parser import Contentline, Contentlines, Parameters
from icalendar.prop import vCalAddress

from eventkit.calendars import ical
from eventkit.calendars.models import CalendarEntry
from eventkit.events.models import Dated, Occurrence
from eventkit.events.presentation import event_of

REQUEST, CANCEL = "REQUEST", "CANCEL"

#: what an invitation says in its own way
_ADDRESSED = frozenset({"DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "REQUEST-STATUS", "COMMENT"})


@dataclass(frozen=True)
class Invitation:
    """One message of the organizer to one person.

    `partstat` is RFC 5545's, `organizer` the address that takes the reply, `sent_at` becomes DTSTAMP (RFC 5545,
    3.8.7.2). `name` is only for whoever the address is known to belong to. `left_out` are the dates, by RECURRENCE-ID
    as local wall time, that a series is sent without.
    """

    method: str
    address: str
    organizer: str
    sequence: int
    sent_at: datetime
    partstat: str
    name: str = ""
    wants_reply: bool = True
    left_out: tuple[str, ...] = ()


def compose(invitation: Invitation, entry: CalendarEntry, dated: Dated) -> bytes:
    """The VCALENDAR: its zone, and the event with the one ATTENDEE. A CANCEL of a series needs no exceptions.

    `dated` is what it is about: the event, or that one date of it.
    """
    event = event_of(dated)
    components = _components(entry.vevent)
    if isinstance(dated, Occurrence):
        components = _components(ical.vevent_of_date(dated, modified_at=entry.modified_at))
    elif invitation.method == CANCEL:
        components = components[:1]
    else:
        components = _without(invitation.left_out, components)
    return ical.calendar(
        [_addressed(lines, invitation) for lines in components], [ical.zone_of(event)], method=invitation.method
    )


def _components(text: str) -> list[list[Contentline]]:
    """The lines inside of each VEVENT: the event first, then its changed occurrences."""
    found: list[list[Contentline]] = []
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]
        if line == "BEGIN:VEVENT":
            found.append([])
        elif line and line != "END:VEVENT":
            found[-1].append(line)
    return found


def _addressed(lines: Iterable[Contentline], invitation: Invitation) -> str:
    cancels = invitation.method == CANCEL
    dropped = _ADDRESSED | ({"STATUS"} if cancels else set())
    written = [_line("BEGIN", "VEVENT")]
    for line in lines:
        name = _name(line)
        if name == "ORGANIZER":
            _property, params, _former = line.raw_parts()
            written.append(_line(name, vCalAddress(f"mailto:{invitation.organizer}"), params))
        elif name not in dropped:
            written.append(line)
    written += [
        _line("DTSTAMP", f"{invitation.sent_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        _line("SEQUENCE", str(invitation.sequence)),
        _attendee(invitation),
        *([_line("STATUS", "CANCELLED")] if cancels else []),
        _line("END", "VEVENT"),
    ]
    return "".join(f"{line.to_ical().decode()}\r\n" for line in written)  # type: ignore[no-untyped-call]


def _attendee(invitation: Invitation) -> Contentline:
    params = Parameters()
    if invitation.name:
        # RFC 5545 has no way to write a double quote in a parameter, and few read the one of RFC 6868.
        params["CN"] = re.sub(r'["^]', "'", " ".join(invitation.name.split()))
    params["CUTYPE"], params["ROLE"] = "INDIVIDUAL", "REQ-PARTICIPANT"
    params["PARTSTAT"] = invitation.partstat
    params["RSVP"] = "TRUE" if invitation.wants_reply and invitation.method == REQUEST else "FALSE"
    return _line("ATTENDEE", vCalAddress(f"mailto:{invitation.address}"), params)


def _without(left_out: Sequence[str], components: Sequence[list[Contentline]]) -> list[list[Contentline]]:
    master, *exceptions = components
    start = next(line for line in master if _name(line) == "DTSTART")
    gone = [_parse(occurrence) for occurrence in left_out]
    excluded = [_excluded(start, day) for day in gone]
    kept = [
        lines
        for lines in exceptions
        if not any(_name(each) == "RECURRENCE-ID" and _wall_time(each) in gone for each in lines)
    ]
    return [[*master, *excluded], *kept]


def _excluded(start: Contentline, day: datetime) -> Contentline:
    """EXDATE of this wall time, in the form in which the DTSTART `start` stands."""
    _name_of_start, params, value = start.raw_parts()
    form = "%Y%m%d" if "T" not in value else "%Y%m%dT%H%M%SZ" if value.endswith("Z") else "%Y%m%dT%H%M%S"
    return _line("EXDATE", f"{day:{form}}", params)


def _wall_time(line: Contentline) -> datetime:
    """The value of a DTSTART, DTEND or RECURRENCE-ID; a day is its midnight."""
    return _parse(line.raw_parts()[2])


def _parse(value: str) -> datetime:
    return datetime.fromisoformat(value.removesuffix("Z"))


def _line(name: str, value: str, params: Parameters | None = None) -> Contentline:
    return Contentline.from_parts(name, params or Parameters(), value)


def _name(line: Contentline) -> str:
    return re.split("[;:]", line, maxsplit=1)[0].upper()
