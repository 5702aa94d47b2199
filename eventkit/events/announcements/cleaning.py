"""From what was pasted to clean lines: mail, HTML and Markdown undone, tricks of Unicode removed.

Every step is one pass over the text. What a mail program, a word processor or an adversary put around the words
goes; the words stay as they were written.
"""

import re
import unicodedata
from dataclasses import dataclass

from eventkit.events.announcements.envelopes import looks_like_html, out_of_html, out_of_mail

#: Characters of input that are looked at, and of clean text that are read. An announcement is far shorter;
#: the bounds keep a megabyte of hostile text from costing more than a moment.
MOST_RAW = 400_000
MOST_CLEAN = 60_000
#: Signs with which a line says what it holds, in every language.
SIGNS = {
    **dict.fromkeys("📅📆🗓", "date"),
    **dict.fromkeys("⏰⏱⏲🕰⌚⌛⏳", "time"),
    **{chr(clock): "time" for clock in range(0x1F550, 0x1F568)},
    **dict.fromkeys("📍🗺📌🏛", "where"),
}


@dataclass(frozen=True)
class Line:
    """One line of the clean text: ``text[start:end]``; what its sign, bullet or markup said of it."""

    start: int
    end: int
    heading: bool = False
    bullet: bool = False
    sign: str | None = None


@dataclass(frozen=True)
class Clean:
    text: str
    lines: tuple[Line, ...]


_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,600}\)")
_EMPHASIS = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?:])_{1,3}(?!\w)|`")
_QUOTE = re.compile(r"(?:[ \t]{0,8}>)+[ \t]?")
_HASHES = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+")
_RULE = re.compile(r"[\s\-_*=~+#.•·<>|]*")
_BULLET = re.compile(r"(?:[-–—*•·●▪▫■□◆◇○◦‣⁃►▶→⇒✓✔»|]+[ \t]+|[•●▪■◆►▶»]+)+")


def clean(text: str) -> Clean:
    """Undo mail, HTML and Markdown, normalize (NFKC) and drop control characters. Never raises on any string."""
    text = text[:MOST_RAW]
    text = out_of_mail(text)
    text = _plain_letters(text)
    if looks_like_html(text):
        text = out_of_html(text)
        text = _plain_letters(text)
    parts: list[str] = []
    lines: list[Line] = []
    at = 0
    for raw in text.split("\n"):
        line, heading, bullet, sign = _undress(raw)
        if at + len(line) > MOST_CLEAN:
            line = line[: MOST_CLEAN - at]
        lines.append(Line(at, at + len(line), heading, bullet, sign))
        parts.append(line)
        at += len(line) + 1
        if at >= MOST_CLEAN:
            break
    return Clean("\n".join(parts), tuple(lines))


def _plain_letters(text: str) -> str:
    """NFKC (full width and "mathematical" letters become plain ones), without what cannot be seen or printed."""
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    text = unicodedata.normalize("NFKC", text if text.isascii() else _without_piles(text))
    kept = []
    for character in text:
        if character in "\n\t":
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category == "Zs":
            kept.append(" ")
        elif category[0] != "C" and character not in "\ufffd\ufe0f\ufe0e\u20e3":
            kept.append(character)
    return "".join(kept)


def _without_piles(text: str) -> str:
    """At most four combining marks on a letter: normalizing more of them takes quadratic time."""
    kept: list[str] = []
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= 4:
            kept.append(character)
    return "".join(kept)


def _undress(raw: str) -> tuple[str, bool, bool, str | None]:
    """A line without quotation marks of mail, bullets, signs and Markdown; and what these said."""
    line = raw.replace("\t", " ")
    if quoted := _QUOTE.match(line):
        line = line[quoted.end() :]
    heading = False
    if hashes := _HASHES.match(line):
        heading = True
        line = line[hashes.end() :].rstrip("# ")
    elif line.count("**") >= 2 and line.strip().startswith("**") and line.strip().endswith("**"):
        heading = True
    line = line.strip()
    if _RULE.fullmatch(line):
        return "", False, False, None
    line = _LINK.sub(r"\1", line)
    bullet = False
    if mark := _BULLET.match(line):
        bullet = True
        line = line[mark.end() :]
    line = _EMPHASIS.sub("", line)
    sign: str | None = None
    kept: list[str] = []
    begun = False
    for character in line:
        if _is_sign(character):
            if not begun:
                sign = sign or SIGNS.get(character)
                bullet = True
            kept.append(" ")
        else:
            begun = begun or not character.isspace()
            kept.append(character)
    line = re.sub(r" {2,}", " ", "".join(kept)).strip()
    if mark := _BULLET.match(line):
        line = line[mark.end() :]
    return line, heading, bullet, sign


def _is_sign(character: str) -> bool:
    """Pictographs, arrows and dingbats; not letters, digits, punctuation or currency."""
    return character > "\u2100" and unicodedata.category(character) in ("So", "Sk")
