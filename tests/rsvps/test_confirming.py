"""Where only confirmed addresses count, an RSVP holds its seat for a while, and counts once its mail was answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
from time_machine import Traveller

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, BY_ORGANIZER, CLEAR, DECLINED, SEATED, TENTATIVE, UNCONFIRMED, WAITING, Rsvp
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_series
from tests.rsvps.seating import act, as_said, come, counted, in_shifts, limit, limited, make_shift, seats_of
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]

NOOR = "noor@example.org"


def confirm(rsvp: Rsvp) -> None:
    """Acts by the mailed link, as its page does."""
    act("prove", rsvp, rsvp.generation | 1)


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost/en(/rsvps/[\w-]+)", body.get_content())
    assert found is not None
    return found[1]


def test_it_counts_once_somebody_acts_by_the_mailed_link(client: Visitor, outbox: Outbox, db: ModuleType) -> None:
    event = limited(5, confirmed_only=True)
    said = {"partstat": ACCEPTED, "party_size": "2", "email": NOOR, "name": "<b>Mallory</b>"}
    path = client.post(f"/events/{event.slug}/rsvps", data=said).location
    assert queries.counts(event) == Counts(held=2)
    assert queries.seats_left(event) == 3
    (message,) = outbox()
    assert message["Subject"].startswith("Confirm your answer: ")
    assert "Mallory" not in message.as_string()
    assert "text/calendar" not in message.as_string()
    assert client.get(link_in(message)).status_code == 200
    assert queries.counts(event) == Counts(held=2), "opening it changes nothing: programs that look at mail do"
    client.post(path, data={**said, "party_size": "3"})
    assert queries.counts(event) == Counts(held=3), "the link in a browser confirms nothing"
    client.post(link_in(message), data=said)
    assert queries.counts(event) == Counts(coming=2)
    told = outbox()[-1]
    assert told["Subject"].startswith("You are counted")
    assert "text/calendar" in told.as_string()


def test_an_address_is_needed_but_of_whom_the_organizer_enters(client: Visitor, db: ModuleType) -> None:
    event = limited(confirmed_only=True)
    refused = client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED})
    assert refused.status_code == 422
    assert "Leave one, and follow the link in our message" in refused.text
    with db.transaction():
        rsvp = actions.register(event, Answer(), now=now.now(), entered_by=BY_ORGANIZER)
    assert (rsvp.state, queries.counts(event)) == (CLEAR, Counts(coming=1))


def test_maybe_and_no_count_once_they_are_confirmed_too(db: ModuleType) -> None:
    event = limited(confirmed_only=True)
    rsvps = [come(event, email=f"{said}@example.org".lower(), partstat=said) for said in (TENTATIVE, DECLINED)]
    assert queries.counts(event) == Counts()
    for rsvp in rsvps:
        confirm(rsvp)
    assert queries.counts(event) == Counts(maybe=1, not_coming=1)


def test_what_nobody_confirms_ends_and_gives_its_seat_to_others(
    db: ModuleType, clock: Traveller, outbox: Outbox, work: Callable[[], None]
) -> None:
    event = limited(2, confirmed_only=True)
    shift = make_shift(event, capacity=2)
    held = come(event, 2, email="nobody@example.org", shift_id=shift.id)
    waits = come(event, email=NOOR)
    confirm(waits)
    assert (held.expires_at, seats_of(waits)) == (now.now() + timedelta(hours=2), [WAITING])
    clock.shift(timedelta(hours=2, seconds=-1))
    work()
    assert queries.counts(event) == Counts(held=2, waiting=1)
    clock.shift(1)
    work()
    db.session.refresh(held)
    assert (held.sealed, held.person, held.withdrawn_at, held.expires_at) == (None, None, now.now(), None)
    assert (seats_of(waits), queries.counts(event)) == ([SEATED], Counts(coming=1))
    assert in_shifts(event)[0] == {shift.id: 0}
    assert "nobody@example.org" not in [message["To"] for message in outbox()[1:]]


def test_by_another_address_nobody_holds_a_seat_for_longer(db: ModuleType, clock: Traveller) -> None:
    event = limited(1, confirmed_only=True)
    held = come(event, email="nobody@example.org")
    ends = held.expires_at
    clock.shift(timedelta(hours=1, minutes=50))
    act("change", held, Answer(person=Person(email="nobody-else@example.org")))
    assert (held.state, held.expires_at) == (UNCONFIRMED, ends)


def test_it_is_not_held_after_the_start(db: ModuleType) -> None:
    starts = datetime(2026, 9, 1, 9)
    event = limit(make_event(starts_local=starts, ends_local=starts.replace(hour=11)), confirmed_only=True)
    assert come(event, email=NOOR).expires_at == event.starts_at


def test_who_waits_unconfirmed_does_not_move_up_before_it_is_confirmed(db: ModuleType) -> None:
    event = limited(1, confirmed_only=True)
    seated, waits, later = (come(event, email=f"{name}@example.org") for name in ("one", "two", "three"))
    confirm(later)
    act("withdraw", seated)
    assert seats_of(waits, later) == [WAITING, SEATED]
    act("withdraw", later)
    assert seats_of(waits) == [WAITING]
    confirm(waits)
    assert (seats_of(waits), queries.counts(event)) == ([SEATED], Counts(coming=1))


def test_another_address_has_to_be_confirmed_anew(db: ModuleType, outbox: Outbox) -> None:
    event = limited(confirmed_only=True)
    rsvp = come(event, email=NOOR)
    confirm(rsvp)
    act("change", rsvp, Answer(person=Person(email="other@example.org", language="en")))
    assert (rsvp.state, rsvp.address_is_proven, queries.counts(event)) == (UNCONFIRMED, False, Counts(held=1))
    assert [message["To"] for message in outbox()][-1] == "other@example.org"
    confirm(rsvp)
    act("change", rsvp, Answer(ACCEPTED, 3, Person(name="Noor", email="other@example.org")))
    assert queries.counts(event) == Counts(coming=3)


def test_an_address_typed_after_taking_back_a_confirmed_answer_is_not_confirmed(db: ModuleType) -> None:
    event = limited(confirmed_only=True)
    rsvp = come(event, email=NOOR)
    confirm(rsvp)
    act("withdraw", rsvp)
    act("change", rsvp, Answer(person=Person(name="Mallory", email="victim@example.org", language="en")))
    assert (rsvp.state, rsvp.address_is_proven, queries.counts(event)) == (UNCONFIRMED, False, Counts(held=1))


def test_who_answers_again_before_confirming_is_asked_again(db: ModuleType, outbox: Outbox) -> None:
    event = limited(confirmed_only=True)
    first = come(event, email=NOOR)
    again = come(event, 2, email=NOOR)
    assert (again.counted, again.state) == (False, UNCONFIRMED)
    subjects = [message["Subject"].partition(":")[0] for message in outbox()]
    assert subjects == ["Confirm your answer"] * 2
    assert {link_in(message) for message in outbox()} == {f"/rsvps/{queries.mailed_token(first)}"}
    for _ in range(3):
        come(event, email=NOOR)
    assert len(outbox()) == 3


def test_withdrawing_by_the_mailed_link_sends_nothing_more(client: Visitor, outbox: Outbox) -> None:
    event = limited(confirmed_only=True)
    client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED, "email": NOOR})
    client.post(f"{link_in(outbox()[0])}/withdraw")
    assert queries.counts(event) == Counts()
    assert [message["Subject"].partition(":")[0] for message in outbox()][1:] in ([], ["Out of your calendar"])


def test_in_a_series_what_was_said_for_a_date_is_confirmed_with_it(db: ModuleType) -> None:
    event = limit(make_series(), capacity=4, confirmed_only=True)
    every = come(event, 2, email=NOOR)
    with db.transaction():
        actions.answer_for_date(every, date_id(1), DECLINED, now=now.now())
    assert queries.counts(event, date_id(1)) == Counts()
    assert queries.counts(event, date_id(0)) == Counts(held=2)
    confirm(every)
    assert queries.counts(event, date_id(1)) == Counts(not_coming=2)
    assert queries.counts(event, date_id(0)) == Counts(coming=2)
    assert counted(event, date_id(1)) == as_said(event, date_id(1))


def test_a_notice_goes_to_nobody_unconfirmed(db: ModuleType, outbox: Outbox) -> None:
    from eventkit.events import actions as events

    event = limited(1, confirmed_only=True)
    confirmed = come(event, email=NOOR)
    confirm(confirmed)
    come(event, email="nobody@example.org")
    waits = come(event, email="waits@example.org")
    confirm(waits)
    before = len(outbox())
    with db.transaction():
        events.cancel(event, reason="", now=now.now())
    assert {message["To"] for message in outbox()[before:]} == {NOOR, "waits@example.org"}


def test_terms_that_change_leave_what_was_counted(db: ModuleType) -> None:
    event = limited()
    rsvp = come(event, email=NOOR)
    limit(event, confirmed_only=True)
    act("change", rsvp, Answer(ACCEPTED, 2, Person(email=NOOR)))
    assert queries.counts(event) == Counts(coming=2)
    with pytest.raises(DomainError) as refused:
        act("change", rsvp, Answer(ACCEPTED, 2))
    assert refused.value.field == "email"
