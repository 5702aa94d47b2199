"""Numbers and characters that no column takes are answered as what is not there: nothing fails on them."""

from __future__ import annotations

import pytest

from tests.factories import make_event, make_rsvp, make_series
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

#: more than an integer of either database
HUGE = 10**30


@pytest.mark.parametrize(
    "path",
    [
        f"rsvps/{HUGE}",
        f"broadcasts/{HUGE}",
        f"rsvps/terms/questions/{HUGE}",
        f"rsvps/terms/shifts/{HUGE}/deletion",
        f"rsvps/removal?rsvp={HUGE}",
    ],
)
def test_a_number_that_no_row_has(signed_in: Visitor, path: str) -> None:
    event = make_event(organizer=signed_in.user)
    assert signed_in.get(f"/organize/events/{event.slug}/{path}").status_code in {302, 303, 404}


@pytest.mark.parametrize("query", [f"page={HUGE}", f"page=-{HUGE}", "page=0"])
def test_a_page_that_no_list_has(signed_in: Visitor, query: str) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event)
    assert signed_in.get(f"/organize/events/{event.slug}/rsvps?{query}").status_code in {200, 302, 303, 404}


@pytest.mark.parametrize("ago", ["9" * 400, "-1e400", "NaN", "true", '"x"'])
def test_a_tap_of_a_clock_that_there_is_not(signed_in: Visitor, ago: str) -> None:
    event = make_event(organizer=signed_in.user)
    rsvp = make_rsvp(event)
    body = f'{{"date": "", "taps": [{{"rsvp": {rsvp.id}, "arrived": 1, "ago": {ago}}}]}}'
    headers = {"X-CSRFToken": signed_in.token(), "Content-Type": "application/json"}
    told = signed_in.post(f"/organize/events/{event.slug}/check-in", data=body, headers=headers)
    assert told.status_code == 200


@pytest.mark.both_databases
def test_a_date_that_cannot_be_written(client: Visitor) -> None:
    event = make_series()
    said = {"partstat": "ACCEPTED", "occurrence": "2026\x000101"}
    assert client.post(f"/events/{event.slug}/rsvps", data=said).status_code == 422
    path = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "occurrence": "every"}).location
    said = {"date-occurrence": "2026\x000101", "date-partstat": "DECLINED"}
    assert client.post(f"{path}/dates", data=said).status_code == 422
    assert client.get(f"/events/{event.slug}/dates/2026%000101").status_code == 404
    assert client.get("/events/a%00b").status_code == 404
    assert client.post("/events/a%00b/rsvps", data={"partstat": "ACCEPTED"}).status_code == 404
