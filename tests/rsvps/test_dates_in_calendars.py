"""Who comes to one date is invited to that date; who comes every time hears of single dates by RECURRENCE-ID."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from eventkit import clock as now
from eventkit import signals
from eventkit.events import actions as events
from eventkit.events.details import stored_details
from eventkit.events.models import Event
from eventkit.rsvps import actions
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp
from tests.factories import make_rsvp, make_series
from tests.rsvps.invites import said, vevent_in, vevents_in
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]
TORONTO = ZoneInfo("America/Toronto")
SATURDAY = datetime(2026, 9, 19, 20)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def come(db: ModuleType, event: Event, email: str, week: int) -> Rsvp:
    with db.transaction():
        answer = Answer(person=Person(email=email, language="en"))
        return actions.register(event, answer, now=now.now(), occurrence=date_id(week))


def cancel(db: ModuleType, event: Event, week: int, reason: str = "") -> None:
    with db.transaction():
        events.cancel_occurrence(event, date_id(week), reason=reason, now=now.now())


def move(db: ModuleType, event: Event, week: int, starts: datetime, reason: str = "") -> None:
    ends = starts + timedelta(hours=1)
    with db.transaction():
        events.move_occurrence(event, date_id(week), starts_local=starts, ends_local=ends, reason=reason, now=now.now())


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
    assert "Friday 23 October 2026, 18:00–19:00" in text_of(message)
    with db.transaction():
        actions.withdraw(rsvp, now=now.now())
    cancelled = vevent_in(outbox()[-1])
    assert (cancelled["RECURRENCE-ID"].dt, cancelled["STATUS"]) == (starts, "CANCELLED")


def test_the_words_in_an_invitation_to_one_date_are_about_that_date(outbox: Outbox, db: ModuleType) -> None:
    event = make_series(language="de", what="Kerzen, Schweigen; eine Stunde")
    come(db, event, "noor@example.net", 7)
    vevent = vevent_in(outbox()[-1])
    page = f"http://localhost/events/{event.slug}/dates/{date_id(7)}"
    assert vevent["URL"] == page
    told = str(vevent["DESCRIPTION"])
    assert "Wann: Freitag, 23. Oktober 2026, 18:00–19:00" in told
    assert "Kerzen, Schweigen; eine Stunde" in told
    assert told.endswith(page)
    for untrue in ("4. September", "freitags", "jeden", "abgesagt", "diesmal"):
        assert untrue not in told.casefold()


def test_of_a_date_that_is_gone_the_calendar_gets_the_page_of_the_series(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    come(db, event, "noor@example.net", 7)
    with db.transaction():
        events.edit(event, replace(stored_details(event), rrule="FREQ=WEEKLY;BYDAY=FR;COUNT=3"), now=now.now())
    cancelled = vevent_in(outbox()[-1])
    assert (cancelled["STATUS"], cancelled["URL"]) == ("CANCELLED", f"http://localhost/events/{event.slug}")
    assert "Friday 23 October 2026" in cancelled["DESCRIPTION"]


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
    cancel(db, event, 2, "The park is closed")
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
        assert "4 September" not in body.get_content()
        assert f"http://localhost/en/events/{event.slug}/dates/{date_id(2)}" in body.get_content()
        assert message["Subject"].startswith("Cancelled: Friday vigil, Fri 18 Sep")
    texts = {message["To"]: text_of(message) for message in told}
    assert "Take your answer back" in texts["that@example.net"]
    assert "Take your answer back" not in texts["every@example.net"], "the other dates stay"
    assert said(told) == [("CANCEL", 1)] * 2


@pytest.mark.usefixtures("without_allowance")
def test_replies_to_the_series_stay_valid_when_one_date_was_told(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net")
    for week in (2, 3):
        cancel(db, event, week)
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
        cancel(db, event, week)
    move(db, event, 2, SATURDAY)  # overtakes what was not told yet of that date alone
    days = [vevent_in(message)["RECURRENCE-ID"].dt.day for message in outbox()[1:]]
    assert days == [25, 18]


def test_a_moved_date_is_a_request_with_the_exception(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.net")
    outbox()
    move(db, event, 2, SATURDAY, "The square is taken")
    vevent = vevent_in(outbox()[-1])
    assert vevent["RECURRENCE-ID"].dt == datetime(2026, 9, 18, 18, tzinfo=TORONTO)
    assert vevent["DTSTART"].dt == SATURDAY.replace(tzinfo=TORONTO)
    body = text_of(outbox()[-1])
    assert re.search(r"Moved: instead of Fri 18 Sep, 6\sPM\.", body)
    assert "The square is taken" in body
    assert "Saturday 19 September 2026, 20:00" in body
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


@pytest.mark.usefixtures("without_allowance")
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
    move(db, event, 2, SATURDAY)
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
    cancel(db, event, 2)
    assert [message["Subject"].partition(":")[0] for message in outbox()] == ["You are counted"] * 2 + ["Cancelled"]
    assert len(db.session.scalars(select(Rsvp)).all()) == 2
