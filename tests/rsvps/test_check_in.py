"""Who has arrived: told by several phones, some of them late, and merged by the times of the taps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit import clock as the_clock
from eventkit.events.models import Event
from eventkit.rsvps import actions, check_in, entrance, queries, terms
from eventkit.rsvps.models import WAITING, Rsvp
from tests.factories import make_event, make_rsvp, make_series, make_shift, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def event(signed_in: Visitor) -> Event:
    return make_event(organizer=signed_in.user)


def path_of(event: Event) -> str:
    return f"/organize/events/{event.slug}/check-in"


def send(visitor: Visitor, event: Event, *taps: dict[str, Any], date: str = "") -> Any:
    """As the script of the page sends them."""
    headers = {"X-CSRFToken": visitor.token()}
    return visitor.post(path_of(event), json={"date": date, "taps": list(taps)}, headers=headers)


def standing(db: ModuleType, rsvp: Rsvp) -> tuple[int, datetime | None]:
    db.session.refresh(rsvp)
    return rsvp.arrived, rsvp.arrived_at


def test_a_list_by_name_with_numbers(signed_in: Visitor, event: Event) -> None:
    make_rsvp(event, name="Ravi", party_size=2)
    make_rsvp(event, name="Amal", email="amal@example.org")
    make_rsvp(event, name="Maybe Mo", partstat="TENTATIVE")
    make_rsvp(event, name="Not Coming", partstat="DECLINED")
    make_rsvp(event)
    page = signed_in.get(path_of(event)).text
    assert page.index("Amal") < page.index("Maybe Mo") < page.index("Ravi") < page.index("No name")
    assert "Not Coming" not in page
    assert "amal@example.org" not in page
    assert "data-expected-people>4<" in page


def test_a_button_checks_in_and_undoes_without_script(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    rsvp = make_rsvp(event, name="Ravi", party_size=3)
    tapped = signed_in.post(path_of(event), data={"tap": f"{rsvp.id}:2", "q": "rav"})
    assert (tapped.status_code, tapped.location) == (303, f"{path_of(event)}?q=rav#guest-{rsvp.id}")
    assert standing(db, rsvp) == (2, the_clock.now())
    page = signed_in.get(path_of(event)).text
    assert "2 of 3, 8 AM" in page.replace("08:00", "8 AM")
    assert "data-arrived-people>2<" in page
    signed_in.post(path_of(event), data={"tap": f"{rsvp.id}:0"})
    assert standing(db, rsvp)[0] == 0


def test_a_search_finds_names_without_accents(signed_in: Visitor, event: Event) -> None:
    make_rsvp(event, name="Zoé Müller")
    make_rsvp(event, name="Ravi")
    page = signed_in.get(path_of(event), query_string={"q": "zoe mu"}).text
    assert ("Zoé Müller" in page, "Ravi" in page) == (True, False)


def test_of_a_long_list_the_beginning_is_shown_and_the_rest_is_found(
    signed_in: Visitor, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventkit.rsvps.organize.check_in._MOST_SHOWN", 2)
    for name in ("Amal", "Noor", "Ravi"):
        make_rsvp(event, name=name)
    page = signed_in.get(path_of(event)).text
    assert ("Noor" in page, "Ravi" in page) == (True, False)
    assert "These are the first 2 of 3." in page
    assert "data-keep-list" not in page
    assert "Ravi" in signed_in.get(path_of(event), query_string={"q": "ravi"}).text


def test_what_a_phone_kept_is_told_with_its_age(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    first, second = make_rsvp(event, name="Ravi", party_size=2), make_rsvp(event, name="Amal")
    answer = send(
        signed_in,
        event,
        {"rsvp": first.id, "arrived": 2, "ago": 600},
        {"rsvp": second.id, "arrived": 1, "ago": 60.5},
    )
    assert answer.get_json()["arrived"] == 3
    assert answer.get_json()["expected"] == 3
    assert answer.get_json()["guests"][str(first.id)][0] == 2
    assert standing(db, first) == (2, the_clock.now() - timedelta(minutes=10))
    assert signed_in.get(f"{path_of(event)}.json").get_json() == answer.get_json()


def test_what_cannot_be_read_is_let_go(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    rsvp = make_rsvp(event, name="Ravi")
    wrong: list[Any] = [
        {},
        {"rsvp": 0, "arrived": 1},
        {"rsvp": str(rsvp.id), "arrived": 1},
        {"rsvp": rsvp.id, "arrived": -1},
        {"rsvp": rsvp.id, "arrived": True},
        {"rsvp": rsvp.id, "arrived": 10**30},
        {"rsvp": rsvp.id, "arrived": 1, "ago": "x"},
        {"rsvp": rsvp.id, "arrived": 1, "ago": float("inf")},
        {"rsvp": 10**30, "arrived": 1},
        {"rsvp": 999, "arrived": 1},
        {"rsvp": [], "arrived": {}},
        {"code": "x", "arrived": 1},
        "x",
    ]
    assert send(signed_in, event, *wrong).status_code == 200
    for body in ("[]", "null", '{"taps": 1}', "{", '{"taps": null, "date": 7}'):
        headers = {"X-CSRFToken": signed_in.token()}
        answer = signed_in.post(path_of(event), data=body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
    for tap in ("", "x", f"{rsvp.id}", f"{rsvp.id}:x", f"{rsvp.id}:-1", "9" * 5000 + ":1"):
        assert signed_in.post(path_of(event), data={"tap": tap}).status_code == 303
    assert standing(db, rsvp) == (0, None)


def test_no_arrival_is_in_the_future_or_long_ago(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    for ago, told in ((-5, timedelta()), (10**12, check_in.LONGEST_KEPT)):
        rsvp = make_rsvp(event, name="Ravi")
        send(signed_in, event, {"rsvp": rsvp.id, "arrived": 1, "ago": ago})
        assert standing(db, rsvp) == (1, the_clock.now() - told)


def test_in_a_series_somebody_arrives_at_one_date(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    rsvp = make_rsvp(event, name="Every Time", party_size=2)
    marshals = make_shift(event)
    with db.transaction():
        rsvp.shift_id = marshals.id
    before = queries.counts(event)
    page = signed_in.get(path_of(event)).text
    date = page.split('data-date="')[1].partition('"')[0]
    send(signed_in, event, {"rsvp": rsvp.id, "arrived": 2}, date=date)
    assert queries.counts(event) == before
    assert queries.counts(event, date) == before
    assert standing(db, rsvp)[0] == 0
    arrived = db.session.scalars(select(Rsvp).where(Rsvp.series_id == rsvp.id)).one()
    assert (arrived.occurrence, arrived.arrived) == (date, 2)
    send(signed_in, event, {"rsvp": rsvp.id, "arrived": 0}, date=date)
    (guest,) = check_in.guests(event, date)
    assert (guest.number, guest.arrived, guest.shift) == (rsvp.id, 0, "Marshal")
    other = page.split("?date=")[1].partition('"')[0]
    assert [guest.arrived for guest in check_in.guests(event, other)] == [0]


def test_who_waits_for_a_seat_is_not_let_in(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    rsvp = make_rsvp(event, name="Ravi")
    with db.transaction():
        rsvp.seat = WAITING
    assert "Ravi" not in signed_in.get(path_of(event)).text
    send(signed_in, event, {"rsvp": rsvp.id, "arrived": 1})
    assert standing(db, rsvp) == (0, None)
    page = signed_in.get(f"/organize/check-in/{entrance.code_of(rsvp)}").text
    assert "They are on the waitlist." in page


def test_where_people_are_not_checked_in_there_is_no_list(
    signed_in: Visitor, client: Visitor, event: Event, db: ModuleType
) -> None:
    rsvp = make_rsvp(event, name="Ravi")
    page = f"/rsvps/{queries.browser_token(rsvp)}"
    assert "Show at the entrance" in client.get(page).text
    with db.transaction():
        terms.to_change(event).has_check_in = False
    for path in (path_of(event), f"{path_of(event)}.json", f"/organize/check-in/{entrance.code_of(rsvp)}"):
        assert signed_in.get(path).status_code == 404
    assert send(signed_in, event, {"rsvp": rsvp.id, "arrived": 1}).status_code == 404
    assert "Show at the entrance" not in client.get(page).text


def test_when_it_is_over_the_list_is_gone_and_late_phones_are_heard(
    signed_in: Visitor, event: Event, db: ModuleType, clock: time_machine.Traveller
) -> None:
    rsvp = make_rsvp(event, name="Ravi")
    assert event.over_at is not None
    clock.move_to(event.over_at + timedelta(hours=13))
    signed_in.sign_in(signed_in.user)
    page = signed_in.get(path_of(event)).text
    assert ("Ravi" in page, "data-closed" in page) == (False, True)
    send(signed_in, event, {"rsvp": rsvp.id, "arrived": 1, "ago": 13 * 3600})
    assert standing(db, rsvp)[0] == 1


def test_a_code_opens_the_check_in_of_its_rsvp_and_nothing_else(
    signed_in: Visitor, client: Visitor, event: Event, app: Flask, db: ModuleType
) -> None:
    rsvp = make_rsvp(event, name="Ravi", party_size=2)
    code = entrance.code_of(rsvp)
    assert client.get(f"/rsvps/{code}").status_code == 404
    assert client.get(f"/organize/check-in/{code}").status_code == 302
    assert signed_in.get(f"/organize/check-in/{queries.browser_token(rsvp)}").status_code == 404
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    assert stranger.sign_in(make_user()).get(f"/organize/check-in/{code}").status_code == 404
    assert stranger.post(f"/organize/check-in/{code}", data={"arrived": "1"}).status_code == 404
    page = signed_in.get(f"/organize/check-in/{code}").text
    assert "Ravi" in page
    assert standing(db, rsvp) == (0, None)
    assert signed_in.post(f"/organize/check-in/{code}", data={"arrived": "2"}).status_code == 303
    assert standing(db, rsvp) == (2, the_clock.now())


def test_a_code_holds_when_the_address_is_proven_and_ends_when_it_changes(db: ModuleType, event: Event) -> None:
    rsvp = make_rsvp(event, email="noor@example.org")
    code = entrance.code_of(rsvp)
    with db.transaction():
        rsvp.generation |= 1
    assert entrance.by_code(code) is rsvp
    with db.transaction():
        rsvp.generation += 2
    assert entrance.by_code(code) is None


def test_the_confirmation_brings_the_code_where_people_are_checked_in(
    event: Event, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    make_rsvp(event, email="noor@example.org")
    assert len(outbox()) == 1
    with db.transaction():
        terms.to_change(event).has_check_in = False
    make_rsvp(event, email="ravi@example.org")
    pictures = {
        message["To"]: [
            part.get_content_type() for part in message.iter_attachments() if part.get_filename() == "check-in.png"
        ]
        for message in outbox()
    }
    assert pictures == {"noor@example.org": ["image/png"], "ravi@example.org": []}


def test_a_scanned_code_is_checked_by_the_server(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    rsvp, other = make_rsvp(event, name="Ravi"), make_rsvp(make_event(), name="Elsewhere")
    code = entrance.code_of(rsvp)
    forged = code[:-1] + ("A" if code[-1] != "A" else "B")
    for wrong in (forged, entrance.code_of(other)):
        send(signed_in, event, {"rsvp": rsvp.id, "code": wrong, "arrived": 1})
        assert standing(db, rsvp) == (0, None)
    send(signed_in, event, {"rsvp": rsvp.id, "code": code, "arrived": 1})
    assert standing(db, rsvp)[0] == 1


def test_who_took_the_answer_back_is_nobody(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    rsvp = make_rsvp(event, name="Ravi")
    code = entrance.code_of(rsvp)
    with db.transaction():
        actions.withdraw(rsvp, now=the_clock.now())
    assert "The answer was taken back." in signed_in.get(f"/organize/check-in/{code}").text
    signed_in.post(f"/organize/check-in/{code}", data={"arrived": "1"})
    assert standing(db, rsvp)[0] == 0


def test_a_session_that_ended_keeps_the_script_s_taps_with_the_phone(
    client: Visitor, signed_in: Visitor, event: Event
) -> None:
    headers = {"X-CSRFToken": "of the session before"}
    taps = {"taps": [{"rsvp": 1, "arrived": 1}]}
    ended = client.post(path_of(event), json=taps, headers=headers)
    assert (ended.status_code, "Set-Cookie" in ended.headers) == (401, False)
    assert signed_in.post(path_of(event), json=taps, headers=headers).status_code == 400


def test_only_the_entrance_may_use_the_camera_and_keep_its_page(signed_in: Visitor, event: Event) -> None:
    page, worker = signed_in.get(path_of(event)), signed_in.get(f"{path_of(event)}/worker.js")
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert signed_in.get(f"/organize/events/{event.slug}").headers["Permissions-Policy"].startswith("camera=()")
    assert worker.headers["Service-Worker-Allowed"] == path_of(event)
    assert worker.content_type.startswith("text/javascript")


def test_the_list_is_kept_on_no_phone_where_it_would_do_harm(signed_in: Visitor, event: Event, db: ModuleType) -> None:
    make_rsvp(event, name="Ravi")
    assert "data-keep-list" in signed_in.get(path_of(event)).text
    with db.transaction():
        terms.to_change(event).risk = "elevated"
    assert "data-keep-list" not in signed_in.get(path_of(event)).text


def test_signing_out_leaves_no_list_behind(signed_in: Visitor) -> None:
    assert signed_in.post("/organize/sign-out").headers["Clear-Site-Data"] == '"storage"'
