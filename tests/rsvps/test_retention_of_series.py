"""A series goes on, and yet an old backup stops telling who came with each date that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import select, update

from eventkit import clock as time
from eventkit import db as database
from eventkit import keys
from eventkit.events import queries as events
from eventkit.events import sealing
from eventkit.events.models import Event
from eventkit.mail import outbox as mail
from eventkit.mail.models import FAILED, QUEUED, SENT, InboxMessage, OutboxMessage
from eventkit.rsvps import actions, message_keys, queries, retention, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.broadcasts import sending
from eventkit.rsvps.models import ACCEPTED, DECLINED, Rsvp, RsvpShift
from tests.factories import make_rsvp, make_series
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited
from tests.rsvps.series import date_id

pytestmark = pytest.mark.usefixtures("clock", "db")

#: the first date is over on 4 September at 23:00 UTC, and so is one each week after it
FIRST = datetime.fromisoformat("2026-09-04T23:00:00+00:00")


def answers_for(event: Event, week: int, *, name: str, email: str = "", people: int = 1, **more: object) -> Rsvp:
    said = Answer(ACCEPTED, people, Person(name=name, email=email), **more)  # type: ignore[arg-type]
    with database.transaction():
        return actions.register(event, said, now=time.now(), occurrence=date_id(week))


def weeks_later(clock: time_machine.Traveller, weeks: int) -> None:
    """The dates before that week are over, for fourteen days."""
    clock.move_to(FIRST + timedelta(days=14, weeks=weeks - 1))
    retention.purge_due()
    database.session.expire_all()


@pytest.mark.both_databases
def test_what_was_said_for_past_dates_goes_and_the_rest_moves_to_another_key(
    db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    always, said = invited(event, name="Noor", email="noor@example.org", partstat="ACCEPTED")
    once, later = answers_for(event, 0, name="Jo", email="jo@example.org"), answers_for(event, 3, name="Amal")
    arrives(letters.google_counter(said.but(starts="DTSTART:20261002T220000Z", ends="DTEND:20261002T230000Z")))
    with db.transaction():
        terms.set_text(terms.to_change(event), terms.NOTE, "We meet behind the church")
    once_id = once.id
    former, backup = event.key_name, [(row.sealed, queries.about(row)) for row in db.session.scalars(select(Rsvp))]
    mails = [(row.sealed, mail.about(row.key)) for row in db.session.scalars(select(OutboxMessage))]
    assert len(mails) == 2
    weeks_later(clock, 1)
    assert db.session.scalars(select(Rsvp.id).where(Rsvp.counted)).all() == [always.id, later.id]
    assert [queries.answer_of(each).person.name for each in (always, later)] == ["Noor", "Amal"]
    assert terms.text_of(terms.of(event), terms.NOTE) == "We meet behind the church"
    (received,) = db.session.scalars(select(InboxMessage)).all()
    assert (received.key_name, received.sealed is not None) == (event.key_name, True)
    assert not make_rsvp(event, email="Noor@Example.org").counted, "a person is found again"
    assert not keys.exists(former)
    living = [keys.sealer(name) for name in (keys.SITE, event.key_name)]
    for sealed, about in (*backup, *mails):
        for sealer in living:
            with pytest.raises(keys.KeyDestroyed):
                sealer.unseal(sealed, about)
    assert events.occurrence(event, date_id(0)) is not None
    assert queries.counts(event, date_id(0)).coming == 2, "how many they were remains"
    assert once_id not in db.session.scalars(select(Rsvp.id)).all()


@pytest.mark.both_databases
def test_what_was_sent_tells_nothing_of_who_came_to_a_past_date(
    db: ModuleType, clock: time_machine.Traveller, outbox: Callable[[], list[EmailMessage]]
) -> None:
    """Keys of messages hold numbers of RSVPs and fingerprints: with an old copy of the keys those would tell."""
    event = make_series()
    once = answers_for(event, 0, name="Jo", email="jo@example.org")
    always = make_rsvp(event, name="Noor", email="noor@example.org")
    with db.transaction():
        words = sending.Words("Bring candles", "Two each.")
        sending.send(event, words, audience="all", token="t" * 20, now=time.now())
        actions.move_to_date(once, date_id(1), now=time.now())
        actions.move_to_date(once, date_id(0), now=time.now())
    outbox()
    weeks_later(clock, 0)
    make_rsvp(event, email="noor@example.org")  # who has answered already; that waits
    former = [message_keys.shown(each.person or b"").hex() for each in (once, always)]
    number = once.id
    with db.transaction() as session:
        times = {"next_attempt_at": time.now(), "created_at": time.now()}
        of_former_version = f"rsvp:{event.id}:{former[1]}:20260901:1"
        session.add(OutboxMessage(key=of_former_version, message_id="", key_name=event.key_name, state=SENT, **times))
    before = db.session.scalars(select(OutboxMessage.key)).all()
    assert all(any(fingerprint in key for key in before) for fingerprint in former)
    assert any(key.removeprefix("cancel:").startswith(f"reader:{number}:") for key in before)
    keep_for_long()
    weeks_later(clock, 1)
    after = db.session.scalars(select(OutboxMessage.key)).all()
    assert [key for key in after if any(each in key for each in former) or f"reader:{number}:" in key] == []
    assert always.person is not None
    mine = message_keys.shown(always.person).hex()
    assert {key.split(":")[3] for key in after if mine in key} == {"20260901", "20260911", "broadcast"}
    assert [message["To"] for message in outbox()][-1] == "noor@example.org"


def test_it_is_done_once_for_each_date(clock: time_machine.Traveller) -> None:
    event = make_series()
    make_rsvp(event, name="Noor")
    seen = []
    for weeks in (0, 1, 1, 2, 2):
        weeks_later(clock, weeks)
        seen.append(event.key_name)
    assert len(set(seen)) == 3
    assert seen[1:] == [seen[1], seen[1], seen[3], seen[3]]
    assert [keys.exists(name) for name in seen] == [False, False, False, True, True]


def keep_for_long() -> None:
    """What waits in the outbox, also past the days after which it would come too late."""
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(drop_after=None))


def test_messages_that_wait_are_sent_nevertheless(
    clock: time_machine.Traveller, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_series()
    make_rsvp(event, name="Noor", email="noor@example.org")
    keep_for_long()
    weeks_later(clock, 1)
    queued = database.session.scalars(select(OutboxMessage)).one()
    assert (queued.state, queued.key_name) == (QUEUED, event.key_name)
    assert [message["To"] for message in outbox()] == ["noor@example.org"]


def test_a_message_that_moves_to_another_key_while_it_is_about_to_be_sent_is_not_given_up(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_series()
    make_rsvp(event, name="Noor", email="noor@example.org")
    keep_for_long()
    sealer = keys.sealer

    def between(name: str = keys.SITE) -> keys.Sealer:
        monkeypatch.setattr(keys, "sealer", sealer)
        weeks_later(clock, 1)
        return sealer(name)

    monkeypatch.setattr(keys, "sealer", between)
    mail.send_due()
    database.session.rollback()
    row = database.session.scalars(select(OutboxMessage)).one()
    assert row.state != FAILED
    clock.shift(mail.LEASE + timedelta(seconds=1))
    assert [message["To"] for message in outbox()] == ["noor@example.org"]


def test_the_numbers_of_a_past_date_never_fall_below_zero(clock: time_machine.Traveller) -> None:
    """The difference that a person made at a date can be taken back by nobody once it is not known whose it was."""
    event = make_series()
    noor = make_rsvp(event, name="Noor", email="noor@example.org", party_size=3)
    jo = make_rsvp(event, name="Jo", email="jo@example.org", party_size=2)
    with database.transaction():
        actions.answer_for_date(noor, date_id(0), DECLINED, now=time.now())
        jo.generation = 1
    alone = answers_for(event, 0, name="Inés", people=4).id
    assert queries.counts(event, date_id(0)) == queries.Counts(coming=6, not_coming=3)
    weeks_later(clock, 1)
    assert database.session.get(Rsvp, alone, populate_existing=True) is None
    assert queries.counts(event, date_id(0)).coming == 9
    for rsvp in (noor, jo):
        with database.transaction():
            actions.withdraw(rsvp, now=time.now())
    assert queries.counts(event, date_id(0)) == queries.Counts(coming=4)
    assert queries.counts(event, date_id(1)) == queries.Counts()


def test_shifts_are_free_again_for_the_dates_to_come(clock: time_machine.Traveller) -> None:
    event = make_series()
    with database.transaction() as session:
        shift = RsvpShift(event_id=event.id, name="Marshals", capacity=5, taken=3)
        session.add(shift)
    rsvps = [answers_for(event, 0, name="Jo", people=2), answers_for(event, 3, name="Amal")]
    with database.transaction():
        for rsvp in rsvps:
            rsvp.shift_id = shift.id
    weeks_later(clock, 1)
    database.session.refresh(shift)
    assert shift.taken == 1


def test_a_series_that_has_ended_is_purged_as_a_whole(clock: time_machine.Traveller) -> None:
    event = make_series("FREQ=WEEKLY;BYDAY=FR;COUNT=3")
    make_rsvp(event, name="Noor", email="noor@example.org")
    weeks_later(clock, 2)
    assert database.session.scalars(select(Rsvp.counted)).all() == [True]
    assert retention.erased_at(event) is None
    weeks_later(clock, 3)
    assert database.session.scalars(select(Rsvp.id)).all() == []
    assert retention.erased_at(event) == time.now()
    assert queries.counts(event).coming == 1
    assert retention.due(time.now()) == []


def test_a_date_that_the_series_has_no_more_is_past_by_its_rule(clock: time_machine.Traveller) -> None:
    event = make_series()
    answers_for(event, 0, name="Jo")
    make_rsvp(event)
    with database.transaction() as session:
        session.delete(events.occurrence(event, date_id(0)))
    weeks_later(clock, 2)
    assert database.session.scalars(select(Rsvp.occurrence)).all() == [""]


def test_what_cannot_be_read_any_more_holds_nothing_up(clock: time_machine.Traveller) -> None:
    event = make_series()
    make_rsvp(event, name="Noor", email="noor@example.org")
    keys.destroy(event.key_name)
    weeks_later(clock, 1)
    assert terms.of(event).purged_at == time.now()
    assert make_rsvp(event, name="Noor", email="noor@example.org").counted


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_is_answering_keeps_the_key_until_they_have(clock: time_machine.Traveller, backend: str) -> None:
    """PostgreSQL writes side by side: without a lock an answer could be sealed with the key that is destroyed next."""
    event = make_series()
    clock.move_to(FIRST + timedelta(days=14))
    with database.transaction():
        sealing.sealer_of(event)
        with database.engine().connect() as other:
            other.exec_driver_sql("SET lock_timeout = 200")
            with pytest.raises(Exception, match="lock timeout"):
                other.exec_driver_sql("SELECT id FROM events FOR UPDATE")
    with database.engine().connect() as other, other.begin():
        other.exec_driver_sql("SELECT id FROM events FOR KEY SHARE")
        with pytest.raises(Exception, match="lock timeout"):
            retention.purge(event, now=time.now(), everything=False)
        database.session.rollback()
    retention.purge_due()
    database.session.expire_all()
    assert terms.of(event).purged_at == time.now()
