"""Whoever answers does not wait for their message to be written."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask_babel import ngettext
from sqlalchemy import select

from eventkit import db as database
from eventkit import i18n
from eventkit.mail import outbox as mail
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import actions
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, Rsvp
from tests.conftest import NOW
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_nothing_is_rendered_for_a_message_before_the_answer(
    client: Visitor, db: ModuleType, outbox: Callable[[], list[EmailMessage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    with monkeypatch.context() as patched:
        patched.delattr(mail, "compose")
        said = {"partstat": "ACCEPTED", "party_size": "2", "email": "noor@example.org"}
        assert client.post(f"/events/{event.slug}/rsvps", data=said).status_code == 303
        assert client.post(f"/events/{event.slug}/rsvps", data=said).status_code == 303
    rows = db.session.scalars(select(OutboxMessage)).all()
    assert [row.key_name for row in rows] == [event.key_name] * 2  # for a known address as much as for a new one
    assert not any(b"noor" in row.sealed for row in rows)
    assert len(outbox()) == 2


def test_it_says_what_was_answered_then_and_in_the_words_of_who_answered(
    db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    """As it was written when the next answer came before the worker."""
    rsvp = make_rsvp(make_event(), email="noor@example.org", language="de", party_size=2)
    with database.transaction():
        person = Person(email="noor@example.org", language="en")
        actions.change(rsvp, Answer(ACCEPTED, 3, person), now=NOW)
    first, *_rest = outbox()
    assert first["To"] == "noor@example.org"
    text = first.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with i18n.in_language("de"):
        assert ngettext("You are counted: %(num)s person.", "You are counted: %(num)s people.", 2) in text


def test_of_an_rsvp_that_is_gone_nothing_is_sent(db: ModuleType, outbox: Callable[[], list[EmailMessage]]) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.org")
    with database.transaction() as session:
        session.delete(session.get_one(Rsvp, rsvp.id))
    assert outbox() == []
