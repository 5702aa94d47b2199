"""Who comes to one date is invited to that date; who comes every time hears of single dates by RECURRENCE-ID."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from eventkit import clock as now
from eventkit import signals
from eventkit.calendars.models import CalendarEntry
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.rsvps import actions
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp
from tests.factories import make_rsvp, make_series
from tests.rsvps.invites import said, vevent_in, vevents_in
from tests.rsvps.series import date_id, decide

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]
TORONTO = ZoneInfo("America/Toronto")


def come(db: ModuleType, event: Event, email: str, week: int) -> Rsvp:
    with db.transaction():
        answer = Answer(person=Person(email=email, language="en"))
        return actions.register(event, answer, now=now.now(), occurrence=date_id(week))


def disrupt(db: ModuleType, event: Event, kind: str, week: int, **decided: Any) -> None:
    """As `events.actions` does it with one date: a decision, a higher SEQUENCE, and the news of it."""
    decide(event, week, **decided)
    with db.transaction():
        event.sequence += 1
        event.modified_at = now.now()
        db.session.flush()
        signals.event_changed.send(event=event)
        signals.event_disrupted.send(event=event, kind=kind, occurrence=date_id(week))


def test_one_date_is_an_invitation_to_that_date_alone(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = come(db, event, "noor@example.net", 9 - 2)
    (message,) = outbox()
    vevent = vevent_in(message)
    starts = datetime(2026, 10, 23, 18, tzinfo=TORONTO)
    assert vevent["RECURRENCE-ID"].dt == vevent["DTSTART"].dt == starts
    assert vevent["DTEND"].dt == starts.replace(hour=19)
    assert vevent["UID"] == event.uid
    assert "RRULE" not in vevent
    body = message.get_body(("plain",))
    assert body is not None
    assert "Friday 23 October 2026, 18:00–19:00" in body.get_content()
    with db.transaction():
        actions.withdraw(rsvp, now=now.now())
    cancelled = vevent_in(outbox()[-1])
    assert (cancelled["RECURRENCE-ID"].dt, cancelled["STATUS"]) == (starts, "CANCELLED")


def test_every_time_is_an_invitation_to_the_series(outbox: Outbox) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.net")
    (message,) = outbox()
    vevent = vevent_in(message)
    assert vevent["RRULE"]["FREQ"] == ["WEEKLY"]
    assert "RECURRENCE-ID" not in vevent
    body = message.get_body(("plain",))
    assert body is not None
    assert "Every Friday" in body.get_content()


def test_a_cancelled_date_is_told_to_those_who_come_then(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, email="every@example.net")
    come(db, event, "that@example.net", 2)
    come(db, event, "another@example.net", 3)
    disrupt(db, event, "cancelled", 2, state="cancelled", reason="The park is closed")
    told = outbox()[3:]
    assert {message["To"] for message in told} == {"every@example.net", "that@example.net"}
    for message in told:
        vevent = vevent_in(message)
        assert (vevent["RECURRENCE-ID"].dt, vevent["STATUS"]) == (
            datetime(2026, 9, 18, 18, tzinfo=TORONTO),
            "CANCELLED",
        )
        body = message.get_body(("plain",))
        assert body is not None
        assert "The park is closed" in body.get_content()
        assert "Friday 18 September 2026" in body.get_content()
    assert said(told) == [("CANCEL", 1)] * 2


def test_replies_to_the_series_stay_valid_when_one_date_was_told(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net")
    for week in (2, 3):
        disrupt(db, event, "cancelled", week, state="cancelled")
        outbox()
    assert said(outbox()) == [("REQUEST", 0), ("CANCEL", 1), ("CANCEL", 2)]
    db.session.refresh(rsvp)
    assert (rsvp.invited_sequence, rsvp.sent_sequence, rsvp.holds_invitation) == (0, 2, True)
    with db.transaction():
        events.cancel(event, reason="", now=now.now())
    assert said(outbox())[-1] == ("CANCEL", 3)
    assert len(vevents_in(outbox()[-1])) == 1
    assert "RECURRENCE-ID" not in vevent_in(outbox()[-1])


def test_a_later_change_of_another_date_does_not_swallow_the_first(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.net")
    for week in (2, 3):
        disrupt(db, event, "cancelled", week, state="cancelled")
    disrupt(db, event, "moved", 2, state="moved")  # overtakes what was not told yet of that date alone
    days = [vevent_in(message)["RECURRENCE-ID"].dt.day for message in outbox()[1:]]
    assert days == [25, 18]


def test_a_moved_date_is_a_request_with_the_exception(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.net")
    outbox()
    moved = datetime(2026, 9, 19, 20)
    disrupt(db, event, "moved", 2, state="moved", starts_local=moved, ends_local=moved.replace(hour=21))
    entry = db.session.get_one(CalendarEntry, event.id)
    exceptions = entry.vevent.count("RECURRENCE-ID")
    if not exceptions:  # as calendars.ical writes what was moved
        master = entry.vevent.replace(
            "RRULE:FREQ=WEEKLY;BYDAY=FR\r\n", "RECURRENCE-ID;TZID=America/Toronto:20260918T180000\r\n"
        )
        with db.transaction():
            entry.vevent += master.replace(
                "DTSTART;TZID=America/Toronto:20260904T18", "DTSTART;TZID=America/Toronto:20260919T20"
            )
    vevent = vevent_in(outbox()[-1])
    assert vevent["RECURRENCE-ID"].dt == datetime(2026, 9, 18, 18, tzinfo=TORONTO)
    assert vevent["DTSTART"].dt == moved.replace(tzinfo=TORONTO)
    assert said(outbox()) == [("REQUEST", 0), ("REQUEST", 1)]


def test_a_date_that_differs_leaves_the_calendar_and_comes_back(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net")
    with db.transaction():
        actions.answer_for_date(rsvp, date_id(2), DECLINED, now=now.now())
        actions.answer_for_date(rsvp, date_id(2), DECLINED, now=now.now())
    with db.transaction():
        actions.answer_for_date(rsvp, date_id(2), ACCEPTED, now=now.now())
    messages = outbox()
    assert said(messages) == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]
    assert [vevent_in(each)["RECURRENCE-ID"].dt.day for each in messages[1:]] == [18, 18]
    assert rsvp.invited_sequence == 0


def test_a_series_is_sent_anew_without_the_dates_that_one_declined(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net")
    with db.transaction():
        actions.answer_for_date(rsvp, date_id(2), DECLINED, now=now.now())
    with db.transaction():
        event.sequence += 1
        signals.event_disrupted.send(event=event, kind="moved", occurrence="")
    vevent = vevents_in(outbox()[-1])[0]
    assert "RRULE" in vevent
    assert [each.dt for each in vevent["EXDATE"].dts] == [datetime(2026, 9, 18, 18, tzinfo=TORONTO)]
    disrupt(db, event, "moved", 2, state="moved")
    assert said(outbox())[-1] is None, "who declined that date has it in no calendar"


def test_whoever_typed_an_address_cannot_flood_it_date_by_date(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net")
    for week in range(8):
        with db.transaction():
            actions.answer_for_date(rsvp, date_id(week), DECLINED, now=now.now())
    assert len(outbox()) == 3


def test_of_a_series_and_a_date_each_person_hears_once_of_that_date(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    come(db, event, "noor@example.net", 2)
    make_rsvp(event, email="noor@example.net")
    disrupt(db, event, "cancelled", 2, state="cancelled")
    assert [message["Subject"].partition(":")[0] for message in outbox()] == ["You are counted"] * 2 + ["Cancelled"]
    assert len(db.session.scalars(select(Rsvp)).all()) == 2
