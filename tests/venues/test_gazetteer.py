"""Cities and countries are found by any name people write, without a network."""

import math
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import available_timezones

import pytest

from eventkit.venues import gazetteer


@pytest.mark.parametrize(
    ("written", "name", "country"),
    [
        ("Toronto", "Toronto", "CA"),
        ("TORONTO", "Toronto", "CA"),
        ("Київ", "Kyiv", "UA"),
        ("Kyiv", "Kyiv", "UA"),
        ("Kiev", "Kyiv", "UA"),
        ("München", "Munich", "DE"),
        ("Munich", "Munich", "DE"),
        ("Muenchen", "Munich", "DE"),
        ("Munchen", "Munich", "DE"),
        ("São Paulo", "São Paulo", "BR"),
        ("Sao Paulo", "São Paulo", "BR"),
        ("İstanbul", "Istanbul", "TR"),
        ("Istanbul", "Istanbul", "TR"),
        ("ISTANBUL", "Istanbul", "TR"),
        ("ıstanbul", "Istanbul", "TR"),
        ("Diyarbakir", "Diyarbakır", "TR"),
        ("القاهرة", "Cairo", "EG"),
        ("القاهره", "Cairo", "EG"),
        ("القــاهرة", "Cairo", "EG"),
        ("Damascus", "Damascus", "SY"),
        ("دمشق", "Damascus", "SY"),
        ("دِمَشْق", "Damascus", "SY"),
        ("ادلب", "Idlib", "SY"),
        ("Saint-Denis", "Saint-Denis", "FR"),
        ("saint denis", "Saint-Denis", "FR"),
        ("Washington, D.C.", "Washington", "US"),
        ("Одеса", "Odesa", "UA"),
        ("NYC", "New York City", "US"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(written, name, country):
    assert (name, country) in [(city.name, city.country) for city in gazetteer.cities(written)]


def test_the_most_populous_comes_first():
    assert gazetteer.cities("Toronto")[0].country == "CA"
    assert gazetteer.cities("London")[0].country == "GB"
    for name in ("Springfield", "Valencia", "طرابلس"):
        populations = [city.population for city in gazetteer.cities(name)]
        assert populations == sorted(populations, reverse=True)
        assert len(populations) > 1


def test_a_name_that_several_places_share_gives_them_all():
    assert {city.country for city in gazetteer.cities("طرابلس")} == {"LB", "LY"}
    assert {"MO", "MA", "IL"} <= {city.admin1 for city in gazetteer.cities("Springfield")}


def test_the_country_narrows_the_answer():
    assert [city.country for city in gazetteer.cities("طرابلس", country="lb")] == ["LB"]
    assert gazetteer.cities("London", country="CA")[0].admin1 == "ON"
    assert gazetteer.cities("Toronto", country="SY") == []


@pytest.mark.parametrize("unknown", ["", "  ", "…", "Nowhereville", "x" * 10_000, "'; DROP TABLE city; --", "twrntw"])
def test_an_unknown_name_gives_nothing(unknown):
    assert gazetteer.cities(unknown) == []
    assert gazetteer.countries(unknown) == []


def test_a_city_carries_what_an_event_needs():
    (city,) = gazetteer.cities("Toronto")
    assert (city.admin1, city.timezone) == ("ON", "America/Toronto")
    assert city.latitude == pytest.approx(43.7, abs=0.1)
    assert city.longitude == pytest.approx(-79.4, abs=0.1)
    assert city.population > 2_000_000


def test_a_caller_cannot_spoil_the_cached_answer():
    gazetteer.cities("Toronto").clear()
    gazetteer.countries("Canada").clear()
    gazetteer.nearby(43.65, -79.38, within_km=50).clear()
    assert gazetteer.cities("Toronto")
    assert gazetteer.countries("Canada")
    assert gazetteer.nearby(43.65, -79.38, within_km=50)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Ukraine", "UA"), ("Україна", "UA"), ("أوكرانيا", "UA"), ("Ucrania", "UA"), ("Ucrânia", "UA"),
        ("Ukrayna", "UA"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("Almanya", "DE"), ("Türkiye", "TR"),
        ("Turkey", "TR"), ("Royaume-Uni", "GB"), ("UK", "GB"), ("U.S.A.", "US"), ("EE. UU.", "US"),
        ("Estados Unidos", "US"), ("سوريا", "SY"), ("الأردن", "JO"), ("Palestine", "PS"), ("Kosovo", "XK"),
        ("Côte d’Ivoire", "CI"), ("Ivory Coast", "CI"),
    ],
)  # fmt: skip
def test_a_country_is_found_in_every_language(written, code):
    assert gazetteer.countries(written) == [code]


def test_nearby_gives_the_nearest_first_and_none_beyond():
    found = gazetteer.nearby(43.65, -79.38, within_km=60, limit=200)
    distances = [gazetteer.distance_km(43.65, -79.38, city.latitude, city.longitude) for city in found]
    assert distances == sorted(distances)
    assert distances[-1] <= 60
    assert {"Toronto", "Mississauga", "Oshawa"} <= {city.name for city in found}
    assert "Hamilton" in {city.name for city in gazetteer.nearby(43.65, -79.38, within_km=70, limit=200)}
    assert len(gazetteer.nearby(43.65, -79.38, within_km=60, limit=3)) == 3


def test_nearby_sees_across_the_date_line_and_at_the_poles():
    assert "Suva" in {city.name for city in gazetteer.nearby(-17.5, -179.9, within_km=300)}
    assert gazetteer.nearby(90, 0, within_km=100) == []
    assert gazetteer.nearby(-90, 180, within_km=100) == []


def test_distance_is_the_great_circle():
    assert gazetteer.distance_km(0, 0, 0, 180) == pytest.approx(math.pi * gazetteer.EARTH_RADIUS_KM)
    assert gazetteer.distance_km(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(343.5, abs=1)


def test_every_city_has_a_real_time_zone_and_position():
    database = sqlite3.connect(gazetteer.DATABASE)
    assert {name for (name,) in database.execute("SELECT name FROM zone")} <= available_timezones()
    assert database.execute(
        "SELECT count(*) FROM city WHERE abs(latitude) > 90 OR abs(longitude) > 180 OR length(country) <> 2"
        " OR population < 0 OR name = ''"
    ).fetchone() == (0,)
    # Every name leads to a city, and every city can be reached by a name.
    named = {city for (city,) in database.execute("SELECT city FROM city_name")}
    assert named == {city for (city,) in database.execute("SELECT id FROM city")}


def test_the_keys_in_the_file_are_made_by_the_fold_that_looks_them_up():
    database = sqlite3.connect(gazetteer.DATABASE)
    rows = database.execute("SELECT key FROM city_name UNION ALL SELECT key FROM country_name").fetchall()
    assert [key for (key,) in rows if gazetteer.fold(key) != key] == []


def test_the_file_cannot_be_written_and_is_shared_by_threads():
    with pytest.raises(sqlite3.OperationalError):
        gazetteer._connection().execute("DELETE FROM city")
    names = [f"Toronto{'-' * number}" for number in range(400)]
    with ThreadPoolExecutor(16) as pool:
        assert {found[0].country for found in pool.map(gazetteer.cities, names)} == {"CA"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork()")
def test_a_forked_process_opens_its_own():
    gazetteer.cities("Lisbon")
    before = gazetteer._connection()
    child = os.fork()
    if child == 0:
        os._exit(0 if gazetteer._connection() is not before and gazetteer.cities("Toronto") else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert gazetteer._connection() is before


def test_a_lookup_takes_far_less_than_a_millisecond():
    gazetteer._cities.cache_clear()
    names = [row[0] for row in gazetteer._connection().execute("SELECT DISTINCT name FROM city LIMIT 2000")]
    started = time.thread_time()
    for name in names:
        gazetteer.cities(name)
    assert (time.thread_time() - started) / len(names) < 0.001


def test_the_attribution_lies_beside_the_data():
    licence = gazetteer.DATABASE.with_name("LICENSE-GeoNames.txt").read_text(encoding="utf-8")
    assert "geonames.org" in licence
    assert "creativecommons.org/licenses/by/4.0" in licence
