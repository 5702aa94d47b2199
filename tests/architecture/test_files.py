"""Files that can be read at a sitting, and that tell nothing of the machine they were written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.modules import PACKAGE, ROOT

LONGEST = 330

#: tables, not prose: what is listed here is read by searching
_TABLES = {"migrations/versions"}

_OF_A_MACHINE = re.compile(
    r"(?<![\w.])(/home/\w|/root/|/Users/\w|/work/|/mnt/\w|[A-Z]:\\\\)"
    r"|https?://[\w.-]*(artifactory|nexus|jfrog|devpi|pypi-mirror|proxy)[\w.-]*"
    r"|--(extra-)?index-url",
    re.IGNORECASE,
)
_TEXT = {
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".cfg",
    ".html",
    ".css",
    ".js",
    ".json",
    ".yml",
    ".yaml",
    ".ini",
    ".sh",
    "",
}


def tracked() -> list[Path]:
    """Files that belong to the project: those that git knows, or all that are there where git is not."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    ignored = {".venv", ".git", "data", "keys", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not ignored & set(path.relative_to(ROOT).parts)]


def test_files_are_split_before_they_grow_long() -> None:
    long = {
        str(path.relative_to(ROOT)): length
        for path in PACKAGE.rglob("*.py")
        if not any(table in str(path) for table in _TABLES)
        and (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_path_or_host_of_anybody_s_machine_is_told() -> None:
    wrong = []
    for path in tracked():
        if path.suffix not in _TEXT or path == Path(__file__) or "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            if _OF_A_MACHINE.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}")
    assert wrong == []


@pytest.mark.parametrize("line", ["see /home/amal/x", 'open("/root/.cache")', "--index-url https://x", "/work/y"])
def test_such_a_path_would_be_found(line: str) -> None:
    assert _OF_A_MACHINE.search(line)


def test_what_is_shipped_from_others_keeps_its_licence() -> None:
    """Fonts, map data and scripts of others: a licence lies beside them."""
    folders = {path.parent for path in tracked() if path.suffix in {".woff2", ".ttf"}}
    folders |= {path.parent for path in tracked() if "vendor" in path.parts and path.suffix in {".js", ".css"}}
    without = [
        str(folder.relative_to(ROOT))
        for folder in folders
        if not [file for file in folder.iterdir() if re.match("(licen[sc]e|ofl|copying)", file.name, re.IGNORECASE)]
    ]
    assert without == []
