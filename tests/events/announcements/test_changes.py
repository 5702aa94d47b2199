"""Postponed, moved, cancelled: the day that holds now, and the flag that says so."""

import pytest

from tests.events.announcements.texts import only


@pytest.mark.parametrize(
    ("text", "start", "flag"),
    [
        (
            "The rally on October 1 has been moved to Saturday, October 8 at 2 pm. Dundas Square, Toronto.",
            "2016-10-08T14:00",
            "rescheduled",
        ),
        (
            "POSTPONED: the rally planned for Saturday October 1 at noon at Daley Plaza.",
            "2016-10-01T12:00",
            "postponed",
        ),
        ("The vigil on Saturday October 1 at 6pm at City Hall is cancelled.", "2016-10-01T18:00", "cancelled"),
        (
            "La marcha del sábado 1 de octubre se aplaza al sábado 8 de octubre, 19:00 h en la Plaza Nueva.",
            "2016-10-08T19:00",
            "rescheduled",
        ),
        ("Die Demo am Samstag, 1. Oktober, 14 Uhr am Rathausmarkt ist abgesagt.", "2016-10-01T14:00", "cancelled"),
        (
            "Мітинг перенесено з суботи, 1 жовтня, на суботу, 8 жовтня, о 16:00, площа Ринок.",
            "2016-10-08T16:00",
            "rescheduled",
        ),
    ],
)
def test_changes(text: str, start: str, flag: str) -> None:
    event = only(text)
    assert event.start_local == start
    assert {"postponed", "rescheduled", "cancelled"} & set(event.flags) == {flag}


@pytest.mark.parametrize("demand", ["Cancel the debt!", "We will not be cancelled.", "Cancel rent now."])
def test_a_demand_is_no_change(demand: str) -> None:
    event = only(f"{demand} Rally on Saturday October 1 at 1pm, City Hall, Leeds")
    assert "cancelled" not in event.flags


def test_one_of_two_is_cancelled() -> None:
    from tests.events.announcements.texts import read

    reading = read(
        "- The picket on October 20 in San Antonio (10 a.m., Main Plaza) is CANCELLED.\n"
        "- The picket on October 22 in Houston goes ahead: 10 a.m., Hermann Square.",
        country="US",
    )
    assert [("cancelled" in event.flags, event.city) for event in reading.events] == [
        (True, "San Antonio"),
        (False, "Houston"),
    ]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("The march of 20 October is postponed to the 25th. City Hall, Toronto, 5 pm.", "2016-10-25T17:00"),
        ("The march of 28 October is postponed to the 3rd. City Hall, Toronto, 5 pm.", "2016-11-03T17:00"),
        ("Protest postponed to the 25th! Queen's Park, Toronto, 5 pm", "2016-10-25T17:00"),
        ("Die Demo am 20. Oktober ist verschoben auf den 27. um 17 Uhr, Rathausmarkt, Hamburg", "2016-10-27T17:00"),
    ],
)
def test_the_new_day_may_lack_its_month(text: str, start: str) -> None:
    event = only(text)
    assert event.start_local == start
    assert "rescheduled" in event.flags
