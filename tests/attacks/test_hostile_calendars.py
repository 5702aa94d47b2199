"""A thousand calendars that mean harm: none crashes the reader, takes it longer than a moment or makes it large."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from eventkit.calendars.imports import reading
from eventkit.calendars.imports.vevents import ReadCalendar
from tests.calendars.imports.reading.test_times import EASTERN_1601
from tests.factories.imports import calendar

SECONDS = 2.0
MEGABYTES = 96
MUTATED = 970

_SERIES = """UID:series@example.org
DTSTART;TZID=Customized Time Zone:20261107T130000
DTEND;TZID=Customized Time Zone:20261107T150000
RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20270601T000000Z
EXDATE;TZID=Customized Time Zone:20261114T130000,20261121T130000
SUMMARY;LANGUAGE=en:Vigil\\, quiet
DESCRIPTION:<p>Hello <a href="https://a.example/x">all</a></p>\\nساحة 🕯
LOCATION:Hall\\, 1 Main St\\, Toronto
GEO:43.6;-79.3
ORGANIZER;CN="Amal; H":mailto:a@example.org
CATEGORIES:a,b
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM"""
_MOVED = "UID:series@example.org\nRECURRENCE-ID:20261128T180000Z\nDTSTART:20261129T180000Z\nDURATION:PT1H"
SEED = calendar(
    _SERIES,
    _MOVED,
    "UID:day\nDTSTART;VALUE=DATE:20261107\nSUMMARY:Day",
    head=EASTERN_1601.format(tzid="Customized Time Zone"),
)

_PIECES = [
    *(b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VTIMEZONE\r\n", b"END:VCALENDAR\r\n"),
    *(b"\r\n ", b"\r", b"\0", b"\xff\xfe", b"\xe2\x80\xae", b'"', b";", b":", b",", b"\\", b"=", b"^n", b"%00"),
    *(b"99999999999999999999", b"-", b"T", b"Z", b"TZID=", b"RRULE:FREQ=SECONDLY\r\n", b"<!--", b"<a href='", b"&#x0;"),
    *(b"DTSTART:00000000T999999\r\n", b"DTEND:99991231T235959Z\r\n", b"DURATION:P9999W\r\n", "\u0301".encode() * 99),
    *("٣".encode(), "²".encode(), b"RDATE:20260101T000000\r\n", b"TZOFFSETTO:+9999\r\n", b"UNTIL=99991231T235959Z"),
]


def mutated(random_: random.Random) -> bytes:
    """The seed with bytes changed, lines taken out, doubled, swapped or grown, and pieces put in."""
    data = bytearray(SEED)
    for _change in range(random_.randint(1, 30)):
        at = random_.randrange(len(data) + 1)
        match random_.randrange(6):
            case 0:
                data[at : at + random_.randint(1, 40)] = b""
            case 1:
                data[at:at] = random_.choice(_PIECES)
            case 2:
                data[at : at + 4] = random_.randbytes(random_.randint(1, 8))
            case 3:
                data[at:at] = data[at : at + random_.randint(1, 400)] * random_.randint(1, 30)
            case 4:
                lines = bytes(data).split(b"\r\n")
                random_.shuffle(lines)
                data = bytearray(b"\r\n".join(lines))
            case _:
                data[at:at] = random_.choice(_PIECES) * random_.randint(1, 3000)
        data = data[: reading.LARGEST]
    return bytes(data)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Those made by hand: each is much of one thing."""
    start, full = "DTSTART:20261107T130000Z", reading.LARGEST - 4096
    many = range(2000)
    yield "long summary", calendar(f"UID:1\n{start}\nSUMMARY:{'x' * full}")
    yield "many folds", calendar(f"UID:1\n{start}\nSUMMARY:" + "\n x" * 290_000)
    yield "piles of marks", calendar(f"UID:1\n{start}\nDESCRIPTION:a" + "\u0301\u0323" * 45_000)
    yield "texts of marks", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:" + "e\u0301" * 800 for n in many))
    yield "open tags", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:" + "<a " * 800 for n in many))
    yield "open links", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:" + "<a href='http://" * 150 for n in many))
    yield "open comments", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:<p>" + "<!--" * 600 for n in many))
    yield "entities", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:" + "&amp;" * 480 for n in many))
    yield "backslashes", calendar(*(f"UID:{n}\n{start}\nDESCRIPTION:" + "\\" * 2400 for n in many))
    yield "parameters", calendar(*(f"UID:{n}\n{start}\nSUMMARY" + ';X=""' * 450 + ":x" for n in many))
    yield "open quotes", calendar(*(f'UID:{n}\n{start}\nSUMMARY;X="' + '","' * 700 for n in many))
    yield "attendees", calendar(f"UID:1\n{start}\n" + "ATTENDEE:mailto:a@example.org\n" * 140_000)
    yield "attachment", calendar(f"UID:1\n{start}\nATTACH;ENCODING=BASE64:" + "A" * (full - 100))
    yield (
        "exdates",
        calendar(*(f"UID:{n}\n{start}\nRRULE:FREQ=DAILY\nEXDATE:" + "20261108T130000Z," * 130 for n in many)),
    )
    yield "exdate lines", calendar(f"UID:1\n{start}\nRRULE:FREQ=DAILY\n" + "EXDATE:20261108T130000Z\n" * 200_000)
    yield (
        "overrides",
        calendar(
            f"UID:1\n{start}\nRRULE:FREQ=DAILY",
            *(
                f"UID:1\nRECURRENCE-ID:2026{m:02}{d:02}T13{n:02}00Z\n{start}"
                for m in range(1, 13)
                for d in range(1, 28)
                for n in range(6)
            ),
        ),
    )
    yield "one uid", calendar(*(f"UID:1\n{start}\nSEQUENCE:{n}" for n in many))
    yield "every second", calendar(*(f"UID:{n}\n{start}\nRRULE:FREQ=SECONDLY;COUNT=1000000000" for n in many))
    yield "long rules", calendar(*(f"UID:{n}\n{start}\nRRULE:FREQ=DAILY;BYSECOND=" + "1," * 1000 for n in many))
    yield "bad uids", calendar(*(f"UID:\0{n}\u202e{'x' * 2000}\n{start}" for n in many))
    yield "huge numbers", calendar(*(f"UID:{n}\n{start}\nSEQUENCE:{'9' * 2000}\nGEO:{'1' * 200};1" for n in many))
    yield "deep", b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000
    yield "unbalanced", b"BEGIN:VCALENDAR\r\n" + b"END:VEVENT\r\n" * 250_000
    yield "calendars", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 140_000
    yield "empty lines", b"BEGIN:VCALENDAR\r\n" + b"\r\n" * 299_000
    yield "bare returns", b"BEGIN:VCALENDAR\r" * 299_000
    part = (
        "BEGIN:{k}\nDTSTART:{y}0308T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0{h}17\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nEND:{k}\n"
    )
    zone = "BEGIN:VTIMEZONE\nTZID:Z{z}\n{parts}END:VTIMEZONE\n"
    parts = "".join(part.format(k="DAYLIGHT", y=1601 + n, h=n % 10) for n in range(29))
    zones = "".join(zone.format(z=z, parts=parts) for z in range(200))
    yield (
        "zones",
        calendar(*(f"UID:{n}\nDTSTART;TZID=Z{n % 200}:{1970 + n % 130}1107T130000" for n in many), head=zones),
    )
    one = zone.format(z="", parts="".join(part.format(k="STANDARD", y=1601, h=n % 10) for n in range(5900)))
    yield "observances", calendar(*(f"UID:{n}\nDTSTART;TZID=Z:{1970 + n % 130}1107T130000" for n in many), head=one)
    dates = zone.format(
        z="",
        parts=part.format(k="STANDARD", y=2020, h=4).replace("RRULE", "RDATE:" + "20260101T000000," * 6000 + "\nX"),
    )
    yield "dates of a zone", calendar(*(f"UID:{n}\nDTSTART;TZID=Z:20261107T130000" for n in many), head=dates)
    yield "names of zones", calendar(*(f"UID:{n}\nDTSTART;TZID={'/' * 400}{n}:20261107T130000" for n in many))
    yield "utf-16", ("\ufeff" + "BEGIN:VCALENDAR\r\n" + "ا" * 2_000_000).encode("utf-16-le")


