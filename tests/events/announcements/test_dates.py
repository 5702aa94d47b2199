"""Days: in words and figures, lists and ranges, with weekdays that agree or do not."""

import pytest

from tests.events.announcements.texts import only, read


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Rally on Saturday October 1, 1 PM at City Hall", "2016-10-01T13:00"),
        ("Rally on the 1st of October 2016 at 1pm, City Hall", "2016-10-01T13:00"),
        ("Rally, Sat. Oct. 1st @ 1 p.m., City Hall", "2016-10-01T13:00"),
        ("Rally 2016-10-01 13:00 at City Hall", "2016-10-01T13:00"),
        ("Rassemblement samedi 1er octobre à 13h30 place Bellecour", "2016-10-01T13:30"),
        ("Kundgebung am Samstag, 1. Oktober, 13 Uhr, Rathausmarkt", "2016-10-01T13:00"),
        ("Kundgebung am Sa., 1.10.2016 um 13.30 Uhr auf dem Rathausmarkt", "2016-10-01T13:30"),
        ("Concentración el sábado 1 de octubre a las 18:30 hs en la Plaza Mayor", "2016-10-01T18:30"),
        ("Ato no sábado, 1º de outubro, às 15h, na Praça da Sé", "2016-10-01T15:00"),
        ("1 Ekim Cumartesi günü saat 18.00'de Taksim Meydanı'nda eylem", "2016-10-01T18:00"),
        ("Мітинг у суботу, 1 жовтня, о 18:00 на площі Ринок", "2016-10-01T18:00"),
        ("وقفة يوم السبت ١ تشرين الأول الساعة ٦ مساءً أمام البرلمان", "2016-10-01T18:00"),
        ("وقفة يوم السبت 1 أكتوبر الساعة السادسة مساء أمام البرلمان", "2016-10-01T18:00"),
        ("وقفة يوم السبت 6 أوت 2016 على الساعة 6 مساء أمام البرلمان", "2016-08-06T18:00"),
    ],
)
def test_one_day_in_many_spellings(text: str, start: str) -> None:
    assert only(text).start_local == start


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Peace camp, 19-21 March 2017, Hyde Park, London", "2017-03-19", "2017-03-21"),
        ("Peace camp from 30 September to 2 October 2016 in Hyde Park, London", "2016-09-30", "2016-10-02"),
        ("Campement du 19 au 21 mars 2017, place Bellecour, Lyon", "2017-03-19", "2017-03-21"),
        ("Protestcamp vom 19. bis 21. März 2017, Schlossplatz, Stuttgart", "2017-03-19", "2017-03-21"),
    ],
)
def test_a_range_of_days_is_one_event(text: str, start: str, end: str) -> None:
    event = only(text)
    assert (event.start_local, event.end_local) == (start, end)
    assert "no_time" in event.flags
    assert not event.all_day


@pytest.mark.parametrize(
    "text",
    [
        "Vigil on October 1 & 2 at 6pm, City Hall, Toronto",
        "WHAT: Vigil\nWHEN: October 1 and 2, 6pm\nWHERE: City Hall, Toronto",
        "Vigil on Saturday October 1 and Sunday October 2 at 6pm, City Hall, Toronto",
    ],
)
def test_a_list_of_days_is_an_event_each(text: str) -> None:
    reading = read(text)
    assert [event.start_local for event in reading.events] == ["2016-10-01T18:00", "2016-10-02T18:00"]
    assert reading.flags == ("multiple_events",)
    assert {event.city for event in reading.events} == {"Toronto"}


def test_all_day_only_where_it_is_said() -> None:
    assert only("Sit-in on October 5, all day, City Hall, Leeds").all_day
    event = only("Sit-in on October 5, City Hall, Leeds")
    assert not event.all_day
    assert event.start_local == "2016-10-05"
    assert "no_time" in event.flags


def test_a_weekday_that_contradicts_is_told_with_the_facts() -> None:
    event = only("Rally on Friday, September 19, 2026 at 5pm, City Hall, Toronto", "2026-08-31")
    assert event.start_local == "2026-09-19T17:00"
    assert "weekday_mismatch" in event.flags
    assert event.details["weekday_mismatch"] == {"stated": "FR", "actual": "SA"}


def test_two_days_for_one_event_conflict() -> None:
    event = only(
        "Rally for the trees, October 1\n\nCome to the rally on Sunday, October 2, 2pm, at City Hall, Toronto."
    )
    assert "date_conflict" in event.flags
    assert "2016-10-01" in event.details["date_conflict"]["others"]


@pytest.mark.parametrize(
    ("country", "start", "ambiguous"),
    [("US", "2016-10-01", False), ("GB", "2017-01-10", False), (None, "2016-10-01", True), ("CA", "2016-10-01", True)],
)
def test_figures_are_read_in_the_order_of_the_country(country: str | None, start: str, ambiguous: bool) -> None:
    year = start[:4]
    event = only(f"Rally at City Hall on 10/1/{year} at 1pm", country=country)
    assert event.start_local == f"{start}T13:00"
    assert ("ambiguous_date" in event.flags) is ambiguous


def test_a_weekday_decides_between_two_readings() -> None:
    event = only("Rally at City Hall on Saturday 10/1/2016 at 1pm", country="GB")
    assert event.start_local == "2016-10-01T13:00"
    assert not {"ambiguous_date", "weekday_mismatch"} & set(event.flags)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Emergency rally tomorrow at 5pm at City Hall, Leeds", "2016-09-29T17:00"),
        ("Emergency rally tonight at 7pm at City Hall, Leeds", "2016-09-28T19:00"),
        ("Rally this Saturday at 1pm at City Hall, Leeds", "2016-10-01T13:00"),
        ("Kundgebung morgen um 17 Uhr vor dem Rathaus in Bremen", "2016-09-29T17:00"),
        ("Rassemblement demain à 18h devant la mairie de Lyon", "2016-09-29T18:00"),
    ],
)
def test_a_day_without_a_date_is_counted_from_the_text_s(text: str, start: str) -> None:
    event = only(text)
    assert event.start_local == start
    assert "date_relative" in event.flags


def test_what_was_and_what_is_due_is_no_event() -> None:
    text = (
        "The seed swap on 4 September brought in a lot. Membership is due by 31 December.\n\n"
        "Join our protest on Saturday 31 October at 10.30am at the Guildhall, High Street, Exeter.\n\n"
        "Office hours: Monday and Wednesday 9-12."
    )
    assert only(text, "2026-10-12").start_local == "2026-10-31T10:30"


def test_a_date_in_the_name_of_a_street_is_none() -> None:
    event = only("Ato no sábado, 1º de outubro, às 15h, na Rua 25 de Março, 100, São Paulo", country="BR")
    assert event.start_local == "2016-10-01T15:00"
    assert event.street == "Rua 25 de Março, 100"
