"""From what was pasted to clean lines: mail, HTML and Markdown undone, tricks of Unicode removed.

Every step is one pass over the text. What a mail program, a word processor or an adversary put around the words
goes; the words stay as they were written.
"""

import email
import email.policy
import html
import quopri
import re
import unicodedata
from dataclasses import dataclass
from email.message import EmailMessage

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


_HEADERS = re.compile(
    r"(?:From|To|Subject|Date|MIME-Version|Content-Type|Received|Return-Path|Message-ID)[ \t]*:", re.I
)
_MIME = re.compile(r"^(?:MIME-Version|Content-Transfer-Encoding|Content-Type|Received)[ \t]*:", re.I | re.M)
_ESCAPED = re.compile(r"=[0-9A-Fa-f]{2}")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>])[^<>]*>|<![A-Za-z][^<>]*>|<\?[^<>]*>")
_MARKUP = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "b",
        "blockquote",
        "body",
        "br",
        "button",
        "center",
        "code",
        "div",
        "em",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "li",
        "link",
        "main",
        "meta",
        "noscript",
        "o",
        "object",
        "ol",
        "p",
        "pre",
        "s",
        "script",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
_BREAKING = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "center",
        "div",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "table", "ul", "ol"])
_UNREAD = frozenset(["head", "iframe", "noscript", "object", "script", "style", "svg", "title"])
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,600}\)")
_EMPHASIS = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?:])_{1,3}(?!\w)|`")
_QUOTE = re.compile(r"(?:[ \t]{0,8}>)+[ \t]?")
_HASHES = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+")
_RULE = re.compile(r"[\s\-_*=~+#.•·<>|]*")
_BULLET = re.compile(r"(?:[-–—*•·●▪▫■□◆◇○◦‣⁃►▶→⇒✓✔»|]+[ \t]+|[•●▪■◆►▶»]+)+")


def clean(text: str) -> Clean:
    """Undo mail, HTML and Markdown, normalize (NFKC) and drop control characters. Never raises on any string."""
    text = text[:MOST_RAW]
    text = _out_of_mail(text)
    text = _plain_letters(text)
    if _looks_like_html(text):
        text = _out_of_html(text)
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


def _out_of_mail(text: str) -> str:
    """The subject and the readable body of a raw message; quoted-printable undone where only a body was pasted."""
    head = text.lstrip()[:4000]
    if _HEADERS.match(head) and _MIME.search(head):
        try:
            # Surrogates that cannot be encoded would make the parser fail.
            message = email.message_from_string(
                head and text.lstrip().encode("utf-8", "replace").decode("utf-8"), policy=email.policy.default
            )
            assert isinstance(message, EmailMessage)
            body = message.get_body(("plain", "html"))
            content = body.get_content() if body is not None else None
            subject = str(message.get("Subject", "") or "")
        except Exception:  # the standard library's parser fails in many ways on hostile mail
            content = None
        if isinstance(content, str) and content.strip():
            return f"{subject}\n\n{content}" if subject else content
    if "=\n" in text.replace("\r\n", "\n") or len(_ESCAPED.findall(text[:20_000])) >= 3:
        decoded = _out_of_quoted_printable(text)
        if decoded is not None:
            return decoded
    return text


def _out_of_quoted_printable(text: str) -> str | None:
    """Decoded, or None where the text does not turn out to be UTF-8 (then it was not quoted-printable)."""
    try:
        octets = quopri.decodestring(text.replace("\r\n", "\n").encode("utf-8"))
    except UnicodeEncodeError:
        return None
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _looks_like_html(text: str) -> bool:
    return any((match[1] or "").lower() in _MARKUP for match in _TAG.finditer(text)) or bool(
        re.search(
            r"&(?:nbsp|amp|lt|gt|quot|[a-z]{1,6}(?:acute|grave|uml|circ|tilde|cedil)|#\d{2,6}|#x[0-9a-f]{2,5});",
            text,
            re.I,
        )
    )


def _out_of_html(text: str) -> str:
    """The text of an HTML page: blocks become lines, scripts and styles go, entities become characters."""
    text = _without_comments(text)
    tags = [match for match in _TAG.finditer(text) if match[1] is None or match[1].lower() in _MARKUP]
    flowing = any((match[1] or "").lower() in _BREAKING for match in tags)

    def words(piece: str) -> str:
        return re.sub(r"\s+", " ", piece) if flowing else piece

    out: list[str] = []
    at = 0
    hidden: str | None = None
    for match in tags:
        if hidden is None:
            out.append(words(text[at : match.start()]))
        at = match.end()
        name = (match[1] or "").lower()
        closing = match[0].startswith("</")
        if hidden is not None:
            if closing and name == hidden:
                hidden = None
        elif name in _UNREAD and not closing and not match[0].endswith("/>"):
            hidden = name
        elif name in _PARAGRAPHS:
            out.append("\n\n" + ("## " if name[0] == "h" and not closing else ""))
        elif name == "li" and not closing:
            out.append("\n• ")
        elif name in ("td", "th") and closing:
            out.append(" | ")
        elif name in _BREAKING:
            out.append("\n")
    if hidden is None:
        out.append(words(text[at:]))
    unescaped = html.unescape("".join(out))
    # Markup that was written as entities is not markup of this page, but nobody means it to be read either.
    unescaped = _TAG.sub(lambda match: "" if (match[1] or "").lower() in _MARKUP else match[0], unescaped)
    return "\n".join(line.strip(" ") for line in unescaped.split("\n")) if flowing else unescaped


def _without_comments(text: str) -> str:
    out: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0:
        end = text.find("-->", begin)
        if end < 0:
            break
        out.append(text[at:begin])
        at = end + 3
    out.append(text[at:])
    return "".join(out)


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
    for character in line:
        if _is_sign(character):
            if not kept or not "".join(kept).strip():
                sign = sign or SIGNS.get(character)
                bullet = True
            kept.append(" ")
        else:
            kept.append(character)
    line = re.sub(r" {2,}", " ", "".join(kept)).strip()
    if mark := _BULLET.match(line):
        line = line[mark.end() :]
    return line, heading, bullet, sign


def _is_sign(character: str) -> bool:
    """Pictographs, arrows and dingbats; not letters, digits, punctuation or currency."""
    return character > "\u2100" and unicodedata.category(character) in ("So", "Sk")
