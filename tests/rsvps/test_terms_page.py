"""On what terms people come: an organizer decides it on one page, and a risk level sets safe ones."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit.events.models import Event
from eventkit.rsvps import retention, terms
from eventkit.rsvps.models import RsvpTerms
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_question, make_series, make_user, set_terms
from tests.rsvps.seating import wait_until_one_waits
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def path(event: Event) -> str:
    return f"/organize/events/{event.slug}/rsvps/terms"


def send(visitor: Visitor, event: Event, **changed: str | None) -> str:
    """Opens the page, changes it, sends it, and gives back the words of what comes. None unticks."""
    filled = form_on(visitor.get(path(event)).text, path(event))
    data = {name: value for name, value in {**filled, **changed}.items() if value is not None}
    answer = visitor.post(path(event), data=data, follow_redirects=True)
    assert answer.status_code in {200, 422}
    return words_of(answer.text)


def test_what_is_decided_holds_and_is_shown_again(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)  # in Toronto
    said = {"opens_on": "2026-09-02", "opens_time": "09:00", "closes_on": "2026-09-14", "closes_time": "18:30"}
    said |= {"capacity": "120", "largest_party": "4", "ask_name": "required", "ask_email": "not-asked"}
    said |= {"retention_days": "7", "note": "Meet at the gate.", "thanks": "See you in spring."}
    words = send(signed_in, event, **said, has_waitlist=None, by_approval="y", can_export=None)
    assert "Kept. It holds from now on." in words
    row = db.session.scalars(select(RsvpTerms)).one()
    assert row.opens_at == datetime(2026, 9, 2, 13, tzinfo=UTC)
    assert row.closes_at == datetime(2026, 9, 14, 22, 30, tzinfo=UTC)
    assert (row.capacity, row.retention_days, row.has_waitlist, row.by_approval) == (120, 7, False, True)
    assert (row.can_export, row.has_check_in, row.takes_rsvps) == (False, True, True)
    db.session.refresh(event)
    assert (event.ask_name, event.ask_email, event.largest_party) == ("required", "not-asked", 4)
    assert terms.text_of(row, terms.NOTE) == "Meet at the gate."
    assert b"gate" not in (row.note or b"")
    shown = form_on(signed_in.get(path(event)).text, path(event))
    assert {name: shown[name] for name in said} == said
    assert "has_waitlist" not in shown


def test_after_the_purge_there_is_nobody_left_to_say_words_to(
    signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    """They would be sealed with a key that nothing destroys any more."""
    event = make_event(organizer=signed_in.user)
    assert event.over_at is not None
    clock.move_to(event.over_at + timedelta(days=14))
    retention.purge_due()
    signed_in.sign_in(signed_in.user)
    shown = form_on(signed_in.get(path(event)).text, path(event))
    assert not {"note", "thanks"} & set(shown)
    late = signed_in.post(path(event), data=shown | {"note": "Ring Noor."})
    assert (late.status_code, "Ring Noor." in late.text) == (422, True), "what was typed is not lost unseen"
    assert "This list was erased on" in late.text
    assert "Kept. It holds from now on." in send(signed_in, event, retention_days="7")
    row = db.session.scalars(select(RsvpTerms)).one()
    assert (row.note, row.thanks, row.retention_days) == (None, None, 7)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_words_that_are_written_at_the_end_of_the_purge_go_too(
    app: Flask, db: ModuleType, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    set_terms(event, note="Meet at the gate.")
    number, over = event.id, event.over_at
    assert over is not None
    clock.move_to(over + timedelta(days=14))
    is_writing, is_done, pool = threading.Event(), threading.Event(), ThreadPoolExecutor(1)

    def write() -> None:
        with app.app_context(), db.transaction():
            theirs = db.session.get_one(Event, number)
            terms.lock(theirs)
            terms.set_text(terms.to_change(theirs), terms.NOTE, "Ring Noor.")
            db.session.flush()
            is_writing.set()
            wait_until_one_waits(unless=is_done.is_set)

    def key_is_gone() -> None:
        pool.submit(write)
        is_writing.wait(10)

    with pool:
        monkeypatch.setattr(retention, "_empty_log", key_is_gone)
        retention.purge_due()
        is_done.set()
    db.session.expire_all()
    row = db.session.scalars(select(RsvpTerms)).one()
    assert (is_writing.is_set(), row.note, row.purged_at) == (True, None, over + timedelta(days=14))


#: fields that cannot be so, and what is said of them
WRONG: list[tuple[dict[str, str], str]] = [
    ({"capacity": "0"}, "Write a number from 1 to 1000000"),
    ({"capacity": "many"}, "Write a whole number."),
    ({"capacity": "9" * 5000}, "Write a whole number."),
    ({"largest_party": "0"}, "Write a number from 1 to 100."),
    ({"largest_party": "101"}, "Write a number from 1 to 100."),
    ({"retention_days": "91"}, "Write a number of days from 1 to 90."),
    ({"ask_name": "maybe"}, "Choose from the list."),
    ({"opens_time": "09:00"}, "There is an hour, but no day."),
    ({"closes_on": "2026-09-02"}, "At what hour?"),
    ({"closes_on": "2026-02-30"}, "There is no such day."),
    ({"opens_on": "2027-03-14", "opens_time": "02:30"}, "The clock jumps over this hour"),
    (
        {"opens_on": "2026-09-03", "opens_time": "09:00", "closes_on": "2026-09-03", "closes_time": "09:00"},
        "The end is before the start.",
    ),
    ({"place_public_on": "2026-08-01", "place_public_time": "09:00"}, "This moment is past."),
    ({"place_public_on": "2026-09-15", "place_public_time": "15:00"}, "It would be over by then"),
    ({"confirmed_only": "y"}, "There is no address to confirm"),
    ({"confirmed_only": "y", "ask_email": "required", "headcount_only": "y"}, "There is no address to confirm"),
    ({"note": "x" * 2001}, "This is too long"),
]


def test_what_cannot_be_is_said_and_nothing_is_stored(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    for changed, says in WRONG:
        assert says in send(signed_in, event, **changed, thanks="Kept as typed."), changed
        assert db.session.scalars(select(RsvpTerms)).all() == []


def test_who_saves_second_is_told_what_the_first_decided_and_loses_nothing(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    opened = form_on(signed_in.get(path(event)).text, path(event))
    send(signed_in, event, capacity="80", opens_on="2026-09-02", opens_time="09:00", by_approval="y")
    typed = {**opened, "capacity": "120", "note": "Meet at the gate.", "has_waitlist": "y"}
    told = signed_in.post(path(event), data=typed)
    assert told.status_code == 409
    words = words_of(told.text)
    assert "Somebody else changed this meanwhile." in words
    for holds in ("room for: 80", "From day: 2026-09-02 09:00", "each: yes", "Only for those who come: nothing"):
        assert holds in words
    assert db.session.scalars(select(RsvpTerms)).one().capacity == 80
    db.session.expire_all()
    again = form_on(told.text, path(event))
    assert (again["capacity"], again["note"], "by_approval" in again) == ("120", "Meet at the gate.", False)
    for _twice in range(2):  # a second press of the button says the same
        assert signed_in.post(path(event), data=again).status_code == 303
    db.session.expire_all()
    row = db.session.scalars(select(RsvpTerms)).one()
    assert (row.capacity, row.opens_at, row.by_approval) == (120, None, False)


def test_a_risk_level_that_was_set_meanwhile_is_no_surprise_either(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    opened = form_on(signed_in.get(path(event)).text, path(event))
    signed_in.post(f"{path(event)}/risk", data={"risk": "high"})
    told = signed_in.post(path(event), data=opened)
    assert (told.status_code, "Days until all of it is erased: 1" in words_of(told.text)) == (409, True)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_of_two_who_save_for_the_first_time_at_once_one_is_told(app: Flask, signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    opened, start = form_on(signed_in.get(path(event)).text, path(event)), threading.Barrier(4)
    del opened["csrf_token"]

    def save(number: int) -> int:
        visitor = app.test_client()
        assert isinstance(visitor, Visitor)
        visitor.sign_in(signed_in.user)
        start.wait()
        return visitor.post(path(event), data={**opened, "capacity": str(number + 10)}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(save, range(4))) == [303, 409, 409, 409]


def test_a_risk_level_sets_what_it_advises(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, ask_email="required", largest_party=3)
    set_terms(event, confirmed_only=True, capacity=50)
    signed_in.post(f"{path(event)}/risk", data={"risk": "high"})
    db.session.refresh(event)
    row = db.session.scalars(select(RsvpTerms)).one()
    assert (event.ask_name, event.ask_email, event.largest_party) == ("optional", "not-asked", 3)
    assert (row.risk, row.retention_days, row.has_check_in, row.can_export) == ("high", 1, False, False)
    assert (row.confirmed_only, row.capacity) == (False, 50)
    assert "Set otherwise" not in words_of(signed_in.get(path(event)).text)
    words = send(signed_in, event, retention_days="2", can_export="y")
    assert "Set otherwise than this level advises: days until it is erased, export." in words


@pytest.mark.parametrize(
    ("status", "days", "kept"), [("draft", 14, True), ("draft", 0.5, False), ("published", 14, False)]
)
def test_high_risk_keeps_the_place_of_a_draft_until_the_day_before(
    signed_in: Visitor, db: ModuleType, status: str, days: float, kept: bool
) -> None:
    starts = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=days)
    event = make_event(organizer=signed_in.user, status=status, starts_local=starts, ends_local=None, timezone="UTC")
    signed_in.post(f"{path(event)}/risk", data={"risk": "high"})
    db.session.refresh(event)
    assert event.starts_at is not None
    assert event.place_public_at == (event.starts_at - timedelta(hours=24) if kept else None)


def test_a_level_that_there_is_not_is_refused(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    answer = signed_in.post(f"{path(event)}/risk", data={"risk": "none"}, follow_redirects=True)
    assert "Choose one of the three." in words_of(answer.text)
    assert db.session.scalars(select(RsvpTerms)).all() == []


def test_the_moment_of_the_place_is_news_for_calendars(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user)
    before = event.sequence
    send(signed_in, event, place_public_on="2026-09-15", place_public_time="08:00")
    db.session.refresh(event)
    assert event.place_public_at == datetime(2026, 9, 15, 12, tzinfo=UTC)
    assert event.sequence == before + 1
    send(signed_in, event)
    db.session.refresh(event)
    assert event.sequence == before + 1, "what is as it was is no news"
    send(signed_in, event, place_public_on="", place_public_time="")
    db.session.refresh(event)
    assert (event.place_public_at, event.sequence) == (None, before + 2)


def test_the_editor_of_the_event_keeps_what_is_asked(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, ask_name="required", ask_email="not-asked", largest_party=3)
    edit = f"/organize/events/{event.slug}/edit"
    opened = form_on(signed_in.get(edit).text, edit)
    assert not {"ask_name", "ask_email", "largest_party"} & opened.keys()
    send(signed_in, event, largest_party="2")  # meanwhile: not of what this form is about
    assert signed_in.post(edit, data={**opened, "action": "keep", "title": "Another title"}).status_code == 303
    db.session.refresh(event)
    assert (event.title, event.ask_name, event.ask_email, event.largest_party) == (
        "Another title",
        "required",
        "not-asked",
        2,
    )


def test_a_draft_and_a_series_have_the_page_too(signed_in: Visitor, db: ModuleType) -> None:
    draft = make_event(organizer=signed_in.user, status="draft", starts_local=None, ends_local=None, timezone="")
    series = make_series(organizer=signed_in.user)
    for event in (draft, series):
        assert "Kept." in send(signed_in, event, capacity="30")
    assert "at each date" in words_of(signed_in.get(path(series)).text)


def test_somebody_else_does_not_find_it(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=make_user(name="Somebody else"))
    question = make_question(event)
    for where in ("", "/questions/new", f"/questions/{question.id}", f"/questions/{question.id}/deletion"):
        assert signed_in.get(path(event) + where).status_code == 404
