"""Where the organizer says yes or no to each, an RSVP holds its seat until then."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.rsvps import actions, queries, standing
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    CLEAR,
    DECLINED,
    PENDING,
    REFUSED,
    SEATED,
    TENTATIVE,
    UNCONFIRMED,
    WAITING,
)
from eventkit.rsvps.queries import Counts
from tests.factories import make_series
from tests.rsvps.seating import act, as_said, come, counted, limit, limited, seats_of
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]

NOOR = "noor@example.org"


def subjects(outbox: Outbox) -> list[str]:
    return [message["Subject"].partition(":")[0] for message in outbox()]


def test_yes_makes_it_count_and_no_gives_the_seat_back(db: ModuleType, outbox: Outbox) -> None:
    event = limited(3, by_approval=True)
    noor, amal = come(event, 2, email=NOOR), come(event, email="amal@example.org")
    assert (noor.state, queries.counts(event), queries.seats_left(event)) == (PENDING, Counts(held=3), 0)
    act("approve", noor)
    act("refuse", amal)
    assert (noor.state, amal.state, queries.counts(event)) == (CLEAR, REFUSED, Counts(coming=2))
    act("approve", noor)
    act("refuse", amal)
    assert subjects(outbox) == ["Your answer has arrived"] * 2 + ["The organizer says yes", "Not this time"]
    pending, _other, yes, no = outbox()
    assert [("text/calendar" in each.as_string()) for each in (pending, yes, no)] == [False, True, False]


def test_who_was_refused_stays_so_whatever_they_say(db: ModuleType) -> None:
    event = limited(2, by_approval=True)
    rsvp = come(event, email=NOOR)
    act("refuse", rsvp)
    act("change", rsvp, Answer(ACCEPTED, 2, Person(email=NOOR)))
    act("move", rsvp, TENTATIVE)
    act("move", rsvp, ACCEPTED)
    assert (rsvp.state, queries.counts(event)) == (REFUSED, Counts())
    again = come(event, email=NOOR)
    assert not again.counted


def test_whoever_types_the_address_of_somebody_who_was_let_in_is_not_let_in_with_them(db: ModuleType) -> None:
    """Nor do they read what the organizer says to those who come."""
    event = limited(9, by_approval=True)
    first, before = come(event, email=NOOR), come(event, email=NOOR)
    act("approve", first)
    after = come(event, email=NOOR)
    act("approve", come(event, email="amal@example.org"))
    for second in (before, after):
        assert (second.counted, second.state) == (False, PENDING)
        assert not standing.may_read_note(second)
        act("approve", second)
        assert second.state == PENDING
    assert standing.may_read_note(first)


def test_yes_after_all_finds_a_seat_or_a_place_in_the_waitlist(db: ModuleType, outbox: Outbox) -> None:
    event = limited(1, by_approval=True)
    refused = come(event, email=NOOR)
    act("refuse", refused)
    act("approve", come(event))
    act("approve", refused)
    assert (refused.state, refused.seat, queries.counts(event)) == (CLEAR, WAITING, Counts(coming=1, waiting=1))
    assert subjects(outbox)[-1] == "You are on the waitlist"
    limit(event, has_waitlist=False)
    act("refuse", refused)
    with pytest.raises(DomainError) as full:
        act("approve", refused)
    assert full.value.status == 409


def test_who_waits_may_move_up_before_the_organizer_says_yes_and_is_told_afterwards(
    db: ModuleType, outbox: Outbox
) -> None:
    event = limited(1, by_approval=True)
    seated, waits = come(event), come(event, email=NOOR)
    assert (waits.state, waits.seat) == (PENDING, WAITING)
    act("refuse", seated)
    assert (seats_of(waits), queries.counts(event)) == ([SEATED], Counts(held=1))
    assert subjects(outbox) == ["Your answer has arrived"]
    act("approve", waits)
    assert subjects(outbox)[1:] == ["The organizer says yes"]


def test_maybe_and_no_need_no_approval_and_more_people_need_another(db: ModuleType) -> None:
    event = limited(9, by_approval=True)
    come(event, partstat=DECLINED)
    maybe = come(event, 2, partstat=TENTATIVE)
    assert queries.counts(event) == Counts(maybe=2, not_coming=1)
    act("move", maybe, ACCEPTED)
    assert queries.counts(event) == Counts(held=2, not_coming=1)
    act("approve", maybe)
    act("change", maybe, Answer(ACCEPTED, 1))
    assert queries.counts(event) == Counts(coming=1, not_coming=1)
    act("change", maybe, Answer(ACCEPTED, 5))
    assert queries.counts(event) == Counts(held=5, not_coming=1)


def test_the_address_is_confirmed_first(db: ModuleType, outbox: Outbox) -> None:
    event = limited(3, by_approval=True, confirmed_only=True)
    rsvp = come(event, email=NOOR)
    with pytest.raises(DomainError, match="not confirmed"):
        act("approve", rsvp)
    act("prove", rsvp, rsvp.generation | 1)
    assert (rsvp.state, queries.counts(event)) == (PENDING, Counts(held=1))
    act("approve", rsvp)
    assert queries.counts(event) == Counts(coming=1)
    assert subjects(outbox) == ["Confirm your answer", "Your answer has arrived", "The organizer says yes"]
    other = come(event, email="amal@example.org")
    act("refuse", other)
    assert (other.state, other.expires_at) == (REFUSED, None)
    assert subjects(outbox)[3:] == ["Confirm your answer"], "nobody has said that they read it"
    assert other.state != UNCONFIRMED


def test_whom_the_organizer_enters_is_approved(db: ModuleType) -> None:
    event = limited(3, by_approval=True)
    with db.transaction():
        rsvp = actions.register(event, Answer(), now=now.now(), entered_by=BY_ORGANIZER)
    assert (rsvp.state, queries.counts(event)) == (CLEAR, Counts(coming=1))


def test_an_invitation_of_who_is_refused_later_is_taken_back(db: ModuleType, outbox: Outbox) -> None:
    event = limited(3, by_approval=True)
    rsvp = come(event, email=NOOR)
    act("approve", rsvp)
    assert rsvp.holds_invitation
    act("refuse", rsvp)
    assert not rsvp.holds_invitation
    assert 'method="CANCEL"' in outbox()[-1].as_string()


def test_what_was_said_yes_to_for_the_series_holds_for_its_dates(db: ModuleType) -> None:
    event = limit(make_series(), capacity=3, by_approval=True)
    every = come(event, 2)
    with db.transaction():
        actions.answer_for_date(every, date_id(1), DECLINED, now=now.now())
    act("approve", every)
    with db.transaction():
        actions.answer_for_date(every, date_id(1), ACCEPTED, now=now.now())
    assert queries.counts(event, date_id(1)) == Counts(coming=2)
    act("refuse", every)
    for week in range(3):
        assert queries.counts(event, date_id(week)) == Counts()
        assert counted(event, date_id(week)) == as_said(event, date_id(week))
