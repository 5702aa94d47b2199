"""Answers as calendars write them, in our own words: each function is one client with its quirks.

All take the same: `uid` of the event, `organizer` (the address in the invitation), `attendee` and `partstat`.
"""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Said:
    """What is answered, and to which invitation."""

    uid: str
    organizer: str
    attendee: str = "noor@mail.example"
    partstat: str = "ACCEPTED"
    dtstamp: str = "20260901T115900Z"
    sequence: str = "0"
    method: str = "REPLY"
    recurrence: str = ""
    starts: str = "DTSTART:20260915T170000Z"
    ends: str = "DTEND:20260915T190000Z"

    def but(self, **changed: str) -> Said:
        return replace(self, **changed)


def vcalendar(said: Said, *, attendees: tuple[str, ...] = (), leave_out: tuple[str, ...] = ()) -> str:
    """A calendar without quirks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//A calendar//EN",
        f"METHOD:{said.method}",
        "BEGIN:VEVENT",
        f"UID:{said.uid}",
        *([said.recurrence] if said.recurrence else []),
        f"DTSTAMP:{said.dtstamp}",
        said.starts,
        said.ends,
        f"SEQUENCE:{said.sequence}",
        "SUMMARY:Accepted: another name than it has",
        f"ORGANIZER;CN=Organizer:mailto:{said.organizer}",
        *(attendees or (f"ATTENDEE;PARTSTAT={said.partstat}:mailto:{said.attendee}",)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(line for line in lines if not line.startswith(leave_out)) + "\r\n"


def message(
    said: Said,
    *parts: str,
    to: str | None = None,
    sender: str | None = None,
    kind: str = "multipart/mixed",
    head: str = "",
) -> bytes:
    """Headers, and parts that bring their own."""
    lines = [
        *([head] if head else []),
        f"From: {said.attendee if sender is None else sender}",
        f"To: {said.organizer if to is None else to}",
        "Subject: Declined: a subject says nothing",
        "Date: Tue, 01 Sep 2026 12:00:00 +0000",
        "Message-ID: <answer@mail.example>",
        "MIME-Version: 1.0",
        f'Content-Type: {kind}; boundary="edge"',
        "",
        *(f"--edge\r\n{part}" for part in parts),
        "--edge--",
        "",
    ]
    return "\r\n".join(lines).encode()


def part(calendar: str, kind: str = "text/calendar; charset=UTF-8; method=REPLY", encoding: str = "7bit") -> str:
    """A part that holds a calendar."""
    raw = calendar.encode()
    if encoding == "base64":
        calendar = base64.encodebytes(raw).decode()
    elif encoding == "quoted-printable":
        calendar = quopri.encodestring(raw).decode()
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{calendar}"


TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\nI have answered your invitation.\r\n"


def plain(said: Said) -> bytes:
    """As the standard has it."""
    return message(said, TEXT, part(vcalendar(said)))


def google(said: Said) -> bytes:
    """Twice in one message, as a part and as a file; an alarm; another Sender."""
    calendar = vcalendar(said).replace(
        "END:VEVENT", "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P0DT0H10M0S\r\nEND:VALARM\r\nEND:VEVENT"
    )
    inner = "\r\n".join(["--inner", TEXT, "--inner", part(calendar), "--inner--", ""])
    alternative = f'Content-Type: multipart/alternative; boundary="inner"\r\n\r\n{inner}'
    attached = part(calendar, 'application/ics; name="invite.ics"', "base64")
    return message(said, alternative, attached, head="Sender: Calendar <calendar-notification@calendar.example>")


def google_french_all_day(said: Said) -> bytes:
    """Two attendees, of whom one is the organizer; whole days; a subject in ISO-8859-1."""
    whole = said.but(starts="DTSTART;VALUE=DATE:20260915", ends="DTEND;VALUE=DATE:20260916")
    both = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED;CN=La Veillée:mailto:{said.organizer}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={said.partstat};X-NUM-GUESTS=0:mailto:{said.attendee}",
    )
    calendar = part(vcalendar(whole, attendees=both), encoding="quoted-printable")
    return message(said, calendar).replace(
        b"Declined: a subject says nothing", b"=?ISO-8859-1?Q?Refus=E9=3A_veill=E9e?="
    )


def google_counter(said: Said) -> bytes:
    """A proposal whose part says that it is a reply; a name that is folded in an unlucky place."""
    who = f"ATTENDEE;PARTSTAT={said.partstat};CN=noo\r\n rr@mail.example;X-NUM-GUESTS=0:mailto:{said.attendee}"
    return message(said, part(vcalendar(said.but(method="COUNTER"), attendees=(who,))))


def ios(said: Said) -> bytes:
    """Quoted-printable, a private comment, lower-case parameters of the part."""
    calendar = vcalendar(said).replace("END:VEVENT", "X-CALENDARSERVER-PRIVATE-COMMENT:see you\r\nEND:VEVENT")
    kind = "text/calendar; charset=utf-8; name=meeting.ics; method=reply"
    return message(said, TEXT, part(calendar, kind, "quoted-printable"), kind="multipart/alternative")


def outlook_mac(said: Said) -> bytes:
    """A zone with commas in its name and its own rules; MAILTO in upper case; charset US-ASCII."""
    name = "Eastern Time, here and there"
    zone = f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n"
    zone += "DTSTART:20261101T020000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"
    local = said.but(starts=f'DTSTART;TZID="{name}":20260915T130000', ends=f'DTEND;TZID="{name}":20260915T150000')
    calendar = vcalendar(local).replace("BEGIN:VEVENT", zone).replace("mailto:", "MAILTO:")
    return message(said, part(calendar, 'text/calendar;method=REPLY;\r\n\tcharset="US-ASCII";name="meeting.ics"'))


def outlook_2010(said: Said) -> bytes:
    """No ORGANIZER; DTSTAMP of years before; a zone from 1601; only the envelope tells which invitation."""
    calendar = vcalendar(said.but(dtstamp="20230424T224611Z"), leave_out=("ORGANIZER",))
    empty = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nDQo=\r\n"
    return message(said, empty, part(calendar, 'text/calendar; method=REPLY; charset="utf-8"'))


def android(said: Said) -> bytes:
    """Base64 without charset, folded by TAB inside an address."""
    calendar = vcalendar(said).replace(f"PARTSTAT={said.partstat}:mailto:", f"PARTSTAT={said.partstat}:MAILTO:")
    calendar = calendar.replace(said.attendee, f"{said.attendee[:3]}\r\n\t{said.attendee[3:]}")
    return message(said, TEXT, part(calendar, 'text/calendar; method=REPLY; name="invite.ics"', "base64"))


def zimbra(said: Said) -> bytes:
    """The whole message is the calendar; the zone stands in quotation marks."""
    zone = 'TZID="America/Toronto"'
    calendar = vcalendar(said.but(starts=f"DTSTART;{zone}:20260915T130000", ends=f"DTEND;{zone}:20260915T150000"))
    return single(said, calendar, "text/calendar; charset=utf-8; method=REPLY; name=meeting.ics")


def obm(said: Said) -> bytes:
    """A blank line inside of the event, a higher SEQUENCE, DURATION, a property without a value, From in capitals."""
    calendar = vcalendar(said.but(sequence="7", ends="DURATION:PT2H")).replace("DTSTAMP", "\r\nDTSTAMP", 1)
    calendar = calendar.replace(
        "END:VEVENT", "X-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:No value\r\nX-A;\r\nEND:VEVENT"
    )
    return single(said, calendar, "text/calendar; method=REPLY; charset=UTF-8", sender=said.attendee.upper())


def cyrus(said: Said) -> bytes:
    """The address in a parameter, where a server hides the rest; no transfer encoding."""
    who = f"ATTENDEE;X-JMAP-ID=abc;\r\n EMAIL={said.attendee};PARTSTAT={said.partstat}:mailto:hidden@relay.example"
    host = f"ORGANIZER;X-JMAP-ID=def;EMAIL={said.organizer}:mailto:{said.organizer}"
    calendar = vcalendar(said, attendees=(host, who), leave_out=("ORGANIZER;CN",))
    return single(said, calendar, "text/calendar; method=REPLY; component=VEVENT")


def nextcloud(said: Said) -> bytes:
    """Everything through the server's own address; the answer in a file with Latin-1 bytes that says UTF-8."""
    calendar = vcalendar(said).replace("another name", "un autre été")
    made = EmailMessage(policy=policy.SMTP)
    made["From"] = f"Noor <{said.attendee}>"
    made["Sender"] = "cloud@cloud.example"
    made["To"] = said.organizer
    made["Subject"] = "Noor has answered"
    made.set_content("Noor has answered.")
    made.add_attachment(
        calendar.encode("latin-1"),
        maintype="text",
        subtype="calendar",
        cte="base64",
        filename="event.ics",
        params={"method": "REPLY", "charset": "utf-8"},
    )
    return made.as_bytes()


