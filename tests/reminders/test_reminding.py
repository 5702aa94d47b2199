"""Who left an address is reminded, thanked, and told why; never twice, never late, never of what is off."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit import jobs, keys
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.reminders.jobs import REMIND
from eventkit.reminders.models import Reminder
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps import terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import BY_ORGANIZER, DECLINED, PENDING, WAITING, Rsvp, RsvpShift
from tests.factories import make_event, make_rsvp, set_terms
from tests.factories.events import make_details
from tests.factories.venues import TORONTO
from tests.reminders.mailbox import (
    DAY_AFTER,
    DAY_BEFORE,
    MORNING_OF,
    STARTS,
    WEEK_BEFORE,
    Outbox,
    reminders,
    text_of,
    which,
)

ALL = ["In a week", "Tomorrow", "Today", "Thank you"]
MINUTE = timedelta(minutes=1)


def change(db: ModuleType, rsvp: Rsvp, **values: object) -> None:
    with db.transaction():
        for name, value in values.items():
            setattr(rsvp, name, value)


def move(db: ModuleType, event: Event, starts: datetime) -> None:
    with db.transaction():
        details = make_details(starts_local=starts, ends_local=starts + timedelta(hours=2))
        events.edit(event, details, now=the_clock.now())


def test_each_comes_once_at_its_hour(outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_rsvp(make_event(), email="noor@example.org")
    for moment, before, after in (
        (WEEK_BEFORE, [], ALL[:1]),
        (DAY_BEFORE, ALL[:1], ALL[:2]),
        (MORNING_OF, ALL[:2], ALL[:3]),
        (DAY_AFTER, ALL[:3], ALL),
    ):
        clock.move_to(moment - MINUTE)
        assert which(outbox) == before
        clock.move_to(moment)
        assert which(outbox) == after
        clock.shift(MINUTE)
        assert which(outbox) == after


def test_a_reminder_says_what_when_where_and_why(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org", name="You won: https://example.net")
    with db.transaction():
        terms.set_text(terms.to_change(event), terms.NOTE, "Meet at the fountain.\nBring water.")
    clock.move_to(DAY_BEFORE)
    message = outbox()[-1]
    assert message["Subject"] == f"Tomorrow: {event.title}"
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        for said in (
            event.title,
            "You said on 1 Sep that you come.",
            "Tuesday 15 September 2026, 13:00–15:00, Eastern Daylight Time",
            TORONTO["street"],
            "Meet at the fountain.\nBring water.",
            f"http://localhost/en/events/{event.slug}",
            "http://localhost/en/rsvps/",
            "You get this because",
        ):
            assert said in text, said
        assert "example.net" not in text


def test_it_is_in_the_reader_s_language(outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_rsvp(make_event(), email="noor@example.org", language="ar")
    clock.move_to(DAY_BEFORE)
    html = text_of(outbox()[-1], "html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "http://localhost/ar/rsvps/" in html


def test_the_role_that_somebody_took_is_told(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    with db.transaction() as session:
        shift = RsvpShift(event_id=event.id, name="Marshal", starts_local=datetime(2026, 9, 15, 12), ends_local=None)
        session.add(shift)
        session.flush()
        rsvp.shift_id = shift.id
    clock.move_to(MORNING_OF)
    assert "Your role: Marshal, 12 PM" in text_of(outbox()[-1])


def test_who_may_come_is_asked_but_not_woken_nor_thanked(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org", partstat="TENTATIVE")
    with db.transaction():
        terms.set_text(terms.to_change(event), terms.NOTE, "Meet at the fountain.")
    for moment in (WEEK_BEFORE, DAY_BEFORE, MORNING_OF, DAY_AFTER):
        clock.move_to(moment)
        outbox()
    assert which(outbox) == ["In a week", "Tomorrow"]
    text = text_of(outbox()[-1])
    assert "that you may come." in text
    assert "Do you know by now?" in text
    assert "fountain" not in text  # these words are for those who come


@pytest.mark.parametrize(
    "values",
    [
        {"partstat": DECLINED},
        {"seat": WAITING},
        {"state": PENDING},
        {"wants_reminders": False},
        {"wants_mail": False},
        {"counted": False},
    ],
    ids=str,
)
def test_who_is_not_reminded(
    values: dict[str, object], outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    change(db, make_rsvp(event, email="noor@example.org"), **values)
    make_rsvp(event, email="sam@example.org")
    make_rsvp(event, name="Without an address")
    set_terms(event, capacity=1)  # nobody moves up
    clock.move_to(DAY_BEFORE)
    assert reminders(outbox) == [("Tomorrow", "sam@example.org")]


def test_the_organizer_may_switch_them_off(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        terms.to_change(event).sends_reminders = False
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == []


def test_who_was_put_on_the_list_is_told_so(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    change(db, make_rsvp(make_event(), email="noor@example.org"), entered_by=BY_ORGANIZER)
    clock.move_to(DAY_BEFORE)
    assert "The organizer put you on the list on 1 Sep" in text_of(outbox()[-1])


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (timedelta(hours=13), ["Tomorrow"]),
        (timedelta(hours=11), []),
        (timedelta(minutes=-1), []),
    ],
)
def test_who_answered_just_now_or_after_that_hour_is_not_reminded_at_once(
    answered: timedelta, expected: list[str], outbox: Outbox, clock: time_machine.Traveller
) -> None:
    event = make_event()
    clock.move_to(DAY_BEFORE - answered)
    make_rsvp(event, email="noor@example.org")
    clock.move_to(DAY_BEFORE + timedelta(hours=2))
    assert which(outbox) == expected
    clock.move_to(MORNING_OF)
    assert which(outbox) == [*expected, "Today"]


def test_a_server_that_was_off_leaves_out_what_it_missed(outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_rsvp(make_event(), email="noor@example.org")
    outbox()
    clock.move_to(STARTS + timedelta(minutes=5))
    assert which(outbox) == []
    clock.move_to(DAY_AFTER + timedelta(days=2, minutes=1))
    assert which(outbox) == []


def test_what_waited_in_the_outbox_until_it_was_late_is_dropped(outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_rsvp(make_event(), email="noor@example.org")
    outbox()
    clock.move_to(DAY_BEFORE)
    jobs.run(REMIND)
    clock.move_to(DAY_BEFORE + timedelta(hours=6, minutes=1))
    assert which(outbox) == []


@pytest.mark.parametrize("act", ["cancel", "postpone"])
def test_nobody_is_reminded_of_what_is_off(
    act: str, outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        getattr(events, act)(event, reason="Storm", now=the_clock.now())
    for moment in (WEEK_BEFORE, DAY_BEFORE, MORNING_OF, DAY_AFTER):
        clock.move_to(moment)
        outbox()
    assert which(outbox) == []


def test_what_is_moved_is_reminded_of_by_its_new_day(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    clock.move_to(WEEK_BEFORE)
    outbox()
    move(db, event, datetime(2026, 9, 25, 18))
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == ["In a week"]
    clock.move_to(datetime(2026, 9, 18, 22, tzinfo=the_clock.now().tzinfo))
    assert which(outbox) == ["In a week"] * 2
    assert "Friday 25 September 2026, 18:00" in text_of(outbox()[-1])


def test_an_hour_later_is_not_reminded_of_twice(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == ["Tomorrow"]
    move(db, event, datetime(2026, 9, 15, 15))
    clock.shift(timedelta(hours=3))
    assert which(outbox) == ["Tomorrow"]
    clock.move_to(MORNING_OF)
    assert which(outbox) == ["Tomorrow", "Today"]


def test_an_early_one_is_told_of_in_the_evening_before(outbox: Outbox, clock: time_machine.Traveller) -> None:
    event = make_event(starts_local=datetime(2026, 9, 15, 6), ends_local=None)
    make_rsvp(event, email="noor@example.org")
    clock.move_to(datetime(2026, 9, 15, 0, tzinfo=STARTS.tzinfo))  # 20:00 in Toronto
    assert outbox()[-1]["Subject"] == f"Early tomorrow: {event.title}"


def test_thanks_tell_what_comes_next(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(host="Tenants of the East")
    make_rsvp(event, email="noor@example.org")
    later: dict[str, Any] = {"starts_local": datetime(2026, 10, 2, 9), "ends_local": None}
    make_event(title="Picket at the mill", host="Tenants of the East", **later)
    make_event(title="Of somebody else", host="Others", **later)
    make_event(title="Not for all", host="Tenants of the East", visibility="unlisted", **later)
    with db.transaction():
        terms.set_text(terms.to_change(event), terms.THANKS, "We were four hundred.")
        terms.set_text(terms.to_change(event), terms.NOTE, "Meet at the fountain.")
    clock.move_to(DAY_AFTER)
    message = outbox()[-1]
    assert message["Subject"] == f"Thank you: {event.title}"
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert "We were four hundred." in text
        assert "Picket at the mill" in text
        assert "/organizations/tenants-of-the-east.ics" in text
        assert "that you come." in text
        for unsaid in ("fountain", "Of somebody else", "Not for all"):
            assert unsaid not in text


def test_where_the_key_is_destroyed_nobody_is_written_to(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    outbox()
    keys.destroy(event.key_name)
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == []
    assert db.session.scalars(select(Reminder.done_at)).all() == [DAY_BEFORE]


def test_who_withdraws_or_says_no_while_it_waits_hears_nothing(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    people = {name: make_rsvp(event, email=f"{name}@example.org") for name in ("gone", "no", "stopped", "more", "sam")}
    outbox()
    clock.move_to(DAY_BEFORE)
    jobs.run(REMIND)
    now = the_clock.now()
    with db.transaction():
        rsvps.withdraw(people["gone"], now=now)
    with db.transaction():
        rsvps.move(people["no"], DECLINED, now=now)
    with db.transaction():
        rsvps.set_mail(people["stopped"], reminders=False, mail=True, now=now)
    with db.transaction():
        rsvps.change(people["more"], Answer(party_size=3, person=Person(email="more@example.org")), now=now)
    assert {to for _which, to in reminders(outbox)} == {"more@example.org", "sam@example.org"}


def test_what_waits_is_dropped_when_the_event_is_cancelled(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event, other = make_event(), make_event()
    make_rsvp(event, email="noor@example.org")
    make_rsvp(other, email="sam@example.org")
    outbox()
    clock.move_to(DAY_BEFORE)
    jobs.run(REMIND)
    with db.transaction():
        events.cancel(event, reason="Storm", now=the_clock.now())
    assert reminders(outbox) == [("Tomorrow", "sam@example.org")]


def test_what_is_changed_while_it_waits_is_told_as_it_is(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    outbox()
    clock.move_to(DAY_BEFORE)
    jobs.run(REMIND)
    with db.transaction():
        terms.set_text(terms.to_change(event), terms.NOTE, "At the other gate.")
    assert "At the other gate." in text_of(outbox()[-1])


def test_a_place_that_is_kept_is_not_told_before_its_moment(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event(online_url="https://meet.example.org/wards")
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        events.keep_place(event, until=MORNING_OF - MINUTE, now=the_clock.now())
    clock.move_to(DAY_BEFORE)
    for kind in ("plain", "html"):
        text = text_of(outbox()[-1], kind)
        assert TORONTO["street"] not in text
        assert TORONTO["postal_code"] not in text
        assert "meet.example.org" not in text
        assert "Toronto" in text
        assert "The exact place is told here from" in text
    clock.move_to(MORNING_OF)
    assert outbox()[-1]["Subject"].startswith("Today")
    assert TORONTO["street"] in text_of(outbox()[-1])
    assert "meet.example.org" in text_of(outbox()[-1])
