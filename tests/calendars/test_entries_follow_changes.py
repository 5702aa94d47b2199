"""An entry is written when its event changes, in the same transaction, and at no other time."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit import clock as the_clock
from eventkit import jobs, signals
from eventkit.calendars.models import CalendarEntry
from eventkit.events import actions
from tests.factories import make_event, make_organization
from tests.factories.events import make_details


def entry(db: ModuleType, event_id: int) -> CalendarEntry:
    found = db.session.get(CalendarEntry, event_id)
    assert found is not None
    return found  # type: ignore[no-any-return]


def test_a_draft_has_no_entry(db: ModuleType) -> None:
    make_event(status="draft")
    assert db.session.scalar(select(func.count()).select_from(CalendarEntry)) == 0


def test_an_edit_writes_it_anew_with_a_higher_sequence(db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(title="Vigil")
    before = entry(db, event.id).vevent
    clock.shift(timedelta(hours=1))
    with db.transaction():
        actions.edit(event, make_details(title="Vigil and march"), now=the_clock.now())
    after = entry(db, event.id).vevent
    assert "SUMMARY:Vigil\r\n" in before
    assert "SUMMARY:Vigil and march\r\n" in after
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
    assert "LAST-MODIFIED:20260901T130000Z" in after
    assert "DTSTAMP:20260901T130000Z" in after
    assert f"UID:{event.uid}" in before
    assert f"UID:{event.uid}" in after


def test_a_rollback_takes_the_entry_back_with_the_change(db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(title="Vigil")
    try:
        with db.transaction():
            actions.edit(event, make_details(title="March"), now=the_clock.now())
            raise RuntimeError("the disk is full")
    except RuntimeError:
        pass
    assert "SUMMARY:Vigil\r\n" in entry(db, event.id).vevent


def test_a_better_point_is_told(db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    clock.shift(timedelta(minutes=1))
    with db.transaction():
        event.venue.latitude, event.venue.longitude, event.venue.precision = 43.66, -79.39, "exact"
        signals.venue_located.send(venue=event.venue)
    assert "GEO:43.66;-79.39\r\n" in entry(db, event.id).vevent
    assert entry(db, event.id).modified_at == the_clock.now()


def test_news_that_change_nothing_leave_the_entry_as_it_was(db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    before = entry(db, event.id).vevent
    clock.shift(timedelta(minutes=1))
    with db.transaction():
        signals.venue_located.send(venue=event.venue)
    assert entry(db, event.id).vevent == before


def test_a_new_name_of_an_organization_reaches_all_its_events(db: ModuleType, clock: time_machine.Traveller) -> None:
    organization = make_organization("Tenants")
    events = [make_event(host="Tenants"), make_event(host="Tenants"), make_event(host="Others")]
    with db.transaction():
        organization.name = "Tenants of Dundas"
        signals.organization_renamed.send(organization=organization)
    named = ["CN=Tenants of Dundas" in entry(db, event.id).vevent.replace('"', "") for event in events]
    assert named == [True, True, False]


def test_entries_written_under_another_address_of_the_site_are_written_anew(
    app: Flask, db: ModuleType, clock: time_machine.Traveller
) -> None:
    events = [make_event() for _ in range(3)]
    with db.transaction():
        for event in events[:2]:
            stale = entry(db, event.id)
            stale.vevent = stale.vevent.replace("http://localhost/", "http://former.example/")
            stale.rendering = "former"
    kept = entry(db, events[2].id).modified_at
    clock.shift(timedelta(minutes=1))
    jobs.run("calendars.refresh")
    db.session.rollback()
    assert all("former.example" not in entry(db, event.id).vevent for event in events)
    assert entry(db, events[0].id).modified_at == the_clock.now()
    assert entry(db, events[2].id).modified_at == kept
