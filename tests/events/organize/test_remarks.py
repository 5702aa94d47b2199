"""What the reader doubts is said in words, beside the field that it concerns, with the other day where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from eventkit.events import flags
from eventkit.events.announcements import FLAGS, ReadEvent, read
from eventkit.events.flags import CHECK, FOUND, MISSING, Remark
from tests.events.organize.pages import form_on, words_of
from tests.visitor import Visitor

PUBLISHED = date(2026, 9, 1)

WHOLE = ReadEvent(
    title="Open the night ward",
    who="Nurses",
    why="Beds are empty.",
    start_local="2026-10-03T13:00",
    timezone="America/Toronto",
    street="111 Wellesley St. W",
    city="Toronto",
    country="CA",
)


@pytest.fixture(autouse=True)
def _language(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def said(row: str, *names: str, **changed: object) -> tuple[Remark, ...]:
    read_event = ReadEvent(**{**WHOLE.__dict__, "flags": names, **changed})  # type: ignore[arg-type]
    return flags.remarks(read_event, published=PUBLISHED)[row]


def test_what_was_found_without_doubt() -> None:
    every = flags.remarks(WHOLE, published=PUBLISHED)
    assert {remark.kind for found in every.values() for remark in found} == {FOUND}
    assert flags.headline(every) == "We found all five. Look once more, then publish."


@pytest.mark.parametrize(
    ("row", "names", "changed", "kind", "text"),
    [
        ("who", (), {"who": None}, MISSING, "The text does not say who calls, or whom."),
        ("what", (), {"title": None}, MISSING, "The text has no title."),
        ("what", (), {"title": "long " * 20}, FOUND, "Shorter titles print larger."),
        ("why", (), {"why": None}, MISSING, "The text does not say why."),
        ("when", ("no_date",), {"start_local": None}, MISSING, "The text does not say on which day."),
        ("when", ("no_time",), {"start_local": "2026-10-03"}, CHECK, "The text names no hour."),
        ("when", ("past_event",), {}, CHECK, "This day is before the day of the text."),
        ("when", ("year_inferred",), {}, FOUND, "The text names no year. 2026 fits the day."),
        (
            "when",
            ("year_inferred",),
            {"start_local": "2033-10-01T13:00"},
            CHECK,
            "The text names no year. Sat 1 Oct 2033 is the next that fits.",
        ),
        ("when", (), {"timezone": None}, CHECK, "The text does not tell whose clock is meant."),
        ("when", (), {"city": None}, CHECK, "We took the one where you are at home."),
        (
            "when",
            (),
            {"details": {"time_assumed": {"read": "13:00"}}},
            CHECK,
            "The text does not say morning or afternoon.",
        ),
        (
            "when",
            ("tz_label_mismatch",),
            {"details": {"tz_label_mismatch": {"label": "EST", "timezone": "America/Toronto"}}},
            CHECK,
            "The text says “EST”",
        ),
        ("where", ("no_place",), {"city": None}, MISSING, "The text names no place."),
        ("where", ("online",), {"city": None}, CHECK, "It takes place online."),
        ("where", (), {"city": None}, CHECK, "The text names no city."),
        ("where", (), {"country": None}, CHECK, "The text names no country."),
        ("where", (), {"city": "Nowhereville"}, CHECK, "We do not know this city."),
    ],
)
def test_what_is_missing_or_doubtful(
    row: str, names: tuple[str, ...], changed: dict[str, object], kind: str, text: str
) -> None:
    matching = [remark for remark in said(row, *names, **changed) if text in remark.text]
    assert [remark.kind for remark in matching] == [kind]


def test_a_weekday_that_does_not_fit_offers_the_nearest_that_does() -> None:
    facts = {"weekday_mismatch": {"stated": "FR", "actual": "SA"}}
    (remark,) = said("when", "weekday_mismatch", details=facts)
    assert remark.text == "The text says Friday, but Sat 3 Oct 2026 is a Saturday. We took the date."
    assert [(other.label, other.day) for other in remark.alternatives] == [("Take Fri 2 Oct 2026", date(2026, 10, 2))]


def test_a_date_with_two_readings_offers_the_other() -> None:
    facts = {"ambiguous_date": {"read": "2026-10-03", "other": "2026-03-10"}}
    (remark,) = said("when", "ambiguous_date", details=facts)
    assert [other.day for other in remark.alternatives] == [date(2026, 3, 10)]


def test_days_that_contradict_each_other_are_all_offered() -> None:
    facts = {"date_conflict": {"read": "2026-10-03", "others": "2026-10-04 2026-10-10"}}
    (remark,) = said("when", "date_conflict", details=facts)
    assert [other.day for other in remark.alternatives] == [date(2026, 10, 4), date(2026, 10, 10)]


def test_a_weekday_alone_offers_the_week_after() -> None:
    (remark,) = said("when", "date_relative")
    assert "We counted from Tue 1 Sep 2026" in remark.text
    assert [other.day for other in remark.alternatives] == [date(2026, 10, 10)]


@pytest.mark.parametrize("flag", ["cancelled", "postponed", "rescheduled"])
def test_a_change_is_said_at_the_top(flag: str) -> None:
    assert len(flags.changes(ReadEvent(flags=(flag,)))) == 1


def test_every_flag_of_an_event_is_told_to_somebody() -> None:
    """Those of the whole text are a choice or an error of the page itself."""
    of_the_text = {"multiple_events", "no_event", "empty_input"}
    silent = []
    for flag in set(FLAGS) - of_the_text:
        plain = flags.remarks(WHOLE, published=PUBLISHED)
        changed = {"no_date": {"start_local": None}, "year_inferred": {}}.get(flag, {})
        flagged = ReadEvent(**{**WHOLE.__dict__, "flags": (flag,), **changed})  # type: ignore[arg-type]
        if flags.remarks(flagged, published=PUBLISHED) == plain and not flags.changes(flagged):
            silent.append(flag)
    assert silent == []


def test_the_headline_counts_what_is_missing_and_what_needs_an_eye() -> None:
    every = {**flags.remarks(WHOLE, published=PUBLISHED)}
    every["when"] = (Remark(CHECK, ""),)
    assert flags.headline(every) == "We found all five. One needs your eye."
    every["why"] = (Remark(MISSING, ""),)
    assert flags.headline(every) == "We found four of the five. One needs your eye."


def test_ones_own_organization_is_put_in_where_the_text_names_nobody() -> None:
    nobody = ReadEvent(**{**WHOLE.__dict__, "who": None})
    (remark,) = flags.remarks(nobody, published=PUBLISHED, own=["Nurses for Nights"])["who"]
    assert (remark.kind, "your organization" in remark.text) == (FOUND, True)


def test_the_other_day_is_a_button_and_what_one_corrected_is_doubted_no_more(signed_in: Visitor) -> None:
    text = "Vigil on Friday 3 October 2026 at 6 pm, Nathan Phillips Square, Toronto.\n"
    assert "weekday_mismatch" in read(text, published=PUBLISHED).events[0].flags
    page = signed_in.post("/organize/events/paste", data={"announcement": text, "announced_on": "2026-09-01"})
    assert "The text says Friday" in words_of(page.text)
    assert 'value="2026-10-02"' in page.text
    form = form_on(page.text, "/organize/events/new")
    taken = signed_in.post("/organize/events/new", data={**form, "take": "2026-10-02"})
    assert "The text says Friday" not in words_of(taken.text)
    assert form_on(taken.text, "/organize/events/new")["starts_on"] == "2026-10-02"
