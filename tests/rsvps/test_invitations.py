"""Whoever left an address gets an invitation of their own, which follows the event and their answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar

from eventkit import clock as now
from eventkit import jobs
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.mail import outbox as mail
from eventkit.rsvps import actions, queries
from eventkit.rsvps import jobs as work
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, TENTATIVE, Rsvp
from tests.factories import make_event, make_rsvp
from tests.factories.events import make_details
from tests.post import Post
from tests.rsvps.invites import calendar_in, said, vevent_in
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def move(db: ModuleType, event: Event, hour: int = 16) -> None:
    later = make_details(starts_local=datetime(2026, 9, 26, hour), ends_local=None)
    with db.transaction():
        events.edit(event, later, now=now.now())


def correct_spelling(db: ModuleType, event: Event, why: str) -> None:
    assert event.starts_local is not None
    details = make_details(why=why, starts_local=event.starts_local, ends_local=event.ends_local)
    with db.transaction():
        events.edit(event, details, now=now.now())


def cancel(db: ModuleType, event: Event) -> None:
    with db.transaction():
        events.cancel(event, reason="Storm", now=now.now())


def change(db: ModuleType, rsvp: Rsvp, **said: str) -> None:
    email = said.pop("email", "noor@example.net")
    with db.transaction():
        answer = Answer(said.get("partstat", ACCEPTED), 1, Person(said.get("name", ""), email, "en"))
        actions.change(rsvp, answer, now=now.now())


def withdraw(db: ModuleType, rsvp: Rsvp) -> None:
    with db.transaction():
        actions.withdraw(rsvp, now=now.now())


def test_through_a_real_server_everyone_gets_their_own(posting_app: Flask, post: Post) -> None:
    from eventkit import db

    event = make_event(title="Wache für die Kliniken, مستشفى; \N{FIRE}", host="Nurses, United")
    rsvps = {email: make_rsvp(event, email=email) for email in ("noor@example.net", "ravi@example.net")}
    cancel(db, event)
    jobs.run(work.NOTIFY)
    jobs.run(mail.SEND)
    messages = post.messages()
    assert len(messages) == 4
    for envelope, message in zip(post.envelopes, messages, strict=True):
        (to,) = envelope.rcpt_tos
        (other,) = set(rsvps) - {to}
        readable = "\n".join(
            part.get_payload(decode=True).decode(errors="replace")  # type: ignore[union-attr]
            for part in message.walk()
            if not part.is_multipart()
        ).replace("\r\n ", "")
        raw = envelope.content.decode("ascii")  # everything is encoded: no server changes it on the way
        assert other not in readable + raw
        assert event.organizer.email not in readable
        vevent = vevent_in(message)
        assert str(vevent["ATTENDEE"]) == f"mailto:{to}", "one, not a list"
        address = queries.organizer_address(rsvps[to])
        assert str(vevent["ORGANIZER"]) == f"mailto:{address}"
        assert vevent["ORGANIZER"].params["CN"] == "Nurses, United"
        assert message["Reply-To"] == address
        assert "\N{FIRE}" in vevent["SUMMARY"]
    assert said(messages, "noor@example.net") == [("REQUEST", 0), ("CANCEL", 1)]


def test_the_message_has_the_parts_that_mail_programs_want(outbox: Outbox) -> None:
    make_rsvp(make_event(), email="noor@example.net")
    (message,) = outbox()
    assert message.get_content_type() == "multipart/mixed"
    alternative, attachment, _code = message.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    text, html, calendar = alternative.iter_parts()
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")
    assert calendar.get_content_charset() == "utf-8"
    assert calendar["Content-Transfer-Encoding"] == attachment["Content-Transfer-Encoding"] == "base64"
    assert "attachment" not in str(calendar["Content-Disposition"])
    raw = base64.b64decode(calendar.get_payload())
    assert raw == attachment.get_payload(decode=True)
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert all(line.decode() is not None for line in lines), "no character is cut in two"
    assert raw.index(b"METHOD:REQUEST") < raw.index(b"BEGIN:VTIMEZONE") < raw.index(b"BEGIN:VEVENT")


def test_it_says_what_the_person_said_and_when_it_was_sent(outbox: Outbox, clock: time_machine.Traveller) -> None:
    event = make_event()
    clock.shift(timedelta(hours=3))
    for partstat in (ACCEPTED, TENTATIVE):
        make_rsvp(event, email="noor@example.net" if partstat == ACCEPTED else "ravi@example.net", partstat=partstat)
    for message, partstat in zip(outbox(), (ACCEPTED, TENTATIVE), strict=True):
        vevent = vevent_in(message)
        params = vevent["ATTENDEE"].params
        assert dict(params) == {
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": partstat,
            "RSVP": "TRUE",
        }
        assert vevent["DTSTAMP"].dt == now.now()
        assert vevent["LAST-MODIFIED"].dt == now.now() - timedelta(hours=3)
        assert (vevent["UID"], vevent["STATUS"]) == (event.uid, "CONFIRMED")
        assert vevent["DTSTART"].dt.tzinfo is not None


def test_a_name_stands_in_it_once_the_address_is_known_to_be_theirs(
    outbox: Outbox, db: ModuleType, client: Visitor
) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.net", name='Noor "N", K; ^n نور')
    (first,) = outbox()
    assert "CN" not in vevent_in(first)["ATTENDEE"].params, "anybody may have typed it"
    body = first.get_body(("plain",))
    assert body is not None
    link = re.search(r"http://localhost/en(/rsvps/[\w-]+)", body.get_content())
    assert link is not None
    answer = {"partstat": ACCEPTED, "name": 'Noor "N", K; ^n نور', "email": "noor@example.net"}
    assert client.post(link[1], data=answer).status_code == 303
    move(db, event)
    assert vevent_in(outbox()[-1])["ATTENDEE"].params["CN"] == "Noor 'N', K; 'n نور"


def test_who_cannot_come_is_not_invited(outbox: Outbox) -> None:
    make_rsvp(make_event(), email="noor@example.net", partstat=DECLINED)
    (message,) = outbox()
    assert said([message]) == [None]
    assert message["Reply-To"] is None
    assert list(message.iter_attachments()) == []


def test_a_new_time_is_a_request_with_a_higher_sequence(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.net")
    move(db, event)
    assert said(outbox()) == [("REQUEST", 0), ("REQUEST", 1)]
    assert vevent_in(outbox()[-1])["DTSTART"].dt.hour == 16
    db.session.refresh(rsvp)
    assert (rsvp.invited_sequence, rsvp.holds_invitation) == (1, True)


def test_a_correction_of_spelling_bothers_nobody_and_the_next_message_is_above_it(
    outbox: Outbox, db: ModuleType
) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.net")
    for number in range(3):
        correct_spelling(db, event, f"Because {number}")
    assert said(outbox()) == [("REQUEST", 0)]
    assert (event.sequence, rsvp.invited_sequence) == (3, 0)
    move(db, event)
    assert said(outbox()) == [("REQUEST", 0), ("REQUEST", 4)]


@pytest.mark.usefixtures("without_allowance")
def test_each_person_has_a_sequence_of_their_own(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    early = make_rsvp(event, email="early@example.net")
    for partstat in (DECLINED, ACCEPTED, DECLINED, TENTATIVE):
        change(db, early, partstat=partstat, email="early@example.net")
    make_rsvp(event, email="late@example.net")
    move(db, event)
    messages = outbox()
    methods = ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST", "REQUEST"]
    assert said(messages, "early@example.net") == list(zip(methods, range(6), strict=True))
    assert said(messages, "late@example.net") == [("REQUEST", 0), ("REQUEST", 1)]


def test_a_cancelled_event_is_cancelled_in_the_calendars_that_have_it(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.net")
    make_rsvp(event, email="no@example.net", partstat=DECLINED)
    cancel(db, event)
    messages = outbox()
    assert said(messages, "noor@example.net") == [("REQUEST", 0), ("CANCEL", 1)]
    assert said(messages, "no@example.net") == [None, None]
    (vevent,) = [vevent_in(each) for each in messages[2:] if each["To"] == "noor@example.net"]
    assert (vevent["STATUS"], vevent["UID"]) == ("CANCELLED", event.uid)
    assert vevent["ATTENDEE"].params["RSVP"] == "FALSE"
    db.session.refresh(rsvp)
    withdraw(db, rsvp)
    assert len(outbox()) == 4, "what is cancelled is not cancelled again"


def test_postponed_it_stays_in_the_calendar_so_that_the_new_day_finds_it(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.net")
    with db.transaction():
        events.postpone(event, reason="The hall is flooded", now=now.now())
    postponed = vevent_in(outbox()[-1])
    assert (postponed["STATUS"], postponed["SUMMARY"]) == ("TENTATIVE", f"Postponed: {event.title}")
    assert postponed["ATTENDEE"].params["RSVP"] == "FALSE"
    with db.transaction():
        events.publish(event, now=now.now())
    assert said(outbox()) == [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2)]
    assert vevent_in(outbox()[-1])["STATUS"] == "CONFIRMED"


def test_an_answer_taken_back_leaves_the_calendar(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.net", name="Noor")
    outbox()
    withdraw(db, rsvp)
    messages = outbox()
    assert said(messages) == [("REQUEST", 0), ("CANCEL", 1)]
    assert messages[-1]["To"] == "noor@example.net"
    assert vevent_in(messages[-1])["STATUS"] == "CANCELLED"
    assert (rsvp.sealed, rsvp.person, rsvp.holds_invitation) == (None, None, False)
    assert "/rsvps/" not in messages[-1].as_string()
    withdraw(db, rsvp)
    cancel(db, event)
    assert len(outbox()) == 2


def test_who_answers_anew_is_invited_above_what_was_taken_back(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    first = make_rsvp(event, email="noor@example.net")
    outbox()
    withdraw(db, first)
    make_rsvp(event, email="noor@example.net")
    assert said(outbox()) == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_another_address_is_invited_and_the_former_one_no_longer(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="former@example.net")
    former, link = queries.organizer_address(rsvp), queries.mailed_token(rsvp)
    outbox()
    change(db, rsvp, email="new@example.net")
    messages = outbox()
    assert said(messages, "former@example.net") == [("REQUEST", 0), ("CANCEL", 1)]
    assert said(messages, "new@example.net") == [("REQUEST", 2)]
    assert str(vevent_in(messages[1])["ORGANIZER"]) == f"mailto:{former}"
    assert queries.by_organizer_address(former) is None
    assert queries.by_token(link) is None
    assert "new@example.net" not in "".join(map(str, messages[:2]))
    change(db, rsvp, email="")
    assert said(outbox(), "new@example.net") == [("REQUEST", 2), ("CANCEL", 3)]


def test_another_spelling_of_the_address_is_the_same_calendar(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="Noor@example.net")
    change(db, rsvp, email="noor@example.net")
    assert said(outbox()) == [("REQUEST", 0), ("REQUEST", 1)]


def test_saving_the_page_again_sends_nothing(outbox: Outbox, db: ModuleType) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.net")
    for name, partstat in (("Noor", ACCEPTED), ("Noor K", TENTATIVE), ("Noor", DECLINED), ("N", DECLINED)):
        change(db, rsvp, name=name, partstat=partstat)
    assert said(outbox()) == [("REQUEST", 0), ("CANCEL", 1)]


@pytest.mark.usefixtures("without_allowance")
def test_no_address_gets_more_than_three_invitations_a_day_and_what_takes_them_back(
    outbox: Outbox, db: ModuleType
) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.net")
    for _ in range(6):
        change(db, rsvp, partstat=DECLINED)
        change(db, rsvp, partstat=ACCEPTED)
    outbox()
    withdraw(db, rsvp)
    methods = [each and each[0] for each in said(outbox())]
    assert methods == ["REQUEST", "CANCEL"] * 3


def test_a_second_answer_with_a_known_address_leaves_its_invitation_alone(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.net")
    second = make_rsvp(event, email="noor@example.net")
    withdraw(db, second)
    assert said(outbox()) == [("REQUEST", 0), None]


def test_after_the_event_nothing_is_taken_out_of_a_calendar(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.net")
    assert len(outbox()) == 1
    clock.shift(timedelta(days=30))
    withdraw(db, rsvp)
    assert said(outbox()) == [("REQUEST", 0)]


def test_what_a_calendar_gets_is_valid_for_a_whole_day_too(outbox: Outbox) -> None:
    day = datetime(2026, 9, 26)
    make_rsvp(make_event(starts_local=day, ends_local=None, all_day=True), email="noor@example.net")
    calendar = calendar_in(outbox()[0])
    assert calendar.walk("VTIMEZONE") == []
    assert Calendar.from_ical(calendar.to_ical()).walk("VEVENT")[0]["DTSTART"].dt == day.date()
