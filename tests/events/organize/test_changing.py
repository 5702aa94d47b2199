"""Changing an event: by those who may, and never over another person's change unseen."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from eventkit import clock, db
from eventkit.accounts.models import OPERATOR
from eventkit.events import actions
from eventkit.events.details import Part
from eventkit.events.models import POSTPONED, PUBLISHED, Event
from tests.events.organize.pages import form_on, words_of
from tests.factories import make_event, make_organization, make_user
from tests.factories.events import make_details
from tests.visitor import Visitor


def edit_url(event: Event) -> str:
    return f"/organize/events/{event.slug}/edit"


def opened(visitor: Visitor, event: Event) -> dict[str, str]:
    return form_on(visitor.get(edit_url(event)).text, edit_url(event))


def save(visitor: Visitor, event: Event, form: dict[str, str], **changed: str) -> Any:
    return visitor.post(edit_url(event), data={**form, "action": "keep", **changed})


def fresh(event: Event) -> Event:
    db.session.refresh(event)
    return event


def test_what_is_opened_and_kept_is_unchanged(signed_in: Visitor) -> None:
    event = make_event(
        organizer=signed_in.user,
        host="Nurses for Nights",
        parts=[Part("Tenants United", "attending", "We will be there.")],
        tags=("health", "nights"),
        starts_local=datetime(2027, 6, 1, 13),
        ends_local=None,
        rrule="FREQ=WEEKLY;BYDAY=TU",
        online_url="https://meet.example.org/ward",
        ask_name="required",
    )
    before = {name: getattr(event, name) for name in ("title", "starts_local", "ends_local", "rrule", "ask_name")}
    answer = save(signed_in, event, opened(signed_in, event))
    assert answer.status_code == 303
    after = fresh(event)
    assert {name: getattr(after, name) for name in before} == before
    assert [(part.organization.name, part.role, part.statement) for part in after.participations] == [
        ("Nurses for Nights", "host", ""),
        ("Tenants United", "attending", "We will be there."),
    ]
    assert [tag.name for tag in after.tags] == ["health", "nights"]
    assert after.venue.precision == "city", "no pin was put by looking"


def test_a_change_is_kept_and_the_old_address_leads_on(signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user, slug="old-name")
    answer = save(signed_in, event, opened(signed_in, event), title="A new name", slug="new-name")
    assert answer.location == "/organize/events/new-name"
    assert client.get("/events/old-name").location == "/events/new-name"
    assert signed_in.get("/organize/events/old-name").location == "/organize/events/new-name"


def test_what_is_public_keeps_its_date(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    answer = save(signed_in, event, opened(signed_in, event), starts_on="", starts_time="", ends_time="")
    assert answer.status_code == 422
    assert "Say on which day it is." in words_of(answer.text)
    assert fresh(event).starts_local is not None


@pytest.mark.both_databases
def test_a_change_by_somebody_else_is_told_and_not_overwritten(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    form = opened(signed_in, event)
    with db.transaction():
        actions.edit(event, make_details(title="What the other wrote"), now=clock.now())
    answer = save(signed_in, event, form, why="What I wrote")
    assert answer.status_code == 409
    words = words_of(answer.text)
    assert "Somebody else changed this meanwhile." in words
    assert "Title: What the other wrote" in words
    typed = form_on(answer.text, edit_url(event))
    assert (typed["title"], typed["why"]) == ("Vigil for the hospitals", "What I wrote")
    assert fresh(event).title == "What the other wrote"
    assert save(signed_in, event, typed).status_code == 303
    assert (fresh(event).title, event.why) == ("Vigil for the hospitals", "What I wrote")


def test_keeping_twice_is_no_conflict(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    form = opened(signed_in, event)
    assert save(signed_in, event, form).status_code == 303
    assert save(signed_in, event, form).status_code == 303


def test_a_new_day_ends_a_postponement(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user, status=POSTPONED)
    form = opened(signed_in, event)
    assert save(signed_in, event, form, why="Still thinking").status_code == 303
    assert fresh(event).status == POSTPONED
    later = save(signed_in, event, opened(signed_in, event), action="publish", starts_on="2027-06-05")
    assert later.status_code == 303
    assert fresh(event).status == PUBLISHED
    assert event.starts_local == datetime(2027, 6, 5, 13, 0)


def test_a_finer_point_is_shown_and_a_pin_stays(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    with db.transaction():
        event.venue.latitude, event.venue.longitude = 43.6622, -79.3917
        event.venue.precision, event.venue.source, event.venue.state = "exact", "nominatim", "settled"
    page = signed_in.get(edit_url(event)).text
    assert 'data-latitude="43.6622"' in page
    assert "The pin is at the address." in words_of(page)
    save(signed_in, event, opened(signed_in, event), latitude="43.66", longitude="-79.39")
    assert fresh(event).venue.precision == "pin"
    assert opened(signed_in, event)["latitude"] == "43.66"


@pytest.mark.parametrize(
    "path", ["", "/edit", "/page", "/cancellation", "/postponement", "/deletion", "/publication", "/duplicate"]
)
@pytest.mark.parametrize("status", ["published", "draft"])
def test_what_is_not_ones_own_is_not_there(signed_in: Visitor, path: str, status: str) -> None:
    event = make_event(status=status)
    url = f"/organize/events/{event.slug}{path}"
    if path not in {"/publication", "/duplicate"}:
        assert signed_in.get(url).status_code == 404
    if path not in {"", "/page"}:
        assert signed_in.post(url, data={"title": "Mine now"}).status_code == 404
    assert fresh(event).title == "Vigil for the hospitals"


def test_who_speaks_for_the_host_and_the_operator_may(signed_in: Visitor, operator: Visitor, db: ModuleType) -> None:
    assert signed_in.user is not None
    colleague = make_user()
    make_organization("Nurses for Nights", members=(signed_in.user, colleague))
    event = make_event(organizer=colleague, host="Nurses for Nights")
    assert save(signed_in, event, opened(signed_in, event), title="Ours").status_code == 303
    assert fresh(event).title == "Ours"
    assert operator.user is not None
    assert any(role.name == OPERATOR for role in operator.user.roles)
    assert operator.get(edit_url(event)).status_code == 200
