"""A new address is located anew; a pin stays where a person put it until the address is another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from eventkit import clock, jobs, signals
from eventkit.errors import DomainError
from eventkit.venues import actions
from eventkit.venues.actions import Change
from eventkit.venues.models import Venue

CONSULATE = {"name": "Consulate", "street": "175 Bloor St. E", "city": "Toronto", "country": "CA"}


@pytest.fixture
def venue(db: ModuleType) -> Venue:
    venue = Venue()
    with db.transaction() as session:
        session.add(venue)
        actions.change(venue, now=clock.now(), **CONSULATE)
    return venue


@pytest.fixture
def located() -> Iterator[list[Venue]]:
    """The venues of which was told that they are elsewhere now."""
    heard: list[Venue] = []

    def hear(_sender: object, venue: Venue) -> None:
        heard.append(venue)

    with signals.venue_located.connected_to(hear):
        yield heard


def test_a_new_venue_has_the_offline_point_at_once_and_waits_for_the_geocoders(venue: Venue) -> None:
    assert (venue.precision, venue.source, venue.state) == ("city", "offline", "waiting")
    assert venue.next_attempt_at is not None


def test_a_changed_address_is_located_anew(venue: Venue, db: ModuleType) -> None:
    with db.transaction():
        actions.refine(venue, actions.Answer(43.67085, -79.3829, "exact", "CA"), "nominatim")
        actions.settle(venue)
        said = actions.change(venue, now=clock.now(), street="1 Rideau St", city="Ottawa")
    assert said == Change(relocated=True, pin_lifted=False)
    assert (venue.precision, venue.source, venue.state) == ("city", "offline", "waiting")
    assert venue.latitude == pytest.approx(45.4, abs=0.1)


@pytest.mark.parametrize(
    "particulars",
    [{}, {"directions": "Meet at the steps"}, {"name": "The consulate"}, {"city": " toronto "}, CONSULATE],
    ids=["nothing", "directions", "name beside a street", "case and spaces", "the same again"],
)
def test_what_is_not_the_address_leaves_the_point(venue: Venue, db: ModuleType, particulars: dict[str, str]) -> None:
    with db.transaction():
        actions.refine(venue, actions.Answer(43.67085, -79.3829, "exact", "CA"), "nominatim")
        actions.settle(venue)
        assert actions.change(venue, now=clock.now(), **particulars) == Change()
    assert (venue.latitude, venue.precision, venue.state) == (43.67085, "exact", "settled")


def test_a_particular_that_is_not_mentioned_stays(venue: Venue, db: ModuleType) -> None:
    with db.transaction():
        actions.change(venue, now=clock.now(), directions="Ramp on the left")
    assert (venue.street, venue.directions) == ("175 Bloor St. E", "Ramp on the left")


def test_coordinates_that_are_new_are_a_pin(venue: Venue, db: ModuleType, located: list[Venue]) -> None:
    with db.transaction():
        said = actions.change(venue, now=clock.now(), latitude=43.6701, longitude=-79.3833, **CONSULATE)
    assert said == Change(relocated=True)
    assert (venue.latitude, venue.precision, venue.source, venue.state) == (43.6701, "pin", "pin", "settled")
    assert located == [venue]


def test_coordinates_that_a_form_sends_back_are_no_pin(venue: Venue, db: ModuleType) -> None:
    assert venue.latitude is not None
    assert venue.longitude is not None
    with db.transaction():
        actions.change(
            venue, now=clock.now(), latitude=round(venue.latitude, 5), longitude=round(venue.longitude, 5), **CONSULATE
        )
    assert venue.precision == "city"


def test_a_pin_is_kept_until_the_address_changes_and_then_it_is_said(venue: Venue, db: ModuleType) -> None:
    with db.transaction():
        actions.move_pin(venue, 43.6701, -79.3833)
    with db.transaction():
        kept = actions.change(venue, now=clock.now(), name="US Consulate", directions="At the steps")
    assert (kept, venue.precision, venue.latitude) == (Change(), "pin", 43.6701)
    with db.transaction():
        # The form sends the old pin along with the new address.
        lifted = actions.change(
            venue,
            now=clock.now(),
            latitude=43.6701,
            longitude=-79.3833,
            **{**CONSULATE, "street": "360 University Ave"},
        )
    assert lifted == Change(relocated=True, pin_lifted=True)
    assert (venue.precision, venue.state) == ("city", "waiting")


def test_no_geocoder_moves_a_pin(venue: Venue, db: ModuleType) -> None:
    with db.transaction():
        actions.move_pin(venue, 43.6701, -79.3833)
        actions.request_location(venue, now=clock.now())
        actions.refine(venue, actions.Answer(43.67085, -79.3829, "exact", "CA"), "nominatim")
    assert (venue.latitude, venue.precision, venue.state) == (43.6701, "pin", "settled")


@pytest.mark.parametrize("point", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_a_pin_that_is_not_on_earth_is_refused(
    app: object, venue: Venue, db: ModuleType, point: tuple[float, float]
) -> None:
    with pytest.raises(DomainError, match="not a place on Earth"), db.transaction():
        actions.move_pin(venue, *point)
    assert venue.precision == "city"


def test_what_listens_hears_of_a_new_point_but_not_of_the_same_again(
    venue: Venue, db: ModuleType, located: list[Venue]
) -> None:
    with db.transaction():
        actions.move_pin(venue, 43.6701, -79.3833)
        actions.move_pin(venue, 43.6701, -79.3833)
    assert located == [venue]


def test_without_a_geocoder_a_venue_settles_at_its_city_or_is_given_up(
    venue: Venue, db: ModuleType, work: Callable[[], None]
) -> None:
    nowhere = Venue()
    with db.transaction() as session:
        session.add(nowhere)
        actions.change(nowhere, now=clock.now(), name="By the fountain")
    work()
    assert (venue.state, venue.precision) == ("settled", "city")
    assert (nowhere.state, nowhere.precision, nowhere.is_located) == ("given-up", "none", False)


def test_an_event_without_a_place_asks_nobody(db: ModuleType) -> None:
    venue = Venue(directions="The link follows")
    with db.transaction() as session:
        session.add(venue)
        actions.request_location(venue, now=clock.now())
    assert venue.state == "settled"


def test_a_settled_answer_is_not_asked_for_again(venue: Venue, db: ModuleType) -> None:
    with db.transaction():
        actions.refine(venue, actions.Answer(43.67085, -79.3829, "exact", "CA"), "nominatim")
        actions.settle(venue)
        actions.request_location(venue, now=clock.now())
    assert venue.state == "settled"


def test_the_bell_rings_for_a_venue_that_waits(db: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(jobs, "ring", rung.append)
    venue = Venue()
    with db.transaction() as session:
        session.add(venue)
        actions.change(venue, now=clock.now(), **CONSULATE)
    assert rung == [actions.LOCATE]