def thunderbird(said: Said) -> bytes:
    """8bit, lower-case property names, an address with a plus written as %2B, no METHOD in the calendar."""
    calendar = vcalendar(said, leave_out=("METHOD",))
    calendar = calendar.replace("ATTENDEE;PARTSTAT", "attendee;partstat").replace("ORGANIZER;", "organizer;")
    calendar = calendar.replace(f"mailto:{said.organizer}", "mailto:" + said.organizer.replace("+", "%2B"))
    return message(said, part(calendar, encoding="8bit"), to="undisclosed-recipients:;")


def zimbra_connector_windows_zone(said: Said) -> bytes:
    """Windows' own name of a zone."""
    zone = "TZID=Eastern Standard Time"
    return message(
        said,
        part(vcalendar(said.but(starts=f"DTSTART;{zone}:20260915T130000", ends=f"DTEND;{zone}:20260915T150000"))),
    )


def single(said: Said, calendar: str, kind: str, *, sender: str | None = None) -> bytes:
    """A message that is the calendar, without parts."""
    lines = [f"From: {sender or said.attendee}", f"To: Organizer <{said.organizer}>", "MIME-Version: 1.0"]
    return "\r\n".join([*lines, "Subject: Re", f"Content-Type: {kind}", "", calendar]).encode()


