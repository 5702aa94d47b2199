"""Dates of a series that its calendar leaves out, moves or cancels are so here, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from types import ModuleType

import pytest

from eventkit import clock as now_of
from eventkit.events import actions as events
from eventkit.events import recurrence
from eventkit.events.details import stored_details
from eventkit.events.models import CANCELLED, EXCLUDED, MOVED, PLANNED, Event
from tests.calendars.imports.taking import Take, place_of, the_event
from tests.events.organize.pages import words_of
from tests.factories import make_rsvp
from tests.factories.series import occurrences_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

GOOGLE = """DTSTART;TZID=America/Toronto:20260905T130000
DTEND;TZID=America/Toronto:20260905T150000
RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20261101T035959Z;BYDAY=SA
EXDATE;TZID=America/Toronto:20260919T130000
DTSTAMP:20260801T091500Z
UID:7u2m@google.example
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Soup for the picket"""
GOOGLE_MOVED = """DTSTART;TZID=America/Toronto:20260913T110000
DTEND;TZID=America/Toronto:20260913T123000
DTSTAMP:20260801T091500Z
UID:7u2m@google.example
RECURRENCE-ID;TZID=America/Toronto:20260912T130000
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Soup for the picket"""

APPLE = """CREATED:20260801T091500Z
UID:5F0C-11
RRULE:FREQ=WEEKLY;COUNT=6
DTSTART;VALUE=DATE:20260905
DTEND;VALUE=DATE:20260906
EXDATE;VALUE=DATE:20260912
EXDATE;VALUE=DATE:20260926
SUMMARY:Day at the gate
SEQUENCE:3"""
APPLE_MOVED = """UID:5F0C-11
RECURRENCE-ID;VALUE=DATE:20260919
DTSTART;VALUE=DATE:20260920
DTEND;VALUE=DATE:20260922
SUMMARY:Day at the gate"""

REMARK = "Some of its dates are left out or moved there."


def moved(day: int, to: str, *, more: str = "") -> str:
    return f"UID:7u2m@google.example\nRECURRENCE-ID;TZID=America/Toronto:202609{day:02}T130000\n{to}\n{more}".strip()


def at(moment: str) -> str:
    return f"DTSTART;TZID=America/Toronto:{moment}"


def days(event: Event) -> dict[str, str]:
    """By day, in the order of the rule, what is not as the rule says."""
    return {row.recurrence_id[4:8]: row.state for row in occurrences_of(event) if row.state != PLANNED}


def times(event: Event, day: str) -> tuple[datetime, datetime | None]:
    (row,) = [row for row in occurrences_of(event) if row.recurrence_id[4:8] == day]
    return row.starts_local, row.ends_local


def publish(db: ModuleType, event: Event) -> None:
    with db.transaction():
        events.publish(event, now=now_of.now())


def test_as_google_writes_them(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    assert REMARK not in words_of(signed_in.get(place_of(signed_in, GOOGLE, GOOGLE_MOVED)).text)
    take(GOOGLE, GOOGLE_MOVED)
    event = the_event(db)
    assert days(event) == {"0912": MOVED, "0919": EXCLUDED}
    assert times(event, "0912") == (datetime(2026, 9, 13, 11), datetime(2026, 9, 13, 12, 30))
    assert times(event, "0926") == (datetime(2026, 9, 26, 13), datetime(2026, 9, 26, 15))


def test_as_apple_writes_them_for_whole_days(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    assert REMARK not in words_of(signed_in.get(place_of(signed_in, APPLE, APPLE_MOVED)).text)
    take(APPLE, APPLE_MOVED, home_timezone="America/Toronto")
    event = the_event(db)
    assert days(event) == {"0912": EXCLUDED, "0919": MOVED, "0926": EXCLUDED}
    assert times(event, "0919") == (datetime(2026, 9, 20), datetime(2026, 9, 21))


def test_in_utc_and_as_a_day_without_an_hour(take: Take, db: ModuleType) -> None:
    text = GOOGLE.replace("EXDATE;TZID=America/Toronto:20260919T130000", "EXDATE:20260919T170000Z,20260926")
    take(text)
    assert days(the_event(db)) == {"0919": EXCLUDED, "0926": EXCLUDED}


def test_a_series_in_utc_by_the_clock_at_home(take: Take, db: ModuleType) -> None:
    series = (
        "UID:1\nSUMMARY:Call\nDTSTART:20260905T170000Z\nRRULE:FREQ=WEEKLY;COUNT=20\nEXDATE:20260912T170000Z"
        ",20261205T170000Z"  # in winter time
    )
    take(series, "UID:1\nRECURRENCE-ID:20260919T170000Z\nDTSTART:20260919T180000Z", home_timezone="Europe/Berlin")
    event = the_event(db)
    assert event.starts_local == datetime(2026, 9, 5, 19)
    assert days(event) == {"0912": EXCLUDED, "0919": MOVED, "1205": EXCLUDED}
    assert times(event, "0919") == (datetime(2026, 9, 19, 20), None)


def test_what_is_cancelled_there_is_left_out_of_a_draft(take: Take, db: ModuleType) -> None:
    take(GOOGLE, moved(26, at("20260926T130000"), more="STATUS:CANCELLED"))
    assert days(the_event(db)) == {"0919": EXCLUDED, "0926": EXCLUDED}


def test_what_is_over_is_left_out_of_a_draft_too(take: Take, db: ModuleType) -> None:
    take(GOOGLE.replace("20260905T", "20260801T").replace("20260919T", "20260808T"))
    assert days(the_event(db)) == {"0808": EXCLUDED}


def test_two_moves_that_make_room_for_each_other(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    texts = GOOGLE, moved(5, at("20260912T130000")), moved(12, at("20260914T130000"))
    assert REMARK not in words_of(signed_in.get(place_of(signed_in, *texts)).text)
    take(*texts)
    assert days(the_event(db)) == {"0905": MOVED, "0912": MOVED, "0919": EXCLUDED}


@pytest.mark.parametrize(
    "unclear",
    [
        moved(12, at("20260926T100000")),  # onto the day of another one
        moved(12, at("20261003T170000")),  # past others
        moved(13, at("20260913T170000")),  # of a day that the rule does not have
        moved(12, "DTSTART;VALUE=DATE:20260912"),  # whole days where the series has hours
        moved(12, at("20260912T170000")).replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE"),
        moved(12, at("20260912T130000"), more="STATUS:CANCELLED").replace("ID;", "ID;RANGE=THISANDFUTURE;"),
    ],
)
def test_what_no_date_can_be_is_as_the_rule_says_and_told_before(
    take: Take, db: ModuleType, signed_in: Visitor, unclear: str
) -> None:
    assert REMARK in words_of(signed_in.get(place_of(signed_in, GOOGLE, unclear)).text)
    take(GOOGLE, unclear)
    assert days(the_event(db)) == {"0919": EXCLUDED}


def test_dates_further_ahead_than_a_series_is_laid_out_are_told_before(signed_in: Visitor) -> None:
    series = GOOGLE.replace("UNTIL=20261101T035959Z;", "").replace(":20260919T", ":20280101T")
    assert REMARK in words_of(signed_in.get(place_of(signed_in, series)).text)


def test_a_series_of_which_every_date_is_left_out_keeps_the_last_one(
    take: Take, db: ModuleType, signed_in: Visitor
) -> None:
    none = "UID:1\nSUMMARY:x\nDTSTART;TZID=America/Toronto:20260905T130000\nRRULE:FREQ=DAILY;COUNT=2\n"
    none += "EXDATE;TZID=America/Toronto:20260905T130000,20260906T130000"
    assert REMARK in words_of(signed_in.get(place_of(signed_in, none)).text)
    take(none)
    assert days(the_event(db)) == {"0905": EXCLUDED}


def test_the_same_exceptions_again_are_no_change(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    take(GOOGLE, GOOGLE_MOVED)
    assert "Same as before" in words_of(signed_in.get(place_of(signed_in, GOOGLE, GOOGLE_MOVED)).text)


def test_an_update_brings_exceptions_and_takes_them_back(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    take(GOOGLE, GOOGLE_MOVED)
    later = GOOGLE.replace("20260919T", "20260926T"), moved(12, at("20260912T170000"))
    page = words_of(signed_in.get(place_of(signed_in, *later)).text)
    assert "Its calendar has changed the time." in page
    assert "One event is brought up to date" in take(*later)
    event = the_event(db)
    assert days(event) == {"0912": MOVED, "0926": EXCLUDED}
    assert times(event, "0912") == (datetime(2026, 9, 12, 17), None)
    take(GOOGLE.replace("EXDATE", "X-NONE"))
    assert days(the_event(db)) == {}


def test_an_update_keeps_what_was_corrected_and_decided_here(take: Take, db: ModuleType) -> None:
    take(GOOGLE)
    event = the_event(db)
    hours = {"starts_local": datetime(2026, 9, 5, 14), "ends_local": datetime(2026, 9, 5, 16)}
    with db.transaction():
        events.edit(event, replace(stored_details(event), **hours), now=now_of.now())
        events.exclude_occurrence(event, "20261003T140000", now=now_of.now())
    take(GOOGLE.replace("20260919T130000", "20260919T130000,20260926T130000"))
    event = the_event(db)
    assert event.starts_local == datetime(2026, 9, 5, 14)
    assert days(event) == {"0919": EXCLUDED, "0926": EXCLUDED, "1003": EXCLUDED}


@pytest.mark.both_databases
def test_of_a_public_series_dates_are_cancelled_and_moved_with_notice(
    take: Take, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    take(GOOGLE)
    event = the_event(db)
    publish(db, event)
    make_rsvp(event, email="amal@example.org")
    outbox()
    off = GOOGLE.replace("20260919T130000", "20260919T130000,20260926T130000"), GOOGLE_MOVED
    take(*off, "UID:2\nSUMMARY:Another\nDTSTART;TZID=America/Toronto:20261107T130000")  # only what is ticked by itself
    db.session.refresh(event)
    assert days(event) == {"0919": EXCLUDED}
    before, sequence = len(outbox()), event.sequence
    take(*off, chosen=[0])
    db.session.refresh(event)
    assert days(event) == {"0912": MOVED, "0919": EXCLUDED, "0926": CANCELLED}
    assert event.sequence > sequence
    assert len(outbox()) == before + 2
    take(GOOGLE, chosen=[0])
    assert days(event) == {"0919": EXCLUDED}


def test_of_a_public_series_what_is_over_or_would_be_stays(take: Take, db: ModuleType) -> None:
    early = GOOGLE.replace("20260905T", "20260801T")
    take(early)
    event = the_event(db)
    publish(db, event)
    past = early.replace("20260919T130000", "20260919T130000,20260808T130000")
    take(past, moved(5, at("20260831T130000")), chosen=[0])
    assert days(the_event(db)) == {"0919": EXCLUDED}


def test_a_first_day_that_is_none_of_the_rule_s(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    series = GOOGLE.replace("DTSTART;TZID=America/Toronto:20260905", "DTSTART;TZID=America/Toronto:20260903").replace(
        "DTEND;TZID=America/Toronto:20260905", "DTEND;TZID=America/Toronto:20260903"
    )
    page = words_of(signed_in.get(place_of(signed_in, series)).text)
    assert "It starts with the first day that does." in page
    assert "Saturday 5 September" in page
    take(series)
    event = the_event(db)
    assert (event.starts_local, event.ends_local) == (datetime(2026, 9, 5, 13), datetime(2026, 9, 5, 15))
    assert event.rrule.startswith("FREQ=WEEKLY")
    assert days(event) == {"0919": EXCLUDED}


def test_a_series_that_ends_before_it_begins_is_a_single_event(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    series = GOOGLE.replace("UNTIL=20261101T035959Z", "UNTIL=20260801T035959Z")
    assert "Only the first time is taken over." in words_of(signed_in.get(place_of(signed_in, series)).text)
    take(series)
    event = the_event(db)
    assert (event.starts_local, event.rrule) == (datetime(2026, 9, 5, 13), "")


def test_rules_are_expanded_only_of_events_that_are_looked_at(
    signed_in: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some rules are looked through to the end of time, and a calendar may have two thousand of them."""
    never = "SUMMARY:x\nDTSTART;TZID=America/Toronto:20270201T130000\nRRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31"
    place = place_of(signed_in, *(f"UID:{number}\n{never}" for number in range(60)))
    expanded, moments = [], recurrence.moments

    def counted(rrule: str, first: datetime, timezone: str) -> Iterator[datetime]:
        expanded.append(rrule)
        return moments(rrule, first, timezone)

    monkeypatch.setattr(recurrence, "moments", counted)
    assert signed_in.get(place).status_code == 200
    assert len(expanded) == 50
