"""Files as other programs write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from eventkit.calendars.imports import reading
from eventkit.calendars.imports.vevents import Override, ReadCalendar, ReadVEvent
from tests.calendars.imports.reading.test_times import EASTERN_1601
from tests.factories.imports import calendar

TORONTO = "DTSTART;TZID=America/Toronto:20261107T130000"


def the_only(data: bytes) -> ReadVEvent:
    (event,) = reading.read(data).events
    return event


def test_google() -> None:
    head = "X-WR-CALNAME:Night Nurses\\, Toronto\nX-WR-TIMEZONE:America/Toronto\n"
    text = """DTSTART:20261107T180000Z
DTEND:20261107T200000Z
DTSTAMP:20261001T101500Z
ORGANIZER;CN=Night Nurses:mailto:c_77ab@group.calendar.example
UID:4kd0@google.example
CLASS:PUBLIC
DESCRIPTION:<p>Bring <b>candles</b>&nbsp;&amp; friends.</p><ul><li>quiet</li><li>warm</li></ul><a
  href="https://nurses.example/vigil">more</a>
LAST-MODIFIED:20261002T101500Z
LOCATION:City Hall\\, 100 Queen St W\\, Toronto\\, ON M5H 2N2\\, Canada
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Vigil for the night wards
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:This is an event reminder
TRIGGER:-P0DT0H30M0S
END:VALARM"""
    read = reading.read(calendar(text, head=head))
    assert read.name == "Night Nurses, Toronto"
    (event,) = read.events
    assert event.title == "Vigil for the night wards"
    assert event.description.split() == [
        *("Bring", "candles", "&", "friends.", "•", "quiet", "•", "warm", "more", "(https://nurses.example/vigil)")
    ]
    assert event.location == "City Hall, 100 Queen St W, Toronto, ON M5H 2N2, Canada"
    assert event.who == "Night Nurses"
    assert (event.starts_local, event.timezone) == (datetime(2026, 11, 7, 13), "America/Toronto")
    assert event.remarks == ()


def test_outlook() -> None:
    text = """CLASS:PUBLIC
DTEND;TZID="Eastern Standard Time":20261204T190000
DTSTART;TZID="Eastern Standard Time":20261204T180000
RRULE:FREQ=MONTHLY;COUNT=12;BYDAY=FR;BYSETPOS=1
EXDATE;TZID="Eastern Standard Time":20270101T180000
SUMMARY;LANGUAGE=en-us:First Friday
UID:040000008200E00074C5B7101A82E008
X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML><html><body><p>We meet</p></body></html>
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-SKYPETEAMSMEETINGURL:https://meet.example/l/1"""
    event = the_only(calendar(text, head=EASTERN_1601.format(tzid="Eastern Standard Time")))
    assert event.timezone == "America/New_York"
    assert event.rrule == "FREQ=MONTHLY;COUNT=12;BYDAY=1FR"
    assert event.exdates == (datetime(2027, 1, 1, 18),)
    assert event.description == "We meet"
    assert event.online_url == "https://meet.example/l/1"
    assert event.remarks == ()


def test_apple() -> None:
    text = f"""UID:AA-BB
{TORONTO}
DURATION:PT2H
SUMMARY:Marche
URL;VALUE=URI:https://example.org/marche
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Main St";X-APPLE-RADI
 US=70;X-TITLE="Hall, back door":geo:43.6532,-79.3832"""
    event = the_only(calendar(text))
    assert (event.latitude, event.longitude) == (43.6532, -79.3832)
    assert event.location == "Hall, back door"
    assert event.url == "https://example.org/marche"


def test_thunderbird_and_a_moved_and_a_cancelled_occurrence() -> None:
    series = f"UID:s1\n{TORONTO}\nDTEND;TZID=America/Toronto:20261107T140000\nSUMMARY:Weekly\nRRULE:FREQ=WEEKLY"
    moved = """UID:s1
RECURRENCE-ID:20261114T180000Z
DTSTART;TZID=America/Toronto:20261115T150000
DTEND;TZID=America/Toronto:20261115T170000
SUMMARY:Weekly, on Sunday"""
    off = """UID:s1
RECURRENCE-ID;TZID=America/Toronto:20261121T130000
DTSTART;TZID=America/Toronto:20261121T130000
STATUS:CANCELLED"""
    event = the_only(calendar(moved, series, off))
    assert event.title == "Weekly"
    assert event.overrides == (
        Override(datetime(2026, 11, 14, 13), datetime(2026, 11, 15, 15), datetime(2026, 11, 15, 17), False),
        Override(datetime(2026, 11, 21, 13), datetime(2026, 11, 21, 13), None, True),
    )


def test_mobilizon_and_gancio() -> None:
    text = f"""UID:https://events.example/event/7
URL:https://events.example/event/7
{TORONTO}
CATEGORIES:Housing,direct action\\, now
GEO:43.65;-79.38
LOCATION:The Common (back room)
SUMMARY:Assembly"""
    event = the_only(calendar(text))
    assert event.categories == ("Housing", "direct action, now")
    assert (event.latitude, event.longitude) == (43.65, -79.38)


def test_one_of_a_series_alone_is_an_event_of_its_own() -> None:
    event = the_only(calendar(f"UID:s1\nRECURRENCE-ID:20261107T180000Z\n{TORONTO}\nSUMMARY:Only this"))
    assert event.uid == "s1/20261107T180000"
    assert event.remarks == ("one_of_series",)


