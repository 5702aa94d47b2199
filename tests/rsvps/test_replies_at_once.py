"""Several workers read what came in, at once."""

from __future__ import annotations

import threading
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from eventkit import clock, jobs
from eventkit.mail import inbox
from eventkit.mail.models import InboxMessage
from eventkit.rsvps import queries
from eventkit.rsvps.models import CalendarReply
from tests.rsvps import letters
from tests.rsvps.inbox import invited


@pytest.mark.both_databases
def test_two_workers_that_read_at_once_take_an_answer_once(app: Flask, db: ModuleType) -> None:
    """Twenty messages that say the same, and each of ten others twice: by eight readers."""
    rsvp, said = invited(party_size=2)
    others = [invited(rsvp.event, email=f"p{number}@mail.example") for number in range(10)]
    with db.transaction():
        for number in range(20):
            inbox.receive(b"X-Copy: %d\r\n" % number + letters.plain(said), now=clock.now())
        for other, theirs in others:
            assert other.partstat == "TENTATIVE"
            inbox.receive(letters.zimbra(theirs), now=clock.now())
            inbox.receive(letters.google(theirs.but(partstat="DECLINED", dtstamp="20260901T115959Z")), now=clock.now())
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def read() -> None:
        with app.app_context():
            start.wait()
            try:
                jobs.run(inbox.INBOX)
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.rollback()
    verdicts = db.session.scalars(select(CalendarReply.verdict).where(CalendarReply.rsvp_id == rsvp.id)).all()
    assert sorted(verdicts) == ["applied"] + ["duplicate"] * 19
    counts = queries.counts(rsvp.event)
    assert (counts.coming, counts.not_coming, counts.maybe) == (2, 10, 0)
    assert db.session.scalars(select(InboxMessage.id).where(InboxMessage.sealed.is_not(None))).all() == []
