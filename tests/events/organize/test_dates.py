"""The dates of a series on its organizer's pages: what may be done with one, and what is asked before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from eventkit import clock as the_clock
from eventkit.events import actions, queries
from eventkit.events.models import CANCELLED, DRAFT, EXCLUDED, MOVED, PLANNED, Event
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_rsvp, make_series
from tests.factories.series import occurrences_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

SECOND = "20260911T180000"


def path(event: Event, deed: str, recurrence_id: str = SECOND) -> str:
    return f"/organize/events/{event.slug}/dates/{recurrence_id}/{deed}"


def state(db: ModuleType, event: Event, recurrence_id: str = SECOND) -> str:
    db.session.expire_all()
    return next(row.state for row in occurrences_of(event) if row.recurrence_id == recurrence_id)


def test_the_dashboard_lists_what_comes_with_what_may_be_done(signed_in: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    page = signed_in.get(f"/organize/events/{event.slug}").text
    assert "Fri 4 Sep, 6–7 PM" in words_of(page)
    assert "47 dates more" in words_of(page)
    assert "On Fri 4 Sep, with those who come every time:" in words_of(page)  # whose numbers these are
    for deed in ("cancellation", "move", "following"):
        assert path(event, deed) in page
    assert path(event, "restoration") not in page


def test_a_single_event_has_no_list(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    page = signed_in.get(f"/organize/events/{event.slug}").text
    assert 'id="dates"' not in page
    assert "every time" not in page


def test_a_date_is_cancelled_after_a_question_that_tells_who_hears_of_it(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    for number in range(3):
        make_rsvp(event, email=f"p{number}@example.org")
    asked = signed_in.get(path(event, "cancellation"))
    assert "3 get an e-mail now." in words_of(asked.text)
    assert "Fri 11 Sep" in words_of(asked.text)
    assert state(db, event) == PLANNED
    done = signed_in.post(path(event, "cancellation"), data={"reason": "Storm warning"})
    assert done.location == f"/organize/events/{event.slug}#dates"
    assert state(db, event) == CANCELLED
    page = words_of(signed_in.get(f"/organize/events/{event.slug}").text)
    assert "Storm warning" in page
    assert "Bring it back" in page


def test_a_date_is_moved_and_what_was_typed_wrong_stays(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    form = form_on(signed_in.get(path(event, "move")).text, path(event, "move"))
    assert (form["starts_on"], form["starts_time"], form["ends_time"]) == ("2026-09-11", "18:00", "19:00")
    for wrong, said in (
        ({"starts_on": "2026-09-18"}, "another date of the series"),
        ({"starts_on": "2026-02-30"}, "There is no such day."),
        ({"starts_on": ""}, "On which day"),
        ({"starts_time": ""}, "At what hour?"),
        ({"ends_time": "17:00"}, "The end is before the start."),
        ({"starts_on": "2020-01-01"}, "in the past"),
        ({"reason": "x" * 501}, "there is room for 500"),
    ):
        answer = signed_in.post(path(event, "move"), data={**form, "reason": "The hall", **wrong})
        assert answer.status_code == 422
        assert said in words_of(answer.text)
        if "reason" not in wrong:
            assert 'value="The hall"' in answer.text
        assert state(db, event) == PLANNED
    moved = {**form, "starts_on": "2026-09-12", "starts_time": "10:00", "ends_time": "", "reason": "The hall"}
    assert signed_in.post(path(event, "move"), data=moved).status_code == 303
    assert state(db, event) == MOVED
    assert "Instead of Fri 11 Sep, 6 PM." in words_of(signed_in.get(f"/organize/events/{event.slug}").text)


def test_a_date_is_brought_back(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    signed_in.post(path(event, "cancellation"), data={"reason": ""})
    assert "Fri 11 Sep" in words_of(signed_in.get(path(event, "restoration")).text)
    assert signed_in.post(path(event, "restoration")).status_code == 303
    assert state(db, event) == PLANNED
    assert signed_in.post(path(event, "restoration")).status_code == 422


def test_a_draft_leaves_dates_out(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user, status=DRAFT)
    page = signed_in.get(f"/organize/events/{event.slug}").text
    assert path(event, "cancellation") not in page
    assert signed_in.post(path(event, "exclusion")).status_code == 303
    assert state(db, event) == EXCLUDED
    assert "Left out" in words_of(signed_in.get(f"/organize/events/{event.slug}").text)
    signed_in.post(path(event, "restoration"))
    assert state(db, event) == PLANNED


def test_this_and_following_opens_the_rest_for_its_change_and_tells_who_answered(
    signed_in: Visitor, db: ModuleType, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_series(organizer=signed_in.user)
    make_rsvp(event, email="noor@example.org")
    outbox()
    assert signed_in.get(path(event, "following")).status_code == 200
    done = signed_in.post(path(event, "following"))
    rest = db.session.scalar(select(Event).where(Event.continues_id == event.id))
    assert done.location == f"/organize/events/{rest.slug}/edit"
    assert rest.starts_local == datetime(2026, 9, 11, 18)
    message = outbox()[-1]
    body = message.get_body(("plain",))
    assert body is not None
    assert message["To"] == "noor@example.org"
    assert f"/events/{rest.slug}" in body.get_content()
    assert "From Friday 11 September 2026 on" in body.get_content()
    assert f"/organize/events/{rest.slug}" in signed_in.get(f"/organize/events/{event.slug}").text


@pytest.mark.parametrize("deed", ["cancellation", "move", "restoration", "exclusion", "following"])
def test_nobody_else_may(signed_in: Visitor, db: ModuleType, deed: str) -> None:
    event = make_series()
    assert signed_in.post(path(event, deed)).status_code == 404
    assert state(db, event) == PLANNED


@pytest.mark.parametrize("recurrence_id", ["20260912T180000", "x", "%00", "20260911T180000Z", "٢٠٢٦٠٩١١T180000"])
def test_a_date_that_there_is_not_is_nowhere(signed_in: Visitor, recurrence_id: str) -> None:
    event = make_series(organizer=signed_in.user)
    assert signed_in.get(path(event, "move", recurrence_id)).status_code == 404


def test_what_is_over_is_refused_in_words(signed_in: Visitor, clock: time_machine.Traveller) -> None:
    event = make_series(organizer=signed_in.user)
    clock.move_to(datetime(2026, 9, 14, tzinfo=UTC))
    answer = signed_in.post(path(event, "cancellation"), data={"reason": "late"})
    assert answer.status_code == 422
    assert "It is over already." in words_of(answer.text)


def test_a_change_of_the_rule_says_which_decisions_are_gone(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    with db.transaction():
        actions.cancel_occurrence(event, SECOND, reason="", now=the_clock.now())
    edit = f"/organize/events/{event.slug}/edit"
    form = form_on(signed_in.get(edit).text)
    answer = signed_in.post(edit, data={**form, "action": "keep", "rrule": "fortnightly"}, follow_redirects=True)
    assert "is gone: Fri 11 Sep, 6 PM" in words_of(answer.text)
    assert queries.occurrence(event, SECOND) is None


def test_a_form_takes_several_days_and_an_end_and_shows_them_again(signed_in: Visitor, db: ModuleType) -> None:
    event = make_series(organizer=signed_in.user)
    edit = f"/organize/events/{event.slug}/edit"
    for said, rule in (
        ({"repeat_days": ["TU", "FR"]}, "FREQ=WEEKLY;BYDAY=TU,FR"),
        ({"repeat_days": ["FR"], "repeat_until": ["2026-12-18"]}, "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261218"),
        ({"repeat_days": [], "repeat_until": [""], "repeat_count": ["6"]}, "FREQ=WEEKLY;BYDAY=FR;COUNT=6"),
    ):
        form = {name: [value] for name, value in form_on(signed_in.get(edit).text).items()}
        fields = MultiDict({**form, "action": ["keep"], "csrf_token": [signed_in.token()], **said})
        assert signed_in.post(edit, data=fields).status_code == 303
        db.session.expire_all()
        assert event.rrule == rule
        again = signed_in.get(edit).text
        kept = form_on(again)
        assert (kept["repeat_until"], kept["repeat_count"]) == (
            "2026-12-18" if "UNTIL" in rule else "",
            "6" if "COUNT" in rule else "",
        )
        assert ("checked" in again.split('value="TU"')[0].rsplit("<input", 1)[1]) == ("TU" in rule)
