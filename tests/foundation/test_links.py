"""A signed link is good for its purpose, its row and its generation."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as some

from eventkit import links


def test_a_link_tells_its_row_and_generation(db: ModuleType) -> None:
    assert links.verify("rsvp", links.sign("rsvp", 2**40, 65535)) == (2**40, 65535)


def test_a_link_of_one_purpose_serves_no_other(db: ModuleType) -> None:
    assert links.verify("feed", links.sign("rsvp", 7, 0)) is None


def test_every_generation_has_a_link_of_its_own(db: ModuleType) -> None:
    assert links.sign("rsvp", 7, 0) != links.sign("rsvp", 7, 1)


def test_a_link_is_fit_for_a_path_and_a_mail(db: ModuleType) -> None:
    token = links.sign("rsvp", 7, 0)
    assert token.isascii()
    assert set("/+=?&#%.") & set(token) == set()
    assert len(token) < 40


@pytest.mark.parametrize("token", ["", "a", "AAAA", "ü", "\x00", "A" * 35, "A" * 5000, "../../etc/passwd"])
def test_what_is_no_link_is_refused(db: ModuleType, token: str) -> None:
    assert links.verify("rsvp", token) is None


@effort(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=some.integers(0, 34), letter=some.sampled_from("ABCXYZabcxyz0189-_"))
def test_a_changed_letter_is_noticed(db: ModuleType, position: int, letter: str) -> None:
    token = links.sign("rsvp", 7, 3)
    changed = token[:position] + letter + token[position + 1 :]
    assert links.verify("rsvp", changed) in ({(7, 3)} if changed == token else {None})


def test_in_an_address_a_link_survives_any_case(db: ModuleType) -> None:
    token = links.sign_for_address("organizer", 2**40, 65535)
    assert len(token) == links.LENGTH_IN_ADDRESS
    assert token.isalnum()
    assert token == token.lower()
    for spelling in (token, token.upper(), token.title()):
        assert links.verify_address("organizer", spelling) == (2**40, 65535)
    assert links.verify_address("rsvp", token) is None
    assert links.verify("organizer", token) is None
    assert links.verify_address("organizer", links.sign("organizer", 2**40, 65535)) is None


@pytest.mark.parametrize("token", ["", "a", "aaaaaaaa", "ü", "\x00", "a" * 42, "a" * 5000, "1" * 42, "ſ" * 42])
def test_what_is_no_link_of_an_address_is_refused(db: ModuleType, token: str) -> None:
    assert links.verify_address("organizer", token) is None


@effort(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=some.integers(0, 41), letter=some.sampled_from("abcxyz234567"))
def test_a_changed_letter_in_an_address_is_noticed(db: ModuleType, position: int, letter: str) -> None:
    token = links.sign_for_address("organizer", 7, 3)
    changed = token[:position] + letter + token[position + 1 :]
    assert links.verify_address("organizer", changed) in ({(7, 3)} if changed == token else {None})
