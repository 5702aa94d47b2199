"""Proof that somebody took trouble: a browser computes for a moment (ALTCHA), or a person without script waits.

A challenge is bound to what it is for, good for twenty minutes and for once. The number that solves it is chosen when
it is made, below a bound: nobody is so unlucky as to try for minutes. Challenges and the tokens of those who wait are
signed with secrets of the site and stored nowhere; which of them were used is remembered while they would be good.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import struct
import time

import altcha

from eventkit import keys, rates

_ALGORITHM = "PBKDF2/SHA-256"
#: iterations of one attempt, and attempts at most: about a second of a telephone
_COST = 5_000
_MOST = 200

#: minutes that a challenge, or a token once its time has come, is good for
GOOD_FOR = 20
#: characters of a solved challenge, of which ours have some 800
_LONGEST = 4_000

#: of a waiting token: the moment from which on it is good (seconds since 1970), a number of its own; then the MAC
_BODY = struct.Struct(">Q8s")
_MAC_LENGTH = 16


def challenge(about: str) -> str:
    """What a browser is to solve, as JSON in ALTCHA's second version. The number that solves it is in it nowhere."""
    made = altcha.create_challenge(
        _ALGORITHM,
        _COST,
        counter=secrets.randbelow(_MOST),
        expires_at=int(time.time()) + GOOD_FOR * 60,
        data={"about": about},
        hmac_secret=keys.signing_secret("challenge"),
        hmac_key_secret=keys.signing_secret("solution"),
    )
    return json.dumps(made.to_dict())


def accepts(about: str, solved: str) -> bool:
    """Whether it is the solution of a challenge for this purpose, in time, and for the first time."""
    if not solved or len(solved) > _LONGEST:
        return False
    found = altcha.verify_solution(
        solved, keys.signing_secret("challenge"), hmac_key_secret=keys.signing_secret("solution")
    )
    if not found.verified:
        return False
    parameters = altcha.Payload.from_base64(solved).challenge.parameters  # it is ours: the signature says so
    return parameters.data == {"about": about} and rates.once(2 * GOOD_FOR, "challenge", parameters.nonce)


def waiting_token(about: str, seconds: int) -> str:
    """Good from so many seconds on."""
    body = _BODY.pack(int(time.time()) + seconds, secrets.token_bytes(8))
    return base64.urlsafe_b64encode(body + _mac(about, body)).decode()


def still_to_wait(about: str, token: str) -> int | None:
    """Seconds until the token is good; 0 when it is. None: it is none of ours for this purpose, or too old."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if len(body) != _BODY.size or not hmac.compare_digest(mac, _mac(about, body)):
        return None
    good_from: int = _BODY.unpack(body)[0]
    left = good_from - int(time.time())
    return max(0, left) if left > -GOOD_FOR * 60 else None


def spend(token: str) -> bool:
    """True the first time that the token, which is good, is used."""
    # By what it says: the same bytes can be written in several ways.
    return rates.once(2 * GOOD_FOR, "waited", base64.urlsafe_b64decode(token).hex())


def _mac(about: str, body: bytes) -> bytes:
    return hmac.digest(keys.signing_secret("waiting"), about.encode() + b"\0" + body, "sha256")[:_MAC_LENGTH]
