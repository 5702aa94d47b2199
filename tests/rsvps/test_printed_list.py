"""A list on paper: names by the alphabet, boxes, and no addresses."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from eventkit.rsvps import actions
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, WAITING
from tests.factories import make_event, make_rsvp, make_series
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*<bdi>(.*?)</bdi>', page)


def test_names_are_in_the_order_of_the_alphabet_without_addresses(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    for name in ("Zoé", "Éva", "amal", "Øyvind", "نور", "Олена", "<b>Ben</b>"):
        make_rsvp(event, name=name, email=f"{len(name)}{ord(name[0])}@example.org")
    make_rsvp(event, party_size=3)
    make_rsvp(event, name="Maybe", partstat="TENTATIVE")
    with db.transaction():
        make_waiting = actions.register(event, Answer(person=Person("Waits")), now=event.created_at)
        make_waiting.seat = WAITING
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps/print").text
    assert _names(page) == ["amal", "&lt;b&gt;Ben&lt;/b&gt;", "Éva", "Zoé", "Øyvind", "Олена", "نور"]
    assert "@" not in page.split("<main")[1]
    assert "And one RSVP without a name" in page
    assert "3 people" in page
    assert page.count('class="box"') == 7


def test_of_a_series_it_is_for_one_date(db: ModuleType, signed_in: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    make_rsvp(event, name="Always")
    with db.transaction():
        for week in (0, 1):
            answer = Answer(ACCEPTED, 1, Person(f"Week {week}"))
            actions.register(event, answer, now=event.created_at, occurrence=date_id(week))
    path = f"/organize/events/{event.slug}/rsvps/print"
    assert _names(signed_in.get(path).text) == ["Always", "Week 0"]
    assert _names(signed_in.get(f"{path}?date={date_id(1)}").text) == ["Always", "Week 1"]
    for no_date in ("every", "x", "%00", "20269999T999999"):
        for page in ("print", "walk-in"):
            assert signed_in.get(f"/organize/events/{event.slug}/rsvps/{page}?date={no_date}").status_code == 200
