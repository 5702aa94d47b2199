"""What wraps an announcement: raw mail, quoted-printable, HTML."""

import email
import email.policy
import html
import quopri
import re
from email.message import EmailMessage

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


def out_of_mail(text: str) -> str:
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


def looks_like_html(text: str) -> bool:
    return any((match[1] or "").lower() in _MARKUP for match in _TAG.finditer(text)) or bool(
        re.search(
            r"&(?:nbsp|amp|lt|gt|quot|[a-z]{1,6}(?:acute|grave|uml|circ|tilde|cedil)|#\d{2,6}|#x[0-9a-f]{2,5});",
            text,
            re.I,
        )
    )


def out_of_html(text: str) -> str:
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