def test_of_the_same_uid_the_later_word_counts() -> None:
    older, newer = (f"UID:1\nSEQUENCE:{n}\n{TORONTO}\nSUMMARY:Word {n}" for n in (2, 10))
    assert the_only(calendar(newer, older)).title == "Word 10"
    assert the_only(calendar(older, newer)).title == "Word 10"


def test_without_a_uid_it_is_known_by_what_it_says() -> None:
    first, again, other = (the_only(calendar(f"{TORONTO}\nSUMMARY:{title}")).uid for title in ("A", "A", "B"))
    assert first == again != other


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", "FREQ=WEEKLY;BYDAY=SA"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SA", "FREQ=WEEKLY;BYDAY=SA"),
        (
            "freq=weekly;interval=2;wkst=mo;until=20270601T035959Z",
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;UNTIL=20270601T035959Z",
        ),
        ("FREQ=MONTHLY;BYDAY=+1SA", "FREQ=MONTHLY;BYDAY=1SA"),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=7", "FREQ=YEARLY"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ],
)
def test_rules_are_taken_in_our_spelling(given: str, rule: str) -> None:
    event = the_only(calendar(f"UID:1\nSUMMARY:x\n{TORONTO}\nRRULE:{given}"))
    assert (event.rrule, event.remarks) == (rule, ())


@pytest.mark.parametrize(
    "given",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=1,2,3,4",
        "FREQ=DAILY;" + "BYSECOND=" + ",".join(map(str, range(60))),
        "COUNT=3",
        "",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;UNTIL=99999999",
    ],
)
def test_rules_that_we_do_not_take_are_left_out_and_said(given: str) -> None:
    event = the_only(calendar(f"UID:1\nSUMMARY:x\n{TORONTO}\nRRULE:{given}"))
    assert (event.rrule, event.remarks) == ("", ("rule_left_out",))


def test_texts_are_cleaned() -> None:
    event = the_only(calendar(f"UID:1\n{TORONTO}\nSUMMARY:Vi\u202egil\x07\\, now\\nhere\nDESCRIPTION:a\\nb\\;c\\\\d"))
    assert event.title == "Vigil, now here"
    assert event.description == "a\nb;c\\d"


def test_lines_broken_inside_of_a_character_are_joined() -> None:
    data = calendar(f"UID:1\n{TORONTO}\nSUMMARY:ساحة")
    first = data.index("ساحة".encode())
    assert the_only(data[: first + 1] + b"\r\n " + data[first + 1 :]).title == "ساحة"


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(coding: str) -> None:
    data = calendar(f"UID:1\n{TORONTO}\nSUMMARY:Vigilia en Cádiz").decode().encode(coding)
    assert the_only(data).title == "Vigilia en Cádiz"


def test_the_organizer_is_a_name_and_never_an_address() -> None:
    for cn in ("amal@example.org", "mailto:amal@example.org"):
        assert the_only(calendar(f'UID:1\n{TORONTO}\nORGANIZER;CN="{cn}":mailto:amal@example.org')).who == ""
    assert the_only(calendar(f"UID:1\n{TORONTO}\nORGANIZER:mailto:amal@example.org")).who == ""


def test_a_place_that_is_a_link_is_where_to_join() -> None:
    event = the_only(calendar(f"UID:1\n{TORONTO}\nLOCATION:https://meet.example/x\nURL:javascript:alert(1)"))
    assert (event.location, event.online_url, event.url) == ("", "https://meet.example/x", "")


def test_status_and_class() -> None:
    event = the_only(calendar(f"UID:1\n{TORONTO}\nSTATUS:TENTATIVE\nCLASS:CONFIDENTIAL"))
    assert (event.status, event.is_private) == ("tentative", True)
    assert the_only(calendar(f"UID:1\n{TORONTO}", head="METHOD:CANCEL\n")).status == "cancelled"


def test_what_was_read_can_be_kept() -> None:
    series = f"UID:s1\n{TORONTO}\nSUMMARY:Weekly\nRRULE:FREQ=WEEKLY\nEXDATE:20261114T180000Z\nCATEGORIES:a,b"
    moved = "UID:s1\nRECURRENCE-ID:20261121T180000Z\nDTSTART:20261122T180000Z"
    read = reading.read(calendar(series, moved))
    assert ReadCalendar.from_json(read.to_json()) == read
    assert ReadVEvent.from_json(read.events[0].to_json()) == read.events[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"<!doctype html><title>Sign in</title>", "no_calendar"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "no_calendar"),
        (calendar(*["UID:1"] * 2001), "too_many_events"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 20, "too_deep"),
        (b"BEGIN:VCALENDAR\n" + b" " * (5 * 1024 * 1024), "too_large"),
        (b"BEGIN:VCALENDAR\n" + b"X\n" * 300_001, "too_much"),
        (calendar(head="BEGIN:VTIMEZONE\nEND:VTIMEZONE\n" * 201), "too_much"),
    ],
)
def test_what_is_not_read(data: bytes, reason: str) -> None:
    with pytest.raises(reading.Refused) as refused:
        reading.read(data)
    assert refused.value.reason == reason


def test_a_calendar_without_events_is_one() -> None:
    assert reading.read(calendar()).events == ()
