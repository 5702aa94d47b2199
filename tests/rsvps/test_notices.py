"""Whoever left an address hears once of every change of plans, also when a worker dies in the middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from eventkit import clock as the_clock
from eventkit import jobs, keys
from eventkit.events import actions
from eventkit.events.models import Event
from eventkit.mail import outbox as the_outbox
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps import jobs as work
from eventkit.rsvps import queries
from eventkit.rsvps.models import Notice
from tests.factories import make_event, make_rsvp
from tests.factories.events import make_details
from tests.rsvps.invites import vevent_in, vevents_in

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def cancel(db: ModuleType, event: Event, reason: str = "Storm warning") -> None:
    with db.transaction():
        actions.cancel(event, reason=reason, now=the_clock.now())


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_confirmation_brings_the_invite_and_the_link(outbox: Outbox) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org", name="Noor", party_size=2)
    (message,) = outbox()
    assert (message["To"], message["Subject"]) == ("noor@example.org", f"You are counted: {event.title}")
    assert "You are counted: 2 people." in text_of(message)
    assert "http://localhost/en/rsvps/" in text_of(message)
    assert vevent_in(message)["UID"] == event.uid
    html = message.get_body(("html",))
    assert html is not None
    assert '<html lang="en" dir="ltr">' in html.get_content()
    assert "<img" not in html.get_content()


def test_what_somebody_typed_as_a_name_is_not_sent_to_an_address_that_may_be_another_persons(outbox: Outbox) -> None:
    make_rsvp(make_event(), email="noor@example.org", name="You won: https://example.net")
    (message,) = outbox()
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert not any("example.net" in part.get_content() for part in parts if part is not None)


def test_without_an_address_nothing_is_sent(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, name="Noor")
    cancel(db, event)
    assert outbox() == []


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_a_cancellation_is_told_with_its_reason(partstat: str, outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org", partstat=partstat)
    cancel(db, event, reason="Storm warning; gusts of 110 km/h")
    _confirmation, message = outbox()
    assert message["Subject"] == f"Cancelled: {event.title}"
    assert "Storm warning; gusts of 110 km/h" in text_of(message)
    told = [(vevent["STATUS"], vevent["SEQUENCE"], vevent["UID"]) for vevent in vevents_in(message)]
    assert told == ([] if partstat == "DECLINED" else [("CANCELLED", 1, event.uid)])


def test_a_new_time_is_told_in_words_and_in_the_invite(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    later = make_details(starts_local=datetime(2026, 9, 26, 16), ends_local=None)
    with db.transaction():
        actions.edit(event, later, now=the_clock.now())
    _confirmation, message = outbox()
    assert message["Subject"] == f"New time or place: {event.title}"
    assert "Saturday 26 September 2026, 16:00" in text_of(message)
    assert vevent_in(message)["DTSTART"].dt.hour == 16


def test_a_correction_of_spelling_bothers_nobody(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        actions.edit(event, make_details(why="Because the night wards are being shut"), now=the_clock.now())
    assert len(outbox()) == 1


def test_postponed_and_then_on_again_are_two_messages(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        actions.postpone(event, reason="The hall is flooded", now=the_clock.now())
    assert "The hall is flooded" in text_of(outbox()[-1])
    with db.transaction():
        actions.edit(event, make_details(starts_local=datetime(2026, 10, 3, 13), ends_local=None), now=the_clock.now())
        actions.publish(event, now=the_clock.now())
    subjects = [message["Subject"].partition(":")[0] for message in outbox()]
    assert subjects == ["You are counted", "Postponed", "New time or place"]


def test_who_took_the_answer_back_hears_nothing_more(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_rsvp(event, email="noor@example.org")
    assert len(outbox()) == 1
    with db.transaction():
        rsvps.withdraw(rsvp, now=the_clock.now())
    cancel(db, event)
    subjects = [message["Subject"].partition(":")[0] for message in outbox()]
    assert subjects == ["You are counted", "Out of your calendar"]


def test_who_answered_twice_hears_once(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    for _ in range(3):
        make_rsvp(event, email="noor@example.org")
    cancel(db, event)
    assert sum(message["Subject"].startswith("Cancelled") for message in outbox()) == 1


def test_who_answered_after_the_change_knows_it_already(
    outbox: Outbox, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    make_rsvp(event, email="before@example.org")
    with db.transaction():
        actions.edit(event, make_details(starts_local=datetime(2026, 9, 26, 16), ends_local=None), now=the_clock.now())
    clock.shift(timedelta(minutes=5))
    make_rsvp(event, email="after@example.org")
    moved = [message["To"] for message in outbox() if message["Subject"].startswith("New time")]
    assert moved == ["before@example.org"]


def test_a_change_that_another_overtook_is_not_told(outbox: Outbox, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    with db.transaction():
        actions.edit(event, make_details(starts_local=datetime(2026, 9, 26, 16), ends_local=None), now=the_clock.now())
    cancel(db, event)
    assert [message["Subject"].partition(":")[0] for message in outbox()] == ["You are counted", "Cancelled"]


def test_a_worker_that_dies_in_the_middle_leaves_nobody_out_and_tells_nobody_twice(
    db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    people = 60
    for number in range(people):
        make_rsvp(event, email=f"person{number}@example.org")
    cancel(db, event)
    queued, put = Counter[str](), the_outbox.queue

    def put_and_sometimes_die(message: EmailMessage, **kwargs: Any) -> bool:
        queued[str(message["To"])] += 1
        if sum(queued.values()) in {10, 45}:
            raise KeyboardInterrupt
        return put(message, **kwargs)

    monkeypatch.setattr(the_outbox, "queue", put_and_sometimes_die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            jobs.run(work.NOTIFY)
    jobs.run(work.NOTIFY)
    jobs.run(work.NOTIFY)
    notices = select(OutboxMessage.key).where(OutboxMessage.key.contains(":notice:"))
    keys_of_notices = db.session.scalars(notices).all()
    assert len(keys_of_notices) == len(set(keys_of_notices)) == people
    assert len(queued) == people
    notice = db.session.scalars(select(Notice)).one()
    assert notice.done_at == the_clock.now()


def test_one_change_is_one_notice(db: ModuleType) -> None:
    event = make_event()
    cancel(db, event)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_when_the_key_is_destroyed_there_is_nobody_to_tell(db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="noor@example.org")
    cancel(db, event)
    keys.destroy(event.key_name)
    jobs.run(work.NOTIFY)
    assert db.session.scalar(select(Notice.done_at)) == the_clock.now()
    assert db.session.scalar(select(func.count()).where(OutboxMessage.key.contains(":notice:"))) == 0


def test_nobody_is_announced_as_told_who_wants_no_mail(db: ModuleType) -> None:
    event = make_event()
    first, _second = make_rsvp(event, email="noor@example.org"), make_rsvp(event, email="jo@example.org")
    with db.transaction():
        rsvps.set_mail(first, reminders=False, mail=False, now=the_clock.now())
    assert (queries.with_address(event, the_clock.now()), queries.to_be_told(event, the_clock.now())) == (2, 1)
    cancel(db, event)
    jobs.run(work.NOTIFY)
    assert db.session.scalar(select(func.count()).where(OutboxMessage.key.contains(":notice:"))) == 1
