"""What is stored about a person is told to that person: every column, every word, and when it is erased."""

from __future__ import annotations

import re
from datetime import timedelta
from types import ModuleType

import pytest

from eventkit import clock as the_clock
from eventkit import keys
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.rsvps import actions, jobs, queries, stored
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import SEVERAL_OF, YES_NO, Rsvp
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_question, make_rsvp, make_series, make_shift, set_terms
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def make_full(event: Event, db: ModuleType) -> Rsvp:
    """An RSVP of which every column says something."""
    question = make_question(event, "What do you need?")
    children = make_question(event, "Children?", kind=YES_NO)
    several = make_question(event, "Languages?", kind=SEVERAL_OF, options=("Arabic", "Tamil"))
    shift = make_shift(event, "Marshal")
    said = {str(question.id): "A seat", str(children.id): "no", str(several.id): ["Arabic", "Tamil"]}
    person = Person("Keziah", "keziah@example.org", "en", {**said, "999": "Said long ago"})
    now = the_clock.now()
    with db.transaction():
        rsvp = actions.register(event, Answer("ACCEPTED", 3, person, shift.id), now=now, source=b"s" * 16)
    with db.transaction():
        sealed = Person("Keziah", "keziah@example.org", "en", {**said, "999": "Said long ago"})
        rsvp.sealed = keys.sealer(event.key_name).seal(sealed.to_text(), queries.about(rsvp))
        rsvp.waits_since = rsvp.offered_until = rsvp.expires_at = rsvp.replied_at = now
        rsvp.arrived, rsvp.arrived_at = 2, now
        rsvp.sent_sequence, rsvp.invited_sequence, rsvp.holds_invitation = 7, 6, True
        rsvp.withdrawn_at = now
    return rsvp


def test_every_column_is_told(client: Visitor, db: ModuleType) -> None:
    rsvp = make_full(make_series(), db)
    told = stored.facts(rsvp, is_mailed=True, now=the_clock.now())
    assert {column for fact in told for column in fact.columns} == {column.key for column in Rsvp.__table__.columns}
    assert all(fact.words for fact in told)


def test_every_word_that_was_said_is_told(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_full(event, db)
    rsvp.withdrawn_at = None
    db.session.commit()
    page = words_of(client.get(f"/rsvps/{queries.browser_token(rsvp)}/stored").text)
    for word in ("Keziah", "keziah@example.org", "A seat", "Arabic, Tamil", "Said long ago", "Marshal"):
        assert word in page
    assert "To a question that is not asked any more" in page
    assert re.search(r"Children\? No", page)


def test_when_it_is_erased_follows_from_the_terms(client: Visitor, db: ModuleType) -> None:
    event = make_event()  # over on Tuesday 15 September at 15:00
    set_terms(event, retention_days=3)
    with db.transaction():
        rsvp = actions.register(event, Answer(), now=the_clock.now())
    page = words_of(client.get(f"/rsvps/{queries.browser_token(rsvp)}/stored").text)
    assert event.over_at is not None
    day = event.over_at + timedelta(days=3)
    assert re.search(rf"By itself: \w+ {day.day} \w+, 3 PM", page)


def test_one_can_have_it_erased_at_once(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    rsvp = make_full(event, db)
    rsvp.withdrawn_at = None
    db.session.commit()
    path = f"/rsvps/{queries.browser_token(rsvp)}"
    assert f'action="{path}/withdraw"' in client.get(f"{path}/stored").text
    client.post(f"{path}/withdraw")
    page = words_of(client.get(f"{path}/stored").text)
    for word in ("Keziah", "keziah@example.org", "A seat", "Marshal"):
        assert word not in page
    assert "what it said about you is erased" in page


def test_only_the_mailed_link_tells_what_was_mailed(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    with db.transaction():
        rsvp = actions.register(event, Answer(person=Person(email="noor@example.org")), now=the_clock.now())
    with db.transaction():
        actions.register(event, Answer(person=Person(email="another@example.org")), now=the_clock.now())
    typed = words_of(client.get(f"/rsvps/{queries.browser_token(rsvp)}/stored").text)
    assert "The link in our messages shows it here." in typed
    assert "wait to be sent" not in typed
    mailed = words_of(client.get(f"/rsvps/{queries.mailed_token(rsvp)}/stored").text)
    assert "Messages to you that wait to be sent 1" in mailed


def test_a_notice_that_waits_is_told_whether_or_not_the_address_is_proven(db: ModuleType) -> None:
    event = make_event()
    rsvps = [make_rsvp(event, email=f"{name}@example.org") for name in ("noor", "jo")]
    with db.transaction():
        actions.prove(rsvps[0], rsvps[0].generation | 1, now=the_clock.now())
        events.cancel(event, reason="", now=the_clock.now())
    before = [stored.waiting_messages(rsvp) for rsvp in rsvps]
    jobs.notify()
    assert [stored.waiting_messages(rsvp) for rsvp in rsvps] == [number + 1 for number in before]
