"""An answer about one date of a series touches that date alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eventkit import clock, db
from eventkit.config import Settings
from eventkit.events.models import CANCELLED, EXCLUDED, PLANNED, Event
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import TENTATIVE, Rsvp
from tests.factories import make_event
from tests.factories.series import occurrences_of
from tests.rsvps import letters
from tests.rsvps.inbox import NOOR, arrives, invited

pytestmark = pytest.mark.usefixtures("clock", "db")

OURS = "mx.example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, authserv_id=OURS)


#: Tuesdays at one in Toronto, over the end of daylight saving time on 1 November 2026
FIRST = datetime(2026, 10, 27, 13)
DATES = ("20261027T130000", "20261103T130000", "20261110T130000", "20261117T130000")


def series(states: Iterable[str] = (PLANNED, PLANNED, CANCELLED, EXCLUDED)) -> Event:
    """A weekly vigil of four dates, with what was decided about them."""
    event = make_event(starts_local=FIRST, ends_local=FIRST + timedelta(hours=2), rrule="FREQ=WEEKLY;COUNT=4")
    with db.transaction():
        for row, state in zip(occurrences_of(event), states, strict=True):
            row.state = state
    return event


def come(event: Event, date: str) -> tuple[Rsvp, letters.Said]:
    """An answer for one date alone, and what its calendar says to it."""
    with db.transaction():
        answer = Answer(TENTATIVE, 1, Person(email=NOOR, language="en"))
        rsvp = actions.register(event, answer, now=clock.now(), occurrence=date)
    return rsvp, letters.Said(uid=event.uid, organizer=queries.organizer_address(rsvp), attendee=NOOR)


def proved(said: letters.Said) -> bytes:
    """As our own mail server found it to be from whom it says."""
    head = f"Authentication-Results: {OURS}; dmarc=pass header.from=mail.example"
    return letters.message(said, letters.part(letters.vcalendar(said)), head=head)


def of_date(event: Event, date: str) -> Rsvp | None:
    return db.session.scalar(select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.occurrence == date))


@pytest.mark.parametrize(
    ("recurrence", "date"),
    [
        ("RECURRENCE-ID;TZID=America/Toronto:20261103T130000", DATES[1]),
        ('RECURRENCE-ID;TZID="America/Toronto":20261103T130000', DATES[1]),
        ("RECURRENCE-ID;TZID=Eastern Standard Time:20261103T130000", DATES[1]),
        ("RECURRENCE-ID;TZID=/vendor.example/20260101_1/America/Toronto:20261103T130000", DATES[1]),
        ("RECURRENCE-ID;TZID=Nobody knows it:20261103T130000", DATES[1]),
        ("RECURRENCE-ID:20261103T130000", DATES[1]),
        ("RECURRENCE-ID:20261027T170000Z", DATES[0]),
        ("RECURRENCE-ID:20261103T180000Z", DATES[1]),
        ("RECURRENCE-ID;TZID=Europe/Kyiv:20261103T200000", DATES[1]),
        ("RECURRENCE-ID;VALUE=DATE:20261103", DATES[1]),
    ],
)
def test_the_date_is_found_however_it_is_written(recurrence: str, date: str) -> None:
    event = series()
    rsvp, said = invited(event, partstat="ACCEPTED", party_size=2)
    (reply,) = arrives(letters.cyrus(said.but(recurrence=recurrence, partstat="DECLINED")))
    assert (reply.verdict, reply.occurrence) == ("applied", date)
    own = of_date(event, date)
    assert own is not None
    assert (own.partstat, own.party_size, reply.rsvp_id) == ("DECLINED", 2, own.id)
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize(
    "recurrence",
    [
        "RECURRENCE-ID:20261104T180000Z",
        "RECURRENCE-ID:20261103T170000Z",
        f"RECURRENCE-ID;TZID=America/Toronto:{DATES[3]}",
        f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Toronto:{DATES[1]}",
        "RECURRENCE-ID:tomorrow",
        "RECURRENCE-ID:20269999T999999Z",
        "RECURRENCE-ID:99990101T000000Z",
    ],
)
def test_a_date_that_the_series_does_not_have_waits_for_a_person(recurrence: str) -> None:
    event = series()
    rsvp, said = invited(event)
    (reply,) = arrives(letters.plain(said.but(recurrence=recurrence)))
    assert (reply.verdict, reply.reason, rsvp.partstat) == ("unclear", "unknown-date", "TENTATIVE")
    assert db.session.scalars(select(Rsvp.id)).all() == [rsvp.id]


def test_a_single_event_has_no_dates() -> None:
    event = make_event()
    rsvp, said = invited(event)
    (reply,) = arrives(letters.plain(said.but(recurrence="RECURRENCE-ID:20260915T170000Z")))
    assert (reply.verdict, rsvp.partstat) == ("unclear", "TENTATIVE")


def test_a_date_that_is_cancelled_takes_no_answer() -> None:
    event = series()
    _rsvp, said = invited(event)
    (reply,) = arrives(letters.plain(said.but(recurrence="RECURRENCE-ID:20261110T180000Z")))
    assert (reply.verdict, reply.reason, of_date(event, DATES[2])) == ("stale", "closed", None)


def test_an_answer_for_the_series_leaves_single_dates_alone() -> None:
    event = series()
    rsvp, said = invited(event)
    one = said.but(recurrence="RECURRENCE-ID:20261103T180000Z", partstat="DECLINED", dtstamp="20260901T110000Z")
    arrives(letters.plain(one), letters.plain(said))
    own = of_date(event, DATES[1])
    assert own is not None
    assert (rsvp.partstat, own.partstat) == ("ACCEPTED", "DECLINED")


def test_an_answer_for_a_date_is_old_by_answers_for_that_date_alone() -> None:
    event = series()
    _rsvp, said = invited(event)
    date = "RECURRENCE-ID:20261103T180000Z"
    late = said.but(dtstamp="20260901T115500Z")
    early = said.but(recurrence=date, partstat="DECLINED", dtstamp="20260901T110000Z")
    earliest = early.but(partstat="ACCEPTED", dtstamp="20260901T100000Z")
    replies = arrives(letters.plain(late), letters.plain(early), letters.plain(earliest))
    assert [reply.verdict for reply in replies] == ["applied", "applied", "stale"]


def test_a_series_and_an_exception_in_one_message_are_two_answers() -> None:
    event = series()
    rsvp, said = invited(event)
    exception = letters.vcalendar(said.but(recurrence="RECURRENCE-ID:20261103T180000Z", partstat="DECLINED"))
    whole = letters.vcalendar(said)
    both = exception.replace("END:VCALENDAR\r\n", "") + whole[whole.index("BEGIN:VEVENT") :]
    replies = arrives(letters.message(said, letters.part(both)))
    assert [(reply.verdict, reply.occurrence) for reply in replies] == [("applied", ""), ("applied", DATES[1])]
    own = of_date(event, DATES[1])
    assert own is not None
    assert (rsvp.partstat, own.partstat, own.owner) == ("ACCEPTED", "DECLINED", rsvp)


def test_a_proposal_for_one_date_is_about_that_date() -> None:
    event = series()
    _rsvp, said = invited(event)
    (reply,) = arrives(letters.google_counter(said.but(recurrence="RECURRENCE-ID:20261103T180000Z")))
    assert (reply.verdict, reply.occurrence) == ("proposal", DATES[1])
    assert of_date(event, DATES[1]) is None


def test_a_date_that_one_comes_to_alone_answers_for_no_other() -> None:
    event = series()
    rsvp, said = come(event, DATES[0])
    for recurrence, verdict in (
        ("RECURRENCE-ID:20261103T180000Z", "unclear"),
        ("RECURRENCE-ID:20261027T170000Z", "applied"),
    ):
        (reply,) = arrives(letters.plain(said.but(recurrence=recurrence)))
        assert reply.verdict == verdict
    assert rsvp.partstat == "ACCEPTED"


def test_an_address_that_is_proved_answers_for_the_date_that_it_names() -> None:
    event = series()
    first, _said = come(event, DATES[0])
    second, said = come(event, DATES[1])
    unaddressed = said.but(organizer="somebody@host.example", recurrence="RECURRENCE-ID:20261103T180000Z")
    (reply,) = arrives(proved(unaddressed))
    assert (reply.verdict, reply.rsvp_id) == ("applied", second.id)
    assert (first.partstat, second.partstat) == ("TENTATIVE", "ACCEPTED")
    (reply,) = arrives(proved(unaddressed.but(recurrence="", dtstamp="20260901T115930Z")))
    assert (reply.verdict, reply.reason) == ("unclear", "nobody"), "which of the two is not said"
