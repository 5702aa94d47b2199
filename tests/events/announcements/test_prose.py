"""Without labels: titles that one could print, places, what happens and why."""

import pytest

from tests.events.announcements.texts import only, read


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("EMERGENCY RALLY!! Hands off the hospitals\nSat Oct 1, 2pm, City Hall, Leeds", "Hands off the hospitals"),
        ("HANDS OFF OUR LIBRARIES\nSat Oct 1, 2pm, City Hall, Leeds", "Hands off our libraries"),
        ("# Koalas can't vote\nRally Sat Oct 1, 2pm, City Hall, Leeds", "Koalas can't vote"),
        ("🔥🔥 March for clean air 🔥🔥\nSat Oct 1, 2pm, City Hall, Leeds", "March for clean air"),
        (
            "Protest: October 1, Leeds\n\nNeighbours are organizing a protest against the felling of the old trees:\n"
            "WHEN: Saturday October 1, 1pm\nWHERE: City Hall, Leeds",
            "Protest against the felling of the old trees",
        ),
        ("What: Vigil for the miners\nWhen: October 1, 2pm\nWhere: Leeds", "Vigil for the miners"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert only(text).title == title


LETTER = """THE LANTERN - monthly letter

It was a hard month for the clinic. Two of our ambulances were hit.

  - 40 patients moved - our count
  - 2 of 4 wards closed

Please donate.


Protest: October 1, Downtown Toronto

Local people are organizing a protest against the shelling of clinics in Ruritania:
WHO: Anybody who is against the shelling of clinics.
WHAT: Neighbours and nurses will stand together with lanterns.
WHEN: Saturday October 1, 1-3 PM
WHERE: Consulate General Of Ruritania, 175 Bloor St. E -M4W 3R8
WHY: LANTERN will be present to protest the attack on its ambulances. We demand safety for patients.

LANTERN (Ligue des Ambulances) has run clinics since 2012.

Unsubscribe"""


def test_an_announcement_inside_a_newsletter() -> None:
    event = only(LETTER)
    assert event.title == "Protest against the shelling of clinics in Ruritania"
    assert event.who == "Anybody who is against the shelling of clinics."
    assert event.why is not None
    assert event.why.startswith("LANTERN will be present")
    assert (event.start_local, event.end_local) == ("2016-10-01T13:00", "2016-10-01T15:00")
    assert (event.timezone, event.city, event.country) == ("America/Toronto", "Toronto", "CA")
    assert (event.venue_name, event.street) == ("Consulate General Of Ruritania", "175 Bloor St. E")
    assert event.postal_code == "M4W 3R8"
    assert [(it.name, it.role, it.statement) for it in event.organizations] == [
        ("LANTERN", "attending", "LANTERN will be present to protest the attack on its ambulances.")
    ]
    assert event.flags == ("year_inferred",)


def test_a_tour_is_an_event_for_each_city() -> None:
    reading = read(
        "DAY OF ACTION\nSunday, October 16, 2016\n\nVancouver - 1 pm, Art Gallery, 750 Hornby Street\n"
        "Calgary - 2 pm, Olympic Plaza, 228 8 Avenue SE\n\nCalled by the Nurses Circle.",
        country="CA",
    )
    assert [(it.start_local, it.city, it.timezone) for it in reading.events] == [
        ("2016-10-16T13:00", "Vancouver", "America/Vancouver"),
        ("2016-10-16T14:00", "Calgary", "America/Edmonton"),
    ]
    assert all(
        [(org.name, org.role) for org in it.organizations] == [("Nurses Circle", "host")] for it in reading.events
    )


def test_the_country_of_the_installation_tells_cities_apart() -> None:
    text = "Rally on Saturday October 1 at 1pm, City Hall, London"
    assert only(text, country="CA").timezone == "America/Toronto"
    assert only(text, country="GB").timezone == "Europe/London"
    assert only(text).country == "GB"


def test_a_bent_name_is_told_in_its_base_form() -> None:
    assert only("Мітинг у суботу, 1 жовтня, о 18:00 біля мерії в Одесі").city == "Одеса"


def test_without_a_place_there_is_none() -> None:
    event = only("Rally on Saturday October 1 at 1pm!", zone="Europe/Berlin")
    assert "no_place" in event.flags
    assert event.timezone == "Europe/Berlin"
    assert (event.venue_name, event.city, event.country) == (None, None, None)


def test_why_is_the_demand() -> None:
    event = only(
        "Join our rally on Saturday October 1 at 1pm at City Hall, Leeds to demand safe staffing in every ward."
    )
    assert event.why == "to demand safe staffing in every ward."


def test_a_country_with_one_zone_tells_the_time() -> None:
    event = only("1 Ekim 2016 Cumartesi günü saat 14.00'te Cumhuriyet Meydanı'nda eylem", country="TR")
    assert (event.city, event.timezone) == (None, "Europe/Istanbul")
