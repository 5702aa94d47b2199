"""Who waits moves up in order, as soon as there is room for all of them, and is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
from time_machine import Traveller

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.rsvps import actions, queries, waiting
from eventkit.rsvps.actions import waitlist
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, SEATED, TENTATIVE, WAITING
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_series
from tests.rsvps.seating import act, as_said, come, counted, limit, limited, raise_capacity, seats_of
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def has_calendar(message: EmailMessage) -> bool:
    return any(part.get_content_type() == "text/calendar" for part in message.walk())


@pytest.mark.parametrize(
    "leave",
    [
        lambda rsvp: act("withdraw", rsvp),
        lambda rsvp: act("remove", rsvp),
        lambda rsvp: act("refuse", rsvp),
        lambda rsvp: act("move", rsvp, DECLINED),
        lambda rsvp: act("change", rsvp, Answer(TENTATIVE, 2)),
    ],
)
def test_seats_that_become_free_go_to_who_waits_in_order(db: ModuleType, leave: Callable[..., None]) -> None:
    event = limited(2)
    seated = come(event, 2)
    first, second, third = come(event), come(event), come(event)
    leave(seated)
    assert seats_of(first, second, third) == [SEATED, SEATED, WAITING]
    assert queries.counts(event).coming == 2
    assert [queries.waiting_before(each) for each in (first, third)] == [0, 0]


def test_a_smaller_party_gives_seats_to_who_waits(db: ModuleType) -> None:
    event = limited(3)
    seated, alone = come(event, 3), come(event)
    act("change", seated, Answer(ACCEPTED, 2))
    assert seats_of(seated, alone) == [SEATED, SEATED]


def test_a_party_that_does_not_fit_holds_up_nobody_and_keeps_its_place(db: ModuleType) -> None:
    event = limited(3)
    seated = [come(event), come(event), come(event)]
    party, alone, later = come(event, 2), come(event), come(event)
    assert [queries.waiting_before(each) for each in (party, alone, later)] == [0, 2, 3]
    act("withdraw", seated[0])
    assert seats_of(party, alone, later) == [WAITING, SEATED, WAITING]
    with db.transaction():
        actions.withdraw(seated[1], now=now.now())
        actions.withdraw(seated[2], now=now.now())
    assert seats_of(party, later) == [WAITING, SEATED]
    raise_capacity(event, 4)
    assert seats_of(party) == [SEATED]


def test_who_changes_an_answer_while_waiting_keeps_the_place(db: ModuleType, clock: Traveller) -> None:
    event = limited(1)
    seated, first = come(event), come(event, 2)
    clock.shift(60)
    second = come(event)
    clock.shift(60)
    act("change", first, Answer(ACCEPTED, 1, Person(name="Noor")))
    assert [queries.waiting_before(each) for each in (first, second)] == [0, 1]
    act("withdraw", seated)
    assert seats_of(first, second) == [SEATED, WAITING]


def test_a_raised_capacity_moves_up_at_once(db: ModuleType) -> None:
    event = limited(1)
    rsvps = [come(event) for _ in range(4)]
    raise_capacity(event, 3)
    assert seats_of(*rsvps) == [SEATED, SEATED, SEATED, WAITING]
    raise_capacity(event, None)
    assert seats_of(rsvps[3]) == [SEATED]
    assert queries.counts(event) == Counts(coming=4)


@pytest.mark.both_databases
def test_very_many_move_up_in_steps_and_nobody_jumps_the_queue(
    db: ModuleType, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waitlist, "STEP", 3)
    event = limited(1)
    rsvps = [come(event) for _ in range(10)]
    raise_capacity(event, 10)
    assert queries.counts(event) == Counts(coming=4, waiting=6)
    newcomer = come(event)
    assert seats_of(newcomer) == [WAITING]
    assert queries.counts(event) == Counts(coming=7, waiting=4)
    work()
    assert queries.counts(event) == Counts(coming=10, waiting=1)
    assert seats_of(*rsvps, newcomer) == [SEATED] * 10 + [WAITING]
    assert waiting.events_with_room(now.now()) == []


def test_nobody_moves_up_to_what_does_not_take_place(db: ModuleType, work: Callable[[], None]) -> None:
    from eventkit.events import actions as events

    event = limited(1)
    seated, waits = come(event), come(event)
    with db.transaction():
        events.postpone(event, reason="", now=now.now())
    act("withdraw", seated)
    work()
    assert seats_of(waits) == [WAITING]


def test_the_organizer_moves_one_up_before_its_turn_where_there_is_room(db: ModuleType) -> None:
    event = limited(1)
    come(event)
    first, second = come(event, 2), come(event)
    with pytest.raises(DomainError) as full:
        act("seat", second)
    assert full.value.status == 409
    limit(event, capacity=2)
    act("seat", second)
    assert seats_of(first, second) == [WAITING, SEATED]
    assert queries.counts(event) == Counts(coming=2, waiting=2)


def test_who_waits_is_told_and_is_told_when_a_place_is_there(db: ModuleType, outbox: Outbox) -> None:
    event = limited(1)
    seated = come(event)
    waits = come(event, email="noor@example.org")
    (told,) = outbox()
    assert told["Subject"].startswith("You are on the waitlist: ")
    assert "You are on the waitlist: 1 person." in text_of(told)
    assert not has_calendar(told)
    act("withdraw", seated)
    message = outbox()[-1]
    assert message["Subject"].startswith("A place for you: ")
    assert "by Wed 2 Sep, 8 AM, Eastern Daylight Time" in text_of(message)
    assert f"/rsvps/{queries.mailed_token(waits)}" in text_of(message)
    assert has_calendar(message)
    db.session.refresh(waits)
    assert waits.offered_until == now.now() + timedelta(hours=24)
    assert waits.holds_invitation
    assert len(outbox()) == 2


def test_who_gets_a_place_by_answering_is_told_once(db: ModuleType, outbox: Outbox) -> None:
    event = limited(3)
    come(event, 2)
    come(event, 2)
    come(event, email="noor@example.org")
    (told,) = outbox()
    assert told["Subject"].startswith("You are counted")


def test_the_deadline_is_never_after_the_start(db: ModuleType, clock: Traveller, outbox: Outbox) -> None:
    event = limit(make_event(starts_local=datetime(2026, 9, 2, 13), ends_local=datetime(2026, 9, 2, 15)), capacity=1)
    rsvps = [come(event, email=f"p{number}@example.org") for number in range(3)]
    clock.shift(timedelta(hours=10))
    act("withdraw", rsvps[0])
    db.session.refresh(rsvps[1])
    assert rsvps[1].offered_until == event.starts_at
    clock.move_to(event.starts_at + timedelta(hours=1))
    act("withdraw", rsvps[1])
    assert seats_of(rsvps[2]) == [SEATED]
    assert rsvps[2].offered_until is None
    assert "give the place back: others wait" in text_of(outbox()[-1])


def test_who_wants_no_mail_gets_none(db: ModuleType, outbox: Outbox) -> None:
    event = limited(1)
    seated, waits = come(event), come(event, email="noor@example.org")
    act("set_mail", waits, reminders=True, mail=False)
    assert (waits.wants_mail, waits.wants_reminders) == (False, False)
    act("withdraw", seated)
    assert seats_of(waits) == [SEATED]
    assert len(outbox()) == 1


def test_in_a_series_each_date_has_its_waitlist(db: ModuleType) -> None:
    event = limit(make_series(), capacity=2)
    then, later = come(event, 2, occurrence=date_id(1)), come(event, 2, occurrence=date_id(2))
    every, at_one, at_two = come(event), come(event, occurrence=date_id(1)), come(event, occurrence=date_id(2))
    act("withdraw", then)
    assert seats_of(every, at_one, at_two) == [WAITING, SEATED, WAITING]
    act("withdraw", later)
    assert seats_of(every, at_two) == [SEATED, SEATED]
    for week in range(4):
        assert counted(event, date_id(week)) == as_said(event, date_id(week))
        assert queries.counts(event, date_id(week)).taken <= 2


def test_one_date_of_a_series_declined_is_a_seat_for_who_waits_there(db: ModuleType) -> None:
    event = limit(make_series(), capacity=2)
    every = come(event, 2)
    waits = come(event, occurrence=date_id(1))
    with db.transaction():
        actions.answer_for_date(every, date_id(1), DECLINED, now=now.now())
    assert seats_of(waits) == [SEATED]
    with db.transaction():
        actions.answer_for_date(every, date_id(1), ACCEPTED, now=now.now())
    (exception,) = queries.exceptions_of(every)
    assert exception.seat == WAITING
    assert queries.counts(event, date_id(1)) == Counts(coming=1, waiting=2)
    act("withdraw", waits)
    assert seats_of(exception) == [SEATED]
    assert queries.counts(event, date_id(1)) == Counts(coming=2)


def test_what_was_said_for_one_date_can_be_removed_alone(db: ModuleType) -> None:
    event = limit(make_series(), capacity=2)
    every = come(event, 2)
    with db.transaction():
        actions.answer_for_date(every, date_id(1), DECLINED, now=now.now())
    other = come(event, occurrence=date_id(1))
    (exception,) = queries.exceptions_of(every)
    with pytest.raises(DomainError, match="no room"):
        act("remove", exception)
    act("withdraw", other)
    act("remove", exception)
    assert queries.exceptions_of(every) == []
    assert queries.counts(event, date_id(1)) == Counts(coming=2)


def test_many_are_removed_quietly_and_who_waits_moves_up_afterwards(db: ModuleType, outbox: Outbox) -> None:
    event = limited(3)
    flood = [come(event, email=f"f{number}@example.org") for number in range(5)]
    real = come(event, 2)
    sent = len(outbox())
    with db.transaction():
        assert actions.remove_all(event, [each.id for each in flood], now=now.now()) == 5
    assert seats_of(real) == [SEATED]
    assert queries.counts(event) == Counts(coming=2)
    assert len(outbox()) == sent


def test_a_calendar_that_accepts_when_all_is_full_waits_and_is_told(db: ModuleType, outbox: Outbox) -> None:
    event = limited(1)
    declined = come(event, email="noor@example.org", partstat=DECLINED)
    come(event)
    act("move", declined, ACCEPTED)
    assert seats_of(declined) == [WAITING]
    assert outbox()[-1]["Subject"].startswith("You are on the waitlist")
    act("move", declined, ACCEPTED)
    assert len(outbox()) == 2


def test_the_page_of_who_waits_can_be_opened_and_given_up(client: Visitor) -> None:
    event = limited(1)
    come(event)
    waits = client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED}).location
    assert client.get(waits).status_code == 200
    assert client.post(f"{waits}/withdraw").status_code == 303
    assert queries.counts(event) == Counts(coming=1)
