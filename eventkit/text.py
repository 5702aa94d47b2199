"""Text that people typed: what is taken out of it, how it is compared, what becomes of it in a URL."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Bidirectional overrides and embeddings make a text read otherwise than it is stored; isolates pair badly
# when cut. Letters of right-to-left scripts need none of them.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C])
# Blanks that take no room, and letters that look like a blank: with them two names look the same, or like none.
# The joiners and the marks of direction stay: Persian, Hindi and Arabic are spelled with them.
_INVISIBLE = dict.fromkeys(
    [
        *(0xFEFF, 0x00AD, 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x3164, 0xFFA0),
        *(*range(0x2060, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)),
    ]
)
_UNWANTED = _BIDI | _INVISIBLE

# A name is shorter; a longer one is compared by its beginning.
_LONGEST_NAME = 1000

# Unicode's other ways to end a line: readers of calendars and mail disagree about them.
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

_ASCII_WORDS = re.compile("[a-z0-9]+")

_MOST_MARKS = 4


def clean_text(text: str) -> str:
    """Several lines: NFC, no control or bidi-override characters, no trailing blanks, at most one empty line.

    In time linear in its length, whatever it is: what strangers send is cleaned before its length is told.
    """
    lines_ended = _LINE_ENDS.sub("\n", text).translate(_UNWANTED)
    normal = unicodedata.normalize("NFC", lines_ended if text.isascii() else _without_piles(lines_ended))
    kept = "".join(char for char in normal if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Cn"})
    lines = [line.rstrip() for line in kept.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """One line: as `clean_text`, with every run of blanks one space."""
    return " ".join(clean_text(text.replace("\t", " ")).split())


def fold(text: str, *, longest: int = _LONGEST_NAME) -> str:
    """For comparing names: no case, no accents, no punctuation, nothing that cannot be seen."""
    if text.isascii():  # the same, ten times as fast: a search reads tens of thousands of names
        return " ".join(_ASCII_WORDS.findall(text[:longest].lower()))
    decomposed = unicodedata.normalize("NFKD", _without_piles(text[:longest].casefold().translate(_UNWANTED)))
    seen = (char for char in decomposed if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    letters = "".join(char if char.isalnum() else " " for char in seen)
    return " ".join(letters.split())


def slugify(*parts: str, longest: int = 60) -> str:
    """`hands-off-the-hospitals-toronto`: ASCII words of the parts, cut between words. Never empty."""
    words = re.findall(r"[a-z0-9]+", anyascii(" ".join(parts)).lower().replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:longest]
        if len(longer) > longest:
            break
        slug = longer
    return slug or "event"


def _without_piles(text: str) -> str:
    """At most four combining marks on a letter: more of them cover other lines, and take quadratic time to sort."""
    kept: list[str] = []
    pile = 0
    for char in text:
        if unicodedata.combining(char):
            pile += 1
        elif unicodedata.category(char) not in {"Mn", "Me", "Cf"}:
            pile = 0
        if pile <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
