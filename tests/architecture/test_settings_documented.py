"""Every setting is documented, and nothing that is none."""

from __future__ import annotations

import ast
import re

from tests.architecture.modules import ROOT, modules

DOCUMENT = ROOT / "docs" / "operating.md"


def settings_read() -> set[str]:
    """The names that eventkit/config.py reads: first arguments of `text` and `whole`."""
    calls = [node for node in ast.walk(modules()["eventkit.config"].tree) if isinstance(node, ast.Call)]
    return {
        f"EVENTKIT_{call.args[0].value}"
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in {"text", "whole"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_settings_are_found_in_the_code() -> None:
    assert {"EVENTKIT_DATA", "EVENTKIT_PORT", "EVENTKIT_SMTP_URL"} <= settings_read()


def test_every_setting_has_a_row_in_the_table() -> None:
    rows = re.findall(r"^\| `(EVENTKIT_\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(settings_read())


def test_no_document_speaks_of_a_setting_that_is_not_read() -> None:
    spoken = {
        name
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
        for name in re.findall(r"EVENTKIT_[A-Z]\w*", path.read_text(encoding="utf-8"))
        if not name.startswith("EVENTKIT_TEST_")
    }
    assert spoken - settings_read() == set()


def test_settings_are_read_in_one_place() -> None:
    wrong = []
    for module in modules().values():
        if module.name == "eventkit.config":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
                names = [
                    leaf.value
                    for leaf in ast.walk(module.tree)
                    if isinstance(leaf, ast.Constant)
                    and isinstance(leaf.value, str)
                    and re.fullmatch(r"EVENTKIT_[A-Z]+", leaf.value)
                ]
                wrong += [f"{module.name}: {name}" for name in names]
    assert wrong == []
