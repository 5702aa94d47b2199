"""Whether the server that received a message says that its From is true (RFC 8601)."""

from __future__ import annotations

import re
from email.message import Message

from eventkit.mail import incoming

_QUOTED = re.compile(r'"[^"]*"')
_RESULT = re.compile(r"\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+\.[a-z0-9_-]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
_MOST = 20


def verified_sender(message: Message, authserv_id: str) -> str:
    """The address of From where our own server, `authserv_id`, found it to be true; empty otherwise.

    Only what that server wrote on top is believed. Below the Received field under it stands what the sender wrote,
    who may claim to be our server. Where ours writes below its own Received field, or nothing at all, that cannot be
    told apart: it has to take such claims out (RFC 8601, 5). Results that contradict each other prove nothing.
    """
    address = incoming.envelope(message).sender
    domain = address.rpartition("@")[2].lower()
    if not authserv_id or not domain:
        return ""
    results = [result for value in _own_block(message, authserv_id) for result in _results(value)]
    passed = any(_proves(result, domain) for result in results)
    return address if passed and not _are_contradictory(results) else ""


def _are_contradictory(results: list[str]) -> bool:
    """One server has one verdict of DMARC, which no signature gainsays where it fails; and a message that is not signed
    has no signature that is good."""
    found = [(match[1].lower(), match[2].lower()) for match in map(_RESULT.match, results) if match]
    dmarc, dkim = ({verdict for method, verdict in found if method == wanted} for wanted in ("dmarc", "dkim"))
    return "fail" in dmarc or len(dmarc) > 1 or ("none" in dkim and len(dkim) > 1)


def _own_block(message: Message, authserv_id: str) -> list[str]:
    found: list[str] = []
    for name, raw in message.items():
        field = name.lower()
        if field == "received" and found:
            break
        if field == "authentication-results":
            value = _without_comments(" ".join(str(raw).split()))
            words = value.partition(";")[0].split()
            if not words or words[0].lower() != authserv_id.lower() or len(found) == _MOST:
                break
            found.append(value)
    return found


def _results(value: str) -> list[str]:
    """The results after the server's name. What is quoted there tells a person something: never a domain."""
    return _QUOTED.sub('""', value).split(";")[1:]


def _proves(result: str, domain: str) -> bool:
    found = _RESULT.match(result)
    if found is None or found[2].lower() != "pass":
        return False
    properties = {name.lower(): text.lower() for name, text in _PROPERTY.findall(result)}
    if found[1].lower() == "dmarc":
        return properties.get("header.from", domain).rpartition("@")[2] == domain
    if found[1].lower() == "dkim":
        signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        # A domain vouches for its own addresses and those under it; one under it does not vouch for it.
        return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))
    return False


def _without_comments(value: str) -> str:
    """RFC 5322 comments nest; one that does not end takes the rest with it."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value[:8192]:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
            continue
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)
