"""The size of a poster's title follows from its letters."""

import pytest

from eventkit.typography import title_size


@pytest.mark.parametrize(
    ("title", "classes"),
    [
        ("Hands off the hospitals", "title-huge"),
        ("x" * 11 + " " + "x" * 11 + "!", "title-huge"),
        ("Keep the Gerrard library open", "title-large"),
        ("Every library stays open until we have said so now", "title-medium"),
        ("", "title-huge"),
    ],
)
def test_length_decides(title, classes):
    assert title_size(title) == classes


@pytest.mark.parametrize(
    ("title", "classes"),
    [
        ("Demonstration", "title-large"),
        ("Demonstration against the closure", "title-medium"),
        ("Demonstration against the closure of two libraries", "title-small"),
        ("Großdemonstrationen", "title-small title-hyphens"),
        ("Gegen Braunkohleverstromungsverlängerung", "title-small title-hyphens"),
    ],
)
def test_a_long_word_costs_a_step_and_an_endless_one_all(title, classes):
    assert title_size(title) == classes


def test_a_word_ends_where_a_line_may_break():
    assert title_size("Kill-the-pipeline day") == "title-huge"
    assert title_size("Tenants/workers/parents") == "title-huge"


def test_vowel_signs_do_not_make_an_arabic_word_longer():
    plain = "المستشفيات"
    assert title_size(plain) == "title-huge"
    assert title_size("\u064e".join(plain)) == title_size(plain)


def test_decomposed_letters_count_as_composed_ones():
    assert title_size("e\u0301" * 11) == title_size("\u00e9" * 11) == "title-huge"


def test_wide_characters_take_two_places_and_break_anywhere():
    assert title_size("停" * 12) == "title-huge"
    assert title_size("停" * 13) == "title-large"
    assert title_size("停" * 23) == "title-medium"


def test_space_around_and_between_counts_once():
    assert title_size("  Hands   off\n the  hospitals ") == title_size("Hands off the hospitals")
