"""A calendar is read by the worker alone, once, whatever dies meanwhile; failures that may pass are tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit import clock as now_of
from eventkit import jobs
from eventkit.calendars import queries
from eventkit.calendars.actions import imports
from eventkit.calendars.imports import fetching, reading
from eventkit.calendars.imports import jobs as work_of
from eventkit.calendars.imports.fetching import FetchFailed
from eventkit.calendars.models import FAILED, READY, WAITING, CalendarImport
from tests.calendars.imports.loopback import Loopback, page
from tests.factories import make_user
from tests.factories.imports import calendar
from tests.visitor import Visitor

VIGIL = calendar("UID:1\nSUMMARY:Vigil\nDTSTART;TZID=America/Toronto:20261107T130000")


@pytest.fixture(autouse=True)
def _still(clock: time_machine.Traveller) -> None:
    """The clock stands still, also when the session is opened."""


def send(visitor: Visitor, data: bytes = VIGIL, name: str = "ours.ics") -> str:
    """Sends a file and answers the page that tells how far it is."""
    answer = visitor.post("/organize/import", data={"file": (BytesIO(data), name)}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def the_import(db: ModuleType) -> CalendarImport:
    db.session.rollback()
    found: CalendarImport = db.session.scalars(select(CalendarImport).order_by(CalendarImport.id.desc())).first()
    return found


def test_a_file_is_read_by_the_worker_and_by_nobody_else(
    signed_in: Visitor, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        pytest.fail("the web process read it")

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read", fail)
        patch.setattr(work_of, "fetch", fail)
        place = send(signed_in)
        assert "is being read" in signed_in.get(place).text
    assert the_import(db).state == WAITING
    jobs.run(imports.READ)
    row = the_import(db)
    assert row.state == READY
    assert [event.title for event in queries.calendar_of(row).events] == ["Vigil"]
    assert "Vigil" in signed_in.get(place).text


def test_an_address_is_fetched_by_the_worker(
    signed_in: Visitor, db: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback({"/secret-7/ours.ics": page(VIGIL)}) as site:
        signed_in.post("/organize/import", data={"address": "webcal://calendars.example/secret-7/ours.ics"})
        row = the_import(db)
        assert (row.source, row.is_address, row.state) == ("calendars.example", True, WAITING)
        assert b"secret-7" not in (row.sealed or b"")
        assert queries.content_of(row) == "https://calendars.example/secret-7/ours.ics"

        def here(address: str) -> bytes:
            assert address == "https://calendars.example/secret-7/ours.ics"
            return fetching.fetch(site.url("/secret-7/ours.ics"), reach=site.reach)

        monkeypatch.setattr(work_of, "fetch", here)
        jobs.run(imports.READ)
    row = the_import(db)
    assert row.state == READY
    assert "secret-7" not in queries.content_of(row)


def test_an_address_on_this_machine_is_refused_at_once_and_stays_in_the_form(
    signed_in: Visitor, db: ModuleType
) -> None:
    with Loopback({"/": page(VIGIL)}) as site:
        for typed in ("http://127.0.0.1/", "http://localhost/", site.url(), "http://2130706433/"):
            answer = signed_in.post("/organize/import", data={"address": typed})
            assert answer.status_code == 422
            assert f'value="{typed}"' in answer.text
        assert site.connections == 0
    assert the_import(db) is None


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"<html>", "no_calendar", "This is no calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_events", "there is no event in it"),
        (calendar(*["UID:1"] * 2001), "too_many_events", "more than 2,000 events"),
    ],
)
def test_a_file_that_is_not_read_says_what_to_do(
    signed_in: Visitor, db: ModuleType, data: bytes, reason: str, words: str
) -> None:
    place = send(signed_in, data)
    jobs.run(imports.READ)
    row = the_import(db)
    assert (row.state, row.reason, row.sealed) == (FAILED, reason, None)
    answer = signed_in.get(place)
    assert words in answer.text
    assert 'name="file"' in answer.text


def test_an_empty_form_and_an_empty_file(signed_in: Visitor, db: ModuleType) -> None:
    answer = signed_in.post("/organize/import", data={})
    assert answer.status_code == 422
    assert "or choose a file" in answer.text
    answer = signed_in.post(
        "/organize/import", data={"file": (BytesIO(b""), "a.ics")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert the_import(db) is None


def test_a_file_that_is_too_large_is_refused_in_words(signed_in: Visitor) -> None:
    answer = signed_in.post(
        "/organize/import",
        data={"file": (BytesIO(bytes(3 * 1024 * 1024)), "a.ics")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def test_a_failure_that_may_pass_is_tried_again_and_then_told(
    signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def busy(address: str) -> bytes:
        asked.append(address)
        raise FetchFailed("too_slow", may_pass=True)

    monkeypatch.setattr(work_of, "fetch", busy)
    place = signed_in.post("/organize/import", data={"address": "https://slow.example/a.ics"}).location
    for attempt, pause in enumerate((*imports.PAUSES, None), 1):
        jobs.run(imports.READ)
        jobs.run(imports.READ)  # not before its time
        assert len(asked) == attempt
        if pause is not None:
            assert the_import(db).state == WAITING
            assert "We try again" in signed_in.get(place).text
            clock.shift(pause)
    assert the_import(db).state == FAILED
    answer = signed_in.get(place).text
    assert "took too long" in answer
    assert 'value="https://slow.example/a.ics"' in answer


def test_a_worker_that_dies_loses_nothing_and_a_file_that_kills_it_is_given_up(
    signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object, **_more: object) -> None:
        raise SystemExit

    send(signed_in)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "read", dies)
        with pytest.raises(SystemExit):
            jobs.run(imports.READ)
    assert the_import(db).state == WAITING
    jobs.run(imports.READ)
    assert the_import(db).state == WAITING, "taken up before its lease was over"
    clock.shift(imports.LEASE)
    jobs.run(imports.READ)
    assert the_import(db).state == READY

    send(signed_in)
    monkeypatch.setattr(reading, "read", dies)
    for _attempt in range(1 + len(imports.PAUSES)):
        with pytest.raises(SystemExit):
            jobs.run(imports.READ)
        clock.shift(imports.LEASE)
    jobs.run(imports.READ)
    assert (the_import(db).state, the_import(db).reason) == (FAILED, "gave_up")


def test_a_bug_of_the_reader_is_told_without_what_the_file_says(
    signed_in: Visitor, db: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise KeyError("Amal Haddad")

    send(signed_in)
    monkeypatch.setattr(reading, "read", broken)
    jobs.run(imports.READ)
    assert (the_import(db).state, the_import(db).reason) == (FAILED, "gave_up")
    assert "KeyError" in caplog.text
    assert "Amal" not in caplog.text


@pytest.mark.both_databases
def test_two_workers_read_one_import_once(
    app: Flask, db: ModuleType, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]
) -> None:
    user = make_user()
    with db.transaction():
        for _number in range(3):
            imports.request_import(VIGIL.decode("latin-1"), source="a.ics", is_address=False, by=user, now=now_of.now())
    read: list[int] = []
    plain = reading.read

    def counted(data: bytes, **more: str) -> object:
        read.append(1)
        return plain(data, **more)

    monkeypatch.setattr(reading, "read", counted)
    monkeypatch.setattr(work_of, "_reading", _NoLock())  # as two processes, which share no lock
    start = threading.Barrier(2)

    def run(worker: Flask) -> None:
        with worker.app_context():
            start.wait()
            jobs.run(imports.READ)

    workers = [threading.Thread(target=partial(run, worker)) for worker in (app, make_app())]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    db.session.rollback()
    assert set(db.session.scalars(select(CalendarImport.state))) == {READY}
    assert len(read) == 3


class _NoLock:
    def acquire(self, *, blocking: bool) -> bool:
        return True

    def release(self) -> None:
        """Nothing was taken."""


def test_what_came_too_late_is_not_written_over_a_later_attempt(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in)
    taken = work_of._take()
    assert taken is not None
    with db.transaction():
        imports.fail(
            the_row := db.session.get(CalendarImport, taken.import_id), "gave_up", may_pass=False, now=now_of.now()
        )
    work_of._settle(taken, reading.read(VIGIL))
    assert the_row.state == FAILED


def test_imports_are_forgotten_after_a_week(signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    send(signed_in)
    jobs.run(imports.READ)
    clock.shift(timedelta(days=6, hours=23))
    jobs.run(imports.READ)
    assert the_import(db) is not None
    clock.shift(timedelta(hours=1))
    jobs.run(imports.READ)
    assert the_import(db) is None


def test_a_person_has_a_few_waiting_and_a_few_kept(signed_in: Visitor, db: ModuleType) -> None:
    for _number in range(imports.MOST_WAITING):
        send(signed_in)
    answer = signed_in.post(
        "/organize/import", data={"file": (BytesIO(VIGIL), "a.ics")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "are being read already" in answer.text
    for _number in range(imports.MOST_KEPT):
        jobs.run(imports.READ)
        send(signed_in)
    assert len(queries.imports_of(signed_in.user)) == imports.MOST_KEPT  # type: ignore[arg-type]


def test_somebody_else_s_import_is_not_there(app: Flask, signed_in: Visitor, operator: Visitor) -> None:
    place = send(signed_in)
    jobs.run(imports.READ)
    assert operator.get(place).status_code == 404
    assert operator.post(place, data={"chosen": "0"}).status_code == 404


def test_the_form_may_be_sent_a_few_times_an_hour(signed_in: Visitor) -> None:
    codes = [signed_in.post("/organize/import", data={}).status_code for _number in range(21)]
    assert codes == [422] * 20 + [429]
