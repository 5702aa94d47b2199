"""The geocoder's own software, with a few streets of Toronto in it, answers what it is asked by the worker.

`.ci/nominatim start` imports them and prints the address for EVENTKIT_TEST_NOMINATIM.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from eventkit import clock
from eventkit import db as database
from eventkit.config import Settings
from eventkit.venues import actions, queries
from eventkit.venues.gazetteer import distance_km
from eventkit.venues.jobs import refine_due
from eventkit.venues.models import Venue

pytestmark = pytest.mark.nominatim


@pytest.fixture
def asks_nominatim(
    settings: Settings, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    url = os.environ.get("EVENTKIT_TEST_NOMINATIM", "")
    if not url:
        pytest.skip("EVENTKIT_TEST_NOMINATIM is not set; `.ci/nominatim start` prints its value")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    app = make_app(replace(settings, geocoders=("nominatim", "offline"), geocoder_url=url))
    with app.app_context():
        yield app


def located(**particulars: str) -> Venue:
    venue = Venue()
    with database.transaction() as session:
        session.add(venue)
        actions.change(venue, now=clock.now(), **particulars)
    refine_due()
    database.session.refresh(venue)
    return venue


def metres_from(venue: Venue, latitude: float, longitude: float) -> float:
    assert venue.latitude is not None
    assert venue.longitude is not None
    return distance_km(venue.latitude, venue.longitude, latitude, longitude) * 1000


@pytest.mark.parametrize(
    "particulars",
    [
        {"street": "175 Bloor St. E", "city": "Toronto", "postal_code": "M4W 3R8", "country": "CA"},
        {"street": "175 Bloor Street East", "city": "Toronto", "country": "CA"},
        {"street": "175 Bloor St. E.", "city": "Toronto"},
    ],
    ids=["as announced", "in full", "without a country"],
)
def test_an_address_is_found_at_its_house(asks_nominatim: Flask, particulars: dict[str, str]) -> None:
    venue = located(**particulars)
    assert (venue.precision, venue.source, venue.state) == ("exact", "nominatim", "settled")
    assert metres_from(venue, 43.67085, -79.38290) < 30
    assert queries.timezones_of(venue) == ["America/Toronto"]


def test_a_number_that_the_map_does_not_have_is_found_on_its_street(asks_nominatim: Flask) -> None:
    venue = located(street="9999 Bloor Street East", city="Toronto", country="CA")
    assert (venue.precision, venue.source) == ("street", "nominatim")
    assert metres_from(venue, 43.6719, -79.3796) < 700


def test_a_place_is_found_by_its_name(asks_nominatim: Flask) -> None:
    park = located(name="Linden Green", city="Toronto", country="CA")
    assert (park.precision, park.source) == ("exact", "nominatim")
    assert metres_from(park, 43.66915, -79.38440) < 30
    house = located(name="The Meeting House", city="Toronto", country="CA")
    assert house.precision == "exact"
    assert metres_from(house, 43.66660, -79.38110) < 30


def test_a_street_that_is_unknown_is_found_by_its_postcode(asks_nominatim: Flask) -> None:
    venue = located(street="1 Nowhere Lane", city="Toronto", postal_code="M4W 3R8", country="CA")
    assert (venue.precision, venue.source) == ("postcode", "nominatim")


def test_by_the_fountain_stays_at_its_city(asks_nominatim: Flask) -> None:
    venue = located(name="by the fountain", city="Toronto", country="CA")
    assert (venue.precision, venue.source, venue.state) == ("city", "offline", "settled")


def test_the_same_street_elsewhere_is_not_taken_for_it(asks_nominatim: Flask) -> None:
    venue = located(street="175 Bloor Street East", city="Ottawa", country="CA")
    assert (venue.precision, venue.source) == ("city", "offline")
