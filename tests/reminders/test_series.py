"""Each date of a series has its own people, and those who come every time; each hears of it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp
from tests.factories import make_rsvp, make_series
from tests.factories.events import make_details
from tests.reminders.mailbox import Outbox, reminders, text_of, which
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")


def before(week: int, *, days: int = 1) -> datetime:
    """18:00 in Toronto, so many days before the date so many weeks after Friday 4 September 2026."""
    return datetime(2026, 9, 4, 22, tzinfo=UTC) + timedelta(weeks=week, days=-days)


def come_once(db: ModuleType, event: Event, email: str, week: int) -> Rsvp:
    with db.transaction():
        answer = Answer(ACCEPTED, 1, Person(email=email))
        return rsvps.register(event, answer, now=the_clock.now(), occurrence=date_id(week))


def test_who_comes_every_time_is_reminded_the_day_before_and_no_more(
    outbox: Outbox, clock: time_machine.Traveller
) -> None:
    make_rsvp(make_series(), email="noor@example.org")
    outbox()
    moment = before(2, days=7)
    while moment < before(3, days=7):
        clock.move_to(moment)
        outbox()
        moment += timedelta(hours=3)
    assert which(outbox) == ["Tomorrow"]
    assert "Friday 18 September 2026, 18:00" in text_of(outbox()[-1])


def test_who_comes_once_is_reminded_of_that_date_alone(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    come_once(db, make_series(), "noor@example.org", 2)
    for moment in (before(1), before(2, days=7), before(2), datetime(2026, 9, 18, 12, tzinfo=UTC), before(3)):
        clock.move_to(moment)
        outbox()
    assert which(outbox) == ["In a week", "Tomorrow", "Today"]
    clock.move_to(datetime(2026, 9, 19, 14, tzinfo=UTC))
    assert which(outbox)[-1] == "Thank you"


def test_who_said_something_else_for_a_date_is_heard(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    make_rsvp(event, email="every@example.org")
    never = make_rsvp(event, email="never@example.org")
    only_then = make_rsvp(event, email="only@example.org", partstat=DECLINED)
    with db.transaction():
        rsvps.answer_for_date(never, date_id(2), DECLINED, now=the_clock.now())
        rsvps.answer_for_date(only_then, date_id(2), ACCEPTED, now=the_clock.now())
    outbox()
    clock.move_to(before(2))
    said = [to for what, to in reminders(outbox) if what == "Tomorrow"]
    assert sorted(said) == ["every@example.org", "only@example.org"]
    clock.move_to(before(3))
    said = [to for what, to in reminders(outbox) if what == "Tomorrow"][len(said) :]
    assert sorted(said) == ["every@example.org", "never@example.org"]


def test_who_answered_for_a_date_and_then_for_all_is_one_person(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    come_once(db, event, "noor@example.org", 2)
    make_rsvp(event, email="noor@example.org")
    outbox()
    clock.move_to(before(2))
    assert which(outbox) == ["Tomorrow"]


def test_of_several_dates_in_a_week_only_the_first_is_told_to_who_comes_every_time(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series("FREQ=DAILY")
    make_rsvp(event, email="every@example.org")
    come_once(db, event, "once@example.org", 2)
    outbox()
    for day in range(14):
        clock.move_to(datetime(2026, 9, 6, 22, tzinfo=UTC) + timedelta(days=day))  # from a Sunday on
        outbox()
    told = [to for what, to in reminders(outbox) if what == "Tomorrow"]
    assert told.count("every@example.org") == 2
    assert told.count("once@example.org") == 1


@pytest.mark.parametrize("act", ["cancel", "move"])
def test_a_date_that_is_off_is_not_reminded_of(
    act: str, outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        if act == "cancel":
            events.cancel_occurrence(event, date_id(2), reason="Strike", now=the_clock.now())
        else:
            saturday = datetime(2026, 9, 19, 10)
            events.move_occurrence(
                event, date_id(2), starts_local=saturday, ends_local=None, reason="", now=the_clock.now()
            )
    outbox()
    clock.move_to(before(2))
    assert which(outbox) == []
    clock.move_to(datetime(2026, 9, 18, 14, tzinfo=UTC))  # the day before Saturday, 10:00
    assert which(outbox) == ([] if act == "cancel" else ["Tomorrow"])


def test_after_the_last_date_all_are_thanked(outbox: Outbox, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=2")
    make_rsvp(event, email="every@example.org")
    come_once(db, event, "once@example.org", 0)
    outbox()
    clock.move_to(datetime(2026, 9, 5, 14, tzinfo=UTC))
    assert [to for what, to in reminders(outbox) if what == "Thank you"] == ["once@example.org"]
    clock.move_to(datetime(2026, 9, 12, 14, tzinfo=UTC))
    assert reminders(outbox)[-1] == ("Thank you", "every@example.org")


def test_an_hour_later_each_time_is_not_told_twice(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    make_rsvp(event, email="noor@example.org")
    outbox()
    clock.move_to(before(2))
    assert which(outbox) == ["Tomorrow"]
    later = make_details(
        title=event.title,
        rrule=event.rrule,
        starts_local=datetime(2026, 9, 4, 19),
        ends_local=datetime(2026, 9, 4, 20),
    )
    with db.transaction():
        events.edit(event, later, now=the_clock.now())
    clock.shift(timedelta(hours=1))
    assert which(outbox) == ["Tomorrow"]
