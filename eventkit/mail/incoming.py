"""A message from outside, taken apart. Whoever wrote it may want to hurt: bounds are checked before it is parsed.

The parser of the standard library takes more than linear time for nested parts and long parameters, and descends
by recursion; inside the bounds below, the worst message takes a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from html import unescape

import nh3

from eventkit.text import clean_line, clean_text

#: bytes of a message that are kept and read: an answer from a calendar has a few thousand
LARGEST = 1024 * 1024
_MOST_LINES = 30_000
_MOST_BOUNDARIES = 30
_MOST_NESTED_MESSAGES = 20
_MOST_DELIMITERS = 500
_LONGEST_MIME_FIELD = 4096
_LONGEST_FIELD = 4096
_MOST_FIELDS = 20

_MIME_FIELD = re.compile(rb"(?im)^content-[a-z-]+[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*")
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_BETWEEN_ADDRESSES = re.compile(r'[\s<>,;:"()]+')
_MAILBOX = re.compile(
    r'(?:(?P<name>[^<>]*)<(?P<address>[^<>\s@"]+@[^<>\s@"]+)>|(?P<bare>[^<>\s@",;:()]+@[^<>\s@",;:()]+))'
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class Unreadable(Exception):
    """It is not taken apart; the message is the reason, as a word."""


@dataclass(frozen=True)
class Envelope:
    """Who says to have written it, and where it came to. None of it is proved."""

    #: the one address of From; empty when there is none, or more than one
    sender: str
    #: From and Subject as a person reads them
    sender_words: str
    subject: str
    recipients: tuple[str, ...]
    #: no person wrote it: an absence note, or mail that could not be delivered (RFC 3834)
    automatic: bool


def parse(raw: bytes) -> Message:
    """Raises Unreadable: "too-large" or "too-complicated"."""
    if len(raw) > LARGEST:
        raise Unreadable("too-large")
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lower = plain.lower()
    if (
        plain.count(b"\n") > _MOST_LINES
        or lower.count(b"boundary") > _MOST_BOUNDARIES
        or lower.count(b"message/") > _MOST_NESTED_MESSAGES
        or plain.count(b"\n--") > _MOST_DELIMITERS
        or any(len(field.group()) > _LONGEST_MIME_FIELD for field in _MIME_FIELD.finditer(plain))
    ):
        raise Unreadable("too-complicated")
    try:
        return message_from_bytes(plain)
    except (MessageError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unreadable("too-complicated") from error


def leaves(message: Message) -> Iterator[Message]:
    """Its parts that hold something, in order. What somebody forwards as a message is not theirs: left out."""
    if message.get_content_maintype() == "message":
        return
    payload: object = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from leaves(part)
    else:
        yield message


def content(part: Message) -> bytes:
    """What a leaf holds, decoded from base64 or quoted-printable."""
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        return b""
    return found if isinstance(found, bytes) else b""


def text_of(data: bytes) -> str:
    """By what it is, not by what it says to be: a charset that is named may be wrong, missing, or a trap."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def fields(message: Message, name: str) -> list[str]:
    """The values of a header field, the topmost first, unfolded; long ones and many of them are cut."""
    return [" ".join(str(value)[:_LONGEST_FIELD].split()) for value in message.get_all(name, [])[:_MOST_FIELDS]]


def envelope(message: Message) -> Envelope:
    senders = fields(message, "From")
    recipients = [
        piece for name in _RECIPIENTS for value in fields(message, name) for piece in _BETWEEN_ADDRESSES.split(value)
    ]
    said = " ".join(fields(message, "Auto-Submitted")).lower()
    return Envelope(
        sender=_mailbox(senders[0]) if len(senders) == 1 else "",
        sender_words=", ".join(_words(value) for value in senders)[:200],
        subject=_words(" ".join(fields(message, "Subject")[:1]))[:200],
        recipients=tuple(dict.fromkeys(piece for piece in recipients if "@" in piece))[:50],
        automatic=said.startswith("auto-replied") or message.get_content_type() == "multipart/report",
    )


def excerpt(message: Message, longest: int = 400) -> str:
    """The beginning of what a person wrote, as plain text."""
    for kind in ("text/plain", "text/html"):
        for part in leaves(message):
            if part.get_content_type() == kind:
                text = text_of(content(part)[: 20 * longest])
                if kind == "text/html":
                    text = unescape(nh3.clean(text, tags=set()))
                text = clean_text(text)
                if text:
                    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"
    return ""


def _mailbox(value: str) -> str:
    """The address of a field that names exactly one; empty otherwise. Strict, since parsers differ on the rest."""
    found = _MAILBOX.fullmatch(_QUOTED.sub("", value).strip())
    if found is None or "@" in (found["name"] or "") or "," in (found["name"] or ""):
        return ""
    return str(found["address"] or found["bare"])


def _words(value: str) -> str:
    try:
        pieces = decode_header(value[:1000])
        said = "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in pieces
        )
    except (MessageError, ValueError, LookupError):
        said = value
    return clean_line(said)
