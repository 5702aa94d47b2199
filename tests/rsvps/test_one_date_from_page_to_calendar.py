"""One date of a series is the same date on its page, in its count, in messages and in answers by mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp
from eventkit.rsvps.queries import Counts
from tests.events.organize.pages import words_of
from tests.factories import make_rsvp, make_series
from tests.factories.events import make_details
from tests.factories.series import FRIDAY
from tests.rsvps import letters
from tests.rsvps.inbox import arrives
from tests.rsvps.invites import said, vevent_in
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def come(db: ModuleType, event: Event, email: str, week: int, partstat: str = ACCEPTED) -> Rsvp:
    with db.transaction():
        answer = Answer(partstat, person=Person(email=email, language="en"))
        return actions.register(event, answer, now=the_clock.now(), occurrence=date_id(week))


def cancel(db: ModuleType, event: Event, week: int, reason: str = "") -> None:
    with db.transaction():
        events.cancel_occurrence(event, date_id(week), reason=reason, now=the_clock.now())


def split(db: ModuleType, event: Event, week: int) -> Event:
    with db.transaction():
        return events.split(event, date_id(week), now=the_clock.now())


def heard(outbox: Outbox, email: str) -> list[str]:
    """What somebody was told, as the first words of the subjects."""
    return [message["Subject"].partition(":")[0] for message in outbox() if message["To"] == email]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def chosen_in(page: str) -> list[str]:
    return re.findall(r'selected value="([^"]+)"', page)


@pytest.mark.parametrize("week", [2, 30])
def test_the_page_of_a_date_answers_for_that_date(week: int, client: Visitor, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, party_size=4)
    come(db, event, "noor@example.net", week)
    page = client.get(f"/events/{event.slug}/dates/{date_id(week)}").text
    assert chosen_in(page) == [date_id(week)]
    assert f'<input type="hidden" name="occurrence" value="{date_id(week)}">' in page
    assert "5 people are coming" in words_of(page)
    assert "4 people are coming" in words_of(client.get(f"/events/{event.slug}").text)
    client.post(f"/events/{event.slug}/rsvps", data={"partstat": ACCEPTED, "occurrence": date_id(week)})
    assert queries.counts(event, date_id(week)) == Counts(coming=6)


def test_a_late_date_stays_chosen_when_something_else_is_wrong(client: Visitor) -> None:
    event = make_series()
    answer = {"partstat": ACCEPTED, "occurrence": date_id(30), "party_size": "99"}
    refused = client.post(f"/events/{event.slug}/rsvps", data=answer)
    assert refused.status_code == 422
    assert chosen_in(refused.text) == [date_id(30)]
    assert "Fri 2 Apr 2027" in words_of(refused.text)


def test_a_date_that_is_cancelled_or_over_takes_no_answers(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=2")
    come(db, event, "noor@example.net", 0)
    cancel(db, event, 1, "Strike")
    clock.shift(timedelta(days=7))
    over, off = (client.get(f"/events/{event.slug}/dates/{date_id(week)}").text for week in (0, 1))
    assert "1 person said they would come" in words_of(over)
    assert "Strike" in off
    whole = client.get(f"/events/{event.slug}").text
    assert "Strike" in whole, "no date is left at which it takes place"
    for page in (over, off, whole):
        assert 'name="partstat"' not in page


def test_the_question_says_how_many_are_told(signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_series(organizer=signed_in.user)
    for number in range(2):
        make_rsvp(event, email=f"every{number}@example.net")
    for week in (0, 1, 2, 2, 3):
        come(db, event, f"of{week}@example.net", week)
    clock.shift(timedelta(days=5))  # the first is over
    path = f"/organize/events/{event.slug}"
    told = {
        f"dates/{date_id(2)}/cancellation": 3,
        f"dates/{date_id(2)}/move": 3,
        f"dates/{date_id(4)}/cancellation": 2,
        f"dates/{date_id(2)}/following": 4,
        "cancellation": 5,
    }
    for question, number in told.items():
        assert f"{number} get an e-mail now." in words_of(signed_in.get(f"{path}/{question}").text), question


@pytest.mark.parametrize(
    "recurrence",
    [
        "RECURRENCE-ID:20261106T230000Z",
        "RECURRENCE-ID;TZID=America/Toronto:20261106T180000",
        "RECURRENCE-ID;VALUE=DATE:20261106",
    ],
)
def test_from_the_invitation_to_an_answer_to_a_cancellation(recurrence: str, outbox: Outbox, db: ModuleType) -> None:
    """The tenth date, in winter time, of a series that is invited to as a whole."""
    event, week = make_series(), 9
    rsvp = make_rsvp(event, email="noor@mail.example", party_size=2)
    come(db, event, "sam@mail.example", week)
    invitation = vevent_in(outbox()[0])
    assert "RECURRENCE-ID" not in invitation
    reply = letters.Said(
        uid=str(invitation["UID"]),
        organizer=str(invitation["ORGANIZER"]).removeprefix("mailto:"),
        recurrence=recurrence,
        partstat=DECLINED,
    )
    older = reply.but(partstat=ACCEPTED, dtstamp="20260901T115000Z")
    replies = arrives(letters.plain(reply), letters.plain(older), letters.google(reply))
    assert [each.verdict for each in replies] == ["applied", "stale", "duplicate"]
    assert queries.counts(event, date_id(week)) == Counts(coming=1, not_coming=2)
    assert queries.counts(event, date_id(week - 1)) == Counts(coming=2)
    outbox()
    cancel(db, event, week, "Strike")
    *_others, noor, sam = outbox()
    assert (noor["To"], sam["To"]) == ("noor@mail.example", "sam@mail.example")
    assert said([sam]) == [("CANCEL", 1)]
    assert vevent_in(sam)["RECURRENCE-ID"].dt.astimezone(UTC) == datetime(2026, 11, 6, 23, tzinfo=UTC)
    for message in (noor, sam):
        assert "Friday 6 November 2026, 18:00" in text_of(message)
        assert f"http://localhost/en/events/{event.slug}/dates/{date_id(week)}" in text_of(message)
    (late,) = arrives(letters.plain(reply.but(partstat=ACCEPTED, dtstamp="20260901T115959Z", sequence="1")))
    assert (late.verdict, late.reason) == ("stale", "closed")
    assert queries.counts(event, date_id(week)) == Counts(coming=1, not_coming=2)
    assert rsvp.partstat == ACCEPTED


def test_a_divided_series_tells_those_of_later_dates_where_theirs_is(
    outbox: Outbox, client: Visitor, db: ModuleType
) -> None:
    event = make_series()
    make_rsvp(event, email="every@example.net")
    come(db, event, "early@example.net", 1)
    late = come(db, event, "late@example.net", 6)
    outbox()
    first = split(db, event, 5)
    rest = split(db, event, 3)
    outbox()
    assert heard(outbox, "early@example.net") == ["You are counted"]
    goes_on = "It goes on as a new series"
    assert heard(outbox, "every@example.net") == ["You are counted", goes_on, goes_on]
    assert heard(outbox, "late@example.net") == ["You are counted", goes_on, goes_on]
    told = [message for message in outbox() if message["To"] == "late@example.net"]
    assert f"/en/events/{first.slug}/dates/{date_id(6)}" in text_of(told[1])
    assert [name and name[0] for name in said(told)] == ["REQUEST", "CANCEL", None]
    assert "From Friday 16 October 2026 on" in text_of(told[1])
    assert "6–7 PM" not in text_of(told[1])  # the organizer goes on to change the hour
    page = words_of(client.get(f"/rsvps/{queries.browser_token(late)}").text)
    assert "You are not counted" in page
    assert "It goes on: Fri 16 Oct" in page
    assert rest.id != first.id


def test_a_division_overtakes_no_other_news_and_none_overtakes_it(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    make_rsvp(event, email="every@example.net")
    come(db, event, "late@example.net", 6)
    outbox()
    cancel(db, event, 1)
    split(db, event, 4)
    with db.transaction():
        events.cancel(event, reason="", now=the_clock.now())
    assert heard(outbox, "every@example.net") == ["You are counted", "It goes on as a new series", "Cancelled"]
    assert heard(outbox, "late@example.net") == ["You are counted", "It goes on as a new series"]


def test_a_date_that_a_new_rule_has_no_more_is_cancelled_for_who_came_then(
    outbox: Outbox, client: Visitor, db: ModuleType
) -> None:
    event = make_series()
    gone = come(db, event, "gone@example.net", 1)
    come(db, event, "stays@example.net", 2)
    outbox()
    fortnightly = make_details(
        title=event.title,
        starts_local=FRIDAY,
        ends_local=FRIDAY.replace(hour=19),
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        slug=event.slug,
    )
    with db.transaction():
        events.edit(event, fortnightly, now=the_clock.now())
    assert heard(outbox, "gone@example.net") == ["You are counted", "Cancelled"]
    assert heard(outbox, "stays@example.net") == ["You are counted", "New time or place"]
    message = next(each for each in outbox() if each["Subject"].startswith("Cancelled"))
    assert "Friday 11 September 2026, 18:00" in text_of(message)
    assert [str(vevent_in(message)["STATUS"])] == ["CANCELLED"]
    with db.transaction():
        events.cancel(event, reason="", now=the_clock.now())
    assert heard(outbox, "gone@example.net") == ["You are counted", "Cancelled"], "once is enough"
    page = words_of(client.get(f"/rsvps/{queries.browser_token(gone)}").text)
    assert "It is cancelled Fri 11 Sep" in page


def test_who_came_to_a_date_that_is_over_hears_no_more_of_the_series(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    come(db, event, "before@example.net", 0)
    come(db, event, "after@example.net", 1)
    assert len(outbox()) == 2
    clock.shift(timedelta(days=5))
    with db.transaction():
        events.cancel(event, reason="", now=the_clock.now())
    assert heard(outbox, "before@example.net") == ["You are counted"]
    assert heard(outbox, "after@example.net") == ["You are counted", "Cancelled"]


def test_a_cancelled_series_takes_the_one_date_out_of_the_calendar_too(outbox: Outbox, db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, email="noor@example.net", partstat=DECLINED)
    with db.transaction():
        actions.answer_for_date(rsvp, date_id(2), ACCEPTED, now=the_clock.now())
    outbox()
    with db.transaction():
        events.cancel(event, reason="", now=the_clock.now())
    assert [name and name[0] for name in said(outbox())] == [None, "REQUEST", "CANCEL"]


def test_the_organizer_reads_when_a_moved_date_is(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    come(db, event, "noor@example.net", 2)
    with db.transaction():
        starts = datetime(2026, 9, 19, 10)
        events.move_occurrence(event, date_id(2), starts_local=starts, ends_local=None, reason="", now=the_clock.now())
    assert '"2026-09-19 10:00"' in signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").text
    assert "Sat 19 Sep, 10" in words_of(signed_in.get(f"/organize/events/{event.slug}/rsvps").text)
