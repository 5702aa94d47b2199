"""Whoever writes to the address of an invitation without its owner's name, or to us at all, changes nothing and
breaks nothing."""

from __future__ import annotations

import time
import tracemalloc
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from eventkit.calendars import itip
from eventkit.mail import authentication, incoming
from eventkit.mail.models import InboxMessage
from eventkit.rsvps.models import CalendarReply, Rsvp, RsvpCount
from tests.attacks import hostile_letters
from tests.factories import make_event
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited
from tests.visitor import Visitor

SECONDS = 2
BYTES = 64 * 1024 * 1024


def _state(db: ModuleType) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for model in (Rsvp, RsvpCount):
        rows = db.session.execute(select(model.__table__).order_by(*model.__table__.primary_key))
        found += [tuple(row) for row in rows]
    return found


@pytest.mark.both_databases
def test_two_hundred_hostile_messages_change_nothing(
    clock: object, db: ModuleType, operator: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    event = make_event()
    rsvp, said = invited(event)
    _theirs, other = invited(event, email="sam@mail.example")
    arrives(letters.plain(said.but(sequence="4")))
    with db.transaction():
        db.session.refresh(rsvp)
        rsvp.invited_sequence = 3
    before, title, starts = _state(db), event.title, event.starts_local
    wrong, count = [], 0
    for name, raw in hostile_letters.all_of(said.but(sequence="4"), other.but(sequence="4")):
        count += 1
        began = time.process_time()
        replies = arrives(raw)
        took = time.process_time() - began
        if took > SECONDS:
            wrong.append(f"{name}: {took:.1f} s")
        if not replies or {"applied", "failed"} & {word for each in replies for word in (each.verdict, each.reason)}:
            wrong.append(f"{name}: {[(each.verdict, each.reason) for each in replies]}")
        if _state(db) != before:
            wrong.append(f"{name}: changed an RSVP")
            before = _state(db)
    assert wrong == [], "\n".join(wrong)
    assert count > 200
    assert caplog.text == ""
    db.session.refresh(event)
    assert (event.title, event.starts_local) == (title, starts)
    unread = select(InboxMessage.id).where(InboxMessage.state == "received")
    assert db.session.scalars(unread).all() == []
    _every_page_answers(operator, f"/organize/events/{event.slug}/replies")
    _every_page_answers(operator, "/organize/replies")


def _every_page_answers(operator: Visitor, path: str) -> None:
    """What was kept is shown, quickly, and nothing of it acts."""
    number, shown = 1, 20
    while shown == 20:
        began = time.process_time()
        page = operator.get(f"{path}?page={number}")
        assert page.status_code == 200
        assert time.process_time() - began < 3, f"{path}?page={number}"
        shown = page.text.count('class="reply"')
        assert not set(page.text) & set("\0\x1b\u202e"), f"{path}?page={number}"
        number += 1


def test_a_message_takes_bounded_memory(app: Flask) -> None:
    said = letters.Said(uid="a@b", organizer="events+x@example.org")
    heavy = [(name, raw) for name, raw in hostile_letters.all_of(said, said) if len(raw) > 100_000]
    assert len(heavy) > 30
    wrong = []
    for name, raw in heavy:
        tracemalloc.start()
        try:
            message = incoming.parse(raw)
            incoming.envelope(message)
            incoming.excerpt(message)
            authentication.verified_sender(message, "example.org")
            itip.read(message)
        except incoming.Unreadable:
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if peak > BYTES:
            wrong.append(f"{name}: {peak // 1024 // 1024} MiB")
    assert wrong == []


@pytest.mark.parametrize("name", ["google", "android", "zimbra"])
def test_an_answer_of_its_owner_among_them_still_counts(name: str, clock: object, db: ModuleType) -> None:
    """So that the messages above are refused for what is wrong with them, and not for something that all have."""
    rsvp, said = invited()
    arrives(getattr(letters, name)(said.but(sequence="4", partstat="DECLINED")))
    assert rsvp.partstat == "DECLINED"
    assert db.session.scalars(select(CalendarReply.verdict)).all() == ["applied"]
