"""Times of day: twelve hours and twenty-four, ranges, programmes, clocks in several zones."""

import pytest

from tests.events.announcements.texts import only, read


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("1-3 PM", "13:00", "15:00"),
        ("11-1 pm", "11:00", "13:00"),
        ("9am - 5", "09:00", "17:00"),
        ("1:30 to 3:45 p.m.", "13:30", "15:45"),
        ("from 4 to 6 in the evening", "16:00", "18:00"),
        ("12 noon", "12:00", None),
        ("noon to 2pm", "12:00", "14:00"),
        ("18:30", "18:30", None),
        ("at 6", "18:00", None),
        ("half past six", "18:30", None),
        ("7pm sharp", "19:00", None),
    ],
)
def test_english_clocks(when: str, start: str, end: str | None) -> None:
    event = only(f"What: Vigil\nWhen: Saturday October 1, {when}\nWhere: City Hall, Leeds")
    assert event.start_local == f"2016-10-01T{start}"
    assert event.end_local == (f"2016-10-01T{end}" if end else None)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("QUAND : samedi 1er octobre, 13h-15h\nOÙ : Lyon", "13:00", "15:00"),
        ("QUAND : samedi 1er octobre de 14h à 16h30\nOÙ : Lyon", "14:00", "16:30"),
        ("WANN: Samstag, 1. Oktober, 17-19 Uhr\nWO: Bremen", "17:00", "19:00"),
        ("WANN: Samstag, 1. Oktober, halb sieben abends\nWO: Bremen", "18:30", None),
        ("CUÁNDO: sábado 1 de octubre, de 12 a 14 h\nDÓNDE: Madrid", "12:00", "14:00"),
        ("CUÁNDO: sábado 1 de octubre, a las 6 y media de la tarde\nDÓNDE: Madrid", "18:30", None),
        ("QUANDO: sábado, 1 de outubro, das 15h às 17h\nONDE: Lisboa", "15:00", "17:00"),
        ("NE ZAMAN: 1 Ekim Cumartesi, 15:00-17:00\nNEREDE: Ankara", "15:00", "17:00"),
        ("КОЛИ: субота, 1 жовтня, 13:00–15:00\nДЕ: Київ", "13:00", "15:00"),
        ("متى: السبت ١ تشرين الأول، من الساعة ٤ حتى ٦ مساءً\nأين: بيروت", "16:00", "18:00"),
        ("متى: السبت 1 أكتوبر، الساعة الخامسة والنصف مساءً\nأين: القاهرة", "17:30", None),
    ],
)
def test_clocks_of_other_languages(text: str, start: str, end: str | None) -> None:
    event = only(text)
    assert event.start_local == f"2016-10-01T{start}"
    assert event.end_local == (f"2016-10-01T{end}" if end else None)


def test_a_night_ends_the_next_day() -> None:
    event = only("Night vigil, Saturday October 1, 10pm to 2am, City Hall, Leeds")
    assert (event.start_local, event.end_local) == ("2016-10-01T22:00", "2016-10-02T02:00")
    event = only("Night vigil, Saturday October 1, 10pm to midnight, City Hall, Leeds")
    assert event.end_local == "2016-10-02T00:00"


def test_doors_begin_and_the_march_that_follows_is_no_end() -> None:
    event = only("Banner night. Friday October 7, 2016. Doors 6:30, march 7. First Church, 685 14th Street, Oakland.")
    assert (event.start_local, event.end_local) == ("2016-10-07T18:30", None)


def test_a_programme_begins_with_its_first_line_and_ends_where_it_says() -> None:
    event = only("Leeds! Sat 1 October\n1pm gather at City Hall\n2.30 march\nall done by 4pm")
    assert (event.start_local, event.end_local) == ("2016-10-01T13:00", "2016-10-01T16:00")


def test_two_times_joined_by_and_are_two_events() -> None:
    reading = read("What: Tour of the camp\nWhen: Saturday October 1, 10am and 2pm\nWhere: City Hall, Leeds")
    assert [event.start_local for event in reading.events] == ["2016-10-01T10:00", "2016-10-01T14:00"]


def test_of_several_clocks_the_reader_s_own_counts_online() -> None:
    text = "Webinar on Thursday, October 6, 1pm ET / 10am PT on Zoom. Hosted by Know Your Pavement."
    east, west = only(text), only(text, zone="America/Los_Angeles")
    assert (east.start_local, east.timezone) == ("2016-10-06T13:00", "America/New_York")
    assert (west.start_local, west.timezone) == ("2016-10-06T10:00", "America/Los_Angeles")
    assert "online" in east.flags
    assert "no_place" not in east.flags
    assert east.city is None


def test_of_several_clocks_the_place_s_own_counts_there() -> None:
    event = only("Rally October 6, 1pm ET / 10am PT, City Hall, Los Angeles", country="US")
    assert (event.start_local, event.timezone) == ("2016-10-06T10:00", "America/Los_Angeles")


def test_winter_time_in_july_is_told() -> None:
    event = only("Rally on July 14, 2026 at 3 PM EST, City Hall, New York", "2026-06-29")
    assert event.start_local == "2026-07-14T15:00"
    assert event.timezone == "America/New_York"
    assert "tz_label_mismatch" in event.flags
    assert event.details["tz_label_mismatch"]["label"] == "EST"
    assert "tz_label_mismatch" not in only("Rally on July 14, 2026 at 3 PM ET, New York", "2026-06-29").flags


def test_numbers_that_are_no_times() -> None:
    event = only("Rally on Saturday October 1 at 1pm, 12 Main Street, Leeds. 24/7 hotline, 5 speakers, K1P 5H9.")
    assert event.start_local == "2016-10-01T13:00"
    assert event.end_local is None
