"""Messages of people who want something else than to answer: two hundred and more, the same at every run."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

from tests.rsvps import letters
from tests.rsvps.letters import Said

MEBIBYTE = 1024 * 1024
EVIL = "evil@evil.example"


def all_of(said: Said, other: Said) -> Iterator[tuple[str, bytes]]:
    """What none of may move either RSVP. `said` and `other` are what their owners would truly say."""
    yield from _lies(said, other)
    yield from _messages_that_are_traps(said)
    yield from _calendars_that_are_traps(said)
    yield from _garbled(said)


def _lies(said: Said, other: Said) -> Iterator[tuple[str, bytes]]:
    bare = said.but(organizer="events@example.org", partstat="DECLINED")
    local, _at, domain = said.organizer.partition("@")
    token = local.partition("+")[2]
    yield "from alone", letters.plain(bare)
    for server in ("example.org", "mx.example.org", "localhost", "evil.example", ""):
        head = f"Authentication-Results: {server}; dmarc=pass header.from=mail.example; dkim=pass header.d=mail.example"
        yield (
            f"claims that {server} has proved it",
            letters.message(bare, letters.part(letters.vcalendar(bare)), head=head),
        )
    for position in range(0, len(token), 3):
        changed = token[:position] + ("b" if token[position] != "b" else "c") + token[position + 1 :]
        yield f"token changed at {position}", letters.plain(bare.but(organizer=f"events+{changed}@{domain}"))
    for changed in (
        token[:-1],
        token + "a",
        token + "=",
        f"+{token}",
        f"{token}+",
        token * 2,
        "a" * 42,
        "7" * 42,
        "ß" * 42,
        token[:-1] + "ſ",
        token[:-1] + "ı",
    ):
        yield f"token {changed[:50]}", letters.plain(bare.but(organizer=f"events+{changed}@{domain}"))
    for where in ("evil.example", "example.org.evil.example", f"{domain}.", "xn--example-.org"):
        yield f"token at {where}", letters.plain(bare.but(organizer=f"events+{token}@{where}"))
    for name in ("event", "events.", "postmaster", ""):
        yield f"token after {name}", letters.plain(bare.but(organizer=f"{name}+{token}@{domain}"))
    down = said.but(partstat="DECLINED")
    yield "the token of another", letters.plain(down.but(organizer=other.organizer))
    yield "both tokens", letters.plain(down).replace(b"To: ", f"To: {other.organizer}, ".encode())
    yield "another uid", letters.plain(down.but(uid="other@example.org"))
    yield "an empty uid", letters.plain(down.but(uid=""))
    yield "uid in another case", letters.plain(down.but(uid=said.uid.upper() + "x"))
    for who in (
        EVIL,
        "noor@mail.example.evil.example",
        "xnoor@mail.example",
        "noor@mail.example\u200b",
        "nооr@mail.example",
    ):
        yield f"forwarded to {who}", letters.plain(down.but(attendee=who))
        yield (
            f"from noor, answered by {who} and another",
            letters.message(
                down,
                letters.part(
                    letters.vcalendar(
                        down,
                        attendees=tuple(
                            f"ATTENDEE;PARTSTAT=DECLINED:mailto:{each}" for each in (who, EVIL, "x@y.example")
                        ),
                    )
                ),
            ),
        )
    yield "older sequence", letters.plain(down.but(sequence="0"))
    yield "negative sequence", letters.plain(down.but(sequence="-5", partstat="NEEDS-ACTION"))
    yield "dtstamp of before", letters.plain(down.but(dtstamp="20200101T000000Z", sequence="5"))
    for method in ("CANCEL", "REQUEST", "PUBLISH", "ADD", "DECLINECOUNTER", "REPLY\x00", "RE PLY", "REPLY;X=1"):
        yield f"method {method!r}", letters.plain(down.but(method=method))
    for partstat in ("declined ", "DECLINED\x00", "DELEGATED", "DECLINED,ACCEPTED", "'; DROP TABLE rsvps; --"):
        yield f"partstat {partstat!r}", letters.plain(said.but(partstat=partstat, dtstamp="20200101T000000Z"))
    yield "forwarded message", letters.forwarded(down)
    yield "in a letter's text", letters.message(down, letters.TEXT + letters.vcalendar(down))
    yield "counter", letters.google_counter(down.but(starts="DTSTART:20990101T000000Z", ends="DTEND:21990101T000000Z"))
    yield "counter that goes back", letters.google_counter(down.but(ends="DTEND:19700101T000000Z"))


def _messages_that_are_traps(said: Said) -> Iterator[tuple[str, bytes]]:
    said = said.but(partstat="DECLINED", attendee=EVIL)
    calendar = letters.part(letters.vcalendar(said))
    for depth in (5, 29, 31, 200, 5000):
        opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
        yield f"{depth} nested parts", (opened + calendar).encode()
        digest = "".join(f'Content-Type: multipart/digest; boundary="b{n}"\r\n\r\n--b{n}\r\n\r\n' for n in range(depth))
        yield f"{depth} nested digests", (digest + calendar).encode()
        yield f"{depth} messages in messages", ("Content-Type: message/rfc822\r\n\r\n" * depth + calendar).encode()
        yield (
            f"{depth} times the same boundary",
            letters.message(said, *['Content-Type: multipart/mixed; boundary="edge"\r\n'] * depth, calendar),
        )
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(28))
    yield (
        "every line is looked at for many boundaries",
        (nested + "\r\n" + "--b\r\nx\r\n" * 240 + "x\r\n" * 29_000).encode(),
    )
    yield "a part without end of 20,000 lines", letters.message(said, calendar + "x\r\n" * 20_000)
    yield "490 parts", letters.message(said, *["\r\n"] * 490)
    yield "10,000 parts", letters.message(said, *["\r\n"] * 10_000)
    yield "a million fields", b"X: y\r\n" * 170_000 + b"\r\n"
    yield "25,000 fields", b"To: y@y.example\r\n" * 25_000 + b"\r\nHello"
    yield "one long field", b"Subject: " + b"x" * (MEBIBYTE - 100) + b"\r\n\r\n"
    yield "a long folded field", b"To: a@b.example\r\n" + b" ,c@d.example\r\n" * 29_000 + b"\r\n"
    yield "a long type", b"Content-Type: multipart/mixed" + b';a="' * 200_000 + b"\r\n\r\n"
    yield "a type just short enough", b"Content-Type: text/calendar" + b';a=";' * 800 + b"\r\n\r\nBEGIN:VCALENDAR"
    many = b"".join(b"; boundary*%d=x" % n for n in range(200))
    yield "a boundary in pieces", b"Content-Type: multipart/mixed" + many + b"\r\n\r\n--x\r\n"
    yield (
        "a long boundary",
        b'Content-Type: multipart/mixed; boundary="' + b"x" * 3900 + b'"\r\n\r\n' + b"--x\r\n" * 400,
    )
    yield (
        "a boundary of blanks",
        b'Content-Type: multipart/mixed; boundary="  "\r\n\r\n' + (b"--" + b" " * 60 + b"x\r\n") * 400,
    )
    for charset in (
        "punycode",
        "idna",
        "zlib",
        "utf-7",
        "utf-16",
        "unicode_escape",
        "hex",
        "rot13",
        "\x00",
        "x" * 3000,
    ):
        kind = f'text/calendar; method=REPLY; charset="{charset}"'
        raw = base64.encodebytes(b"BEGIN:VCALENDAR\r\n" + b"x-a:\xff" * 100_000).decode()
        part = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{raw}"
        yield f"charset {charset[:20]!r}", letters.message(said, part)
    for encoding in ("x-uuencode", "gzip", "binary", "base64", "quoted-printable", "8bit", "\x00"):
        garbage = random.Random(encoding).randbytes(300_000).decode("latin-1")
        part = f"Content-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{garbage}"
        yield f"encoding {encoding!r}", letters.message(said, part)
    yield (
        "equals signs",
        letters.message(
            said,
            "Content-Type: text/calendar\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + "=\r\n=" * 25_000,
        ),
    )
    words = "=?utf-8?q?" + "=C3=28" * 150 + "?= "
    for name in ("Subject", "From", "To"):
        yield f"{name} of encoded words", f"{name}: {words * 300}\r\n\r\nHello".encode()
        yield f"{name} of brackets", f"{name}: {'<' * 100_000}\r\n\r\nHello".encode()
        yield f"{name} of quotation marks", name.encode() + b": " + b'"\\' * 100_000 + b"\r\n\r\nHello"
        yield f"{name} of bytes", name.encode() + b": \xff\xfe\x00\x80 <a@b\xc3\x28>\r\n\r\nHello"
    yield "results in brackets", b"Authentication-Results: " + b"(" * 500_000 + b"\r\n\r\nHello"
    yield "many results", b"Authentication-Results: example.org; dkim=pass" + b"; dkim=pass" * 60_000 + b"\r\n\r\nHello"
    yield "many results fields", b"Authentication-Results: example.org; dkim=pass\r\n" * 20_000 + b"\r\nHello"
    yield "carriage returns", letters.plain(said).replace(b"\r\n", b"\r")
    yield "no line ends", letters.plain(said).replace(b"\r\n", b" ")
    for raw in (
        b"\n",
        b"\x00" * 5000,
        b"\xff" * 5000,
        b"From x\r\n",
        b": \r\n\r\n",
        b"\r\n" * 20_000,
        bytes(range(256)) * 50,
    ):
        yield f"{raw[:10]!r}", raw
    yield "five mebibytes", letters.plain(said) + b"x\r\n" * (5 * MEBIBYTE // 3)
    markup = b"Content-Type: text/html\r\n\r\n" + b"<div>" * 150_000
    yield "a letter of tags", markup
    yield "a letter of marks", b"Content-Type: text/plain\r\n\r\n" + ("a" + "\u0301" * 200_000).encode()


def _calendars_that_are_traps(said: Said) -> Iterator[tuple[str, bytes]]:
    down = said.but(partstat="DECLINED", attendee=EVIL)
    good = letters.vcalendar(down)

    def within(name: str, extra: str) -> tuple[str, bytes]:
        return name, letters.message(down, letters.part(good.replace("SUMMARY", f"{extra}\r\nSUMMARY")))

    def instead(name: str, calendar: str) -> tuple[str, bytes]:
        return name, letters.message(down, letters.part(calendar))

    yield within("25,000 attendees", "ATTENDEE:mailto:a@b.c\r\n" * 25_000)
    yield within("an attendee of 500,000 letters", "ATTENDEE;CN=" + "x" * 500_000 + ":mailto:a@b.c")
    yield within("parameters", "ATTENDEE" + ";A=b" * 100_000 + ":mailto:a@b.c")
    yield within("quotation marks", "ATTENDEE" + ';A="' * 50_000 + ":mailto:a@b.c")
    yield within("mailtos", "ATTENDEE:" + "mailto:" * 100_000)
    yield within("percents", "ATTENDEE:mailto:" + "%40" * 100_000)
    yield within("folds", "X-A:\r\n" + " x\r\n" * 25_000)
    yield within("one letter a line", "X-A:\r\n" + " \r\n" * 29_000)
    yield within("alarms", "BEGIN:VALARM\r\nEND:VALARM\r\n" * 10_000)
    yield within("depth", "BEGIN:X\r\n" * 20_000)
    yield within("ends", "END:X\r\n" * 20_000)
    yield within("a rule without end", "RRULE:FREQ=SECONDLY;COUNT=1000000000")
    yield within("dates", "RDATE:" + "20260101T000000Z," * 50_000)
    yield instead("10,000 events", good.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n" * 9_000))
    yield instead(
        "20 events of 90 attendees",
        good + ("BEGIN:VEVENT\r\n" + "ATTENDEE:mailto:a@b.c\r\n" * 90 + "END:VEVENT\r\n") * 19,
    )
    yield instead("calendars in calendars", "BEGIN:VCALENDAR\r\n" * 20_000)
    yield instead("no end", good.replace("END:VEVENT\r\n", ""))
    yield instead("two methods", good.replace("METHOD:REPLY", "METHOD:REQUEST") + good)
    yield instead("nothing but blanks", " \t\r\n" * 20_000)
    yield instead("a long name", "A" * 500_000)
    yield instead("colons", ":" * 500_000)
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Z\r\nX-LIC-LOCATION:../../etc/passwd\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    )
    zone += "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+9999\r\nTZOFFSETTO:-9999\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    yield instead(
        "a zone that is a trap",
        good.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT").replace("DTSTART", "DTSTART;TZID=Z"),
    )
    for name in (
        "../../../../etc/passwd",
        "/etc/passwd",
        "\x00",
        "a/" * 2000,
        "posixrules",
        "zone.tab",
        "America",
        "con",
    ):
        yield within(f"zone {name[:30]!r}", f"RECURRENCE-ID;TZID={name}:20260915T130000")
    for number in ("9" * 5000, "1e9", "-1", "0x10", "٣", ""):
        yield instead(f"sequence {number[:10]}", letters.vcalendar(down.but(sequence=number)))
    for moment in (
        "00000000T000000Z",
        "99991231T235959Z",
        "20260230T000000Z",
        "20260915T250000Z",
        "20260915T130060Z",
        "x" * 9000,
    ):
        yield instead(f"dtstamp {moment[:20]}", letters.vcalendar(down.but(dtstamp=moment)))
        yield within(f"recurrence {moment[:20]}", f"RECURRENCE-ID:{moment}")
        counter = down.but(
            method="COUNTER", attendee=said.attendee, starts=f"DTSTART:{moment}", ends="DURATION:P999W999D"
        )
        yield instead(f"counter {moment[:20]}", letters.vcalendar(counter))
    for uid in ("x" * 500_000, "a\x00b", "' OR 1=1 --", "%", "\ud7ff", "../../x"):
        yield instead(f"uid {uid[:12]!r}", letters.vcalendar(down.but(uid=uid, organizer="events@example.org")))


def _garbled(said: Said) -> Iterator[tuple[str, bytes]]:
    """What clients write, damaged at random, in the name of somebody who was not invited."""
    for number in range(60):
        chance = random.Random(number)
        raw = bytearray(chance.choice(letters.CLIENTS)(said.but(attendee=EVIL, partstat="DECLINED")))
        for _time in range(chance.randint(1, 40)):
            at = chance.randrange(len(raw))
            match chance.randrange(4):
                case 0:
                    raw[at] = chance.randrange(256)
                case 1:
                    del raw[at : at + chance.randint(1, 30)]
                case 2:
                    raw[at:at] = raw[at : at + chance.randint(1, 200)] * chance.randint(1, 50)
                case _:
                    raw[at:at] = chance.randbytes(chance.randint(1, 20))
        yield f"garbled {number}", bytes(raw)
