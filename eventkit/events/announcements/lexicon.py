"""The words that the reader knows: one table a language, made ready to be found in a row of tokens.

``languages/<code>.toml`` maps a category to values and each value to the phrases that mean it::

    [role]
    host = ["organized by", "called by"]

A ``*`` at the end of a word stands for any ending. The names of months, weekdays and countries come from CLDR
(Babel), in the locales that the table names; the table adds only what CLDR lacks. Nothing in the code depends on
which language it reads.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from eventkit.events.announcements.tokens import BREAK, WORD, Token, fold, tokenize

TABLES = Path(__file__).with_name("languages")
#: The languages that have a table; adding a table adds a language.
LANGUAGES = tuple(sorted((path.stem for path in TABLES.glob("*.toml")), key=lambda code: (code != "en", code)))

#: Categories whose words are looked for in every language, because their place in the text makes them safe: bilingual
#: announcements are common. All other categories are read in the language of the text, and in English.
EVERYWHERE = frozenset({"month", "weekday", "label", "street_before", "street_after"})
_SHORTEST_FOREIGN = 4
#: Categories whose words tell the language of a text.
_TELLING = ("month", "weekday", "relative", "label", "event", "call", "square")
#: Categories that hold forms of words rather than phrases to be found.
FORMS = frozenset({"case_ending", "nominative", "city_alias"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase found at a token: its value, and how many tokens it covers."""

    value: str
    length: int


@cache
def table(code: str) -> dict[str, Any]:
    """The table of a language, with the names of CLDR added: category -> value -> phrases."""
    words: dict[str, Any] = tomllib.loads((TABLES / f"{code}.toml").read_text(encoding="utf-8"))
    months = words.setdefault("month", {})
    weekdays = words.setdefault("weekday", {})
    short = words.setdefault("weekday_short", {})
    for name in words["cldr"]:
        locale = Locale.parse(name)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, month in locale.months[context][width].items():
                    months.setdefault(str(number), []).append(month.rstrip("."))
            for number, day in locale.days[context]["wide"].items():
                weekdays.setdefault(str(number), []).append(day)
            for number, day in locale.days[context]["abbreviated"].items():
                short.setdefault(str(number), []).append(day.rstrip("."))
    return words


_Entries = dict[str, list[tuple[tuple[str, ...], str]]]
_LONGEST_STEM = 24


class Lexicon:
    """The words of one language first, then those of the others where they do no harm."""

    def __init__(self, code: str | None) -> None:
        self.code = code
        own = code or "en"
        self.common = frozenset(fold(word) for word in table(own)["common"])
        self.proclitics: tuple[str, ...] = tuple(table(own).get("proclitics", ()))
        self._proclitics = tuple(sorted(map(fold, self.proclitics), key=len, reverse=True))
        self._latin = table(own)["common"][0] < "\u0370"
        self._exact: dict[str, _Entries] = {}
        self._stems: dict[str, _Entries] = {}
        self._endings: dict[str, _Entries] = {}
        for language in (own, *(it for it in LANGUAGES if it != own)):
            for category, values in table(language).items():
                if not isinstance(values, dict) or category in FORMS:
                    continue
                if language not in (own, "en") and category not in EVERYWHERE:
                    continue
                for value, phrases in values.items():
                    for phrase in phrases:
                        self._add(category, value, phrase, foreign=language != own)
        for shelf in (self._exact, self._stems, self._endings):
            for by_head in shelf.values():
                for entries in by_head.values():
                    entries.sort(key=lambda entry: -len(entry[0]))

    def _add(self, category: str, value: str, phrase: str, *, foreign: bool) -> None:
        words = tuple(_words(phrase))
        if not words:
            return
        short = foreign and category != "label" and len("".join(words)) < _SHORTEST_FOREIGN
        if short and not (category == "street_after" and not self._latin and phrase.isascii()):
            return  # in another script nothing of ours can be mistaken for "St"
        head = words[0]
        shelf = self._stems if head[-1] == "*" else self._endings if head[0] == "*" else self._exact
        entries = shelf.setdefault(category, {}).setdefault(head.strip("*"), [])
        if all(known != words for known, _ in entries):
            entries.append((words, value))

    def at(self, category: str, tokens: Sequence[Token], i: int) -> Phrase | None:
        """The longest phrase of the category that begins at token ``i``; its own language before the others."""
        if not 0 <= i < len(tokens) or tokens[i].kind == BREAK:
            return None
        exact = self._exact.get(category)
        stems = self._stems.get(category)
        endings = self._endings.get(category)
        for word in self._forms(tokens[i]):
            if exact is not None and (found := _first(exact.get(word), tokens, i)) is not None:
                return found
            if stems is not None:
                for n in range(min(len(word), _LONGEST_STEM), 1, -1):
                    if (found := _first(stems.get(word[:n]), tokens, i)) is not None:
                        return found
            if endings is not None:
                for n in range(min(len(word) - 2, _LONGEST_STEM), 1, -1):
                    if (found := _first(endings.get(word[-n:]), tokens, i)) is not None:
                        return found
        return None

    def _forms(self, token: Token) -> tuple[str, ...]:
        """The word, and without the particles that Arabic writes as one with it."""
        word = token.fold
        if not self._proclitics or token.kind != WORD or not "\u0600" <= word[0] <= "\u06ff":
            return (word,)
        return (
            word,
            *(word[len(it) :] for it in self._proclitics if len(word) > len(it) + 1 and word.startswith(it)),
        )


