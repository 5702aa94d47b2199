"""Times as the file says: by every way in which programs write a time zone."""

from __future__ import annotations

from datetime import datetime

import pytest

from eventkit.calendars.imports import reading
from eventkit.calendars.imports.vevents import ReadVEvent
from tests.factories.imports import calendar

#: as Outlook writes it, from the year in which Windows begins to count
EASTERN_1601 = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def one(text: str, *, head: str = "", home: str = "") -> ReadVEvent:
    (event,) = reading.read(calendar(f"UID:1\nSUMMARY:Vigil\n{text}", head=head), home_timezone=home).events
    return event


def told(event: ReadVEvent) -> tuple[str, str, str]:
    starts, ends = event.starts_local, event.ends_local
    return (starts.isoformat() if starts else "", ends.isoformat() if ends else "", event.timezone)


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("America/Toronto", "America/Toronto"),
        ("america/toronto", "America/Toronto"),
        ('"America/Toronto"', "America/Toronto"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/citadel.org/20250101_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Argentina/Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Eastern Standard Time", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Arabian Standard Time", "Asia/Dubai"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
    ],
)
def test_names_of_zones(tzid: str, zone: str) -> None:
    event = one(f"DTSTART;TZID={tzid}:20261107T130000\nDTEND;TZID={tzid}:20261107T150000")
    assert told(event) == ("2026-11-07T13:00:00", "2026-11-07T15:00:00", zone)
    assert event.remarks == ()


@pytest.mark.parametrize(
    ("home", "zone"),
    [("", "America/New_York"), ("America/Toronto", "America/Toronto"), ("Europe/Berlin", "America/New_York")],
)
@pytest.mark.parametrize("day", ["20260707", "20261107"])
def test_a_zone_of_the_file_s_own_is_the_one_that_shows_the_same(day: str, home: str, zone: str) -> None:
    head = EASTERN_1601.format(tzid="Customized Time Zone")
    event = one(f"DTSTART;TZID=Customized Time Zone:{day}T130000", head=head, home=home)
    assert told(event)[2] == zone
    assert event.starts_local is not None
    assert event.starts_local.hour == 13
    assert event.remarks == ()


def test_a_zone_that_is_told_by_single_dates() -> None:
    head = """BEGIN:VTIMEZONE
TZID:ours
BEGIN:STANDARD
DTSTART:20251026T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RDATE:20261025T030000,20271031T030000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20250330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RDATE:20260329T020000
RDATE:20270328T020000
END:DAYLIGHT
END:VTIMEZONE
"""
    event = one("DTSTART;TZID=ours:20260707T180000", head=head, home="Europe/Vienna")
    assert told(event) == ("2026-07-07T18:00:00", "", "Europe/Vienna")


def test_where_thunderbird_says_which_place_it_means() -> None:
    head = EASTERN_1601.format(tzid="tz1").replace("TZID:tz1", "TZID:tz1\nX-LIC-LOCATION:America/Detroit")
    assert told(one("DTSTART;TZID=tz1:20261107T130000", head=head))[2] == "America/Detroit"


def test_a_clock_that_no_place_has_is_converted_and_said() -> None:
    head = """BEGIN:VTIMEZONE
TZID:Ship
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0117
TZOFFSETTO:+0117
END:STANDARD
END:VTIMEZONE
"""
    event = one("DTSTART;TZID=Ship:20261107T130000\nDTEND;TZID=Ship:20261107T140000", head=head)
    assert told(event) == ("2026-11-07T11:43:00", "2026-11-07T12:43:00", "UTC")
    assert event.remarks == ("own_clock",)


def test_a_zone_that_nobody_knows_is_floating_and_said() -> None:
    event = one("DTSTART;TZID=Elbonia:20261107T130000")
    assert told(event) == ("2026-11-07T13:00:00", "", "")
    assert event.remarks == ("unknown_zone",)


def test_a_file_that_contradicts_the_known_zone_is_remarked() -> None:
    head = EASTERN_1601.format(tzid="Europe/Berlin")
    event = one("DTSTART;TZID=Europe/Berlin:20261107T130000", head=head)
    assert told(event)[2] == "Europe/Berlin"
    assert event.remarks == ("zone_differs",)
    assert (
        one("DTSTART;TZID=America/Toronto:20261107T130000", head=EASTERN_1601.format(tzid="America/Toronto")).remarks
        == ()
    )


