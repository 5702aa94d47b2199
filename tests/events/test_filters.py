"""What a query string narrows a list to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from eventkit import clock
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.details import Part, VenueDetails
from eventkit.events.filters import EventFilter
from eventkit.events.models import ENDORSING, EXCLUDED, HOST, Event, Occurrence
from eventkit.organizations import actions as organizations
from eventkit.organizations.actions import Particulars
from tests.factories import make_event, make_organization
from tests.factories.events import make_details

BERLIN = VenueDetails(name="Oranienplatz", city="Berlin", country="DE")


def titles(**args: Any) -> list[str]:
    """What is found by a query string, `first` standing for `from`."""
    args = {"from" if name == "first" else name: value for name, value in args.items()}
    wanted = EventFilter.from_args(MultiDict(args))
    found = queries.upcoming(clock.now(), *wanted.conditions(), days=wanted.days)
    assert queries.count_upcoming(clock.now(), *wanted.conditions(), days=wanted.days) == len(found)
    return [occurrence.event.title for occurrence in found]


def refused(**args: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        titles(**args)
    assert error.value.status == 422
    return error.value


@pytest.mark.both_databases
def test_all_words_must_occur_whatever_their_case_accents_and_letters(db: ModuleType) -> None:
    make_event(title="Freiheit für Łódź", who="Nurses", host="Dockers’ Union")
    make_event(title="وقفة أمام القنصليّة", language="ar", tags=("climate-justice",))
    for words in ("freiheit", "FUR", "lodz", "Łódź nurses", "dockers", "UNION lódź", "freih"):
        assert titles(q=words) == ["Freiheit für Łódź"], words
    for words in ("القنصلية", "القنصليه", "climate", "امام وقفه"):
        assert titles(q=words) == ["وقفة أمام القنصليّة"], words
    assert titles(q="freiheit القنصلية") == []
    assert len(titles(q="…!?")) == 2


def test_signs_of_the_database_stand_for_themselves(db: ModuleType) -> None:
    make_event(title="One hundred")
    for words in ("hun_red", "hun%ed", "one%", "'; DROP TABLE events; --", "\\", "a" * 200):
        assert titles(q=words) in ([], ["One hundred"]), words
    assert titles(q="%") == titles(q="_") == ["One hundred"]  # no word at all
    assert titles(q="%z%") == []


def test_the_words_follow_what_is_changed(db: ModuleType) -> None:
    event = make_event(title="Picket", host="Dockers")
    assert titles(q="picket") == titles(q="dockers") == ["Picket"]
    with db.transaction():
        actions.edit(event, make_details(title="March", tags=("rent",)), now=clock.now())
    assert titles(q="picket") == []
    assert titles(q="march rent dockers") == ["March"]
    union = event.participations[0].organization
    with db.transaction():
        organizations.change(union, Particulars("Harbour Workers", native_name="عمّال الميناء"), now=clock.now())
    assert titles(q="dockers") == []
    assert titles(q="harbour") == titles(q="الميناء") == ["March"]


def test_events_from_before_there_was_a_search_are_found_once_the_worker_has_been(
    db: ModuleType, work: Callable[[], None]
) -> None:
    for number in range(3):
        make_event(title=f"Vigil {number}")
    make_event(title="!!!", who="", what="", why="", venue=VenueDetails())
    make_event(title="Secret vigil", status="draft")
    with db.transaction() as session:
        session.execute(update(Event).values(search_text=""))
    assert titles(q="vigil") == []
    work()
    assert titles(q="vigil") == ["Vigil 0", "Vigil 1", "Vigil 2"]


@pytest.mark.both_databases
def test_near_a_place(db: ModuleType) -> None:
    make_event(title="Toronto")
    make_event(title="Berlin", venue=BERLIN)
    make_event(title="Nowhere", venue=VenueDetails(name="A barn"))
    assert titles(near="Toronto") == titles(near="تورونتو") == titles(near="43.65,-79.38", within=10) == ["Toronto"]
    assert titles(near="Potsdam") == ["Berlin"]
    assert titles(near="Potsdam", within="10") == []
    assert titles(near="Barrie") == []
    assert titles(near="Barrie", within="100") == ["Toronto"]
    assert len(titles(within="7")) == 3  # around nowhere


def on(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour)


@pytest.mark.both_databases
def test_days_are_inclusive_and_those_of_the_place(db: ModuleType, clock: Any) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-01T12:00:00+00:00"))
    make_event(title="Late", starts_local=on(14, 23), ends_local=None)  # the 15th in UTC
    make_event(title="Long", starts_local=on(16), ends_local=on(18), all_day=True)
    make_event(title="Night", starts_local=on(20, 22), ends_local=on(21))
    assert titles(first="2026-11-14", to="2026-11-14") == ["Late"]
    assert titles(first="2026-11-15", to="2026-11-15") == []
    assert titles(first="2026-11-18", to="2026-11-19") == ["Long"]
    assert titles(first="2026-11-21") == []
    assert titles(to="2026-11-16") == ["Late", "Long"]
    assert titles(first="2026-11-17") == ["Long", "Night"]
    with db.transaction() as session:
        session.execute(update(Occurrence).values(state=EXCLUDED))
    assert titles(to="2026-11-30") == []


@pytest.mark.both_databases
@pytest.mark.usefixtures("clock")
def test_a_series_is_listed_at_its_first_time_on_these_days(db: ModuleType) -> None:
    make_event(title="Weekly", rrule="FREQ=WEEKLY;BYDAY=TU", starts_local=datetime(2026, 9, 15, 13))
    wanted = EventFilter.from_args({"from": "2026-12-24", "to": "2027-01-31"})
    (listed,) = queries.upcoming(clock.now(), *wanted.conditions(), days=wanted.days)
    assert listed.starts_local == datetime(2026, 12, 29, 13)
    assert titles(first="2026-09-16", to="2026-09-21") == titles(to="2026-09-14") == []


def test_an_organization_whatever_its_part_and_a_tag(db: ModuleType) -> None:
    make_event(title="Hosted", host="Dockers", tags=("rent", "housing"))
    make_event(title="Endorsed", parts=[Part("Nurses", HOST), Part("Dockers", ENDORSING)], tags=("peace",))
    make_event(title="Other", tags=("rent",))
    assert titles(organization="dockers") == ["Hosted", "Endorsed"]
    assert titles(organization="nobody") == []
    assert titles(tag="rent") == titles(tag="#Rent") == ["Hosted", "Other"]
    assert titles(tag="ren") == []
    assert titles(tag="rent", organization="dockers", q="hosted", near="Toronto", first="2026-09-01") == ["Hosted"]


def test_nothing_hidden_is_found(db: ModuleType) -> None:
    make_organization("Dockers")
    make_event(title="Draft vigil", status="draft", host="Dockers", tags=("rent",))
    make_event(title="Unlisted vigil", visibility="unlisted", host="Dockers", tags=("rent",))
    make_event(title="Private vigil", visibility="private", host="Dockers", tags=("rent",))
    found = [titles(q="vigil"), titles(near="Toronto"), titles(organization="dockers"), titles(tag="rent")]
    assert found == [[], [], [], []]
    assert queries.tags_in_use(clock.now()) == []
    assert queries.organizations_taking_part(clock.now()) == []


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"near": "Nowhereville"}, "near"),
        ({"near": "95,10"}, "near"),
        ({"near": "x" * 101}, "near"),
        ({"near": "Toronto", "within": "0"}, "within"),
        ({"near": "Toronto", "within": "1001"}, "within"),
        ({"near": "Toronto", "within": "-5"}, "within"),
        ({"near": "Toronto", "within": "1e3"}, "within"),
        ({"near": "Toronto", "within": "9" * 5000}, "within"),
        ({"first": "2026-02-30"}, "from"),
        ({"first": "tomorrow"}, "from"),
        ({"to": "0001-01-01"}, "to"),
        ({"first": "2026-11-15", "to": "2026-11-14"}, "to"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a b c d e f g h i"}, "q"),
        ({"tag": "x" * 41}, "tag"),
        ({"organization": "x" * 81}, "organization"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_field(app: Any, args: dict[str, str], field: str) -> None:
    with app.test_request_context("/"):
        error = refused(**args)
    assert error.field == field
    assert error.message


@pytest.mark.parametrize(
    ("args", "query"),
    [
        ({}, {}),
        ({"q": "  rent  now ", "near": "", "within": "50", "page": "3"}, {"q": "rent now"}),
        ({"q": "!?"}, {}),
        ({"near": "Toronto", "within": "50"}, {"near": "Toronto"}),
        ({"near": " 43.6712345 , -79.4 ", "within": "5"}, {"near": "43.671,-79.4", "within": "5"}),
        ({"within": "junk"}, {}),
        ({"from": "20261114", "to": "2026-11-14"}, {"from": "2026-11-14", "to": "2026-11-14"}),
        ({"tag": "Climate Justice"}, {"tag": "climate-justice"}),
        ({"q": "\u202erent\x00"}, {"q": "rent"}),
    ],
)
def test_one_filter_has_one_address(args: dict[str, str], query: dict[str, str]) -> None:
    wanted = EventFilter.from_args(MultiDict(args))
    assert wanted.query() == query
    assert EventFilter.from_args(MultiDict(query)) == wanted


def test_taking_something_away() -> None:
    whole = EventFilter(q="rent", near="Toronto", within=10, starts_from=date(2026, 11, 1), organization="dockers")
    assert whole.without("q") == EventFilter(
        near="Toronto", within=10, starts_from=date(2026, 11, 1), organization="dockers"
    )
    assert whole.without("near").without("from").query() == {"q": "rent", "organization": "dockers"}
