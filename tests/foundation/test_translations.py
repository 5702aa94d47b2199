"""Every catalogue says all of what the program says today, with the same placeholders and all plural forms."""

from __future__ import annotations

import re
from functools import cache
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from eventkit.i18n import CATALOGUES
from tools.compile_translations import compile_catalogues

_PROJECT = Path(__file__).parents[2]
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
_FILES = sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))

for_every_catalogue = pytest.mark.parametrize("path", _FILES, ids=lambda path: path.parent.parent.name)


@cache
def _source() -> dict[str, str | tuple[str, ...]]:
    """What the program says: by its first form, as extracted from code and templates."""
    with (_PROJECT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | {"lazy_gettext": None, "_l": None}
    said: dict[str, str | tuple[str, ...]] = {}
    for _file, _line, words, _comments, _context in extract_from_dir(_PROJECT, methods, options, keywords=keywords):
        first = words if isinstance(words, str) else words[0]
        if isinstance(words, tuple) or first not in said:
            said[first] = words
    return said


@cache
def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name, abort_invalid=True)


def _messages(path: Path) -> list[Message]:
    return [message for message in _catalogue(path) if message.id]


def _forms(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or [""])


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def _exact_forms(code: str) -> set[int]:
    """The plural forms that stand for one number, which a word may say: the dual, but not that of 1, 21 and 31.

    French counts nothing with the form of one; where there is nothing, none of our sentences is said.
    """
    numbers: dict[int, set[int]] = {}
    form_of = c2py(get_plural(code).plural_expr)
    for number in range(1000):
        numbers.setdefault(form_of(number), set()).add(number)
    return {form for form, counted in numbers.items() if len(counted - {0}) <= 1}


def test_there_are_catalogues() -> None:
    assert {"ar", "uk"} <= {path.parent.parent.name for path in _FILES}


@for_every_catalogue
def test_at_least_95_percent_are_translated(path: Path) -> None:
    done = {
        _forms(message.id)[0]
        for message in _messages(path)
        if isinstance(message.id, str) == isinstance(_source().get(_forms(message.id)[0]), str)
        and all(_forms(message.string))
    }
    missing = sorted(set(_source()) - done)
    assert len(missing) <= len(_source()) * 0.05, missing


@for_every_catalogue
def test_placeholders_are_kept(path: Path) -> None:
    exact = _exact_forms(_catalogue(path).locale_identifier)
    for message in _messages(path):
        plural = not isinstance(message.id, str)
        expected = _placeholders(_forms(message.id)[-1])
        for index, text in enumerate(_forms(message.string)):
            if not text:
                continue
            kept = _placeholders(text)
            allowed = [expected]
            if plural and index in exact:
                allowed.append([name for name in expected if not name.startswith("%(num)")])
            assert kept in allowed, (message.id, text)
        # Babel holds the first form against the English singular, which may say its one as a word
        assert plural or not message.check(_catalogue(path)), message.id


@for_every_catalogue
def test_every_plural_form_is_filled(path: Path) -> None:
    assert _catalogue(path).plural_forms == str(get_plural(path.parent.parent.name))
    for message in _messages(path):
        forms = _forms(message.string)
        if not isinstance(message.id, str) and any(forms):
            assert len(forms) == _catalogue(path).num_plurals, message.id
            assert all(forms), message.id


@for_every_catalogue
def test_nothing_is_fuzzy(path: Path) -> None:
    assert not _catalogue(path).fuzzy
    assert not [message.id for message in _messages(path) if message.fuzzy]


@for_every_catalogue
def test_spaces_at_the_ends_are_kept_and_nothing_is_marked_up(path: Path) -> None:
    """A message stands inside a sentence or an attribute: neither may a space be lost nor a tag come in."""
    for message in _messages(path):
        for text in _forms(message.string):
            if text:
                assert text[0].isspace() == _forms(message.id)[0][0].isspace(), message.id
                assert "<" not in text, message.id


@for_every_catalogue
def test_what_is_isolated_ends(path: Path) -> None:
    """Every first strong isolate (U+2068) is closed in its own message (UAX #9)."""
    for message in _messages(path):
        for text in _forms(message.string):
            assert text.count("\u2068") == text.count("\u2069"), message.id


@for_every_catalogue
def test_it_compiles(path: Path, tmp_path: Path) -> None:
    code = path.parent.parent.name
    copy = tmp_path / code / "LC_MESSAGES" / path.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(path.read_bytes())
    compile_catalogues(tmp_path)
    with copy.with_suffix(".mo").open("rb") as compiled:
        spoken = read_mo(compiled)
    for message in _messages(path):
        if all(_forms(message.string)):
            assert _forms(spoken[message.id].string) == _forms(message.string)
