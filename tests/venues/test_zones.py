"""The zone of a place, and zones to choose from."""

import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from eventkit.venues import zones

LANGUAGES = ("en", "fr", "es", "de", "pt", "tr", "uk", "ar")


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (43.65, -79.38, ["America/Toronto"]),
        (33.51, 36.29, ["Asia/Damascus"]),
        (50.45, 30.52, ["Europe/Kyiv"]),
        (38.72, -9.14, ["Europe/Lisbon"]),
        (-18.14, 178.44, ["Pacific/Fiji"]),
        (27.70, 85.32, ["Asia/Kathmandu"]),
        (31.90, 35.20, ["Asia/Hebron"]),
        # Two clocks run side by side in Ürümqi; the official one comes first.
        (43.80, 87.60, ["Asia/Shanghai", "Asia/Urumqi"]),
        # Far out at sea there is only the ships' clock.
        (30.0, -30.0, ["Etc/GMT+2"]),
    ],
)
def test_zones_at_a_place(latitude, longitude, expected):
    assert zones.timezones_at(latitude, longitude) == expected


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 0), (-90, 180), (0, -180), (0, 180)])
def test_the_edges_of_the_earth_have_a_zone_too(latitude, longitude):
    assert [ZoneInfo(zone) for zone in zones.timezones_at(latitude, longitude)]


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_no_zone_beyond_the_earth(latitude, longitude):
    with pytest.raises(ValueError, match="not a place on Earth"):
        zones.timezones_at(latitude, longitude)


def test_the_zone_map_is_not_loaded_before_it_is_needed():
    script = (
        "import sys; from eventkit.venues import zones; zones.choices('en'); zones.is_zone('UTC');"
        " assert 'tzfpy' not in sys.modules; zones.timezones_at(43.65, -79.38); assert 'tzfpy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("name", ["America/Toronto", "Europe/Kyiv", "Europe/Kiev", "UTC", "US/Eastern"])
def test_a_zone_of_a_place_is_a_zone(name):
    assert zones.is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "EST", "Etc/GMT+5", "Toronto", "america/toronto", "../../etc/passwd", "Factory", "posix/UTC"]
)
def test_what_is_not_the_clock_of_a_place_is_no_zone(name):
    assert not zones.is_zone(name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_a_zone_with_a_name_of_its_own(language):
    grouped = zones.choices(language)
    assert len(grouped) == 6
    offered = [choice for group in grouped.values() for choice in group]
    assert len(offered) > 400
    assert all(zones.is_zone(zone) for zone, _ in offered)
    assert len({zone for zone, _ in offered}) == len(offered)
    assert len({label for _, label in offered}) == len(offered)


def test_choices_speak_the_readers_language():
    assert ("America/Toronto", "Toronto (Canada)") in zones.choices("en")["Americas"]
    assert ("Europe/Kyiv", "Київ (Україна)") in zones.choices("uk")["Європа"]
    assert ("Asia/Damascus", "دمشق (سوريا)") in zones.choices("ar")["آسيا"]
    assert ("Asia/Kolkata", "Kalkutta (Indien)") in zones.choices("de")["Asien"]
    assert ("America/Sao_Paulo", "São Paulo (Brasil)") in zones.choices("pt_BR")["Américas"]
    assert ("Atlantic/Azores", "Azores (Portugal)") in zones.choices("en")["Europe"]


def test_a_caller_cannot_spoil_the_cached_choices():
    zones.choices("en")["Europe"].clear()
    assert zones.choices("en")["Europe"]
