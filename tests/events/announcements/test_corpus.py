"""The corpus: announcements in eight languages and what a careful person understands from them.

Dates, times, zones, countries, codes, rules and flags must be right to the letter. Names and sentences are compared
by their words (F1 of at least 0.6), since where a sentence begins is a matter of taste. The table is
printed whenever the tests run.
"""

import json
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eventkit.events.announcements import Reading, read

CORPUS = Path(__file__).with_name("corpus")
CASES = sorted(CORPUS.glob("**/*.json"))
WORDS = frozenset({"title", "who", "what", "why", "venue_name", "street", "city"})
ENOUGH = 0.95


def load(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


def understood(case: dict[str, Any]) -> Reading:
    return read(
        case["text"],
        published=date.fromisoformat(case["published"]),
        home_timezone=case.get("home_timezone"),
        country=case.get("country"),
    )


def words(text: str) -> list[str]:
    bare = "".join(it for it in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(it))
    return "".join(it if it.isalnum() else " " for it in bare).split()


def same_words(a: str | None, b: str | None) -> bool:
    """Whether two phrases share most of their words: F1 of at least 0.6."""
    if a is None or b is None:
        return a is b
    left, right = words(a), words(b)
    common = sum(min(left.count(word), right.count(word)) for word in set(left))
    return common > 0 and 2 * common / (len(left) + len(right)) >= 0.6


def same_organizations(got: list[dict[str, Any]], expected: list[dict[str, Any]]) -> bool:
    """The same organizations in the same roles, in any order; a statement where one is expected."""
    left = list(got)
    for wanted in expected:
        match = next(
            (
                it
                for it in left
                if it["role"] == wanted["role"]
                and same_words(it["name"], wanted["name"])
                and ("statement" not in wanted or same_words(it["statement"], wanted["statement"]))
            ),
            None,
        )
        if match is None:
            return False
        left.remove(match)
    return not left


def right(name: str, got: Any, expected: Any) -> bool:
    if name in WORDS:
        return same_words(got, expected)
    if name == "organizations":
        return same_organizations(got, expected)
    if name == "flags":
        return set(got) == set(expected)
    return bool(got == expected)


def graded(case: dict[str, Any]) -> list[tuple[str, bool, bool, Any, Any]]:
    """(field, whether it is right, whether it must be, got, expected) for everything that a case asserts."""
    reading = understood(case).as_json()
    expected = case["expected"]
    grades: list[tuple[str, bool, bool, Any, Any]] = []
    if "flags" in expected:
        got = reading["flags"]
        grades.append(("top flags", set(got) == set(expected["flags"]), False, got, expected["flags"]))
    if "events" in expected:
        got_events, wanted_events = reading["events"], expected["events"]
        count = len(got_events) == len(wanted_events)
        grades.append(("events", count, case["labelled"], len(got_events), len(wanted_events)))
        for n, wanted in enumerate(wanted_events):
            event = got_events[n] if n < len(got_events) else defaultdict(lambda: None, organizations=[], flags=[])
            must = set(wanted.get("must", ())) if case["labelled"] else set()
            for name, value in wanted.items():
                if name != "must":
                    grades.append((name, right(name, event[name], value), name in must, event[name], value))
    return grades


def test_there_is_a_corpus() -> None:
    assert CASES


@pytest.mark.parametrize("path", [it for it in CASES if load(it)["labelled"]], ids=lambda path: path.stem)
def test_what_labels_say_is_read_right(path: Path) -> None:
    wrong = {name: (got, value) for name, ok, must, got, value in graded(load(path)) if must and not ok}
    assert not wrong


def test_most_fields_of_all_announcements_are_read_right(capsys: pytest.CaptureFixture[str]) -> None:
    tally: dict[str, list[bool]] = defaultdict(list)
    for path in CASES:
        for name, ok, _, _, _ in graded(load(path)):
            tally[name].append(ok)
    every = [ok for answers in tally.values() for ok in answers]
    with capsys.disabled():  # the table is told whenever the tests run
        print(f"\n{len(CASES)} announcements, fields read right")
        for name, answers in [*sorted(tally.items(), key=lambda item: -len(item[1])), ("all", every)]:
            print(f"{name:>15} {sum(answers):>4}/{len(answers):<4} {sum(answers) / len(answers):6.1%}")
    assert sum(every) / len(every) >= ENOUGH
