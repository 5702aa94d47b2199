"""Some days after an event nobody can read any more who came; how many they were remains."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit import clock as time
from eventkit import db as database
from eventkit import keys
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.mail import outbox
from eventkit.mail.models import InboxMessage, OutboxMessage
from eventkit.rsvps import actions, cli, erasing, listing, queries, retention, terms
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import Broadcast, CalendarReply, Notice, Rsvp
from tests.factories import make_event, make_question, make_rsvp, make_user
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock", "db")

#: the event of these tests is over on 15 September at 19:00 UTC
OVER = "2026-09-15T19:00:00+00:00"


def everything_about(event: Event) -> Rsvp:
    """An event of which all is known that can be: answers, messages, an answer by mail, words of its organizer."""
    with database.transaction() as session:
        on_terms = terms.to_change(event)
        terms.set_text(on_terms, terms.NOTE, "We meet behind the church")
        terms.set_text(on_terms, terms.THANKS, "It goes on")
        sealed = keys.sealer(event.key_name).seal("Bring water", "broadcast:1")
        session.add(Broadcast(event_id=event.id, token="t", audience="all", sealed=sealed, created_at=time.now()))
    make_rsvp(event, party_size=2)
    make_rsvp(event, partstat="DECLINED", name="Jo", email="jo@example.org")
    rsvp, said = invited(event, name="Noor", partstat="ACCEPTED")
    arrives(letters.google_counter(said.but(starts="DTSTART:20260916T220000Z", ends="DTEND:20260917T000000Z")))
    return rsvp


def is_purged(event: Event) -> bool:
    retention.purge_due()
    database.session.expire_all()
    return database.session.scalar(select(Rsvp.id).where(Rsvp.event_id == event.id, Rsvp.counted)) is None


@pytest.mark.both_databases
def test_after_the_days_that_its_terms_say_nothing_is_left_but_the_count(
    db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event()
    everything_about(event)
    other = make_event(starts_local=event.starts_local + timedelta(days=30), ends_local=None)
    theirs = make_rsvp(other, name="Amal", email="amal@example.org")
    former = event.key_name
    clock.move_to(OVER)
    clock.shift(timedelta(days=14) - timedelta(seconds=1))
    assert not is_purged(event)
    clock.shift(1)
    assert is_purged(event)
    assert db.session.scalars(select(Rsvp.event_id)).all() == [other.id]
    assert db.session.scalars(select(OutboxMessage.key_name)).all() == [other.key_name]
    assert db.session.scalars(select(CalendarReply)).all() == []
    assert [each.sealed for each in db.session.scalars(select(InboxMessage))] == [None]
    assert [(each.sealed, each.done_at) for each in db.session.scalars(select(Broadcast))] == [(None, time.now())]
    kept = terms.of(event)
    assert (kept.note, kept.thanks, kept.purged_at) == (None, None, time.now())
    assert not keys.exists(former)
    assert queries.counts(event) == queries.Counts(coming=3, not_coming=1)
    assert queries.answer_of(theirs).person.name == "Amal"
    assert retention.due(time.now()) == []


def test_the_terms_say_how_many_days(clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, name="Noor")
    with database.transaction():
        terms.to_change(event).retention_days = 1
    clock.move_to(OVER)
    clock.shift(timedelta(hours=23))
    assert not is_purged(event)
    clock.shift(timedelta(hours=1))
    assert is_purged(event)


@pytest.mark.parametrize("before", ["renewed", "destroy_former", "_empty_log"])
def test_whatever_interrupts_it_the_next_sweep_goes_on(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """It is not said to be purged while its key, or an earlier one, is alive."""
    event = make_event()
    everything_about(event)
    former = event.key_name
    clock.move_to(OVER)
    clock.shift(timedelta(days=15))

    def killed(*_arguments: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(retention if before == "_empty_log" else keys, before, killed)
        with pytest.raises(SystemExit):
            retention.purge_due()
    database.session.rollback()
    database.session.expire_all()
    assert terms.of(event).purged_at is None
    assert is_purged(event)
    assert terms.of(event).purged_at == time.now()
    assert not keys.exists(former)
    assert keys.exists(event.key_name), "somebody may write to its organizer"


def test_a_failure_is_told_by_its_kind_and_keeps_no_other_event(
    app: Flask, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = make_event(), make_event()
    for event in (first, second):
        make_rsvp(event, name="Noor")
    clock.move_to(OVER)
    clock.shift(timedelta(days=15))
    forget = erasing.forget_all

    def failing(event: Event, **more: object) -> None:
        if event.id == first.id:
            raise ValueError("Noor")
        forget(event, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "forget_all", failing)
        retention.purge_due()
        assert [record.getMessage() for record in caplog.records] == ["event 1 is not purged yet (ValueError)"]
        done = app.test_cli_runner().invoke(cli.purge, [])
        assert (done.exit_code, "Noor" in done.output) == (1, False)
    database.session.expire_all()
    assert (terms.of(first).purged_at, terms.of(second).purged_at) == (None, time.now())
    assert app.test_cli_runner().invoke(cli.purge, []).exit_code == 0
    assert app.test_cli_runner().invoke(cli.purge, []).output == "nothing is due\n"


def test_it_is_purged_at_once_when_the_operator_says_so(app: Flask) -> None:
    event = make_event()
    make_rsvp(event, name="Noor", email="noor@example.org")
    run = app.test_cli_runner()
    assert run.invoke(cli.purge, ["--event", event.slug], input="n\n").exit_code == 1
    assert database.session.scalar(select(Rsvp.sealed)) is not None
    done = run.invoke(cli.purge, ["--event", event.slug, "--yes"])
    assert (done.exit_code, done.output) == (0, f"{event.slug}: erased 1 RSVPs, 1 messages and the key\n")
    assert run.invoke(cli.purge, ["--event", "nowhere", "--yes"]).exit_code == 1
    database.session.expire_all()
    assert database.session.scalar(select(Rsvp.sealed)) is None
    assert make_rsvp(event, name="Noor", email="noor@example.org").counted, "it is still to come, and takes answers"


def test_an_event_that_moves_to_a_later_day_is_purged_after_that_one(clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, name="Noor")
    clock.move_to(OVER)
    clock.shift(timedelta(days=15))
    assert is_purged(event)
    with database.transaction():
        event.over_at = time.now() + timedelta(days=2)
    assert retention.erased_at(event) is None
    make_rsvp(event, name="Jo")
    clock.shift(timedelta(days=15))
    assert not is_purged(event)
    clock.shift(timedelta(days=1))
    assert is_purged(event)


def test_those_who_come_to_a_postponed_event_can_hear_of_its_new_day_for_sixty_days(
    clock: time_machine.Traveller,
) -> None:
    event = make_event()
    make_rsvp(event, name="Noor")
    with database.transaction():
        events.postpone(event, reason="Storm", now=time.now())
    clock.move_to(OVER)
    clock.shift(timedelta(days=59))
    assert not is_purged(event)
    clock.shift(timedelta(days=1))
    assert is_purged(event)


def test_a_draft_keeps_its_key(clock: time_machine.Traveller) -> None:
    event = make_event(status="draft")
    clock.move_to(OVER)
    clock.shift(timedelta(days=50))
    assert retention.due(time.now()) == []
    assert keys.exists(event.key_name)


def test_no_link_leads_to_somebody_else_afterwards(clock: time_machine.Traveller, client: Visitor) -> None:
    """A link proves the number of a row: SQLite must not give it out again once the row is gone."""
    event = make_event()
    links = [queries.browser_token(make_rsvp(event, name=name)) for name in ("Noor", "Jo")]
    clock.move_to(OVER)
    clock.shift(timedelta(days=14))
    assert is_purged(event)
    other = make_event()
    for name in ("Amal", "Inés"):
        make_rsvp(other, name=name)
    for link in links:
        page = client.get(f"/rsvps/{link}")
        assert "Amal" not in page.text
        assert "Inés" not in page.text
        assert (page.status_code, "erased" in page.text) == (410, True)


def test_the_pages_say_that_it_was_erased(clock: time_machine.Traveller, client: Visitor) -> None:
    event = make_event(organizer=make_user())
    token = queries.browser_token(make_rsvp(event, name="Noor", party_size=3))
    make_rsvp(event)
    organizer = client.application.test_client()
    assert isinstance(organizer, Visitor)
    page = f"/organize/events/{event.slug}/rsvps"
    organizer.sign_in(event.organizer)
    assert "29 Sep" in organizer.get(page).text, "when it will be erased"
    clock.move_to(OVER)
    clock.shift(timedelta(days=14))
    assert is_purged(event)
    organizer.sign_in(event.organizer)
    told = organizer.get(page).text
    assert "This list was erased on Tue 29 Sep." in told
    assert "<bdi>4</bdi>" in told
    assert "Nobody has answered yet" not in told
    assert organizer.get(f"/organize/events/{event.slug}").status_code == 200
    assert client.get(f"/events/{event.slug}").status_code == 200
    for path in ("", "/dates", "/withdraw"):
        answer = client.post(f"/rsvps/{token}{path}", data={"partstat": "DECLINED"})
        assert answer.status_code == 410
        assert "erased" in answer.text
    assert client.get(f"/rsvps/{token[:-4]}abcd").status_code == 404, "a link that is none of ours"


def test_an_answer_by_mail_that_comes_too_late_is_not_kept(clock: time_machine.Traveller) -> None:
    event = make_event()
    _rsvp, said = invited(event)
    clock.move_to(OVER)
    clock.shift(timedelta(days=14))
    assert is_purged(event)
    (reply,) = arrives(letters.google(said))
    assert (reply.verdict, reply.reason) == ("stale", "erased")
    (other,) = arrives(letters.google(said.but(organizer="events@example.org", attendee="jo@mail.example")))
    assert (other.verdict, other.reason) == ("stale", "erased")
    assert [each.sealed for each in database.session.scalars(select(InboxMessage))] == [None, None]


def test_a_question_to_the_organizer_arrives_when_all_else_is_erased(
    clock: time_machine.Traveller, client: Visitor
) -> None:
    event = make_event()
    clock.move_to(OVER)
    clock.shift(timedelta(days=14))
    assert is_purged(event)
    asked = client.post(f"/events/{event.slug}/contact", data={"message": "Have you found a green scarf?"})
    assert asked.status_code == 303
    queued = database.session.scalars(select(OutboxMessage)).one()
    assert "scarf" in keys.sealer(queued.key_name).unseal(queued.sealed or b"", outbox.about(queued.key))


def test_a_notice_that_is_being_written_out_ends(clock: time_machine.Traveller) -> None:
    event = make_event()
    with database.transaction():
        events.cancel(event, reason="", now=time.now())
    clock.move_to(OVER)
    clock.shift(timedelta(days=14))
    assert is_purged(event)
    assert database.session.scalars(select(Notice.done_at)).all() == [time.now()]


def test_where_an_rsvp_came_from_is_forgotten_after_three_days(clock: time_machine.Traveller) -> None:
    rsvp = make_rsvp(make_event())
    with database.transaction():
        rsvp.source = b"s" * 16
    clock.shift(timedelta(days=3) - timedelta(seconds=1))
    retention.purge_due()
    assert database.session.scalar(select(Rsvp.source)) == b"s" * 16
    clock.shift(1)
    retention.purge_due()
    assert database.session.scalar(select(Rsvp.source)) is None


def test_with_the_key_store_lost_an_event_takes_answers_again() -> None:
    event = make_event()
    rsvp = make_rsvp(event, name="Noor", email="noor@example.org")
    keys.destroy(event.key_name)
    assert make_rsvp(event, name="Jo").counted
    with database.transaction():
        actions.change(rsvp, queries.answer_of(rsvp), now=time.now())
    assert {each.person.name for each in listing.everybody(event, Wanted())} == {"Jo", ""}


def test_with_the_key_store_lost_the_list_is_still_shown(client: Visitor) -> None:
    event = make_event(organizer=make_user())
    question = make_question(event)
    make_rsvp(event, name="Noor", email="noor@example.org")
    keys.destroy(event.key_name)
    make_rsvp(event, name="Jo", email="jo@example.org")
    client.sign_in(event.organizer)
    page = f"/organize/events/{event.slug}/rsvps"
    for path in (page, f"{page}?q=Jo", f"{page}/answers/{question.id}", f"{page}/print", f"{page}.csv"):
        assert client.get(path).status_code == 200, path
    assert "Jo" in client.get(page).text


def test_what_was_sent_before_the_key_store_was_lost_is_forgotten_too(clock: time_machine.Traveller) -> None:
    event = make_event()
    make_rsvp(event, name="Noor", email="noor@example.org")
    keys.destroy(event.key_name)
    make_rsvp(event, name="Jo", email="jo@example.org")
    assert event.over_at is not None
    clock.move_to(event.over_at + timedelta(days=14))
    retention.purge_due()
    assert database.session.scalars(select(OutboxMessage.key)).all() == []
