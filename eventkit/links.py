"""Links that carry their own proof.

A signed link is an HMAC over purpose, id and generation: stored nowhere, sent again at will, revoked by
raising the generation. Each has one purpose. The token is URL-safe and tells nothing but a row's number. What
stands in an e-mail address is written in another alphabet, for mail systems do not keep upper case.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct

from eventkit import keys

_BODY = struct.Struct(">QH")
_MAC_LENGTH = 16

#: letters of a token that stands in an address
LENGTH_IN_ADDRESS = -(-(_BODY.size + _MAC_LENGTH) * 8 // 5)


def sign(purpose: str, row: int, generation: int) -> str:
    """The token for `row`, good until its generation is raised."""
    return base64.urlsafe_b64encode(_signed(purpose, row, generation)).rstrip(b"=").decode()


def verify(purpose: str, token: str) -> tuple[int, int] | None:
    """(row, generation) when the token is ours; None otherwise. The caller compares the generation."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    told = _told(raw)
    return told if told and hmac.compare_digest(token, sign(purpose, *told)) else None


def sign_for_address(purpose: str, row: int, generation: int) -> str:
    """As `sign`, of lower-case letters and digits alone, and good in whatever case it comes back."""
    return base64.b32encode(_signed(purpose, row, generation)).rstrip(b"=").decode().lower()


def verify_address(purpose: str, token: str) -> tuple[int, int] | None:
    """As `verify`, for what `sign_for_address` made."""
    try:
        raw = base64.b32decode(token.encode("ascii").upper() + b"=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    told = _told(raw)
    return told if told and hmac.compare_digest(token.lower(), sign_for_address(purpose, *told)) else None


def _signed(purpose: str, row: int, generation: int) -> bytes:
    body = _BODY.pack(row, generation)
    return body + _mac(purpose, body)


def _told(raw: bytes) -> tuple[int, int] | None:
    """Row and generation as they stand in a token, whoever wrote it."""
    if len(raw) != _BODY.size + _MAC_LENGTH:
        return None
    row, generation = _BODY.unpack(raw[: _BODY.size])
    return row, generation


def _mac(purpose: str, body: bytes) -> bytes:
    return hmac.digest(keys.signing_secret(purpose), body, "sha256")[:_MAC_LENGTH]
