"""Text from anybody: empty, enormous, broken, malicious. The reader answers, always the same, and never raises."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventkit.events.announcements import FLAGS, ROLES, read

PUBLISHED = date(2026, 9, 28)
VOCABULARY = """
    WHEN: Where: QUI : Wann saat الساعة о every Friday first tomorrow 31 February 1-3 PM 13h30 10/1/2026 2026-02-31 ET
    noon bis & and - – : , . organized by UN Embassy 175 Bloor St. Toronto Paris postponed to from rally <b> =C3 ٣ تشرين
    1er الأول ' « » ( ) | Sat 12 2016 24 midnight * > until of the month
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n"])
TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet=st.characters(), max_size=200),
    st.lists(WORDS, max_size=60).map(" ".join),
    st.lists(WORDS, max_size=60).map("".join),
)


def check(text: str) -> None:
    reading = read(text, published=PUBLISHED, home_timezone="Europe/London", country="GB")
    answer = reading.as_json()
    assert json.loads(json.dumps(answer)) == answer
    assert answer == read(text, published=PUBLISHED, home_timezone="Europe/London", country="GB").as_json()
    reading.text.encode("utf-8")
    assert set(reading.flags) <= set(FLAGS)
    for event in reading.events:
        assert set(event.flags) <= set(FLAGS)
        assert all(organization.role in ROLES for organization in event.organizations)
        assert (event.start_local is None) == ("no_date" in event.flags)
        if event.end_local is not None and event.start_local is not None:
            assert event.end_local >= event.start_local[: len(event.end_local)]
        for span in event.spans:
            assert 0 <= span.start < span.end <= len(reading.text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_answered(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(
    TEXTS,
    st.dates(),
    st.sampled_from([None, "Europe/Berlin", "Nowhere/At_All", ""]),
    st.sampled_from([None, "us", "XX"]),
)
def test_any_day_zone_and_country_are_answered(text: str, day: date, zone: str | None, country: str | None) -> None:
    json.dumps(read(text, published=day, home_timezone=zone, country=country).as_json())


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\t", "\x00\x01", "\u200b\u202e", "\ufeff", "***", "-----\n=====", "🎉🎉🎉"]
)
def test_nothing_is_empty_input(text: str) -> None:
    reading = read(text, published=PUBLISHED)
    assert reading.as_json() == {"events": [], "flags": ["empty_input"]}


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your letter.",
        "Please pay the invoice by Friday, October 7 at 5pm.",
        '=HYPERLINK("http://x.example","click")',
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261001T130000Z\nSUMMARY:Rent\nEND:VEVENT\nEND:VCALENDAR",
        "On March 3, 2011 the old bridge fell into the river.",
        "\ud800 lone \udfff surrogates",
    ],
)
def test_what_announces_nothing_is_no_event(text: str) -> None:
    assert read(text, published=PUBLISHED).as_json() == {"events": [], "flags": ["no_event"]}


def test_a_megabyte_is_read_in_a_moment() -> None:
    text = "Rally on Saturday, October 3, 1 PM at City Hall, Toronto.\n" * 18_000
    reading = read(text, published=PUBLISHED)
    assert reading.events
    assert len(reading.text) <= 60_000


def test_scripts_and_styles_are_not_read() -> None:
    text = (
        "<style>p{color:red}</style><script>var when='Friday May 1, 1pm'</script>"
        "<p>Rally on Saturday, 3 October 2026, 2pm at the Town Hall, Leeds</p>"
        "<p onclick='x()'>Bring <b>friends</b> &amp; drums</p>"
    )
    reading = read(text, published=PUBLISHED, country="GB")
    assert [event.start_local for event in reading.events] == ["2026-10-03T14:00"]
    assert "script" not in reading.text
    assert "<" not in reading.text
    assert "friends & drums" in reading.text


def test_letters_that_reorder_or_hide_text_are_dropped() -> None:
    reading = read("Rally \u202eon\u202c Sat\u00adur\u200bday, October 3, 1 PM\u0000, City Hall", published=PUBLISHED)
    assert not set(reading.text) & set("\u202e\u202c\u00ad\u200b\u0000")
    assert reading.events[0].start_local == "2026-10-03T13:00"


def test_a_formula_stays_text() -> None:
    text = "=1+1 Rally\nWhen: Saturday, October 3, 1 PM\nWhere: =cmd|'/c calc'!A0"
    event = read(text, published=PUBLISHED).events[0]
    assert event.start_local == "2026-10-03T13:00"


def test_lines_of_a_calendar_are_only_words() -> None:
    text = (
        "Vigil\nWhen: Saturday, October 3, 1 PM\nWhere: City Hall, Toronto\n"
        "END:VEVENT\nBEGIN:VEVENT\nDTSTART:20300101T000000Z\nRRULE:FREQ=SECONDLY\nATTENDEE:mailto:a@b.example"
    )
    reading = read(text, published=PUBLISHED)
    assert len(reading.events) == 1
    assert reading.events[0].rrule is None
    assert reading.events[0].start_local == "2026-10-03T13:00"


@pytest.mark.parametrize(
    "text",
    [
        "When: 31 February 2027, 3pm\nWhere: City Hall",
        "Rally on 2026-02-30 at City Hall",
        "When: 45/13/2026, 3pm\nWhere: City Hall",
    ],
)
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    (event,) = read(text, published=PUBLISHED).events
    assert event.start_local is None
    assert "no_date" in event.flags


def test_an_end_before_its_start_is_not_believed() -> None:
    (event,) = read("When: Saturday 3 October 2026, 15:00 - 13:00\nWhere: Town Hall", published=PUBLISHED).events
    assert (event.start_local, event.end_local) == ("2026-10-03T15:00", None)
