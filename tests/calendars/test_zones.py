"""VTIMEZONE says of every zone what the tz database says."""

from __future__ import annotations

import re
import zoneinfo
from datetime import datetime, timedelta

import icalendar
import pytest

from eventkit.calendars.tzfile import read
from eventkit.calendars.zones import vtimezone

#: one name for each set of rules: links to the same zone need not be looked at twice
_NAMES = sorted({read(name): name for name in sorted(zoneinfo.available_timezones(), reverse=True)}.values())


def differs(name: str, first_year: int, last_year: int | None) -> datetime | None:
    """The first wall time at which the component and the database disagree."""
    component = icalendar.Timezone.from_ical(vtimezone(name, first_year, last_year))
    told, known = component.to_tz(lookup_tzid=False), zoneinfo.ZoneInfo(name)
    moment, end = datetime(first_year, 1, 1), datetime((last_year or first_year + 10) + 1, 1, 1)
    while moment < end:
        aware = moment.replace(tzinfo=known)
        is_skipped = aware.astimezone(zoneinfo.ZoneInfo("UTC")).astimezone(known).replace(tzinfo=None) != moment
        if not is_skipped and aware.utcoffset() != moment.replace(tzinfo=told).utcoffset():
            return moment
        moment += timedelta(days=8, hours=5)
    return None


def test_every_zone_is_told_truly_for_the_year_of_an_event_and_for_a_series_without_end() -> None:
    wrong = {
        name: moment
        for name in _NAMES
        for years in ((2016, 2016), (2026, None))
        if (moment := differs(name, *years)) is not None
    }
    assert wrong == {}


@pytest.mark.parametrize("name", ["America/Toronto", "Asia/Damascus", "Africa/Cairo", "Europe/Dublin"])
def test_each_transition_is_an_observance_and_none_a_list(name: str) -> None:
    for text in (vtimezone(name, 2026, 2027), vtimezone(name, 2026, None)):
        assert "RDATE" not in text
        assert "BEGIN:STANDARD" in text
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_damascus_has_had_one_time_since_2022() -> None:
    text = vtimezone("Asia/Damascus", 2026, None)
    assert text.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in text
    assert "TZOFFSETTO:+0300" in text


def test_the_last_pair_of_an_endless_series_carries_the_rule() -> None:
    text = vtimezone("America/Toronto", 2026, None)
    assert re.findall(r"RRULE:(.*)\r", text) == ["FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"]
    assert "RRULE" not in vtimezone("America/Toronto", 2026, 2026)


@pytest.mark.parametrize("name", ["Nowhere/City", "../../etc/passwd", ""])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises((zoneinfo.ZoneInfoNotFoundError, ValueError)):
        vtimezone(name, 2026, 2026)