def request_attached(said: Said) -> bytes:
    """Somebody attaches an invitation to a letter; the part names no method."""
    calendar = vcalendar(said.but(method="REQUEST", partstat="NEEDS-ACTION"))
    return message(said, TEXT, part(calendar, 'text/calendar; name="event.ics"'))


def calendar_in_headers(said: Said) -> bytes:
    """A mail server has moved the calendar into the header block of its part."""
    return message(said, vcalendar(said) + "Content-Type: text/calendar; method=REPLY\r\n\r\n")


def winmail(said: Said) -> bytes:
    """Outlook's own wrapping."""
    tnef = base64.encodebytes(b"\x78\x9f\x3e\x22" + vcalendar(said).encode()).decode()
    head = 'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return message(said, TEXT, head + tnef)


def forwarded(said: Said) -> bytes:
    """Somebody passes on, as a message in a message, what another has answered."""
    return message(said, TEXT, f"Content-Type: message/rfc822\r\n\r\n{zimbra(said).decode()}")


CLIENTS = (
    plain,
    google,
    google_french_all_day,
    ios,
    outlook_mac,
    outlook_2010,
    android,
    zimbra,
    obm,
    cyrus,
    nextcloud,
    thunderbird,
    zimbra_connector_windows_zone,
)
UNREADABLE = (
    (request_attached, "not-an-answer"),
    (calendar_in_headers, "broken-calendar"),
    (winmail, "sealed-format"),
    (forwarded, "no-calendar"),
)
