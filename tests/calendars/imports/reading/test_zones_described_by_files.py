"""A zone that a file describes is understood for every zone that there is; and our own files come back as they left."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo, available_timezones

import pytest

from eventkit.calendars import queries
from eventkit.calendars.imports import reading
from eventkit.calendars.imports.reading import vtimezone
from eventkit.calendars.imports.reading.lines import components
from eventkit.calendars.imports.reading.values import Moment
from eventkit.calendars.imports.reading.zones import FileZones
from eventkit.calendars.zones import vtimezone as written
from eventkit.venues.zones import is_zone
from tests.factories import make_event
from tests.factories.imports import calendar

ZONES = sorted(name for name in available_timezones() if is_zone(name) and name != "UTC")


@pytest.mark.parametrize("last", [None, 2027], ids=["for ever", "until 2027"])
def test_what_every_zone_s_clocks_show(last: int | None) -> None:
    """Every third day of two years, by what a file says of it."""
    wrong = []
    for name in ZONES:
        part = components(calendar(head=written(name, 2026, last))).parts[0]
        own = vtimezone.read(part)
        noons = (datetime(2026, 1, 1, 12) + timedelta(days=3 * number) for number in range(240))
        zone = ZoneInfo(name)
        if own is None or any(own.offset(noon) != noon.replace(tzinfo=zone).utcoffset() for noon in noons):
            wrong.append(name)
    assert wrong == []


def test_a_zone_under_another_name_is_one_with_the_same_clock() -> None:
    wrong = []
    for name in ZONES[::4]:
        text = written(name, 2026, None).replace(f"TZID:{name}", "TZID:Our clock")
        part = components(calendar(head=text)).parts[0]
        clock = FileZones([part], []).clock(Moment(datetime(2026, 7, 7, 12), "Our clock"))
        found = clock.local.replace(tzinfo=ZoneInfo(clock.timezone or "UTC"))
        if found.timestamp() != datetime(2026, 7, 7, 12, tzinfo=ZoneInfo(name)).timestamp():
            wrong.append((name, clock))
    assert wrong == []


@pytest.mark.parametrize(
    ("rule", "onset"),
    [
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "2026-03-08"),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "2026-10-25"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14", "2026-03-08"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29", "2026-03-27"),
        ("FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=21", "2026-09-21"),
        ("FREQ=YEARLY;BYDAY=1SU;BYMONTH=11;INTERVAL=1;WKST=MO", "2026-11-01"),
    ],
)
def test_rules_in_the_ways_of_different_programs(rule: str, onset: str) -> None:
    head = (
        "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:DAYLIGHT\nDTSTART:20000101T020000\n"
        f"TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:{rule}\nEND:DAYLIGHT\n"
        "BEGIN:STANDARD\nDTSTART:20260101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    own = vtimezone.read(components(calendar(head=head)).parts[0])
    assert own is not None
    change = datetime.fromisoformat(onset) + timedelta(hours=2)
    assert own.offset(change) == timedelta(hours=2)
    assert own.offset(change - timedelta(minutes=1)) == timedelta(hours=1)


@pytest.mark.parametrize("timezone", ["America/Toronto", "Asia/Damascus", "Africa/Cairo", "UTC"])
def test_our_own_files_come_back_as_they_left(db: ModuleType, timezone: str) -> None:
    event = make_event(title="Vigil, “ساحة”; 🕯\\", timezone=timezone, rrule="FREQ=WEEKLY;COUNT=5", tags=("rent",))
    invite = queries.invite(event)
    assert invite is not None
    (read,) = reading.read(invite).events
    assert (read.uid, read.title, read.timezone, read.rrule) == (event.uid, event.title, timezone, event.rrule)
    assert (read.starts_local, read.ends_local) == (event.starts_local, event.ends_local)
    assert read.categories == ("rent",)
    assert read.remarks == ()
