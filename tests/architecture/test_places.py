"""What strangers are told of a place comes from `events.places`, which keeps what is not public yet."""

from __future__ import annotations

import ast
import re

from tests.architecture.modules import ROOT, modules

#: the place itself; writes; an organizer's own pages; what is read from others' calendars; conditions in SQL
_MAY_READ = re.compile(
    r"eventkit\.events\.(places|announcements\..*|details|drafting|actions\..*|organize\..*|forms\..*|queries|filters)"
    r"|eventkit\.calendars\.(receivers|imports\..*|actions\.imports)|eventkit\.demo\..*|eventkit\.venues\..*"
)
_OF_AN_ORGANIZER = re.compile(r"events/organize/|calendars/(import|preview)")


def test_no_module_that_tells_of_an_event_reads_its_venue() -> None:
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules().values()
        if module.feature is not None and not _MAY_READ.fullmatch(module.name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"venue", "online_url"} and _is_of_an_event(node)
    ]
    assert wrong == [], wrong


def test_no_template_for_strangers_reads_it() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.*")
        if not _OF_AN_ORGANIZER.search(str(path))
        and re.search(r"event\.(venue|online_url)", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_such_a_read_would_be_found() -> None:
    (node,) = (
        each
        for each in ast.walk(ast.parse("event.venue.street"))
        if isinstance(each, ast.Attribute) and each.attr == "venue"
    )
    assert _is_of_an_event(node)


def _is_of_an_event(node: ast.Attribute) -> bool:
    """`places.online_url` is the function that is to be asked."""
    return not (isinstance(node.value, ast.Name) and node.value.id in {"places", "Event", "form"})