def test_floating_times_are_nobody_s_unless_the_calendar_has_a_zone() -> None:
    assert told(one("DTSTART:20261107T130000")) == ("2026-11-07T13:00:00", "", "")
    named = one("DTSTART:20261107T130000", head="X-WR-TIMEZONE:Asia/Beirut\n")
    assert told(named) == ("2026-11-07T13:00:00", "", "Asia/Beirut")


def test_utc_is_shown_by_the_calendar_s_clock() -> None:
    text = "DTSTART:20261107T180000Z\nDTEND:20261107T200000Z"
    assert told(one(text)) == ("2026-11-07T18:00:00", "2026-11-07T20:00:00", "UTC")
    named = one(text, head="X-WR-TIMEZONE:America/Toronto\n")
    assert told(named) == ("2026-11-07T13:00:00", "2026-11-07T15:00:00", "America/Toronto")


def test_a_series_in_utc_keeps_its_weekday() -> None:
    text = "DTSTART:20261107T010000Z\nRRULE:FREQ=WEEKLY;BYDAY=SA"
    named = one(text, head="X-WR-TIMEZONE:America/Toronto\n")  # there it is Friday evening
    assert told(named)[2] == "UTC"
    assert named.rrule == "FREQ=WEEKLY;BYDAY=SA"


@pytest.mark.parametrize(
    ("text", "starts", "last"),
    [
        ("DTSTART;VALUE=DATE:20261107", "2026-11-07", None),
        ("DTSTART;VALUE=DATE:20261107\nDTEND;VALUE=DATE:20261108", "2026-11-07", None),
        ("DTSTART;VALUE=DATE:20261107\nDTEND;VALUE=DATE:20261110", "2026-11-07", "2026-11-09"),
        ("DTSTART;VALUE=DATE:20261107\nDURATION:P3D", "2026-11-07", "2026-11-09"),
        ("DTSTART:20261107\nDTEND:20261107", "2026-11-07", None),
        (
            "DTSTART;TZID=Europe/Paris:20261107T000000\nDTEND;TZID=Europe/Paris:20261109T000000\n"
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "2026-11-07",
            "2026-11-08",
        ),
    ],
)
def test_whole_days_end_on_the_last_one(text: str, starts: str, last: str | None) -> None:
    event = one(text)
    assert event.all_day
    assert event.timezone == ""
    assert event.starts_local == datetime.fromisoformat(starts)
    assert event.ends_local == (datetime.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("text", "ends", "remarks"),
    [
        ("", None, ()),
        ("DURATION:PT1H30M", "2026-11-07T14:30:00", ()),
        ("DURATION:P1DT2H", "2026-11-08T15:00:00", ()),
        ("DURATION:-PT1H", None, ()),
        ("DTEND;TZID=America/Toronto:20261107T130000", None, ()),
        ("DTEND;TZID=America/Toronto:20261107T110000", None, ("end_before_start",)),
        ("DTEND;TZID=America/Toronto:20281107T110000", None, ("too_long",)),
        ("DTEND:20261107T200000Z", "2026-11-07T15:00:00", ()),
        ("DTEND;TZID=Europe/Berlin:20261107T210000", "2026-11-07T15:00:00", ()),
    ],
)
def test_ends(text: str, ends: str | None, remarks: tuple[str, ...]) -> None:
    event = one(f"DTSTART;TZID=America/Toronto:20261107T130000\n{text}")
    assert event.ends_local == (datetime.fromisoformat(ends) if ends else None)
    assert event.remarks == remarks


@pytest.mark.parametrize("value", ["", "tomorrow", "20261341T130000", "00010101T000000", "20261107T250000", "٢٠٢٦١١٠٧"])
def test_a_day_that_is_none_is_said(value: str) -> None:
    event = one(f"DTSTART:{value}")
    assert event.starts_local is None
    assert event.remarks == ("no_date",)
