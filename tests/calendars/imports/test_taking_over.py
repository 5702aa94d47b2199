"""What is in a calendar becomes drafts; the same UID updates instead of doubling."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit import clock as now_of
from eventkit.calendars import queries
from eventkit.calendars.actions import imports
from eventkit.calendars.models import CalendarEntry, CalendarImport, ImportedEvent
from eventkit.events import actions as events
from eventkit.events import queries as stored_events
from eventkit.events.details import stored_details
from eventkit.events.models import DRAFT, PRIVATE
from tests.calendars.imports.taking import Take, place_of, stored, the_event
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_import, make_rsvp, make_user
from tests.visitor import Visitor

WHEN = "DTSTART;TZID=America/Toronto:20261107T130000\nDTEND;TZID=America/Toronto:20261107T150000"
VIGIL = f"UID:1\nSUMMARY:Vigil\n{WHEN}\nLOCATION:City Hall\\, 100 Queen St W\\, Toronto\\, ON M5H 2N2\\, Canada"

FLOATING = "UID:1\nSUMMARY:Floating\nDTSTART:20261107T130000"


@pytest.fixture(autouse=True)
def _still(clock: time_machine.Traveller) -> None:
    """The clock stands still on the first of September."""


def test_a_draft_says_what_the_calendar_says(take: Take, db: ModuleType) -> None:
    more = "DESCRIPTION:Bring candles\nURL:https://a.example/v\nCATEGORIES:Night shift,rent"
    words = take(f"{VIGIL}\n{more}\nORGANIZER;CN=Night Nurses:mailto:a@example.org")
    assert "One draft is made" in words
    assert "Imported from calendar.ics on Tuesday 1 September 2026." in words
    details = stored_details(event := the_event(db))
    assert (event.status, event.title, details.who) == (DRAFT, "Vigil", "Night Nurses")
    assert details.what == "Bring candles\n\nhttps://a.example/v"
    assert (details.starts_local, details.ends_local) == (datetime(2026, 11, 7, 13), datetime(2026, 11, 7, 15))
    assert details.timezone == "America/Toronto"
    assert details.tags == ("night-shift", "rent")
    venue = details.venue
    assert (venue.name, venue.street, venue.city) == ("City Hall", "100 Queen St W", "Toronto")
    assert (venue.region, venue.postal_code, venue.country) == ("ON", "M5H 2N2", "CA")
    assert event.venue.is_located


def test_where_it_came_from_is_told_beside_the_draft(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    take(VIGIL)
    page = words_of(signed_in.get(f"/organize/events/{the_event(db).slug}").text)
    assert "Imported from calendar.ics on Tuesday 1 September 2026." in page


def test_the_same_again_changes_nothing(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    take(VIGIL)
    before = the_event(db)
    modified = before.modified_at
    place = place_of(signed_in, VIGIL)
    page = words_of(signed_in.get(place).text)
    assert "Nothing new." in page
    assert "Same as before" in page
    assert "are here already" in take(VIGIL, chosen=[0])
    assert the_event(db).modified_at == modified


def test_the_same_uid_updates_and_a_correction_that_was_made_here_stays(take: Take, db: ModuleType) -> None:
    take(VIGIL)
    event = the_event(db)
    with db.transaction():
        events.edit(event, replace(stored_details(event), title="Our own title"), now=now_of.now())
    words = take(VIGIL.replace("T13", "T14").replace("T15", "T16"))
    assert "One event is brought up to date" in words
    event = the_event(db)
    assert event.title == "Our own title"
    assert (event.starts_local, event.ends_local) == (datetime(2026, 11, 7, 14), datetime(2026, 11, 7, 16))
    assert event.venue.city == "Toronto"
    take(VIGIL.replace("SUMMARY:Vigil", "SUMMARY:Their new title"))
    assert the_event(db).title == "Their new title"


def test_what_would_change_is_said_before(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    take(VIGIL)
    place = place_of(signed_in, VIGIL.replace("T13", "T14").replace("City Hall", "Library"))
    page = words_of(signed_in.get(place).text)
    assert "Updates Vigil" in page
    assert "Its calendar has changed the time, the place." in page


def test_a_public_event_changes_only_when_it_is_ticked_and_people_are_told(
    take: Take, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    take(VIGIL)
    event = the_event(db)
    with db.transaction():
        events.publish(event, now=now_of.now())
    make_rsvp(event, email="amal@example.org")
    outbox()
    moved = VIGIL.replace("T13", "T14")
    other = f"UID:2\nSUMMARY:Another\n{WHEN}"
    take(moved, other)  # only what is ticked by itself
    db.session.refresh(event)
    assert event.starts_local == datetime(2026, 11, 7, 13)
    sent, sequence = len(outbox()), event.sequence
    take(moved, chosen=[0])
    db.session.refresh(event)
    assert event.starts_local == datetime(2026, 11, 7, 14)
    assert event.sequence > sequence
    assert len(outbox()) == sent + 1


def test_what_somebody_else_imported_is_theirs(take: Take, db: ModuleType, operator: Visitor) -> None:
    take(VIGIL)
    place = place_of(operator, VIGIL)
    assert "New" in words_of(operator.get(place).text)
    operator.post(place, data={"chosen": "0"})
    assert len(stored(db)) == 2


def test_a_draft_that_was_deleted_can_be_imported_again(take: Take, db: ModuleType) -> None:
    take(VIGIL)
    with db.transaction():
        events.delete_draft(the_event(db))
    assert "One draft is made" in take(VIGIL)


def test_sent_twice_it_is_made_once(signed_in: Visitor, db: ModuleType) -> None:
    place = place_of(signed_in, VIGIL)
    for _time in range(2):
        assert signed_in.post(place, data={"chosen": "0"}).status_code == 303
    the_event(db)


def test_what_is_over_or_cancelled_is_not_ticked(signed_in: Visitor) -> None:
    past, off = VIGIL.replace("2026", "2025").replace("UID:1", "UID:0"), f"UID:2\nSUMMARY:Off\n{WHEN}\nSTATUS:CANCELLED"
    page = signed_in.get(place_of(signed_in, past, VIGIL, off)).text
    assert re.findall(r'name="chosen"\s+value="(\d+)"\s+checked', page) == ["1"]
    assert [int(number) for number in re.findall(r'name="chosen"\s+value="(\d+)"', page)] == [1, 2, 0]
    assert "It is cancelled there." in page


def test_nothing_ticked_is_said(signed_in: Visitor, db: ModuleType) -> None:
    place = place_of(signed_in, VIGIL)
    answer = signed_in.post(place, data={})
    assert answer.status_code == 422
    assert "Tick at least one of them." in answer.text
    signed_in.post(place, data={"chosen": ["7", "x", "-1", "²"]})
    assert stored(db) == []


def test_floating_and_utc_times_and_whole_days_take_the_clock_that_is_chosen(take: Take, db: ModuleType) -> None:
    texts = (
        FLOATING,
        "UID:2\nSUMMARY:Universal\nDTSTART:20261107T130000Z\nDTEND:20261107T143000Z",
        "UID:3\nSUMMARY:Days\nDTSTART;VALUE=DATE:20261107\nDTEND;VALUE=DATE:20261109",
    )
    take(*texts, home_timezone="Europe/Berlin")
    floating, universal, days = (stored_details(event) for event in stored(db))
    assert {floating.timezone, universal.timezone, days.timezone} == {"Europe/Berlin"}
    assert floating.starts_local == datetime(2026, 11, 7, 13)
    assert (universal.starts_local, universal.ends_local) == (datetime(2026, 11, 7, 14), datetime(2026, 11, 7, 15, 30))
    assert (days.all_day, days.starts_local, days.ends_local) == (True, datetime(2026, 11, 7), datetime(2026, 11, 8))


def test_whose_clock_is_asked_where_nobody_knows(signed_in: Visitor, db: ModuleType) -> None:
    place = place_of(signed_in, FLOATING)
    page = signed_in.get(place).text
    assert "It does not say whose clock is meant" in page
    answer = signed_in.post(place, data={"chosen": "0", "home_timezone": ""})
    assert answer.status_code == 422
    assert "does not tell whose clock is meant" in answer.text
    assert stored(db) == []
    answer = signed_in.post(place, data={"chosen": "0", "home_timezone": "Mars/Olympus"})
    assert answer.status_code == 422


def test_the_person_s_own_clock_is_offered(signed_in: Visitor) -> None:
    make_event(organizer=signed_in.user, timezone="America/Toronto")
    place = place_of(signed_in, FLOATING)
    page = signed_in.get(place).text
    assert form_on(page, place)["home_timezone"] == "America/Toronto"
    assert "13:00" in page


def test_a_series_is_one(take: Take, db: ModuleType, signed_in: Visitor) -> None:
    series = f"UID:1\nSUMMARY:Weekly\n{WHEN}\nRRULE:FREQ=WEEKLY;BYDAY=SA"
    assert "Every Saturday" in words_of(signed_in.get(place_of(signed_in, series)).text)
    take(series)
    assert the_event(db).rrule == "FREQ=WEEKLY;BYDAY=SA"


def test_a_private_event_stays_private(take: Take, db: ModuleType) -> None:
    take(f"{VIGIL}\nCLASS:PRIVATE")
    assert the_event(db).visibility == PRIVATE


def test_an_event_without_title_or_day_is_a_draft_to_complete(take: Take, db: ModuleType) -> None:
    take("UID:1\nDTSTART:nonsense")
    event = the_event(db)
    assert event.title
    assert event.starts_local is None


def test_many_events_come_on_several_pages(signed_in: Visitor, db: ModuleType) -> None:
    texts = [f"UID:{n}\nSUMMARY:Vigil {n}\n{WHEN}" for n in range(60)]
    place = place_of(signed_in, *texts)
    assert signed_in.get(place).text.count('name="chosen"') == 50
    second = signed_in.get(f"{place}?page=2").text
    assert second.count('name="chosen"') == 10
    action = f"{place}?page=2"
    answer = signed_in.post(action, data={**form_on(second, action), "chosen": [str(n) for n in range(50, 60)]})
    assert answer.location.endswith(action)
    assert len(stored(db)) == 10


def test_no_more_than_a_page_is_made_at_once(signed_in: Visitor, db: ModuleType) -> None:
    place = place_of(signed_in, *(f"UID:{n}\nSUMMARY:Vigil {n}\n{WHEN}" for n in range(60)))
    signed_in.post(place, data={"chosen": [str(n) for n in range(60)]})
    assert len(stored(db)) == 50


@pytest.mark.both_databases
def test_two_imports_of_one_calendar_at_once_make_one_draft(app: Flask, db: ModuleType) -> None:
    user = make_user()
    rows = [make_import(user, VIGIL).id for _number in range(2)]
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def run(row_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with db.transaction() as session:
                    row = session.get(CalendarImport, row_id)
                    imports.take_over(
                        row, queries.calendar_of(row).events, home_timezone="", language="en", now=now_of.now()
                    )
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=run, args=(row_id,)) for row_id in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    the_event(db)
    assert len(list(db.session.scalars(select(ImportedEvent)))) == 1


@pytest.mark.both_databases
def test_a_change_that_is_being_made_here_stays_and_reaches_the_feed(app: Flask, db: ModuleType) -> None:
    """Whoever imports meanwhile waits for it, and it waits for nobody who imports."""
    user = make_user()

    def take_over(row_id: int) -> None:
        row = db.session.get(CalendarImport, row_id)
        imports.take_over(row, queries.calendar_of(row).events, home_timezone="", language="en", now=now_of.now())

    first = make_import(user, VIGIL).id
    with db.transaction():
        take_over(first)
    event = the_event(db)
    with db.transaction():
        events.publish(event, now=now_of.now())
    again = make_import(user, f"{VIGIL}\nDESCRIPTION:Candles").id
    failed: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                with db.transaction():
                    take_over(again)
            except BaseException as error:
                failed.append(error)

    importing = threading.Thread(target=run)
    with db.transaction():
        stored_events.lock(event)
        importing.start()
        importing.join(timeout=1)  # by then it has come as far as it can
        events.edit(event, replace(stored_details(event), title="Rally"), now=now_of.now())
    importing.join()
    assert failed == []
    entry = db.session.get(CalendarEntry, event.id)
    db.session.refresh(entry)
    assert "SUMMARY:Rally" in entry.vevent
    assert "Candles" in entry.vevent
    assert "SEQUENCE:2" in entry.vevent


@pytest.mark.both_databases
def test_a_uid_that_no_row_can_hold_is_replaced(take: Take, db: ModuleType) -> None:
    for uid in ("\0a", "x" * 5000):
        take(f"UID:{uid}\nSUMMARY:Vigil\n{WHEN}\nURL:https://a.example/\0")
        take(f"UID:{uid}\nSUMMARY:Vigil, later\n{WHEN}")
    assert [event.title for event in stored(db)] == ["Vigil, later"] * 2
