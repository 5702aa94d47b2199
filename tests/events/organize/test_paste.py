"""Pasting an announcement: what was found is shown beside the text, and nothing is stored by reading."""

from __future__ import annotations

from types import ModuleType

import pytest
from sqlalchemy import func, select

from eventkit.events.models import DRAFT, Event
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

PASTE = "/organize/events/paste"
NEW = "/organize/events/new"

RALLY = """Open the night ward

WHO: Everyone who has ever waited in a corridor
WHAT: A silent vigil with lanterns
WHEN: Saturday October 1, 1-3 PM
WHERE: Queen's Park, 111 Wellesley St. W, Toronto M7A 1A2
WHY: Beds are empty while people wait.

Called by Nurses for Nights. Tenants United will be there to stand with the night shift.
"""

TWO = """Join us: two vigils with lanterns for the night ward

Toronto: Friday 4 December 2026, 6 pm, Nathan Phillips Square
Ottawa: Saturday 5 December 2026, 1 pm, Parliament Hill
"""


NO_PLACE = """Join us for two vigils with lanterns.

Friday 4 December 2026, 6 pm, by the fountain
Saturday 5 December 2026, 1 pm, by the bandstand
"""


def stored(db: ModuleType) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Event)) or 0)


def pasted(visitor: Visitor, text: str = RALLY, on: str = "2016-09-30", **more: str) -> str:
    answer = visitor.post(PASTE, data={"announcement": text, "announced_on": on, **more})
    assert answer.status_code == 200
    return answer.text


def test_the_five_are_filled_in_and_nothing_is_stored(signed_in: Visitor, db: ModuleType) -> None:
    form = form_on(pasted(signed_in), NEW)
    assert form["title"] == "Open the night ward"
    assert form["who"].startswith("Everyone who has ever waited")
    assert (form["starts_on"], form["starts_time"], form["ends_time"]) == ("2016-10-01", "13:00", "15:00")
    assert form["timezone"] == "America/Toronto"
    assert (form["street"], form["city"], form["country"]) == ("111 Wellesley St. W", "Toronto", "CA")
    assert form["why"] == "Beds are empty while people wait."
    parts = {form[f"parts-{n}-name"]: form[f"parts-{n}-role"] for n in range(2)}
    assert parts == {"Nurses for Nights": "host", "Tenants United": "attending"}
    assert stored(db) == 0


def test_the_day_of_the_text_decides_the_year(signed_in: Visitor) -> None:
    assert form_on(pasted(signed_in, on="2016-09-30"), NEW)["starts_on"] == "2016-10-01"
    later = pasted(signed_in, on="2017-03-01")
    assert form_on(later, NEW)["starts_on"] == "2022-10-01", "the next first of October that is a Saturday"
    assert "The text names no year." in words_of(later)


def test_a_text_is_dated_today_unless_changed(clock: object, signed_in: Visitor) -> None:
    assert form_on(signed_in.get(PASTE).text, PASTE)["announced_on"] == "2026-09-01"


def test_today_is_the_day_at_home(clock: object, signed_in: Visitor) -> None:
    """At noon of the first in London it is the second in Auckland."""
    make_event(organizer=signed_in.user, timezone="Pacific/Auckland")
    assert form_on(signed_in.get(PASTE).text, PASTE)["announced_on"] == "2026-09-02"


def test_phrases_are_marked_and_lead_to_their_fields(signed_in: Visitor) -> None:
    page = pasted(signed_in)
    assert '<a href="#starts_on"><mark>Saturday October 1</mark>' in page
    assert '<a href="#why"><mark>Beds are empty while people wait.</mark>' in page


