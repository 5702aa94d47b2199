"""The form of a new event: what is right is stored, what is wrong is said at its field, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select

from eventkit.events.models import DRAFT, PUBLISHED, Event
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_organization
from tests.visitor import Visitor

NEW = "/organize/events/new"

FILLED = {
    "title": "Open the night ward",
    "who": "Nurses and their neighbours",
    "what": "A silent vigil with lanterns",
    "starts_on": "2027-03-06",
    "starts_time": "18:30",
    "ends_time": "20:00",
    "place_name": "Queen's Park",
    "street": "111 Wellesley St. W",
    "city": "Toronto",
    "postal_code": "M7A 1A2",
    "country": "CA",
    "why": "Beds are empty while people wait.",
    "parts-0-name": "Nurses for Nights",
    "parts-0-role": "host",
    "parts-0-statement": "",
    "visibility": "public",
    "tags": "Health care, #nights",
    "language": "en",
}


def send(visitor: Visitor, action: str = "publish", **changed: str) -> Any:
    return visitor.post(NEW, data={"action": action, **FILLED, **changed})


def only(db: ModuleType) -> Event:
    return db.session.scalars(select(Event)).one()  # type: ignore[no-any-return]


def stored(db: ModuleType) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Event)) or 0)


@pytest.mark.both_databases
def test_it_is_published_as_it_was_typed(signed_in: Visitor, db: ModuleType) -> None:
    answer = send(signed_in)
    event = only(db)
    assert (answer.status_code, answer.location) == (303, f"/organize/events/{event.slug}")
    assert event.status == PUBLISHED
    assert event.slug == "open-the-night-ward-toronto"
    assert event.timezone == "America/Toronto", "told by the place"
    assert event.starts_at == datetime(2027, 3, 6, 23, 30, tzinfo=UTC)
    assert event.ends_local == datetime(2027, 3, 6, 20, 0)
    assert [tag.name for tag in event.tags] == ["health-care", "nights"]
    assert [(part.organization.name, part.role) for part in event.participations] == [("Nurses for Nights", "host")]
    assert (event.venue.precision, event.venue.state) == ("city", "waiting")
    assert signed_in.get(f"/events/{event.slug}").status_code == 200


def test_a_draft_is_nobody_elses_to_see(signed_in: Visitor, client: Visitor, db: ModuleType) -> None:
    send(signed_in, "keep")
    event = only(db)
    assert event.status == DRAFT
    for path in (f"/events/{event.slug}", f"/events/{event.slug}.ics"):
        assert client.get(path).status_code == 404
    assert "Open the night ward" in words_of(signed_in.get(f"/organize/events/{event.slug}/page").text)


def test_enter_in_a_field_publishes_nothing(signed_in: Visitor) -> None:
    """A browser presses the first button of the form."""
    page = signed_in.get(NEW).text
    first = page[page.index('id="event"') :]
    first = first[first.index("<button") :]
    assert 'value="keep"' in first[: first.index(">")]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "x" * 201}, "there is room for 200 characters"),
        ({"why": "x" * 5001}, "there is room for 5000 characters"),
        ({"starts_on": "", "action": "keep"}, "There is an hour or an end, but no day."),
        ({"starts_on": "", "starts_time": "", "ends_time": ""}, "Say on which day it is."),
        ({"starts_on": "2027-02-30"}, "There is no such day."),
        ({"starts_on": "0027-03-06"}, "Look at the year again."),
        ({"starts_time": "25:00"}, "There is no such hour."),
        ({"starts_time": ""}, "At what hour?"),
        ({"ends_time": "18:00"}, "The end is before the start. If it ends after midnight, give the last day too."),
        ({"ends_on": "2027-03-05"}, "The end is before the start."),
        ({"ends_on": "2027-03-07", "ends_time": ""}, "At what hour does it end on the last day?"),
        ({"all_day": "y", "starts_time": "", "ends_on": "2027-03-05"}, "The end is before the start."),
        ({"ends_on": "2029-03-05"}, "It lasts more than a year."),
        ({"timezone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”."),
        ({"timezone": "EST"}, "There is no time zone “EST”."),
        ({"timezone": "../../etc/passwd"}, "There is no time zone “../../etc/passwd”."),
        ({"starts_on": "2027-03-14", "starts_time": "02:30", "ends_time": ""}, "The clock jumps over this hour"),
        ({"city": "Nowhereville", "country": ""}, "Choose a time zone."),
        ({"rrule": "FREQ=SECONDLY"}, "This repetition is not understood."),
        ({"rrule": "FREQ=WEEKLY\nSUMMARY:x"}, "This repetition is not understood."),
        ({"country": "XX"}, "Choose from the list."),
        ({"online_url": "javascript:alert(1)"}, "Write the whole link, beginning with https://"),
        ({"online_url": "https://"}, "Write the whole link, beginning with https://"),
        ({"online_url": "https://[::1"}, "Write the whole link, beginning with https://"),
        ({"latitude": "91", "longitude": "0"}, "There is no such place on Earth."),
        ({"latitude": "nan", "longitude": "0"}, "There is no such place on Earth."),
        ({"latitude": "43.6"}, "A pin needs both numbers."),
        ({"latitude": "here", "longitude": "0"}, "Write degrees as a number"),
        ({"slug": "No Way"}, "Use small letters a to z"),
        ({"slug": "paste"}, "This address is taken"),
        ({"tags": "a/b"}, "“a/b” is not a tag"),
        ({"tags": ",".join(f"t{n}" for n in range(13))}, "Twelve tags at most."),
        ({"visibility": "secret"}, "Choose from the list."),
        ({"parts-0-role": "target"}, "Choose from the list."),
        ({"parts-0-name": "", "parts-0-statement": "We come."}, "Write the organization's name."),
        ({"parts-1-name": "NURSES for nights", "parts-1-role": "attending"}, "is in the list twice."),
        ({"place_name": "", "street": "", "city": "", "timezone": "America/Toronto"}, "Say where."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored_or_lost(
    signed_in: Visitor, db: ModuleType, changed: dict[str, str], says: str
) -> None:
    answer = send(signed_in, **changed)
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    assert stored(db) == 0
    kept = form_on(answer.text, NEW)
    assert kept["what"] == FILLED["what"]
    for name, value in changed.items():
        if name not in {"action", "all_day", "visibility", "country", "parts-0-role", "timezone", "rrule"}:
            assert kept[name] == value


def test_a_slug_that_is_taken_is_refused(signed_in: Visitor, db: ModuleType) -> None:
    make_event(slug="night-ward")
    answer = send(signed_in, slug="night-ward")
    assert answer.status_code == 422
    assert "This address is taken by another event." in words_of(answer.text)
    assert stored(db) == 1


def test_an_error_leads_to_its_field(signed_in: Visitor) -> None:
    page = send(signed_in, **{"parts-0-name": "", "parts-0-statement": "We come."}).text
    assert '<a href="#parts-0-name">' in page
    assert 'aria-describedby="parts-0-name-error"' in page


def test_whose_clock_is_asked_where_several_places_share_a_name(signed_in: Visitor, db: ModuleType) -> None:
    answer = send(signed_in, city="Birmingham", country="")
    assert answer.status_code == 422
    assert "Whose clock do you mean?" in words_of(answer.text)
    assert 'value="America/Chicago|US"' in answer.text
    send(signed_in, city="Birmingham", country="", clock="America/Chicago|US")
    event = only(db)
    assert (event.timezone, event.venue.country) == ("America/Chicago", "US")


def test_a_city_that_was_corrected_does_not_keep_the_former_ones_clock(signed_in: Visitor, db: ModuleType) -> None:
    moved = {"city": "Vancouver", "timezone": "America/Toronto"}
    answer = send(signed_in, **moved)
    assert answer.status_code == 422
    assert "The place keeps another clock than the time zone below." in words_of(answer.text)
    assert stored(db) == 0
    send(signed_in, **moved, clock="America/Vancouver|CA")
    event = only(db)
    assert event.timezone == "America/Vancouver"
    kept = form_on(signed_in.get(f"/organize/events/{event.slug}/edit").text)
    assert signed_in.post(f"/organize/events/{event.slug}/edit", data={**kept, "action": "keep"}).status_code == 303


def test_another_clock_may_be_meant_and_is_asked_for_once(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, city="Vancouver", timezone="America/Toronto", clock="America/Toronto|")
    event = only(db)
    assert event.timezone == "America/Toronto"
    kept = form_on(signed_in.get(f"/organize/events/{event.slug}/edit").text)
    assert signed_in.post(f"/organize/events/{event.slug}/edit", data={**kept, "action": "keep"}).status_code == 303


def test_a_zone_of_another_name_with_the_same_clock_is_no_question(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, timezone="America/New_York")
    assert only(db).timezone == "America/New_York"


def test_a_pin_tells_the_clock_and_is_kept(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, city="", country="", latitude="48,8584", longitude="2,2945")
    event = only(db)
    assert event.timezone == "Europe/Paris"
    assert (event.venue.latitude, event.venue.precision) == (48.8584, "pin")


def test_a_night_that_ends_the_next_morning(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, ends_on="2027-03-07", ends_time="02:00")
    assert only(db).ends_local == datetime(2027, 3, 7, 2, 0)


def test_a_whole_day_has_no_hour(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, all_day="y", starts_time="", ends_time="")
    event = only(db)
    assert (event.all_day, event.starts_local, event.ends_local) == (True, datetime(2027, 3, 6), None)


def test_an_hour_outweighs_a_tick_that_was_forgotten(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, all_day="y")
    assert only(db).starts_local == datetime(2027, 3, 6, 18, 30)


@pytest.mark.parametrize(
    ("choice", "rule"),
    [
        ("weekly", "FREQ=WEEKLY;BYDAY=SA"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"),
        ("monthly", "FREQ=MONTHLY;BYDAY=1SA"),
        ("daily", "FREQ=DAILY"),
        ("monthly-by-date", "FREQ=MONTHLY;BYMONTHDAY=6"),
        ("yearly", "FREQ=YEARLY"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA"),
    ],
)
def test_a_repetition_follows_from_the_first_day(signed_in: Visitor, db: ModuleType, choice: str, rule: str) -> None:
    send(signed_in, rrule=choice)
    event = only(db)
    assert event.rrule == rule
    edit = form_on(signed_in.get(f"/organize/events/{event.slug}/edit").text)
    assert edit["rrule"] == choice


def test_a_draft_may_lack_all_but_its_title(signed_in: Visitor, db: ModuleType) -> None:
    empty = dict.fromkeys(("starts_on", "starts_time", "ends_time", "place_name", "street", "city", "country"), "")
    assert send(signed_in, "keep", **empty).status_code == 303
    assert only(db).starts_local is None


def test_rows_for_organizations_come_and_go_without_script(signed_in: Visitor, db: ModuleType) -> None:
    more = signed_in.post(NEW, data={**FILLED, "add_part": "1"})
    assert more.status_code == 200
    form = form_on(more.text, NEW)
    assert (form["parts-0-name"], form["parts-1-name"]) == ("Nurses for Nights", "")
    fewer = signed_in.post(NEW, data={**form, "parts-1-name": "Tenants United", "remove_part": "0"})
    form = form_on(fewer.text, NEW)
    assert form["parts-0-name"] == "Tenants United"
    assert "parts-1-name" not in form
    assert form["title"] == FILLED["title"]
    assert stored(db) == 0


def test_the_other_day_is_taken_without_script(signed_in: Visitor, db: ModuleType) -> None:
    taken = signed_in.post(NEW, data={**FILLED, "ends_on": "2027-03-08", "take": "2027-03-13"})
    form = form_on(taken.text, NEW)
    assert (form["starts_on"], form["ends_on"]) == ("2027-03-13", "2027-03-15")
    assert stored(db) == 0


@pytest.mark.parametrize("value", ["", "soon", "2027-02-31"])
def test_a_day_that_is_none_is_not_taken(signed_in: Visitor, value: str) -> None:
    form = form_on(signed_in.post(NEW, data={**FILLED, "take": value}).text, NEW)
    assert form["starts_on"] == FILLED["starts_on"]


def test_the_place_is_shown_on_a_map_before_anything_is_stored(signed_in: Visitor, db: ModuleType) -> None:
    page = signed_in.post(NEW, data={**FILLED, "look": "1"}).text
    assert 'data-latitude="43.7' in page
    assert "We know the city." in words_of(page)
    assert "<noscript>" in page
    assert form_on(page, NEW)["latitude"] == "", "what we guess is nobody's pin"
    assert stored(db) == 0


def test_surroundings_of_a_point(signed_in: Visitor) -> None:
    ground = signed_in.get("/organize/surroundings?latitude=43.7&longitude=-79.4").json
    assert {"land", "town"} <= {feature["properties"]["kind"] for feature in ground["features"]}
    assert signed_in.get("/organize/surroundings?latitude=95&longitude=0").status_code == 400
    assert signed_in.get("/organize/surroundings").status_code == 400


def test_ones_own_organization_is_offered_first_and_hosts(signed_in: Visitor) -> None:
    make_event(host="Aunts against Eviction")
    make_organization("Health Workers for Peace", members=(signed_in.user,))
    page = signed_in.get(NEW).text
    form = form_on(page, NEW)
    assert (form["parts-0-name"], form["parts-0-role"]) == ("Health Workers for Peace", "host")
    offered = page[page.index("<datalist") : page.index("</datalist>")]
    assert offered.index("Health Workers") < offered.index("Aunts")


def test_whom_a_draft_names_is_told_to_nobody(signed_in: Visitor) -> None:
    make_event(status=DRAFT, host="Secret Picnic Society")
    make_event(host="Nurses for Nights")
    page = signed_in.get(NEW).text
    assert "Secret Picnic Society" not in page
    assert '<option value="Nurses for Nights">' in page


def test_namesakes_are_said(signed_in: Visitor) -> None:
    page = signed_in.post(NEW, data={**FILLED, "city": "Birmingham", "country": "", "look": "1"}).text
    assert "Several places have this name." in words_of(page)


@pytest.mark.both_databases
def test_controls_and_bidi_overrides_are_taken_out(signed_in: Visitor, db: ModuleType) -> None:
    send(signed_in, title="Open\u202e the\x00 night\r\nBEGIN:VEVENT ward", why="One\u2066\r\n\r\n\r\n\r\nTwo")
    event = only(db)
    assert event.title == "Open the night BEGIN:VEVENT ward"
    assert event.why == "One\n\nTwo"


@pytest.mark.both_databases
def test_a_double_click_makes_one_event(signed_in: Visitor, db: ModuleType) -> None:
    token = form_on(signed_in.get(NEW).text)["token"]
    first, second = send(signed_in, token=token), send(signed_in, token=token)
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert stored(db) == 1
    assert form_on(signed_in.get(NEW).text)["token"] != token
