"""Text that people typed: what is taken out of it, how it is compared, what becomes of it in a URL."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Bidirectional overrides and embeddings make a text read otherwise than it is stored; isolates pair badly
# when cut. Letters of right-to-left scripts need none of them.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C])
_INVISIBLE = dict.fromkeys([0xFEFF, 0x00AD, 0x180E, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)])
_UNWANTED = _BIDI | _INVISIBLE


def clean_text(text: str) -> str:
    """Several lines: NFC, no control or bidi-override characters, no trailing blanks, at most one empty line."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_UNWANTED)
    kept = "".join(char for char in normal if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Cn"})
    lines = [line.rstrip() for line in kept.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """One line: as `clean_text`, with every run of blanks one space."""
    return " ".join(clean_text(text.replace("\t", " ")).split())


def fold(text: str) -> str:
    """For comparing names: no case, no accents, no punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
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
