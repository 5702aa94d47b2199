"""Importing as a person does it."""

from __future__ import annotations

import re

import pytest

from tests.calendars.imports.taking import Take, place_of
from tests.events.organize.pages import form_on, words_of
from tests.visitor import Visitor


@pytest.fixture
def take(signed_in: Visitor) -> Take:
    """Imports these VEVENTs with those ticked that are, or with `chosen`, and answers the words of the next page."""

    def act(*vevents: str, chosen: list[int] | None = None, **more: str) -> str:
        place = place_of(signed_in, *vevents)
        page = signed_in.get(place).text
        ticked = re.findall(r'name="chosen"\s+value="(\d+)"\s+checked', page) if chosen is None else map(str, chosen)
        answer = signed_in.post(place, data={**form_on(page, place), "chosen": list(ticked), **more})
        assert answer.status_code == 303, words_of(answer.text)
        return words_of(signed_in.get(answer.location).text)

    return act
