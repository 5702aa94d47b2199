"""Where requests come from, as hashes that tell nobody: no address of a visitor is stored or logged.

For rate limits a source is one address, of IPv6 the network of one household, and is kept in memory for minutes. For
undoing a flood it is the network that somebody rents, kept with the RSVP, under a salt that is forgotten with its day.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Protocol

from flask import Flask, request

from eventkit import clock, jobs, keys

FORGET = "sources.forget"

#: bits of the address that tell the network: whoever floods has many addresses of one, of IPv6 a whole site's
_NETWORK = {4: 24, 6: 48}
#: of the network of one household, which takes another address as often as it likes
_HOUSEHOLD = 64

_PURPOSE = "source"

#: where a request holds its source
_KNOWN = "eventkit.source"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Numbered(Protocol):
    """What has a number of its own, such as an event."""

    @property
    def id(self) -> int: ...


def init_app(app: Flask) -> None:
    jobs.register(app, FORGET, forget)


def of_request() -> str:
    """The source of this request, for rate limits. It is computed once for a request."""
    known: str | None = request.environ.get(_KNOWN)
    if known is not None:
        return known
    address = _address()
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.IPv6Network((address, _HOUSEHOLD), strict=False).network_address
    known = hmac.digest(keys.signing_secret("source"), address.packed, "sha256").hex()[:32]
    request.environ[_KNOWN] = known
    return known


def of_event(event: Numbered) -> bytes:
    """The network that this request comes from, in 16 bytes that mean something for this event and this day (UTC)."""
    address = _address()
    network = ipaddress.ip_network((address, _NETWORK[address.version]), strict=False)
    return keys.of_day(_PURPOSE, clock.now().date()).fingerprint(f"{event.id}:{network}")[:16]


def forget() -> None:
    """Destroys the salts of the days that are over: nobody can find out any more which network a hash stands for."""
    keys.forget_days(_PURPOSE, before=clock.now().date())


def _address() -> Address:
    """The visitor's address, as the web server or the last trusted proxy tells it. What cannot be read is one source
    for all: a proxy that tells no address must not let a flood through."""
    told = request.remote_addr or ""
    if told.startswith("["):
        told = told[1:].partition("]")[0]
    elif told.count(":") == 1:  # some proxies tell the port, too
        told = told.partition(":")[0]
    try:
        address = ipaddress.ip_address(told.partition("%")[0])
    except ValueError:
        return ipaddress.IPv4Address(0)
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
