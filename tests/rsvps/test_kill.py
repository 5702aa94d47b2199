"""kill -9 in the middle of a storm loses nothing that was acknowledged. `bench/killing.py` does it a hundred times."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.killing import kill_again_and_again

pytestmark = pytest.mark.skipif(os.environ.get("CI") != "true", reason="it starts the whole site several times")


def test_what_was_acknowledged_outlives_kill_9_and_nothing_is_there_twice(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, 2, back_in=60)
    assert found.wrong == []
    assert (found.kills, found.acknowledged > 0, found.messages > 0) == (2, True, True)
