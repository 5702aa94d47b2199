"""Old answers, answers that come twice, and answers to what is over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from eventkit import clock, db
from eventkit.events import actions as events
from eventkit.rsvps import actions, queries
from eventkit.rsvps.queries import Counts
from tests.factories import make_event
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited, kept

pytestmark = pytest.mark.usefixtures("clock", "db")


def test_the_same_message_twice_is_one() -> None:
    _rsvp, said = invited()
    assert len(arrives(letters.plain(said), letters.plain(said))) == 1


def test_the_same_answer_by_another_way_changes_nothing() -> None:
    rsvp, said = invited()
    replies = arrives(letters.plain(said), b"Received: from elsewhere\r\n" + letters.google(said))
    assert [reply.verdict for reply in replies] == ["applied", "duplicate"]
    assert rsvp.partstat == "ACCEPTED"


def test_an_answer_from_before_the_last_one_is_old() -> None:
    rsvp, said = invited()
    later, earlier = said.but(partstat="DECLINED", dtstamp="20260901T115500Z"), said.but(dtstamp="20260901T115400Z")
    replies = arrives(letters.plain(later), letters.plain(earlier))
    assert [(reply.verdict, reply.reason) for reply in replies] == [("applied", ""), ("stale", "older-answer")]
    assert rsvp.partstat == "DECLINED"
    assert kept() == []


def test_a_replayed_answer_does_not_undo_a_later_one() -> None:
    rsvp, said = invited()
    first, second = letters.plain(said), letters.plain(said.but(partstat="DECLINED", dtstamp="20260901T115930Z"))
    replies = arrives(first, second, b"X-Replayed: yes\r\n" + first)
    assert [reply.verdict for reply in replies] == ["applied", "applied", "duplicate"]
    assert rsvp.partstat == "DECLINED"


def test_an_answer_to_an_older_invitation_is_old() -> None:
    rsvp, said = invited()
    with db.transaction():
        rsvp.invited_sequence = 2
    replies = arrives(letters.plain(said.but(sequence="1")), letters.plain(said.but(sequence="2", partstat="DECLINED")))
    assert [(reply.verdict, reply.reason) for reply in replies] == [("stale", "older-invitation"), ("applied", "")]


def test_the_event_s_own_number_says_nothing() -> None:
    rsvp, said = invited()
    with db.transaction():
        rsvp.event.sequence = 9  # spelling was corrected, and nobody written to
    assert [reply.verdict for reply in arrives(letters.plain(said))] == ["applied"]


def test_an_answer_without_sequence_or_dtstamp_counts() -> None:
    rsvp, said = invited()
    calendar = letters.vcalendar(said, leave_out=("SEQUENCE", "DTSTAMP"))
    with db.transaction():
        rsvp.invited_sequence = 2
    assert [reply.verdict for reply in arrives(letters.message(said, letters.part(calendar)))] == ["applied"]


def test_a_clock_that_is_ahead_does_not_make_later_answers_old(clock: time_machine.Traveller) -> None:
    rsvp, said = invited()
    arrives(letters.plain(said.but(dtstamp="20300101T000000Z")))
    assert rsvp.replied_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    clock.shift(3600)
    arrives(letters.plain(said.but(partstat="DECLINED", dtstamp="20260901T130000Z")))
    assert rsvp.partstat == "DECLINED"


@pytest.mark.parametrize("what", ["cancel", "postpone"])
def test_an_event_that_takes_no_answers_stays_as_it_is(what: str) -> None:
    event = make_event()
    rsvp, said = invited(event)
    with db.transaction():
        getattr(events, what)(event, reason="", now=clock.now())
        sequence = rsvp.invited_sequence = event.sequence
    (reply,) = arrives(letters.plain(said.but(sequence=str(sequence))))
    assert (reply.verdict, reply.reason) == ("stale", "closed")
    assert (rsvp.partstat, queries.counts(event)) == ("TENTATIVE", Counts(maybe=1))


def test_an_event_that_is_over_stays_as_it_is(clock: time_machine.Traveller) -> None:
    rsvp, said = invited()
    clock.move_to(datetime(2026, 10, 1, tzinfo=UTC))
    (reply,) = arrives(letters.plain(said))
    assert (reply.verdict, reply.reason, rsvp.partstat) == ("stale", "closed", "TENTATIVE")


def test_an_answer_that_was_withdrawn_stays_withdrawn() -> None:
    rsvp, said = invited()
    with db.transaction():
        actions.withdraw(rsvp, now=clock.now())
    (reply,) = arrives(letters.plain(said))
    assert reply.verdict in {"stale", "unclear"}
    assert (rsvp.counted, queries.counts(rsvp.event)) == (False, Counts())


def test_nobody_is_written_to_because_of_an_answer(outbox) -> None:  # type: ignore[no-untyped-def]
    _rsvp, said = invited()
    before = len(outbox())
    arrives(letters.plain(said), letters.request_attached(said), letters.winmail(said))
    assert len(outbox()) == before
