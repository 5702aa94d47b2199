"""The gazetteer's answer, at once and without asking anybody."""

from __future__ import annotations

from types import ModuleType

import pytest

from eventkit.venues import actions, queries
from eventkit.venues.models import Venue


def test_a_city_puts_the_venue_into_its_middle_and_says_so() -> None:
    venue = Venue(name="Consulate", street="175 Bloor St. E", city="Toronto", country="CA")
    assert actions.locate_offline(venue)
    assert (venue.precision, venue.source) == ("city", "offline")
    assert venue.latitude == pytest.approx(43.7, abs=0.1)
    assert venue.longitude == pytest.approx(-79.4, abs=0.1)


@pytest.mark.parametrize(
    ("particulars", "latitude"),
    [
        ({"city": "İstanbul", "country": "TR"}, 41.0),
        ({"city": "القاهرة"}, 30.1),
        ({"city": "Київ", "country": "UA"}, 50.5),
        ({"city": "Springfield", "region": "IL", "country": "US"}, 39.8),
        ({"city": "Springfield, MA", "country": "US"}, None),
        ({"city": "Toronto, Ontario", "country": "CA"}, 43.7),
    ],
)
def test_a_city_is_found_by_its_names_region_and_country(particulars: dict[str, str], latitude: float | None) -> None:
    venue = Venue(**particulars)
    assert actions.locate_offline(venue)
    if latitude is not None:
        assert venue.latitude == pytest.approx(latitude, abs=0.2)


@pytest.mark.parametrize("particulars", [{}, {"name": "By the fountain"}, {"city": "Toronto", "country": "FR"}])
def test_a_place_that_the_gazetteer_does_not_have_stays_without_a_point(particulars: dict[str, str]) -> None:
    venue = Venue(**particulars)
    assert not actions.locate_offline(venue)
    assert not venue.is_located


def test_what_a_geocoder_or_a_person_said_is_not_made_worse() -> None:
    venue = Venue(city="Toronto", latitude=43.67, longitude=-79.38, precision="exact", source="nominatim")
    assert not actions.locate_offline(venue)
    assert venue.precision == "exact"


@pytest.mark.parametrize(
    ("particulars", "expected"),
    [
        ({"city": "Toronto"}, ["America/Toronto"]),
        ({"city": "Birmingham"}, ["Europe/London", "America/Chicago"]),
        ({"city": "Birmingham", "region": "AL", "country": "US"}, ["America/Chicago"]),
        ({"city": "Nowhereville", "country": "FR"}, ["Europe/Paris"]),
        ({"country": "PS"}, ["Asia/Gaza", "Asia/Hebron"]),
        ({}, []),
    ],
)
def test_the_zones_of_a_place_are_more_than_one_where_it_must_be_asked(
    particulars: dict[str, str], expected: list[str]
) -> None:
    venue = Venue(**particulars)
    actions.locate_offline(venue)
    assert queries.timezones_of(venue) == expected


def test_a_pin_decides_the_zone_whatever_the_city_is_called(db: ModuleType) -> None:
    venue = Venue(city="Birmingham")
    actions.locate_offline(venue)
    actions.move_pin(venue, 33.52, -86.80)
    assert queries.timezones_of(venue) == ["America/Chicago"]
