"""One click stops reminders, from a page or from a mail program; one more stops everything; a GET stops nothing."""

from __future__ import annotations

import contextvars
import re
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit import db, jobs
from eventkit.mail import headers, suppressions
from eventkit.mail import outbox as the_outbox
from eventkit.mail.models import MailSuppression
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps import queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import Rsvp
from tests.factories import make_event, make_rsvp
from tests.post import Post
from tests.reminders.mailbox import DAY_BEFORE, Outbox, text_of, which
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def stop_path(message: EmailMessage) -> str:
    found = re.fullmatch(r"<http://localhost(/en/rsvps/[\w-]+/mail)>", str(message["List-Unsubscribe"]))
    assert found is not None
    return found[1]


def wants(rsvp: Rsvp) -> bool:
    return bool(db.session.scalar(select(Rsvp.wants_reminders).where(Rsvp.id == rsvp.id)))


def press_in_mail_program(app: Flask, path: str) -> int:
    """As a provider's server does it (RFC 8058, 3.2): no Origin, no cookie, and redirects are not followed."""
    server = FlaskClient(app, app.response_class)
    response = contextvars.Context().run(server.post, path, data={"List-Unsubscribe": "One-Click"})
    db.session.rollback()
    return response.status_code


def test_every_message_names_the_link_in_its_header_and_in_its_text(
    outbox: Outbox, clock: time_machine.Traveller
) -> None:
    make_rsvp(make_event(), email="noor@example.org")
    outbox()
    clock.move_to(DAY_BEFORE)
    for message in outbox():
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for kind in ("plain", "html"):
            assert f"http://localhost{stop_path(message)}" in text_of(message, kind)


def test_one_click_stops_reminders_and_leaves_the_answer(
    app: Flask, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    assert press_in_mail_program(app, stop_path(outbox()[0])) == 200
    assert not wants(rsvp)
    assert queries.counts(rsvp.event).coming == 1
    clock.move_to(DAY_BEFORE)
    assert which(outbox) == []


def test_another_site_cannot_press_it(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    path, body = stop_path(outbox()[0]), {"List-Unsubscribe": "One-Click"}
    assert client.post(path, data=body, headers={"Origin": "https://evil.example"}).status_code == 403
    assert wants(rsvp)


def test_opening_the_page_changes_nothing_and_shows_nobody_s_address(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org", name="Noor")
    page = client.get(stop_path(outbox()[0]))
    assert page.status_code == 200
    assert wants(rsvp)
    assert "noor@example.org" not in page.text
    assert "Noor" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_reminders_can_be_had_again(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    path = stop_path(outbox()[0])
    assert client.post(path, data={"choice": "stop"}).status_code == 303
    assert not wants(rsvp)
    assert "Remind me after all" in client.get(path).text
    client.post(path, data={"choice": "resume"})
    assert wants(rsvp)


def test_who_wanted_no_mail_about_the_event_can_have_it_again(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    path = stop_path(outbox()[0])
    with db.transaction():
        rsvps.set_mail(rsvp, reminders=False, mail=False, now=the_clock.now())
    assert "not even when it is moved or cancelled" in client.get(path).text
    client.post(path, data={"choice": "resume"})
    assert wants(rsvp)
    assert db.session.scalar(select(Rsvp.wants_mail).where(Rsvp.id == rsvp.id))


def test_nothing_at_all_is_for_every_spelling_and_can_be_lifted(client: Visitor, outbox: Outbox) -> None:
    make_rsvp(make_event(), email="Noor@Example.org")
    path = stop_path(outbox()[0])
    client.post(path, data={"choice": "suppress"})
    client.post(path, data={"choice": "suppress"})
    assert suppressions.is_suppressed("noor@example.org")
    assert not suppressions.is_suppressed("sam@example.org")
    row = db.session.scalars(select(MailSuppression)).one()
    assert b"noor" not in row.person.lower()
    assert "Write to me again" in client.get(path).text
    client.post(path, data={"choice": "lift"})
    assert not suppressions.is_suppressed("noor@example.org")


@pytest.mark.parametrize("data", [{}, {"choice": "everything"}, {"List-Unsubscribe": "Two-Click"}])
def test_another_word_does_nothing(data: dict[str, str], client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    assert client.post(stop_path(outbox()[0]), data=data).status_code == 422
    assert wants(rsvp)


def test_the_link_is_good_for_nothing_else(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    token = stop_path(outbox()[0]).split("/")[3]
    assert client.get(f"/rsvps/{token}").status_code == 404
    assert client.post(f"/rsvps/{token}/withdraw").status_code == 404
    for other in (queries.browser_token(rsvp), queries.mailed_token(rsvp)):
        assert client.post(f"/rsvps/{other}/mail", data={"choice": "suppress"}).status_code == 404


def test_the_link_ends_when_the_answer_has_another_address(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    path = stop_path(outbox()[0])
    with db.transaction():
        rsvps.change(rsvp, Answer(person=Person(email="sam@example.org")), now=the_clock.now())
    assert client.post(path, data={"choice": "suppress"}).status_code == 404
    assert not suppressions.is_suppressed("sam@example.org")


def test_of_what_was_taken_back_nothing_is_left_to_stop(client: Visitor, outbox: Outbox) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    path = stop_path(outbox()[0])
    with db.transaction():
        rsvps.withdraw(rsvp, now=the_clock.now())
    assert "nothing to stop" in client.get(path).text
    assert client.post(path, data={"choice": "suppress"}).status_code == 303
    assert db.session.scalars(select(MailSuppression)).all() == []


def test_the_address_in_the_header_is_whole_when_it_has_travelled(posting_app: Flask, post: Post) -> None:
    """However long the name of the site is: encoded or broken, no mail program could follow it."""
    message = the_outbox.compose("organizations/membership", to="noor@example.org", language="en")
    url = f"https://{'events.' * 12}example.org/en/rsvps/{'x' * 35}/mail"
    headers.add_one_click(message, url)
    with db.transaction():
        the_outbox.queue(message, key="one")
    jobs.run(the_outbox.SEND)
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in post.envelopes[0].content
