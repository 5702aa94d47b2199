"""Addresses of calendars that somebody typed: what they name, and whether we go there. No name is resolved here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

LONGEST = 2_000

#: what `webcal` is for, and the ports that go with them: any other would make us somebody's port scanner
_SCHEMES = {"http": ("http", 80), "https": ("https", 443), "webcal": ("https", 443), "webcals": ("https", 443)}

#: names that mean this machine or this network by definition (RFC 6761, 6762, 8375, 9476)
_OWN_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain", "lan", "intranet", "alt")

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PATH_CHARACTERS = "/%:=&?~#+!$,;'@()*[]-._"

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: inside of what is global, but of this machine, this network, or of somebody else by way of a tunnel
_NOT_PUBLIC_4 = [ipaddress.IPv4Network(f"{network}/24") for network in ("192.0.0.0", "192.88.99.0", "192.31.196.0")]
_NOT_PUBLIC_4 += [ipaddress.IPv4Network(f"{network}/24") for network in ("192.52.193.0", "192.175.48.0")]
_NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]


class RefusedAddress(Exception):
    """We do not go there. `reason` is a word for the page: no_address, other_scheme, other_port, with_password,
    not_public."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """Where to ask: a name in ASCII or an IP address, and the path with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _SCHEMES[self.scheme][1] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"


def target(address: str, reach: Reach | None = None) -> Target:
    """What an address names. Raises RefusedAddress for one that we do not go to, whatever its name may resolve to."""
    try:
        parts = urlsplit(address.strip()[: LONGEST + 1])
        typed_host, typed_port = parts.hostname or "", parts.port
    except ValueError:
        raise RefusedAddress("no_address") from None
    if len(address) > LONGEST or not parts.scheme or not typed_host:
        raise RefusedAddress("no_address")
    if parts.scheme not in _SCHEMES:
        raise RefusedAddress("other_scheme")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise RefusedAddress("with_password")
    scheme, port = _SCHEMES[parts.scheme]
    port = port if typed_port is None else typed_port
    reach = reach or PUBLIC
    if port not in reach.ports:
        raise RefusedAddress("other_port")
    path = quote(parts.path or "/", safe=_PATH_CHARACTERS) + (
        f"?{quote(parts.query, safe=_PATH_CHARACTERS)}" if parts.query else ""
    )
    return Target(scheme, _host(typed_host, reach), port, path)


def redirected(here: Target, location: str, reach: Reach | None = None) -> Target:
    """Where a redirect leads. Only from http to https may the scheme change."""
    there = target(urljoin(here.url, location), reach)
    if there.scheme != here.scheme and (here.scheme, there.scheme) != ("http", "https"):
        raise RefusedAddress("other_scheme")
    return there


def is_public(address: str) -> bool:
    """Whether an IP address is of the public network, in whatever way it is written or wrapped."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:  # how a network without IPv4 reaches it
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST or any(ip in network for network in _NOT_PUBLIC_6):
            return False
    elif any(ip in network for network in _NOT_PUBLIC_4):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _host(typed: str, reach: Reach) -> str:
    """The name in small ASCII letters, or the IP address in its one spelling."""
    if ":" in typed:
        try:
            ip: IPAddress = ipaddress.IPv6Address(typed)
        except ValueError:
            raise RefusedAddress("no_address") from None
        return _allowed(ip, reach)
    if len(typed) > 253 or "%" in typed:
        raise RefusedAddress("no_address")
    try:
        name = typed.removesuffix(".").encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise RefusedAddress("no_address") from None
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedAddress("no_address")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):  # an IPv4 address, perhaps as one number, octal, or hexadecimal
        try:
            ip = ipaddress.IPv4Address(name)
        except ValueError:
            raise RefusedAddress("not_public") from None
        return _allowed(ip, reach)
    if len(labels) == 1 or any(name == own or name.endswith(f".{own}") for own in _OWN_NAMES):
        raise RefusedAddress("not_public")
    return name


def _allowed(ip: IPAddress, reach: Reach) -> str:
    if not reach.is_allowed(str(ip)):
        raise RefusedAddress("not_public")
    return str(ip)


@dataclass(frozen=True)
class Reach:
    """How far we go: to which IP addresses, and at which ports. No setting changes it; tests bring their own."""

    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})


PUBLIC = Reach()
