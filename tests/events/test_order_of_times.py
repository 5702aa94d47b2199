"""Which times of a series may move at once: each stays on a day between those of its neighbours."""

from __future__ import annotations

from datetime import datetime

import pytest

from eventkit.events import occurrences


def september(*days: int) -> dict[str, datetime]:
    """Times at noon, by their RECURRENCE-ID."""
    return {name(day): datetime(2026, 9, day, 12) for day in days}


def name(day: int) -> str:
    return f"202609{day:02}T120000"


@pytest.mark.parametrize(
    ("held", "moves", "fitting"),
    [
        ([4, 11, 18], {11: 12}, {11}),
        ([4, 11, 18], {11: 18}, set()),
        ([4, 11, 18], {11: 20}, set()),
        ([4, 11, 18], {11: 4}, set()),
        ([4, 11, 18], {4: 1, 18: 30}, {4, 18}),  # the first and the last have one neighbour
        ([4, 11, 18], {4: 12, 11: 14}, {4, 11}),  # the later one makes room
        ([4, 11, 18], {18: 10, 11: 6}, {18, 11}),  # the earlier one makes room
        ([4, 11, 18], {4: 9, 11: 7}, {4}),  # they would pass each other
        ([4, 18], {11: 12}, {11}),  # one that was off comes back
        ([4, 18], {11: 18}, set()),
        ([], {11: 12}, {11}),
    ],
)
def test_moves_that_keep_the_order_are_taken(held: list[int], moves: dict[int, int], fitting: set[int]) -> None:
    wanted = {name(day): datetime(2026, 9, to, 12) for day, to in moves.items()}
    assert occurrences.in_order(september(*held), wanted) == {name(day) for day in fitting}
