"""The public pages of a series: its next time, all that come, and a page for each."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import pytest
import time_machine

from eventkit import clock as the_clock
from eventkit.events import actions
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_organization, make_series
from tests.factories.events import make_details
from tests.factories.series import FRIDAY, change_dates
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_a_series_tells_its_next_time_its_rule_and_its_changes(client: Visitor, db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
    page = client.get(f"/events/{event.slug}")
    words = words_of(page.text)
    assert "Fri 4 Sep, 6–7 PM" in words
    assert "Every Friday" in words
    assert "Sat 12 Sep, 10 AM–12 PM Moved Instead of Fri 11 Sep, 6 PM. The square is taken" in words
    assert "Fri 18 Sep, 6–7 PM Cancelled Strike, all of us" in words
    assert 'datetime="2026-09-04T18:00:00-04:00"' in page.text


def test_it_tells_the_next_time_that_takes_place_and_which_before_it_does_not(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
    clock.move_to(datetime(2026, 9, 13, tzinfo=UTC))
    page = client.get(f"/events/{event.slug}")
    assert 'datetime="2026-09-25T18:00:00-04:00"' in page.text
    assert "Not on Fri 18 Sep, 6–7 PM: cancelled. Strike, all of us" in words_of(page.text)


def test_each_time_has_a_page(client: Visitor, db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        change_dates(event)
    moved = client.get(f"/events/{event.slug}/dates/20260911T180000")
    assert "Moved: instead of Fri 11 Sep, 6 PM. The square is taken Every Friday." in words_of(moved.text)
    assert 'datetime="2026-09-12T10:00:00-04:00"' in moved.text
    assert f'href="http://localhost/events/{event.slug}/dates/20260911T180000"' in moved.text
    cancelled = client.get(f"/events/{event.slug}/dates/20260918T180000")
    assert "Strike, all of us" in words_of(cancelled.text)
    assert "The next date" in words_of(cancelled.text)
    assert "Are you coming?" not in words_of(cancelled.text)
    assert 'name="robots" content="noindex"' in cancelled.text
    for answer in (moved, cancelled):
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert "Set-Cookie" not in answer.headers
        again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_time_that_there_is_not_is_nowhere(client: Visitor, db: ModuleType) -> None:
    event, draft = make_series(), make_series(status="draft")
    with db.transaction():
        actions.exclude_occurrence(draft, "20260911T180000", now=the_clock.now())
        actions.publish(draft, now=the_clock.now())
    hidden = make_series(visibility="private")
    single = make_event()
    for path in (
        f"{event.slug}/dates/20260912T180000",
        f"{event.slug}/dates/x%00",
        f"{event.slug}/dates/" + "1" * 5000,
        f"{draft.slug}/dates/20260911T180000",
        f"{hidden.slug}/dates/20260911T180000",
        f"{single.slug}/dates/20260915T130000",
    ):
        assert client.get(f"/events/{path}").status_code == 404


def test_a_former_address_leads_to_the_same_time(client: Visitor, db: ModuleType) -> None:
    event = make_series(slug="vigil")
    said = make_details(starts_local=FRIDAY, ends_local=None, rrule=event.rrule, slug="vigils")
    with db.transaction():
        actions.edit(event, said, now=the_clock.now())
    moved = client.get("/events/vigil/dates/20260911T180000")
    assert (moved.status_code, moved.location) == (301, "/events/vigils/dates/20260911T180000")


def test_lists_show_the_next_time(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    organization = make_organization("Night Nurses")
    make_series(host="Night Nurses")
    clock.move_to(datetime(2026, 9, 13, tzinfo=UTC))
    for path in ("/", f"/organizations/{organization.slug}"):
        page = client.get(path).text
        assert 'datetime="2026-09-18"' in page
        assert page.count('class="event-name') == 1


def test_a_series_that_is_over_says_so_and_where_it_goes_on(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller
) -> None:
    event = make_series()
    with db.transaction():
        rest = actions.split(event, "20260918T180000", now=the_clock.now())
    clock.move_to(datetime(2026, 9, 13, tzinfo=UTC))
    page = client.get(f"/events/{event.slug}")
    assert "All of them are over." in words_of(page.text)
    assert f"/events/{rest.slug}" in page.text