def read(data: bytes) -> tuple[float, ReadCalendar | str]:
    """How long it took (of a processor's time: others are at work here too), and what came of it."""
    before = time.thread_time()
    try:
        found: ReadCalendar | str = reading.read(data)
    except reading.Refused as refused:
        found = refused.reason
    return time.thread_time() - before, found


def assert_harmless(found: ReadCalendar | str) -> None:
    """What was read can be kept, is of bounded length, and says nothing that reorders or hides text."""
    if isinstance(found, str):
        return
    assert ReadCalendar.from_json(found.to_json()) == found
    assert len(found.events) <= 2000
    for event in found.events:
        assert len(event.title) <= 200
        assert len(event.description) <= 5000
        assert len(event.rrule) <= 200
        assert len(event.exdates) <= 500
        assert len(event.uid) <= 600
        said = f"{event.uid}{event.title}{event.description}{event.location}{event.who}{event.url}{event.online_url}"
        assert not set(said) & set("\0\x07\u202e\u2066\ufeff")
        assert "<script" not in said


def test_files_that_were_bent_at_random() -> None:
    """The same ones at every run: nothing but the seed decides."""
    random_ = random.Random(20261107)
    outcomes: set[str] = set()
    slowest = 0.0
    for _number in range(MUTATED):
        seconds, found = read(mutated(random_))
        slowest = max(slowest, seconds)
        assert_harmless(found)
        outcomes.add(found if isinstance(found, str) else "read")
    assert slowest < SECONDS
    assert {"read", "no_calendar", "too_deep"} <= outcomes, "the files are not as bad as they should be"


@pytest.mark.parametrize(("name", "data"), [pytest.param(*bomb, id=bomb[0]) for bomb in bombs()])
def test_files_with_too_much_of_one_thing(name: str, data: bytes) -> None:
    assert len(data) <= reading.LARGEST + 1024 * 1024, name
    seconds, found = read(data)
    assert seconds < SECONDS
    assert_harmless(found)


@pytest.mark.parametrize("name", ["texts of marks", "many folds", "exdate lines", "observances"])
def test_the_room_that_they_take_is_bounded(name: str) -> None:
    data = dict(bombs())[name]
    tracemalloc.start()
    read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEGABYTES * 1024 * 1024
