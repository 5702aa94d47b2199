"""Text as a row of words, numbers and marks, each knowing where it stands."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

WORD, NUMBER, MARK, BREAK = "word", "number", "mark", "break"

_ARABIC_MARKS = "\u0640\u064b-\u065f\u0670"
_TOKEN = re.compile(
    r"(?P<clock>[AaPp]\. ?[Mm]\b\.?)"
    r"|(?P<cyrillic>[\u0400-\u04ff]+(?:['’ʼ`][\u0400-\u04ff]+)*)"
    rf"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_ARABIC_MARKS}])*)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
    r"|(?P<break>\n)"
    r"|(?P<mark>\S)"
)
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "ة": "ه", "ى": "ي", "ـ": None})
_MARKS = {**dict.fromkeys("–—−‒―‐‑", "-"), **dict.fromkeys("’‘ʼ`´", "'")}


@dataclass(frozen=True, slots=True)
class Token:
    """``fold`` is the form under which words are compared; ``value`` is a number's, in any script's digits."""

    kind: str
    text: str
    fold: str
    start: int
    end: int
    value: int = -1

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Without case, accents, vowel signs and apostrophes; the variants of Arabic letters become one.

    Words of one or two letters keep their accents.
    """
    if len(word) <= 2 and word.isalpha() and word[0] < "\u0370":
        return word.casefold().translate(_LETTERS)  # "é" and "e", "à" and "a" are different words
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(it for it in decomposed if not unicodedata.combining(it) and it not in "'’ʼ`")
    return bare.translate(_LETTERS)


def tokenize(text: str) -> list[Token]:
    """Every word, number, mark and line break of the text, in order. Linear in its length."""
    found: list[Token] = []
    for hit in _TOKEN.finditer(text):
        piece = hit[0]
        start, end = hit.span()
        match hit.lastgroup:
            case "number":
                value = int(piece) if len(piece) <= 6 and piece.isdecimal() else -1
                found.append(Token(NUMBER, piece, piece, start, end, value))
            case "break":
                found.append(Token(BREAK, piece, piece, start, end))
            case "mark":
                found.append(Token(MARK, piece, _MARKS.get(piece, piece), start, end))
            case "clock":
                found.append(Token(WORD, piece, piece[0].lower() + "m", start, end))
            case _:
                found.append(Token(WORD, piece, fold(piece[:60]), start, end))
    return found
