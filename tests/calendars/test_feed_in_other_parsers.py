"""The feed in the eyes of four parsers that nobody here wrote: the same events, instants and texts."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine

from eventkit.events.models import CANCELLED, Event
from tests.calendars import awkward
from tests.visitor import Visitor

PARSERS = Path(__file__).parent / "parsers"
#: what the parsers lay series out for
FROM, TO = datetime(2030, 6, 1, tzinfo=UTC), datetime(2031, 6, 1, tzinfo=UTC)

pytestmark = [pytest.mark.parsers, pytest.mark.usefixtures("db")]

Read = Callable[[bytes], dict[str, dict[str, Any]]]


def by_icalendar(feed: bytes) -> dict[str, dict[str, Any]]:
    calendar = icalendar.Calendar.from_ical(feed)
    return {
        str(event["UID"]): {
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "location": str(event.get("LOCATION", "")),
            "status": str(event["STATUS"]),
            "start": written(event["DTSTART"].dt),
            "end": written(event["DTEND"].dt) if "DTEND" in event else written(event["DTSTART"].dt),
        }
        for event in calendar.walk("VEVENT")
        if "RECURRENCE-ID" not in event
    }


def by_ical_js(feed: bytes) -> dict[str, dict[str, Any]]:
    return by_uid(run([node(), str(PARSERS / "read.mjs")], feed))


def by_node_ical(feed: bytes) -> dict[str, dict[str, Any]]:
    return by_uid(run([node(), str(PARSERS / "node-ical.mjs"), FROM.isoformat(), TO.isoformat()], feed))


def by_libical(feed: bytes) -> dict[str, dict[str, Any]]:
    program = PARSERS / "libical"
    if not program.is_file():
        pytest.skip("the reader with libical is not built: run .ci/parsers")
    found = run([str(program), f"{FROM:%Y%m%dT%H%M%SZ}", f"{TO:%Y%m%dT%H%M%SZ}"], feed)
    errors = {error["text"] for event in found for error in event["errors"]}
    assert all(text.endswith("property name: LINK") for text in errors), errors  # it is older than RFC 9253
    return by_uid([event for event in found if event["recurrence_id"] is None])


every_parser = pytest.mark.parametrize("read", [by_icalendar, by_ical_js, by_node_ical, by_libical])


@every_parser
def test_every_event_is_there_once_with_the_same_instants_and_texts(read: Read, client: Visitor) -> None:
    events = awkward.single_events()
    found = read(feed(client))
    assert {uid: particulars(each) for uid, each in found.items()} == {event.uid: expected(event) for event in events}
    first = found[events[0].uid]
    assert awkward.TEXT.split("\n")[2].strip() in first["description"]
    assert awkward.TEXT.split("\n")[0] in first["description"]
    assert awkward.TEXT.split("\n")[1] in first["description"]


@pytest.mark.parametrize("read", [by_ical_js, by_node_ical, by_libical])
def test_series_keep_their_local_hour_when_the_clocks_change(read: Read, client: Visitor) -> None:
    weekly, monthly = awkward.series()
    found = read(feed(client))
    starts = {
        uid: [one if isinstance(one, str) else one["start"] for one in each["occurrences"]]
        for uid, each in found.items()
    }
    fridays = [datetime(2030, 10, 18, 18) + timedelta(weeks=week) for week in range(30)]
    assert starts[weekly.uid][:30] == [instant(day, weekly.timezone) for day in fridays]
    firsts = [(2030, 10, 4), (2030, 11, 1), (2030, 12, 6), (2031, 1, 3), (2031, 2, 7), (2031, 3, 7)]
    assert starts[monthly.uid] == [instant(datetime(*day, 18), monthly.timezone) for day in firsts]


def test_a_second_reading_is_the_same_byte_for_byte(client: Visitor, clock: time_machine.Traveller) -> None:
    awkward.single_events()
    first = feed(client)
    clock.shift(3600)
    assert feed(client) == first


def feed(client: Visitor) -> bytes:
    answer = client.get("/feeds/events.ics")
    assert answer.status_code == 200
    return answer.data


def particulars(read: dict[str, Any]) -> tuple[object, ...]:
    return read["summary"], read["location"], read["status"], read["start"], read["end"]


def expected(event: Event) -> tuple[object, ...]:
    """From the record and the tz database alone."""
    venue = event.venue
    assert event.starts_local is not None
    ends = event.ends_local or event.starts_local
    if event.all_day:
        start, end = event.starts_local.date().isoformat(), (ends.date() + timedelta(days=1)).isoformat()
    else:
        start, end = instant(event.starts_local, event.timezone), instant(ends, event.timezone)
    country = {"SY": "سوريا" if event.language == "ar" else "Syria", "CA": "Canada"}[venue.country]
    city = " ".join(part for part in (venue.city, venue.region, venue.postal_code) if part)
    place = ", ".join(part for part in (venue.name, venue.street, city, country) if part)
    cancelled = event.status == CANCELLED
    title = f"Cancelled: {event.title}" if cancelled else event.title
    return title, place, "CANCELLED" if cancelled else "CONFIRMED", start, end


def instant(local: datetime, timezone: str) -> str:
    return f"{local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def written(moment: date | datetime) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    assert moment.tzinfo is not None
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def by_uid(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {event["uid"]: event for event in events}
    assert len(found) == len(events)
    return found


def node() -> str:
    found = shutil.which("node")
    if found is None or not (PARSERS / "node_modules").is_dir():
        pytest.skip("the parsers are not installed: run .ci/parsers")
    return found


def run(command: list[str], feed: bytes) -> list[dict[str, Any]]:
    done = subprocess.run(command, input=feed, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)  # type: ignore[no-any-return]
