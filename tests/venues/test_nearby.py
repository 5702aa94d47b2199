"""Around a place: the place as people type it, and which venues are no further away."""

from __future__ import annotations

import random
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from eventkit.venues import nearby
from eventkit.venues.gazetteer import distance_km
from eventkit.venues.models import Venue
from eventkit.venues.nearby import Spot

TORONTO = Spot(43.70643, -79.39864, "CA")


@pytest.mark.parametrize("typed", ["Toronto", "toronto", "TORONTO, Canada", "Toronto, ON", "تورونتو", "Торонто"])
def test_a_town_is_found_in_any_script(typed: str) -> None:
    found = nearby.spot(typed)
    assert found is not None
    assert distance_km(found.latitude, found.longitude, TORONTO.latitude, TORONTO.longitude) < 20
    assert found.country == "CA"


def test_what_is_written_after_a_town_chooses_among_its_namesakes() -> None:
    assert nearby.spot("London").country == "GB"  # type: ignore[union-attr]
    assert nearby.spot("London, Canada").country == "CA"  # type: ignore[union-attr]
    assert nearby.spot("London, ON, Canada").country == "CA"  # type: ignore[union-attr]
    assert nearby.spot("London، كندا").country == "CA"  # type: ignore[union-attr]
    assert nearby.spot("London, Atlantis") is None


@pytest.mark.parametrize(
    ("typed", "spot"),
    [
        ("43.67,-79.39", Spot(43.67, -79.39)),
        (" 43.67 , -79.39 ", Spot(43.67, -79.39)),
        ("43.671619;-79.391234", Spot(43.672, -79.391)),
        ("٤٣٫٦٧", None),
        ("-90,180", Spot(-90, 180)),
        ("91,0", None),
        ("0,181", None),
        ("nan,nan", None),
        ("1e9,1", None),
        ("", None),
        (",", None),
        ("a" * 5000, None),
    ],
)
def test_a_point_is_taken_to_some_hundred_metres_and_must_be_on_earth(typed: str, spot: Spot | None) -> None:
    assert nearby.spot(typed) == spot


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    nearby.spot(typed)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("middle", "km"),
    [
        (TORONTO, 1),
        (TORONTO, 50),
        (TORONTO, 1000),
        (Spot(-17.8, 179.9), 100),  # Fiji lies on both sides of the 180th meridian
        (Spot(-17.8, -179.9), 1000),
        (Spot(0.0, 180.0), 50),
        (Spot(78.2, 15.6), 1000),  # Svalbard: the pole is not far
        (Spot(89.99, 40.0), 50),
        (Spot(-90.0, 0.0), 1000),
    ],
)
def test_the_database_finds_those_and_only_those_within_the_distance(db: ModuleType, middle: Spot, km: int) -> None:
    chance = random.Random(km)
    high = km / 111.195
    with db.transaction() as session:
        session.add(Venue(name="nowhere"))
        for _ in range(150):
            latitude = max(-90.0, min(90.0, middle.latitude + chance.uniform(-1.3, 1.3) * high))
            wide = min(180.0, 1.5 * high / max(0.01, abs(1 - abs(latitude) / 90)))
            longitude = (middle.longitude + chance.uniform(-wide, wide) + 180) % 360 - 180
            session.add(Venue(latitude=latitude, longitude=longitude))
        session.add(Venue(latitude=middle.latitude, longitude=180.0))
        session.add(Venue(latitude=middle.latitude, longitude=-180.0))
    found = set(db.session.scalars(select(Venue.id).where(nearby.within(middle, km))))
    apart = {
        venue.id: distance_km(middle.latitude, middle.longitude, venue.latitude, venue.longitude)
        for venue in db.session.scalars(select(Venue).where(Venue.latitude.is_not(None)))
    }
    assert found >= {row for row, distance in apart.items() if distance < km - 0.01}
    assert found <= {row for row, distance in apart.items() if distance < km + 0.01}
    assert found
    assert len(found) < len(apart)
