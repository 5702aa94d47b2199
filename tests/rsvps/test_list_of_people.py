"""The organizer finds people in the list: by name, by what they said, and by how they stand."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from flask import Flask

from bench.crowd import gather
from eventkit.events.models import Event
from eventkit.rsvps import actions, export, listing, terms
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    DECLINED,
    PENDING,
    REFUSED,
    UNCONFIRMED,
    WAITING,
    Rsvp,
    RsvpShift,
)
from tests.architecture.test_queries_per_page import counted
from tests.factories import make_event, make_rsvp, make_series, make_shift, make_user
from tests.rsvps.series import date_id
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def _names(event: Event, **wanted: str) -> list[str]:
    return [each.person.name for each in listing.find(event, Wanted(**wanted), page=1, size=100).shown]


def _change(db: ModuleType, rsvp: Rsvp, **changed: object) -> None:
    with db.transaction():
        for name, value in changed.items():
            setattr(rsvp, name, value)


@pytest.mark.both_databases
def test_it_is_narrowed_by_what_they_said_and_how_they_stand(db: ModuleType) -> None:
    event = make_event()
    with db.transaction() as session:
        shift = RsvpShift(event_id=event.id, name="Marshals", position=0)
        session.add(shift)
    make_rsvp(event, name="Amal", email="amal@example.org")
    make_rsvp(event, name="Ben", partstat="TENTATIVE")
    make_rsvp(event, name="Cleo", partstat="DECLINED")
    for name, changed in {
        "Dina": {"seat": WAITING},
        "Emil": {"state": UNCONFIRMED},
        "Fatma": {"state": PENDING},
        "Gil": {"state": REFUSED},
        "Hana": {"entered_by": BY_ORGANIZER, "shift_id": shift.id},
        "Ivo": {"arrived": 1},
    }.items():
        _change(db, make_rsvp(event, name=name), **changed)
    found = {
        "answer=coming": ["Ivo", "Hana", "Gil", "Fatma", "Emil", "Dina", "Amal"],
        "answer=maybe": ["Ben"],
        "answer=no": ["Cleo"],
        "standing=counted": ["Ivo", "Hana", "Cleo", "Ben", "Amal"],
        "standing=waiting": ["Dina"],
        "standing=unconfirmed": ["Emil"],
        "standing=pending": ["Fatma"],
        "standing=refused": ["Gil"],
        f"shift={shift.id}": ["Hana"],
        "address=with": ["Amal"],
        "day=walk-ins": ["Hana"],
        "day=arrived": ["Ivo"],
        "q=ama": ["Amal"],
        "q=AMAL@": ["Amal"],
    }
    assert {asked: _names(event, **dict([asked.split("=")])) for asked in found} == found
    assert len(_names(event, shift=listing.NONE)) == 8
    assert len(_names(event, address="without", day="not-arrived")) == 7
    assert _names(event, q="a", answer="maybe") == []


def test_the_waitlist_is_in_its_order(db: ModuleType, clock: object) -> None:
    event = make_event()
    later, sooner = make_rsvp(event, name="Later"), make_rsvp(event, name="Sooner")
    _change(db, later, seat=WAITING, waits_since=later.created_at)
    _change(db, sooner, seat=WAITING, waits_since=event.created_at.replace(year=2025))
    assert _names(event, standing="waiting") == ["Sooner", "Later"]


@pytest.mark.both_databases
def test_of_a_series_whoever_comes_to_the_chosen_date(db: ModuleType, signed_in: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    always, once = make_rsvp(event, name="Always", email="a@example.org"), make_rsvp(event, name="Once")
    _change(db, once, occurrence=date_id(1))
    with db.transaction() as session:
        session.add(
            Rsvp(
                event=event, series=always, occurrence=date_id(2), partstat="DECLINED", party_size=1, counted=True,
                created_at=always.created_at, modified_at=always.created_at,
            )
        )  # fmt: skip
    assert sorted(_names(event, date=date_id(1))) == ["Always", "Once"]
    assert sorted(_names(event, date=date_id(1), address="with")) == ["Always"]
    # what is said for one date alone is listed there, with the name that the series has
    assert [(each.person.name, each.partstat) for each in listing.everybody(event, Wanted(date=date_id(2)))] == [
        ("Always", "DECLINED")
    ]
    assert _names(event, date=listing.EVERY) == ["Always"]
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps?date={date_id(1)}").text
    assert ("Always" in page, "Once" in page) == (True, True)


@pytest.mark.both_databases
def test_who_differs_on_one_date_has_the_shift_of_the_series(db: ModuleType) -> None:
    event = make_series()
    shift = make_shift(event, "Marshals")
    for name, email, partstat in (("Always", "a@example.org", ACCEPTED), ("Not that day", "", DECLINED)):
        rsvp = make_rsvp(event, name=name, email=email)
        _change(db, rsvp, shift_id=shift.id)
        with db.transaction():
            actions.of_occurrence(rsvp, date_id(1), now=event.created_at).partstat = partstat
    make_rsvp(event, name="No role")
    on_that_day, marshals = Wanted(date=date_id(1)), str(shift.id)
    assert {each.person.name: each.shift_id for each in listing.everybody(event, on_that_day)} == {
        "Always": shift.id,
        "Not that day": None,
        "No role": None,
    }
    assert _names(event, date=date_id(1), shift=marshals) == ["Always"]
    assert _names(event, date=date_id(1), shift=marshals, q="always", address="with") == ["Always"]
    assert sorted(_names(event, date=date_id(1), shift=listing.NONE)) == ["No role", "Not that day"]
    assert [(row[2], row[8]) for row in export.table(event).rows if row[5] != export.EVERY] == [
        ("accepted", "Marshals"),
        ("declined", ""),
    ]


def test_what_makes_no_sense_narrows_nothing(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Amal")
    query = "answer=perhaps&standing=%00&shift=99999999999&day=x&address=y&date=20261107T130000&page=-3"
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps?{query}").text
    assert "Amal" in page
    assert "One RSVP" in page or "1 RSVP" in page


def test_three_hundred_have_pages_and_cost_as_many_queries_as_three(app: Flask, signed_in: Visitor) -> None:
    small, large = make_event(organizer=signed_in.user), make_event(organizer=signed_in.user)
    gather(small, 3)
    gather(large, 300)
    costs = []
    for event in (small, large):
        with counted(app) as statements:
            page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
        costs.append(len(statements))
    assert costs[0] == costs[1]
    shown = set()
    for number in (1, 2, 3):
        page = signed_in.get(f"/organize/events/{large.slug}/rsvps?page={number}").text
        found = re.findall(r'name="rsvp"\s+value="(\d+)"', page)
        assert len(found) == 100
        shown.update(found)
    assert len(shown) == 300


def test_where_heads_alone_are_counted_there_is_no_list(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    rsvp = make_rsvp(event, name="Amal")
    with db.transaction():
        terms.to_change(event).headcount_only = True
    base = f"/organize/events/{event.slug}/rsvps"
    page = signed_in.get(base).text
    assert "Only heads are counted here" in page
    assert 'id="list"' not in page
    assert "Amal" not in page
    assert [signed_in.get(f"{base}/{rest}").status_code for rest in (rsvp.id, "print", "removal?rsvp=1")] == [404] * 3


def test_after_the_purge_the_numbers_remain(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Amal", party_size=4)
    with db.transaction():
        terms.to_change(event).purged_at = event.over_at
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    assert "This list was erased on" in page
    assert "<bdi>4</bdi>" in page.replace("\n", "").replace(" ", "")
    assert signed_in.get(f"/organize/events/{event.slug}/rsvps/walk-in").status_code == 404


def test_without_export_nothing_leaves_the_page_and_it_says_why(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, name="Amal")
    with db.transaction():
        terms.to_change(event).can_export = False
    base = f"/organize/events/{event.slug}/rsvps"
    page = signed_in.get(base).text
    assert "Amal" in page
    assert "neither downloaded nor printed" in page
    assert "rsvps.csv" not in page
    assert signed_in.get(f"{base}.csv").status_code in {403, 404}
    assert signed_in.get(f"{base}/print").status_code == 404


@pytest.mark.parametrize("what", ["walk-in", "print", "flood", "removal?rsvp=1", "1", "answers/1"])
def test_each_page_is_for_the_organizer_alone(what: str, client: Visitor, signed_in: Visitor) -> None:
    event = make_event(organizer=make_user())
    path = f"/organize/events/{event.slug}/rsvps/{what}"
    assert client.get(path).status_code == 302
    assert signed_in.get(path).status_code == 404
