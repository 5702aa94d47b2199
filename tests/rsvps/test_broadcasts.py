"""An organizer writes to those who come: looked at first, to each of them once, and never from their own address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit import jobs, keys
from eventkit.events.models import Event
from eventkit.mail import outbox as the_outbox
from eventkit.mail.models import FAILED, OutboxMessage
from eventkit.rsvps import actions, terms
from eventkit.rsvps.broadcasts import audiences, sending
from eventkit.rsvps.models import PENDING, WAITING, Broadcast, RsvpShift
from tests.factories import make_event, make_rsvp, make_series, make_shift
from tests.factories.series import occurrences_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]

WRITTEN = {"subject": "Bring candles", "text": "Two each.\n\nhttps://example.org/candles <b>now</b>"}


@pytest.fixture
def event(signed_in: Visitor) -> Event:
    return make_event(organizer=signed_in.user)


def path_of(event: Event) -> str:
    return f"/organize/events/{event.slug}/broadcasts"


def token_in(page: str) -> str:
    found = re.search(r'name="token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def send(visitor: Visitor, event: Event, **changed: str) -> Any:
    token = token_in(visitor.get(path_of(event)).text)
    data = {"audience": "all", "token": token, "send": "1", **WRITTEN, **changed}
    return visitor.post(path_of(event), data=data)


def sent_to(messages: list[EmailMessage], subject: str = WRITTEN["subject"]) -> list[str]:
    return sorted(str(message["To"]) for message in messages if message["Subject"] == subject)


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_what_is_previewed_is_what_is_read(signed_in: Visitor, event: Event, outbox: Outbox, db: ModuleType) -> None:
    make_rsvp(event, email="noor@example.org", name="Noor")
    token = token_in(signed_in.get(path_of(event)).text)
    preview = signed_in.post(path_of(event), data={"audience": "all", "token": token, **WRITTEN}).text
    assert "It goes to 1 person." in preview
    assert token_in(preview) == token
    assert db.session.scalars(select(Broadcast)).all() == []
    sent = signed_in.post(path_of(event), data={"audience": "all", "token": token, "send": "1", **WRITTEN})
    assert sent.status_code == 303
    (message,) = [message for message in outbox() if message["Subject"] == "Bring candles"]
    assert "<b>" not in body(message, "html")
    assert "Two each.\n\nhttps://example.org/candles <b>now</b>" in body(message)
    letter = body(message, "html").partition("<body>")[2].partition("</body>")[0]
    link = re.search(r'href="([^"]+/rsvps/[\w-]+)"', letter)
    assert link
    token = link[1].rpartition("/")[2]
    stops = re.search(r'href="[^"]+/rsvps/([\w-]+)/mail"', letter)
    assert stops
    as_previewed = letter.replace(token, "%E2%80%A6").replace(stops[1], "%E2%80%A6").strip()
    assert as_previewed in preview
    assert link[1] in body(message)
    assert f"http://localhost/en/events/{event.slug}/contact" in body(message)
    assert message["Reply-To"] is None
    assert event.organizer.email not in message.as_string()


def test_go_on_writing_keeps_what_was_typed(signed_in: Visitor, event: Event) -> None:
    page = send(signed_in, event, back="1").text
    assert "Two each." in page
    assert 'value="Bring candles"' in page


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"subject": ""}, "Say in a few words"),
        ({"text": " \n "}, "There is nothing to send yet."),
        ({"text": "x" * 5001}, "too long"),
        ({"audience": "shift:77"}, "Choose one of them."),
        ({"occurrence": "20260101T000000"}, "There is no such date."),
        ({}, "Nobody of them has left an address."),
    ],
)
def test_what_cannot_be_sent_is_said(wrong: dict[str, str], word: str, signed_in: Visitor, event: Event) -> None:
    make_rsvp(event, name="No address")
    answer = send(signed_in, event, **wrong)
    assert answer.status_code == 422
    assert word in answer.text


@pytest.mark.both_databases
def test_each_audience_is_who_it_says(db: ModuleType) -> None:
    event = make_event()
    with db.transaction() as session:
        marshals = RsvpShift(event_id=event.id, name="Marshals")
        session.add(marshals)
    made = {
        name: make_rsvp(event, email=f"{name}@example.org")
        for name in ("coming", "marshal", "waits", "pending", "no-mail")
    }
    make_rsvp(event, email="maybe@example.org", partstat="TENTATIVE")
    make_rsvp(event, email="no@example.org", partstat="DECLINED")
    make_rsvp(event, email="coming@example.org", name="The same again")
    gone = make_rsvp(event, email="gone@example.org")
    with db.transaction():
        terms.to_change(event).capacity = 1  # nobody moves up
        made["marshal"].shift_id = marshals.id
        made["waits"].seat, made["pending"].state, made["no-mail"].wants_mail = WAITING, PENDING, False
        actions.withdraw(gone, now=the_clock.now())

    def of(audience: str) -> list[str]:
        readers = audiences.after(event, audience, "", 0, limit=99)
        assert audiences.size(event, audience) == len(readers)
        names = {rsvp.id: name for name, rsvp in made.items()}
        return sorted(names.get(reader.rsvp.id, "maybe") for reader in readers)

    assert of(audiences.ALL) == ["coming", "marshal", "maybe", "waits"]
    assert of(audiences.COMING) == ["coming", "marshal"]
    assert of(audiences.MAYBE) == ["maybe"]
    assert of(audiences.ON_WAITLIST) == ["waits"]
    assert of(audiences.UNDECIDED) == ["pending"]
    assert of(f"{audiences.SHIFT}{marshals.id}") == ["marshal"]


def test_who_waits_for_a_yes_can_be_written_to(
    signed_in: Visitor, event: Event, outbox: Outbox, db: ModuleType
) -> None:
    make_rsvp(event, email="comes@example.org")
    assert "Who waits for your yes" not in signed_in.get(path_of(event)).text
    with db.transaction():
        terms.to_change(event).by_approval = True
    make_rsvp(event, email="asks@example.org")
    assert "Who waits for your yes: 1" in signed_in.get(path_of(event)).text
    assert send(signed_in, event, audience="undecided").status_code == 303
    assert sent_to(outbox()) == ["asks@example.org"]


def test_with_the_key_store_lost_those_who_answer_anew_can_be_written_to(
    signed_in: Visitor, event: Event, outbox: Outbox, db: ModuleType
) -> None:
    make_rsvp(event, email="noor@example.org")
    keys.destroy(event.key_name)
    assert send(signed_in, event).status_code == 303
    make_rsvp(event, email="jo@example.org")
    assert sent_to(outbox()) == ["jo@example.org"]


def test_a_shift_of_a_series_is_meant_at_a_date_for_which_something_else_is_said(db: ModuleType) -> None:
    event = make_series()
    date = occurrences_of(event)[1].recurrence_id
    marshals = make_shift(event)
    rsvp = make_rsvp(event, email="marshal@example.org")
    with db.transaction():
        rsvp.shift_id = marshals.id
        actions.of_occurrence(rsvp, date, now=the_clock.now())
    assert audiences.size(event, f"{audiences.SHIFT}{marshals.id}", date) == 1


@pytest.mark.usefixtures("without_allowance")
def test_of_a_series_one_date_s_people_are_written_to_once_each(
    signed_in: Visitor, outbox: Outbox, db: ModuleType
) -> None:
    event = make_series(organizer=signed_in.user)
    page = signed_in.get(path_of(event)).text
    first, second = re.findall(r'<option value="(\d{8}T\d{6})"', page)[:2]
    every = make_rsvp(event, email="every@example.org")
    not_first = make_rsvp(event, email="not-first@example.org")
    with db.transaction():
        actions.answer_for_date(every, first, "TENTATIVE", now=the_clock.now())
        actions.answer_for_date(not_first, first, "DECLINED", now=the_clock.now())
    for subject, occurrence in (("First", first), ("Second", second), ("All", "")):
        assert send(signed_in, event, subject=subject, occurrence=occurrence).status_code == 303
    messages = outbox()
    assert sent_to(messages, "First") == ["every@example.org"]
    assert sent_to(messages, "Second") == ["every@example.org", "not-first@example.org"]
    assert sent_to(messages, "All") == ["every@example.org", "not-first@example.org"]


def test_the_same_form_twice_is_one_message(signed_in: Visitor, event: Event, outbox: Outbox, db: ModuleType) -> None:
    make_rsvp(event, email="noor@example.org")
    token = token_in(signed_in.get(path_of(event)).text)
    first, second = (send(signed_in, event, token=token) for _ in range(2))
    assert first.location == second.location
    assert sent_to(outbox()) == ["noor@example.org"]
    assert len(db.session.scalars(select(Broadcast)).all()) == 1


def test_progress_is_shown_until_all_have_left(
    signed_in: Visitor, event: Event, outbox: Outbox, db: ModuleType
) -> None:
    for number in range(3):
        make_rsvp(event, email=f"p{number}@example.org")
    outbox()
    page = send(signed_in, event).location
    assert "0 of 3 are written" in signed_in.get(page).text
    jobs.run(sending.BROADCAST)
    shown = signed_in.get(page).text
    assert "0 of 3 are sent." in shown
    assert 'http-equiv="refresh"' in shown
    outbox()
    with db.transaction() as session:
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.key.contains(":broadcast:"))).first()
        assert row.is_bulk
        row.state = FAILED
    shown = signed_in.get(page).text
    assert "2 of 3 are sent." in shown
    assert "1 will not arrive" in shown
    assert 'http-equiv="refresh"' not in shown
    assert "Bring candles" in signed_in.get(path_of(event)).text


def test_a_worker_that_dies_in_the_middle_leaves_nobody_out_and_writes_to_nobody_twice(
    event: Event, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = 40
    for number in range(people):
        make_rsvp(event, email=f"person{number}@example.org")
    with db.transaction():
        row = sending.send(event, sending.Words("S", "T"), audience="all", token="x" * 30, now=the_clock.now())
    queued, put = Counter[str](), the_outbox.queue

    def put_and_sometimes_die(message: EmailMessage, **kwargs: Any) -> bool:
        queued[str(message["To"])] += 1
        if sum(queued.values()) in {10, 33}:
            raise KeyboardInterrupt
        return put(message, **kwargs)

    monkeypatch.setattr(the_outbox, "queue", put_and_sometimes_die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            jobs.run(sending.BROADCAST)
    jobs.run(sending.BROADCAST)
    found = db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.contains(":broadcast:"))).all()
    assert len(found) == len(set(found)) == people
    assert len(queued) == people
    db.session.refresh(row)
    assert (row.queued, row.done_at) == (people, the_clock.now())


def test_the_words_are_legible_to_nobody_and_dropped_when_written(event: Event, db: ModuleType) -> None:
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        row = sending.send(
            event, sending.Words("Meet", "At the bridge"), audience="all", token="x" * 30, now=the_clock.now()
        )
    assert row.sealed is not None
    assert b"bridge" not in row.sealed
    jobs.run(sending.BROADCAST)
    db.session.refresh(row)
    assert sending.words_of(event, row) == sending.Words("Meet", "")


def test_when_the_key_is_destroyed_nothing_goes_out(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    make_rsvp(event, email="noor@example.org")
    page = send(signed_in, event).location
    keys.destroy(event.key_name)
    jobs.run(sending.BROADCAST)
    assert db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.contains(":broadcast:"))).all() == []
    assert "The words are deleted" in signed_in.get(page).text
    assert signed_in.get(path_of(event)).status_code == 200


def test_nobody_writes_more_than_a_few_times_a_day(
    signed_in: Visitor, event: Event, clock: time_machine.Traveller
) -> None:
    make_rsvp(event, email="noor@example.org")
    token = token_in(signed_in.get(path_of(event)).text)
    for number in range(sending.MOST_A_DAY):
        assert send(signed_in, event, token=f"{token[:-1]}{number}").status_code == 303
    assert "Tomorrow there is room again." in signed_in.get(path_of(event)).text
    refused = signed_in.post(path_of(event), data={"audience": "all", "token": "y" * 30, "send": "1", **WRITTEN})
    assert refused.status_code == 429
    clock.shift(timedelta(days=1, minutes=1))
    assert send(signed_in, event).status_code == 303


def test_another_event_s_message_is_not_there(signed_in: Visitor, event: Event) -> None:
    make_rsvp(event, email="noor@example.org")
    number = send(signed_in, event).location.rpartition("/")[2]
    assert signed_in.get(f"{path_of(event)}/{number}").status_code == 200
    assert signed_in.get(f"{path_of(make_event(organizer=signed_in.user))}/{number}").status_code == 404