def test_hostile_text_is_shown_as_text(signed_in: Visitor) -> None:
    evil = RALLY + "\n<script>alert(1)</script> =HYPERLINK(1)\nBEGIN:VEVENT\n\u202egnp.exe\u0000"
    page = pasted(signed_in, evil)
    assert "<script>alert" not in page
    assert "\u202e" not in page.split('class="announcement"')[1].split("</div>")[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is nothing here yet."),
        (" \n\t ", "There is nothing here yet."),
        ("Thank you all for a wonderful year together. We are proud of you.", "We found no event in it"),
        ("a" * 200_001, "This is too long: 200,000 characters at most."),
        ("Rally! " * 150_000, "This is too long: 200,000 characters at most."),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_text_which_stays(
    signed_in: Visitor, db: ModuleType, text: str, says: str
) -> None:
    answer = signed_in.post(PASTE, data={"announcement": text, "announced_on": "2026-09-01"})
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    assert form_on(answer.text, PASTE)["announcement"] == text
    assert stored(db) == 0


def test_a_day_that_does_not_exist_is_refused_and_the_text_stays(signed_in: Visitor) -> None:
    answer = signed_in.post(PASTE, data={"announcement": RALLY, "announced_on": "2026-02-30"})
    assert answer.status_code == 422
    assert "There is no such day." in words_of(answer.text)
    assert form_on(answer.text, PASTE)["announcement"].replace("\r\n", "\n") == RALLY


def test_the_organization_one_speaks_for_hosts_where_the_text_names_no_host(signed_in: Visitor) -> None:
    make_organization("Health Workers for Peace", members=(signed_in.user,))
    form = form_on(pasted(signed_in, RALLY.replace("Called by Nurses for Nights. ", "")), NEW)
    parts = {form[f"parts-{n}-name"]: form[f"parts-{n}-role"] for n in range(2)}
    assert parts == {"Tenants United": "attending", "Health Workers for Peace": "host"}


def test_an_organization_of_ones_own_in_the_text_is_recognized(signed_in: Visitor) -> None:
    make_organization("Nurses for Nights", members=(signed_in.user,))
    assert "Your organization. You may publish in its name." in words_of(pasted(signed_in))


def test_several_events_are_a_choice_first(signed_in: Visitor, db: ModuleType) -> None:
    page = pasted(signed_in, TWO, on="2026-11-01")
    assert "There are 2 events in it." in words_of(page)
    form = form_on(page, PASTE)
    assert form["chosen"] == "0"
    second = form_on(signed_in.post(PASTE, data={**form, "chosen": "1"}).text, NEW)
    assert (second["city"], second["starts_on"], second["starts_time"]) == ("Ottawa", "2026-12-05", "13:00")
    assert stored(db) == 0


def test_one_can_come_back_to_the_choice_and_to_the_text(signed_in: Visitor) -> None:
    form = form_on(pasted(signed_in, TWO, on="2026-11-01", chosen="1"), NEW)
    again = signed_in.post(PASTE, data={**form, "again": "1"})
    assert "There are 2 events in it." in words_of(again.text)
    text = signed_in.post(PASTE, data={**form, "rewrite": "1"})
    assert text.status_code == 200
    assert form_on(text.text, PASTE)["announcement"].replace("\r\n", "\n") == TWO


@pytest.mark.both_databases
def test_drafts_of_all_events_are_made_as_one_action(signed_in: Visitor, db: ModuleType) -> None:
    form = form_on(pasted(signed_in, TWO, on="2026-11-01"), PASTE)
    answer = signed_in.post("/organize/events/drafts", data=form)
    assert (answer.status_code, answer.location) == (303, "/organize/events")
    events = db.session.scalars(select(Event).order_by(Event.starts_at)).all()
    assert [(event.venue.city, event.status) for event in events] == [("Toronto", DRAFT), ("Ottawa", DRAFT)]
    assert all(event.announcement.startswith("Join us") for event in events)
    assert "2 drafts are made." in words_of(signed_in.get("/organize/events").text)


def test_a_draft_of_several_keeps_its_doubts_until_it_is_public(signed_in: Visitor, db: ModuleType) -> None:
    make_organization("Health Workers for Peace", members=(signed_in.user,))
    text = TWO.replace("Friday 4 December", "Monday 4 December")
    signed_in.post("/organize/events/drafts", data={"announcement": text, "announced_on": "2026-11-01"})
    first = db.session.scalars(select(Event).order_by(Event.starts_at)).first()
    assert [part.organization.name for part in first.participations] == ["Health Workers for Peace"]
    edit = f"/organize/events/{first.slug}/edit"
    page = signed_in.get(edit).text
    assert "The text says Monday" in words_of(page)
    assert "<mark>" in page
    taken = signed_in.post(edit, data={**form_on(page, edit), "take": "2026-12-07"})
    assert signed_in.post(edit, data={**form_on(taken.text, edit), "action": "publish"}).status_code == 303
    db.session.refresh(first)
    assert first.starts_local.isoformat() == "2026-12-07T18:00:00"
    assert "The text says Monday" not in words_of(signed_in.get(edit).text)


def test_where_no_clock_is_told_no_draft_is_made_until_one_is_chosen(signed_in: Visitor, db: ModuleType) -> None:
    form = form_on(pasted(signed_in, NO_PLACE, on="2026-11-01"), PASTE)
    refused = signed_in.post("/organize/events/drafts", data=form)
    assert refused.status_code == 422
    assert "does not tell whose clock is meant" in words_of(refused.text)
    assert stored(db) == 0
    form = form_on(refused.text, PASTE)
    answer = signed_in.post("/organize/events/drafts", data={**form, "home_timezone": "America/Toronto"})
    assert answer.status_code == 303
    assert set(db.session.scalars(select(Event.timezone))) == {"America/Toronto"}


def test_a_stranger_is_asked_to_sign_in(client: Visitor) -> None:
    answer = client.get(PASTE)
    assert answer.status_code == 302
    assert answer.location.startswith("/organize/sign-in")


def test_what_others_made_is_not_ones_home(signed_in: Visitor) -> None:
    make_event(organizer=make_user(), timezone="Asia/Tokyo")
    assert form_on(signed_in.get(PASTE).text, PASTE)["home_timezone"] == ""
