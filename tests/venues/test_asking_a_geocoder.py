"""What a geocoder is asked, who it is told is asking, and how exactly its answer is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from eventkit import clock
from eventkit import db as database
from eventkit.config import Settings
from eventkit.venues import actions
from eventkit.venues.geocoding import providers
from eventkit.venues.jobs import refine_due
from eventkit.venues.models import Venue
from tests.venues.geocoder import HOUSE, FakeGeocoder, place

CONSULATE = {
    "name": "Consulate", "street": "175 Bloor St. E", "city": "Toronto", "postal_code": "M4W 3R8", "country": "CA",
}  # fmt: skip


def make(**particulars: str) -> Venue:
    venue = Venue()
    with database.transaction() as session:
        session.add(venue)
        actions.change(venue, now=clock.now(), **particulars)
    return venue


def refreshed(venue: Venue) -> Venue:
    database.session.rollback()
    database.session.refresh(venue)
    return venue


def test_an_address_is_asked_for_by_its_parts_and_found_exactly(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [HOUSE]
    venue = make(**CONSULATE)
    refine_due()
    assert refreshed(venue).is_located
    assert (venue.latitude, venue.longitude) == (43.67085, -79.3829)
    assert (venue.precision, venue.source, venue.state) == ("exact", "nominatim", "settled")
    (query,) = geocoder.asked
    asked = {name: query[name] for name in ("street", "city", "postalcode", "country", "countrycodes")}
    assert asked == {
        "street": "175 Bloor St. E", "city": "Toronto", "postalcode": "M4W 3R8", "country": "Canada",
        "countrycodes": "ca",
    }  # fmt: skip


def test_the_geocoder_is_told_who_asks(asks: Flask, geocoder: FakeGeocoder) -> None:
    make(**CONSULATE)
    refine_due()
    assert geocoder.headers[0]["User-Agent"] == "eventkit (eventkit; http://localhost; operator@example.org)"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Häuser für alle", "eventkit (Huser fr alle; http://localhost; operator@example.org)"),
        ("منظمون", "eventkit (http://localhost; operator@example.org)"),
        ("a\r\nX-Evil: 1", "eventkit (aX-Evil: 1; http://localhost; operator@example.org)"),
    ],
)
def test_any_site_name_makes_a_header(settings: Settings, name: str, sent: str) -> None:
    assert providers.user_agent(replace(settings, site_name=name)) == sent


def test_what_the_parts_do_not_find_is_asked_for_in_one_line_then_by_name(asks: Flask, geocoder: FakeGeocoder) -> None:
    make(**CONSULATE)
    refine_due()
    assert [query.get("q") or query.get("street") or query["postalcode"] for query in geocoder.asked] == [
        "175 Bloor St. E",
        "175 Bloor St. E, M4W 3R8 Toronto, Canada",
        "Consulate, Toronto, Canada",
        "M4W 3R8",
    ]


def test_by_the_fountain_is_still_a_place_to_meet(asks: Flask, geocoder: FakeGeocoder) -> None:
    venue = make(name="by the fountain", city="Toronto", country="CA")
    nowhere = make(name="by the fountain")
    refine_due()
    assert (refreshed(venue).state, venue.precision, venue.source) == ("settled", "city", "offline")
    assert (refreshed(nowhere).state, nowhere.precision) == ("given-up", "none")
    assert [query["q"] for query in geocoder.asked] == ["by the fountain, Toronto, Canada"]


def test_a_village_that_the_gazetteer_does_not_have_is_asked_for(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: (
        [place(53.2, -9.6, addresstype="village", place_rank=19, address={"country_code": "ie"})]
        if query.get("q") == "Kinvarra Beg, Ireland"
        else []
    )
    venue = make(name="the pier", city="Kinvarra Beg", country="IE")
    refine_due()
    assert (refreshed(venue).latitude, venue.precision, venue.source) == (53.2, "city", "nominatim")


STREET: dict[str, Any] = {"class": "highway", "type": "secondary", "addresstype": "road", "place_rank": 26}
OTHER_HOUSE = {"address": {"house_number": "177", "country_code": "ca"}}
HOUSE_IN_ROW = {"address": {"house_number": "173-175", "country_code": "ca"}}
LETTERED = {"address": {"house_number": "175a", "country_code": "ca"}}
POSTCODE = {"type": "postcode", "addresstype": "postcode", "place_rank": 21}
SQUARE = {
    "class": "leisure", "type": "park", "addresstype": "park", "place_rank": 24,
    "boundingbox": ["43.668", "43.670", "-79.385", "-79.382"],
}  # fmt: skip
LARGE_PARK = {**SQUARE, "boundingbox": ["43.60", "43.70", "-79.40", "-79.30"]}
CITY = {"class": "boundary", "type": "administrative", "addresstype": "city", "place_rank": 12}
QUARTER = {"class": "place", "type": "suburb", "addresstype": "suburb", "place_rank": 19}
STATE = {"class": "boundary", "type": "administrative", "addresstype": "state", "place_rank": 8}


@pytest.mark.parametrize(
    ("said", "precision"),
    [
        ({}, "exact"), (STREET, "street"), (OTHER_HOUSE, "street"), (LETTERED, "exact"), (POSTCODE, "postcode"),
        (SQUARE, "exact"), (LARGE_PARK, "street"), (CITY, "city"), (QUARTER, "city"),
    ],
    ids=["house", "street", "other house", "175a", "postcode", "small park", "large park", "city", "suburb"],
)  # fmt: skip
def test_an_answer_says_how_precise_it_is(
    asks: Flask, geocoder: FakeGeocoder, said: dict[str, Any], precision: str
) -> None:
    geocoder.answers = lambda query: [place(43.67085, -79.3829, **said)]
    venue = make(**CONSULATE)
    refine_due()
    assert (refreshed(venue).precision, venue.latitude, venue.source) == (precision, 43.67085, "nominatim")


def test_what_is_larger_than_a_city_is_no_answer(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [place(43.67085, -79.3829, **STATE)]
    venue = make(**CONSULATE)
    refine_due()
    assert (refreshed(venue).precision, venue.source) == ("city", "offline")


def test_a_coarser_answer_does_not_replace_a_finer_one(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [place(43.6, -79.4, **CITY)] if "street" in query else [HOUSE]
    venue = make(**CONSULATE)
    refine_due()
    assert refreshed(venue).precision == "exact"


def test_an_answer_is_asked_for_once(asks: Flask, geocoder: FakeGeocoder) -> None:
    geocoder.answers = lambda query: [HOUSE]
    make(**CONSULATE)
    refine_due()
    again = make(**{**CONSULATE, "city": "TORONTO", "street": "175  bloor st. e"})
    refine_due()
    assert refreshed(again).precision == "exact"
    assert len(geocoder.asked) == 1


def test_an_empty_answer_is_remembered_too_but_not_as_long(asks: Flask, geocoder: FakeGeocoder, clock: Any) -> None:
    make(name="The new house", city="Toronto", country="CA")
    refine_due()
    make(name="The new house", city="Toronto", country="CA")
    refine_due()
    assert len(geocoder.asked) == 1
    clock.shift(8 * 86400)
    geocoder.answers = lambda query: [HOUSE]
    built = make(name="The new house", city="Toronto", country="CA")
    refine_due()
    assert refreshed(built).precision == "exact"
    clock.shift(80 * 86400)
    make(name="The new house", city="Toronto", country="CA")
    refine_due()
    assert len(geocoder.asked) == 2
    clock.shift(11 * 86400)
    make(name="The new house", city="Toronto", country="CA")
    refine_due()
    assert len(geocoder.asked) == 3


def test_the_database_keeps_no_list_of_what_was_asked(asks: Flask, geocoder: FakeGeocoder, clock: Any) -> None:
    geocoder.answers = lambda query: [HOUSE]
    make(**CONSULATE)
    refine_due()
    kept = database.session.execute(text("SELECT question, answer FROM geocoder_answers")).one()
    assert "bloor" not in str(kept).lower()
    clock.shift(91 * 86400)
    refine_due()
    assert database.session.execute(text("SELECT count(*) FROM geocoder_answers")).scalar_one() == 0


# --- other geocoders ------------------------------------------------------------------------------------------------


def feature(latitude: float, longitude: float, **properties: str) -> dict[str, Any]:
    return {
        "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
             "properties": {"name": "", "countrycode": "CA", **properties}}
        ]
    }  # fmt: skip


@pytest.fixture
def with_geocoders(asks: Flask, settings: Settings, make_app: Callable[..., Flask]) -> Callable[..., Any]:
    def application(names: str, urls: str) -> Any:
        return make_app(replace(settings, geocoders=tuple(names.split(",")), geocoder_url=urls)).app_context()

    return application


@pytest.mark.parametrize(
    ("properties", "precision"),
    [
        ({"type": "house", "housenumber": "175", "street": "Bloor Street East"}, "exact"),
        ({"type": "house", "housenumber": "1", "street": "Bloor Street East"}, "street"),
        ({"type": "street"}, "street"),
        ({"type": "city"}, "city"),
    ],
)
def test_photon_is_asked_in_one_line(
    with_geocoders: Callable[..., Any], geocoder: FakeGeocoder, properties: dict[str, str], precision: str
) -> None:
    geocoder.answers = lambda query: feature(43.67085, -79.3829, **properties)
    with with_geocoders("photon,offline", geocoder.url):
        venue = make(**CONSULATE)
        refine_due()
        assert (refreshed(venue).precision, venue.source, venue.latitude) == (precision, "photon", 43.67085)
    assert geocoder.asked[0]["q"] == "175 Bloor St. E, M4W 3R8 Toronto, Canada"


@pytest.mark.parametrize(
    ("label", "precision"),
    [
        ("175 Bloor Street East, Toronto, ON M4W 3R8, Canada", "exact"),
        ("Bloor Street East, Toronto, Canada", "street"),
        ("Toronto, Ontario, Canada", "city"),
    ],
)
def test_any_geocoder_of_geopy_can_be_set_and_is_judged_by_what_it_repeats(
    with_geocoders: Callable[..., Any], geocoder: FakeGeocoder, label: str, precision: str
) -> None:
    geocoder.answers = lambda query: {
        "status": {"code": 200},
        "results": [{"formatted": label, "geometry": {"lat": 43.67085, "lng": -79.3829}}],
    }
    with with_geocoders("opencage", f"{geocoder.url}?api_key=sesame"):
        venue = make(**CONSULATE)
        refine_due()
        assert (refreshed(venue).precision, venue.source) == (precision, "opencage")
    assert geocoder.asked[0]["key"] == "sesame"


def test_the_next_geocoder_is_asked_when_the_first_knows_nothing_or_is_down(
    with_geocoders: Callable[..., Any], geocoder: FakeGeocoder
) -> None:
    with FakeGeocoder() as second:
        second.answers = lambda query: feature(43.67085, -79.3829, type="house", housenumber="175")
        with with_geocoders("nominatim,photon,offline", f"{geocoder.url} {second.url}"):
            first_knows_nothing = make(**CONSULATE)
            refine_due()
            assert (refreshed(first_knows_nothing).precision, first_knows_nothing.source) == ("exact", "photon")
            geocoder.stop()
            first_is_down = make(**{**CONSULATE, "name": "Next door", "street": "175 Bloor Street East"})
            refine_due()
            assert (refreshed(first_is_down).state, first_is_down.source) == ("settled", "photon")


@pytest.mark.parametrize(
    ("names", "urls", "message"),
    [
        ("nominatum", "", "names 'nominatum'"),
        ("opencage", "", "api_key"),
        ("nominatim", "ftp://geo.example.org", "must be http:// or https://"),
        ("nominatim", "https://user:secret@geo.example.org", "must be http:// or https://"),
        ("nominatim", "geo.example.org", "begin it with https://"),
        ("nominatim", "https://a.example https://b.example", "has 2 addresses"),
        ("nominatim", "https://a.example?api_key=x", "does not take"),
        ("nominatim,nominatim", "", "twice"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line_at_the_start(
    make_app: Callable[..., Flask], settings: Settings, names: str, urls: str, message: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        make_app(replace(settings, geocoders=tuple(names.split(",")), geocoder_url=urls))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_an_address_geopy_s_own_is_asked(settings: Settings) -> None:
    (public,) = providers.from_settings(replace(settings, geocoders=("nominatim", "offline"), geocoder_url=""))
    assert public.service.api == "https://nominatim.openstreetmap.org/search"
