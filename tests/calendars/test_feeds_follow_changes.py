"""A change reaches every process at once, and what does not concern feeds leaves them as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from types import ModuleType

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from eventkit import clock as the_clock
from eventkit import jobs, signals
from eventkit.calendars import feeds
from eventkit.calendars.models import CalendarEntry, CalendarRevision
from eventkit.events import actions
from eventkit.events.models import Event, EventTag, Participation
from eventkit.organizations import actions as organizations
from tests.factories import make_event, make_rsvp, make_user
from tests.factories.events import make_details
from tests.visitor import Visitor

FEED = "/feeds/events.ics"


def number(db: ModuleType) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(CalendarRevision.number)) or 0


@pytest.mark.both_databases
def test_a_change_in_one_process_is_in_the_next_answer_of_another(
    make_app: Callable[[], Flask], client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    other = make_app().test_client()
    event = make_event(title="Vigil")
    for title in ("March", "Rally"):
        before = other.get(FEED)
        assert client.get(FEED).data == before.data
        clock.shift(timedelta(minutes=1))
        with db.transaction():
            actions.edit(event, make_details(title=title), now=the_clock.now())
        for asked in (
            {"If-None-Match": before.headers["ETag"]},
            {"If-Modified-Since": before.headers["Last-Modified"]},
        ):
            answer = other.get(FEED, headers=asked)
            assert answer.status_code == 200
            assert f"SUMMARY:{title}\r\n" in answer.text
        anew = make_app().test_client().get(FEED)
        assert client.get(FEED).data == other.get(FEED).data == anew.data
        assert anew.text.count("BEGIN:VCALENDAR") == anew.text.count("END:VCALENDAR") == 1


@pytest.mark.both_databases
def test_every_way_in_which_an_entry_changes_or_vanishes_is_counted(
    db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_event(host="Tenants", tags=("bread",))
    draft = make_event(status="draft")
    organization = event.participations[0].organization
    particulars = organizations.Particulars(name="Tenants of Dundas")

    def locate() -> None:
        event.venue.latitude, event.venue.longitude = 43.7, -79.4
        signals.venue_located.send(venue=event.venue)

    ways: list[Callable[[], object]] = [
        lambda: actions.edit(event, make_details(title="March"), now=the_clock.now()),
        lambda: actions.publish(draft, now=the_clock.now()),
        lambda: actions.postpone(event, reason="", now=the_clock.now()),
        lambda: actions.cancel(event, reason="", now=the_clock.now()),
        locate,
        lambda: organizations.change(organization, particulars, now=the_clock.now()),
        lambda: db.session.execute(sa.update(CalendarEntry).values(is_listed=False)),
        lambda: db.session.execute(sa.delete(EventTag)),
        lambda: db.session.execute(sa.delete(Participation)),
        lambda: db.session.delete(draft),
        lambda: db.session.execute(sa.delete(Event)),
    ]
    for way in ways:
        before = number(db)
        with db.transaction():
            way()
        assert number(db) == before + 1, way
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarEntry)) == 0


@pytest.mark.usefixtures("clock")
def test_what_does_not_concern_feeds_is_not_counted(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    before = number(db)
    make_rsvp(event, name="Rosa")
    make_user(name="Somebody")
    client.get(FEED)
    client.get(f"/events/{event.slug}")
    with db.transaction():
        pass
    assert number(db) == before


@pytest.mark.usefixtures("clock")
def test_what_is_rolled_back_is_not_counted(db: ModuleType) -> None:
    event = make_event()
    before = number(db)
    with pytest.raises(RuntimeError), db.transaction():
        actions.edit(event, make_details(title="March"), now=the_clock.now())
        db.session.flush()
        raise RuntimeError("the disk is full")
    with db.transaction():
        pass  # nothing of the former is left
    assert number(db) == before


@pytest.mark.usefixtures("clock")
def test_a_change_that_no_feed_tells_leaves_the_etag(client: Visitor, db: ModuleType) -> None:
    make_event()
    etag = client.get(FEED).headers["ETag"]
    make_event(visibility="private")
    make_event(status="draft")
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.both_databases
def test_many_at_once_are_each_counted(app: Flask, db: ModuleType) -> None:
    events = [make_event(title=f"Vigil {each}") for each in range(6)]
    before = number(db)
    failed: list[BaseException] = []

    def edit(event_id: int) -> None:
        try:
            with app.app_context():
                for turn in range(3):
                    with db.transaction() as session:
                        event = session.get_one(Event, event_id)
                        actions.edit(event, make_details(title=f"Turn {turn}"), now=the_clock.now())
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=Context().run, args=(edit, event.id)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    assert number(db) == before + 18


@pytest.mark.usefixtures("clock")
def test_stale_entries_are_written_in_steps_that_are_counted_once_each(db: ModuleType) -> None:
    for _each in range(60):
        make_event()
    with db.transaction() as session:
        session.execute(sa.update(CalendarEntry).values(rendering="former", vevent="former"))
    before = number(db)
    jobs.run("calendars.refresh")
    assert number(db) == before + 2


def test_who_asks_while_a_feed_is_built_waits_for_that(
    app: Flask, client: Visitor, db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event()
    built: list[None] = []
    first_began, may_go_on = threading.Event(), threading.Event()
    build = feeds.build

    def slowly(*args: object) -> object:
        built.append(None)
        first_began.set()
        assert may_go_on.wait(10)
        return build(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(feeds, "build", slowly)
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=Context().run, args=(lambda: answers.append(app.test_client().get(FEED).data),))
        for _each in range(5)
    ]
    threads[0].start()
    assert first_began.wait(10)
    for thread in threads[1:]:
        thread.start()
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(built) == 1
    assert len(answers) == 5
    assert len(set(answers)) == 1


@pytest.mark.both_databases
def test_a_connection_that_broke_is_opened_again(
    client: Visitor, db: ModuleType, backend: str, clock: time_machine.Traveller
) -> None:
    make_event()
    etag = client.get(FEED).headers["ETag"]
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 304
    if backend == "postgresql":
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        db.session.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        db.session.rollback()
    else:
        client.application.extensions["eventkit.feeds"]._reader._mine.cursor.connection.close()
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 304
