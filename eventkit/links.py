"""Links that carry their own proof.

A signed link is an HMAC over purpose, id and generation: stored nowhere, sent again at will, revoked by
raising the generation. Each has one purpose. The token is URL-safe and tells nothing but a row's number.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct

from eventkit import keys

_BODY = struct.Struct(">QH")
_MAC_LENGTH = 16


def sign(purpose: str, row: int, generation: int) -> str:
    """The token for `row`, good until its generation is raised."""
    body = _BODY.pack(row, generation)
    return base64.urlsafe_b64encode(body + _mac(purpose, body)).rstrip(b"=").decode()


def verify(purpose: str, token: str) -> tuple[int, int] | None:
    """(row, generation) when the token is ours; None otherwise. The caller compares the generation."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _BODY.size + _MAC_LENGTH:
        return None
    row, generation = _BODY.unpack(raw[: _BODY.size])
    return (row, generation) if hmac.compare_digest(token, sign(purpose, row, generation)) else None


def sign_for_address(purpose: str, row: int, generation: int) -> str:
    """As `sign`, in letters and digits of one case: mail systems fold the case of an address."""
    body = _BODY.pack(row, generation)
    return base64.b32encode(body + _mac(purpose, body)).rstrip(b"=").decode().lower()


def verify_address(purpose: str, token: str) -> tuple[int, int] | None:
    """As `verify`, for what `sign_for_address` made, in whatever case it comes back."""
    if not token.isascii():  # ſ is an S in upper case, and no letter of ours
        return None
    try:
        raw = base64.b32decode(token.upper().encode("ascii") + b"=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _BODY.size + _MAC_LENGTH:
        return None
    row, generation = _BODY.unpack(raw[: _BODY.size])
    expected = sign_for_address(purpose, row, generation)
    return (row, generation) if hmac.compare_digest(token.lower(), expected) else None


def _mac(purpose: str, body: bytes) -> bytes:
    return hmac.digest(keys.signing_secret(purpose), body, "sha256")[:_MAC_LENGTH]
