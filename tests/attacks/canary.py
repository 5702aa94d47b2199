"""A person whom nobody must find in a file, and how somebody would look for them."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterable
from html import escape
from json import dumps
from pathlib import Path
from urllib.parse import quote

NAME = "Zoë Kanárik-Ñandú"
EMAIL = "zoe.kanarik.7f3a@canary-mail.example"
ANSWER = "Ramp at the østern gate, 7f3a"

#: what would tell on her: whole, and the parts of the address
NEEDLES = (NAME, NAME.partition(" ")[2], EMAIL, *EMAIL.split("@"), ANSWER)

#: how a file may hold a text
ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "base64",
    "quoted-printable",
    "percent",
    "hexadecimal",
    "json",
    "html",
)


def written(text: str, encoding: str) -> list[bytes]:
    """The text in an encoding, in each way in which it can stand in a larger one."""
    plain = text.encode()
    if encoding == "base64":
        return [_within_base64(plain, shift) for shift in range(3)]
    if encoding == "hexadecimal":
        return [plain.hex().encode()]
    if encoding == "quoted-printable":
        return [quopri.encodestring(plain).replace(b"=\n", b""), quopri.encodestring(plain, header=True)]
    if encoding == "percent":
        return [quote(text, safe="").encode(), quote(text, safe="@").encode()]
    if encoding == "json":
        return [dumps(text).strip('"').encode()]
    if encoding == "html":
        return [escape(text).encode(), text.encode("ascii", "xmlcharrefreplace")]
    return [text.encode(encoding)]


def _within_base64(plain: bytes, shift: int) -> bytes:
    """Without the letters at either end that depend on what stands before and behind it."""
    encoded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
    return encoded[-(-8 * shift // 6) : len(encoded) - (1 if (shift + len(plain)) % 3 else 0)]


def found(files: dict[str, bytes], needles: Iterable[str] = NEEDLES) -> set[tuple[str, str, str]]:
    """In which file which needle stands in which encoding; upper and lower case are the same."""
    sought = [
        (needle, encoding, form, form.lower())
        for needle in needles
        for encoding in ENCODINGS
        for form in written(needle, encoding)
    ]
    hits = set()
    for name, content in files.items():
        lower = content.lower()
        for needle, encoding, form, small in sought:
            if form in content or (encoding != "base64" and small in lower):
                hits.add((name, needle, encoding))
    return hits


def files_of(*folders: Path) -> dict[str, bytes]:
    """Every file of these folders as it is at this moment, by its path."""
    return {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
