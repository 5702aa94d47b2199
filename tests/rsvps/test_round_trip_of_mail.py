"""From an RSVP to a calendar and back, over a real SMTP and a real IMAP server: REQUEST, answer, update, CANCEL."""

from __future__ import annotations

import itertools
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from imap_tools import MailBoxUnencrypted

from eventkit import clock, db, jobs
from eventkit.config import Settings
from eventkit.events import actions
from eventkit.events.details import stored_details
from eventkit.events.models import Event
from eventkit.rsvps import actions as rsvp_actions
from eventkit.rsvps.models import Rsvp
from tests.factories import make_event, make_rsvp
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.watching import watched

NOOR = "noor@people.example"

#: every answer is later than the one before, to the second
_later = itertools.count()

pytestmark = pytest.mark.dovecot


class Provider:
    """Takes messages by SMTP and puts each into the mailbox of its recipient, as a mail server does: `events+token`
    is delivered to `events`."""

    def __init__(self, dovecot: Dovecot) -> None:
        self._dovecot = dovecot

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        for address in envelope.rcpt_tos:
            self._dovecot.deliver(address.partition("@")[0].partition("+")[0], envelope.content)
        return "250 delivered"

    def messages(self, user: str) -> list[EmailMessage]:
        with MailBoxUnencrypted("127.0.0.1", self._dovecot.port).login(user, PASSWORD) as box:
            return [message_from_bytes(each.obj.as_bytes(), policy=policy.default) for each in box.fetch()]  # type: ignore[misc]


@pytest.fixture
def provider() -> Iterator[tuple[Provider, Dovecot, int]]:
    """A mail provider on this machine; with it, the port of its SMTP server."""
    if Dovecot.binary() is None:
        pytest.skip("Dovecot is not installed")
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for each in (one, two, three):
            each.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in (one, two, three)]
    with Dovecot(ports[0], ports[1]) as dovecot:
        provider = Provider(dovecot)
        controller = Controller(provider, hostname="127.0.0.1", port=ports[2])
        controller.start()
        yield provider, dovecot, ports[2]
        controller.stop()


def test_an_rsvp_travels_to_a_calendar_and_back(
    provider: tuple[Provider, Dovecot, int], make_app: Callable[..., Flask], settings: Settings
) -> None:
    mail, dovecot, port = provider
    app = make_app(replace(settings, smtp_url=f"smtp://127.0.0.1:{port}", inbox_url=dovecot.url("events")))
    with app.app_context(), watched(app):
        event = make_event()
        rsvp = make_rsvp(event, email=NOOR)
        work()
        request = last_invitation(mail, 1)
        assert (request["METHOD"], sequence(request), partstat(request)) == ("REQUEST", 0, "ACCEPTED")

        answer(request, "DECLINED", port)
        assert eventually(rsvp, "DECLINED")
        answer(request, "TENTATIVE", port)
        assert eventually(rsvp, "TENTATIVE")

        move(event, hours=2)
        work()
        update = last_invitation(mail, 2)
        assert (update["METHOD"], sequence(update), partstat(update)) == ("REQUEST", 1, "TENTATIVE")
        assert start(update) == start(request) + timedelta(hours=2)

        answer(request, "DECLINED", port)  # to how it was before
        answer(update, "ACCEPTED", port)
        assert eventually(rsvp, "ACCEPTED")

        with db.transaction():
            rsvp_actions.withdraw(rsvp, now=clock.now())
        work()
        cancel = last_invitation(mail, 3)
        assert (cancel["METHOD"], sequence(cancel)) == ("CANCEL", 2)
        assert vevent(cancel)["UID"] == vevent(request)["UID"]


def vevent(calendar: icalendar.Calendar) -> icalendar.Event:
    (found,) = calendar.walk("VEVENT")
    return found


def sequence(calendar: icalendar.Calendar) -> int:
    return int(vevent(calendar)["SEQUENCE"])


def partstat(calendar: icalendar.Calendar) -> str:
    attendee = vevent(calendar)["ATTENDEE"]
    assert str(attendee) == f"mailto:{NOOR}"
    return str(attendee.params["PARTSTAT"])


def start(calendar: icalendar.Calendar) -> Any:
    return vevent(calendar)["DTSTART"].dt


def last_invitation(mail: Provider, number: int) -> icalendar.Calendar:
    """The calendar in the message of this number that Noor has; MIME's method is its own."""
    messages = mail.messages("noor")
    assert len(messages) == number
    newest = max(messages, key=lambda message: sequence(calendar_of(message)))
    return calendar_of(newest)


def calendar_of(message: EmailMessage) -> icalendar.Calendar:
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part["Content-Type"].params["method"] == calendar["METHOD"]
    return calendar  # type: ignore[no-any-return]


def answer(invitation: icalendar.Calendar, said: str, port: int) -> None:
    """As a calendar answers: a REPLY to the ORGANIZER, of the attendee alone, with what it was asked."""
    asked = vevent(invitation)
    organizer = str(asked["ORGANIZER"]).removeprefix("mailto:")
    reply = icalendar.Calendar()
    for name, value in (("PRODID", "-//Somebody//Calendar//EN"), ("VERSION", "2.0"), ("METHOD", "REPLY")):
        reply.add(name, value)
    one = icalendar.Event()
    one.add("UID", asked["UID"])
    one.add("SEQUENCE", asked["SEQUENCE"])
    one.add("DTSTAMP", clock.now() + timedelta(seconds=next(_later)))
    one["DTSTART"] = asked["DTSTART"]
    one["ORGANIZER"] = asked["ORGANIZER"]
    one.add("ATTENDEE", f"mailto:{NOOR}", parameters={"PARTSTAT": said})
    reply.add_component(one)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = NOOR, organizer, f"{said}: a vigil"
    message.set_content("")
    message.add_alternative(reply.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message)


def move(event: Event, *, hours: int) -> None:
    later = timedelta(hours=hours)
    details = stored_details(event)
    assert details.starts_local is not None
    assert details.ends_local is not None
    with db.transaction():
        changed = replace(details, starts_local=details.starts_local + later, ends_local=details.ends_local + later)
        actions.edit(event, changed, now=clock.now())


def work() -> None:
    """What the worker would do now: one job writes a message, another sends it."""
    jobs.run_all()
    jobs.run_all()


def eventually(rsvp: Rsvp, said: str) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        jobs.run_all()
        db.session.refresh(rsvp)
        if rsvp.partstat == said:
            return True
        time.sleep(0.1)
    return False
