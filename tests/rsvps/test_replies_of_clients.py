"""Every calendar answers in its own way, and all of them move the RSVP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eventkit.mail import incoming
from eventkit.rsvps import queries
from eventkit.rsvps.queries import Counts
from tests.factories import make_event
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited, kept
from tests.rsvps.letters import Said

pytestmark = pytest.mark.usefixtures("clock", "db")

Letter = Callable[[Said], bytes]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
@pytest.mark.parametrize("letter", letters.CLIENTS)
def test_an_answer_moves_the_rsvp(letter: Letter, partstat: str) -> None:
    event = make_event()
    rsvp, said = invited(event, party_size=3, name="Noor")
    before = event.title, event.starts_local, event.sequence
    (reply,) = arrives(letter(said.but(partstat=partstat)))
    assert (reply.verdict, reply.reason, reply.rsvp_id) == ("applied", "", rsvp.id)
    assert rsvp.partstat == partstat
    assert queries.counts(event) == (Counts(coming=3) if partstat == "ACCEPTED" else Counts(not_coming=3))
    answer = queries.answer_of(rsvp)
    assert (answer.party_size, answer.person.name, answer.person.email) == (3, "Noor", said.attendee)
    assert (event.title, event.starts_local, event.sequence) == before
    assert kept() == [], "what is taken is forgotten"


def test_maybe_is_an_answer_too() -> None:
    rsvp, said = invited(partstat="ACCEPTED")
    arrives(letters.ios(said.but(partstat="TENTATIVE")))
    assert rsvp.partstat == "TENTATIVE"


@pytest.mark.parametrize(("letter", "reason"), letters.UNREADABLE)
def test_what_is_no_answer_changes_nothing_and_is_kept(letter: Letter, reason: str) -> None:
    rsvp, said = invited()
    raw = letter(said)
    (reply,) = arrives(raw)
    assert (reply.verdict, reply.reason, reply.event_id) == ("unclear", reason, rsvp.event_id)
    assert rsvp.partstat == "TENTATIVE"
    (message,) = kept()
    assert message.key_name == rsvp.event.key_name
    assert incoming.parse(raw)["Subject"], "the message itself is well-formed"


def test_a_proposal_that_says_it_is_a_reply_moves_neither_the_event_nor_the_rsvp() -> None:
    event = make_event()
    rsvp, said = invited(event, partstat="ACCEPTED")
    starts, ends = "DTSTART:20260915T220000Z", "DTEND:20260916T000000Z"
    (reply,) = arrives(letters.google_counter(said.but(partstat="TENTATIVE", starts=starts, ends=ends)))
    assert (reply.verdict, reply.rsvp_id) == ("proposal", rsvp.id)
    assert f"{reply.proposed_starts_at:%Y%m%dT%H%M%SZ}/{reply.proposed_ends_at:%H%M}" == "20260915T220000Z/0000"
    assert rsvp.partstat == "ACCEPTED"
    assert f"{event.starts_at:%H%M}" == "1700"


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "DELEGATED", "IN-PROCESS", "X-PERHAPS", ""])
def test_what_says_neither_yes_nor_maybe_nor_no_waits_for_a_person(partstat: str) -> None:
    rsvp, said = invited(partstat="ACCEPTED")
    (reply,) = arrives(letters.plain(said.but(partstat=partstat)))
    assert (reply.verdict, reply.reason) == ("unclear", "no-answer")
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL", "ADD", "REFRESH", "X-REPLY"])
def test_what_is_not_a_reply_waits_for_a_person(method: str) -> None:
    rsvp, said = invited()
    (reply,) = arrives(letters.plain(said.but(method=method)))
    assert (reply.verdict, reply.reason) == ("unclear", "not-an-answer")
    assert rsvp.partstat == "TENTATIVE"


def test_an_absence_note_is_told_apart_from_a_letter() -> None:
    _rsvp, said = invited()
    note = letters.message(said, letters.TEXT, head="Auto-Submitted: auto-replied")
    assert [reply.reason for reply in arrives(note, letters.message(said, letters.TEXT))] == [
        "automatic",
        "no-calendar",
    ]
