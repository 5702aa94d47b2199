"""How large a title may stand on the poster: a decision about letters, so that it is made once and on the server."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

_CLASSES = ("title-huge", "title-large", "title-medium", "title-small")
_HYPHENS = "title-hyphens"

_UP_TO_HUGE = 24
_UP_TO_LARGE = 44
_LONG_WORD = 11
_ENDLESS_WORD = 18

# A line may break after these, so they end a word for the eye.
_BREAKS = re.compile(r"[\s\u200b/\-\u2010\u2012-\u2014]+")


def title_size(title: str) -> str:
    """Return the CSS classes that set `title` as large as its letters allow.

    Up to 24 characters full size, up to 44 72 %, beyond that 52 %. A word of more than 11 letters costs one
    step; one of more than 18 gives 44 %, and only then may the browser hyphenate. Vowel signs and other marks that
    stand on a letter do not count; wide East Asian characters count twice, and a line may break between them.
    """
    length = sum(_width(character) for character in " ".join(title.split()))
    longest = max((_width_of_word(word) for word in _BREAKS.split(title)), default=0)
    if longest > _ENDLESS_WORD:
        return f"{_CLASSES[-1]} {_HYPHENS}"
    step = 0 if length <= _UP_TO_HUGE else 1 if length <= _UP_TO_LARGE else 2
    if longest > _LONG_WORD:
        step += 1
    return _CLASSES[step]


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if _is_wide(character) else 1


def _counts_as_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _width_of_word(word: str) -> int:
    longest = run = 0
    for character in word:
        run = 0 if _is_wide(character) else run + _counts_as_letter(character)
        longest = max(longest, run)
    return longest


def paragraphs(text: str) -> Markup:
    """Text as people typed it, in paragraphs: an empty line ends one, a line break stays a line break."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    lines = (Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks)
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in lines)
