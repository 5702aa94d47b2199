"""Several places, clocks and slots in few words."""

import pytest

from tests.events.announcements.texts import only, read


def test_lines_with_city_day_and_place_are_events() -> None:
    reading = read(
        "Lanterns for the night ward\nToronto: Friday 4 December 2026, 6 pm, Nathan Phillips Square\n"
        "Ottawa: Saturday 5 December 2026, 5 pm, Human Rights Monument",
        published="2026-11-10",
        country="CA",
    )
    assert [(it.start_local, it.venue_name, it.city) for it in reading.events] == [
        ("2026-12-04T18:00", "Nathan Phillips Square", "Toronto"),
        ("2026-12-05T17:00", "Human Rights Monument", "Ottawa"),
    ]
    assert reading.flags == ("multiple_events",)


def test_two_days_in_one_line_have_a_place_each() -> None:
    reading = read(
        "Two vigils: Friday 4 December 2026 at 6 pm at the fountain, "
        "and Saturday 5 December 2026 at 5 pm at City Hall.",
        published="2026-11-10",
    )
    assert [(it.start_local, it.venue_name) for it in reading.events] == [
        ("2026-12-04T18:00", "fountain"),
        ("2026-12-05T17:00", "City Hall"),
    ]


def test_twice_on_one_day_is_two_events() -> None:
    reading = read(
        "We count signatures twice on October 8: at 10 am at City Hall, then at 4 pm in Roundhay Park, Leeds.",
        country="GB",
    )
    assert [it.start_local for it in reading.events] == ["2016-10-08T10:00", "2016-10-08T16:00"]


def test_what_begins_on_one_day_and_ends_on_another_is_one_event() -> None:
    event = only(
        "The fast begins on Friday 7 October at 8 am in front of City Hall, Leeds and ends on Sunday 9 October at 6 pm."
    )
    assert (event.start_local, event.end_local) == ("2016-10-07T08:00", "2016-10-09T18:00")


@pytest.mark.parametrize(
    ("text", "country", "city", "zone"),
    [
        ("Rally, Saturday October 8, 2 pm, Union Square, NYC", "US", "New York", "America/New_York"),
        ("Vigil on Sunday October 9 at 5pm in front of City Hall, LA.", "US", "Los Angeles", "America/Los_Angeles"),
        ("March on Saturday October 8 at noon from Freedom Plaza in DC.", "US", "Washington", "America/New_York"),
        ("Marcha, sábado 8 de octubre, 10 h, Ángel de la Independencia, CDMX", "MX", "Ciudad de México", None),
        ("Marcha, sábado 8 de octubre, 17 h, Plaza de Mayo, CABA", "AR", "Buenos Aires", None),
        ("Rally, Saturday October 8, 2 pm, City Hall, New Orleans, LA", "US", "New Orleans", "America/Chicago"),
    ],
)
def test_cities_by_their_short_names(text: str, country: str, city: str, zone: str | None) -> None:
    event = only(text, country=country)
    assert event.city == city
    assert zone is None or event.timezone == zone


@pytest.mark.parametrize("clocks", ["1pm ET / 10am PT", "1pm ET / 10am PT / 6pm London", "10am PT / 1pm ET"])
def test_one_time_on_several_clocks_is_one_event(clocks: str) -> None:
    event = only(f"Online rally on Zoom, Sunday, October 9 at {clocks}.", zone="America/New_York")
    assert (event.start_local, event.timezone) == ("2016-10-09T13:00", "America/New_York")


def test_people_are_asked_to_be_there_before_it_starts() -> None:
    event = only("Public meeting, Thursday 6 October, 7 for 7.30pm, Quaker Meeting House, Leeds", country="GB")
    assert (event.start_local, event.end_local) == ("2016-10-06T19:00", None)


def test_a_street_is_no_city() -> None:
    event = only("Read-in\nOctober 6 - 5:30 pm\nCentral Library\n1901 Vine Street\nPhiladelphia", country="US")
    assert (event.venue_name, event.street, event.city) == ("Central Library", "1901 Vine Street", "Philadelphia")