@lru_cache(maxsize=len(LANGUAGES) + 1)
def lexicon(code: str | None) -> Lexicon:
    """The lexicon of a language; of English where the language is unknown."""
    return Lexicon(code)


def language_of(tokens: Sequence[Token]) -> str | None:
    """The language whose words and letters fill the text; None when there is nothing to tell by.

    A word counts by how few languages share it, so that a name in another language does not decide.
    """
    weights, letters = _tell_tales()
    score = dict.fromkeys(LANGUAGES, 0.0)
    for token in tokens[:6000]:
        if token.kind == WORD:
            for code, weight in weights.get(token.fold, ()):
                score[code] += weight
            for code, own in letters:
                if not own.isdisjoint(token.text):
                    score[code] += 0.4
    best = max(LANGUAGES, key=lambda code: score[code])
    return best if score[best] > 0 else None


@lru_cache(maxsize=1)
def _tell_tales() -> tuple[dict[str, tuple[tuple[str, float], ...]], tuple[tuple[str, frozenset[str]], ...]]:
    """Words with the languages that they speak for, and the letters that only one of our languages writes."""
    known: dict[str, dict[str, float]] = {}
    for code in LANGUAGES:
        words = table(code)
        names = [(word, 1.0) for word in words["common"]]
        for category in _TELLING:
            names += [(phrase, 0.6) for phrases in words.get(category, {}).values() for phrase in phrases]
        for name, weight in names:
            pieces = _words(name)
            if len(pieces) == 1 and "*" not in pieces[0]:
                codes = known.setdefault(pieces[0], {})
                codes[code] = max(weight, codes.get(code, 0.0))
    weights = {
        word: tuple((code, weight / len(codes)) for code, weight in codes.items()) for word, codes in known.items()
    }
    letters = tuple((code, frozenset(table(code).get("letters", ""))) for code in LANGUAGES)
    return weights, letters


def _words(phrase: str) -> list[str]:
    """The folded tokens of a phrase of a table; a star stays with its word."""
    words: list[str] = []
    leading = ""
    for token in tokenize(phrase):
        if token.text == "*":
            if words and phrase[token.start - 1 : token.start].strip():
                words[-1] += "*"
            else:
                leading = "*"
            continue
        words.append(leading + token.fold)
        leading = ""
    return words


def _first(entries: list[tuple[tuple[str, ...], str]] | None, tokens: Sequence[Token], i: int) -> Phrase | None:
    for words, value in entries or ():
        if _follows(words, tokens, i):
            return Phrase(value, len(words))
    return None


def _follows(words: tuple[str, ...], tokens: Sequence[Token], i: int) -> bool:
    """Whether the words after the first stand at ``tokens[i + 1:]``."""
    if i + len(words) > len(tokens):
        return False
    for offset in range(1, len(words)):
        word, token = words[offset], tokens[i + offset].fold
        if word != token and not (word[-1] == "*" and token.startswith(word[:-1])):
            return False
    return True
