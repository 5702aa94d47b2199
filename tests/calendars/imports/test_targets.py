"""Every spelling of an address that is not public is refused, before a name is resolved or by what it resolves to."""

from __future__ import annotations

import socket

import pytest

from eventkit.calendars.imports.fetching import FetchFailed, fetch
from eventkit.calendars.imports.targets import RefusedAddress, Target, is_public, target

NOT_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1"),
    *("2001:20::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1"),
    *("fe80::1%eth0", "fec0::1", "ff02::1", "nonsense", ""),
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]

SPELLINGS = [
    *("http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/"),
    *("http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://0/", "http://127.0.0.1./"),
    *(
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
    ),
    *("http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/"),
    *("http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/"),
    *("http://printer.local/", "http://intranet/", "http://db.internal/", "http://nas.home.arpa/", "http://ⓛocalhost/"),
    *("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://192.168.0.1/", "http://0.0.0.0/"),
    *("http://1.1.1.1.1/", "http://256.1.1.1/", "http://0x/", "http://1.2.3.08/", "webcal://127.0.0.1/"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_of_this_machine_and_of_networks_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_spellings_of_them_are_refused_without_asking_anybody(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("a name was resolved"))
    with pytest.raises(FetchFailed, match=r"not_public|no_address"):
        fetch(typed)


@pytest.mark.parametrize("address", [address for address in NOT_PUBLIC if address not in {"", "nonsense"}])
def test_names_that_lead_to_them_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "socket", lambda *_a: pytest.fail("somebody was asked"))
    with pytest.raises(FetchFailed, match="not_public"):
        fetch("https://events.example/a.ics")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no_address"),
        ("https://", "no_address"),
        ("example.org", "no_address"),
        ("https://exa mple.org/", "no_address"),
        ("https://[::1", "no_address"),
        ("https://[fe80::1%25eth0]/", "not_public"),
        ("https://example.org:0/", "other_port"),
        ("https://example.org:port/", "no_address"),
        ("https://example.org:99999/", "no_address"),
        ("https://-a.example/", "no_address"),
        ("https://a..example/", "no_address"),
        (f"https://{'a' * 64}.example/", "no_address"),
        (f"https://{'a.' * 200}example/", "no_address"),
        (f"https://example.org/{'a' * 2000}", "no_address"),
        ("https://example.org\\@127.0.0.1/", "with_password"),
        ("https://user@example.org/", "with_password"),
        ("https://user:word@example.org/", "with_password"),
        ("https://example.org:22/", "other_port"),
        ("https://example.org:8080/", "other_port"),
        ("ftp://example.org/", "other_scheme"),
        ("javascript://example.org/%0aalert(1)", "other_scheme"),
        ("file:///etc/passwd", "no_address"),
        ("gopher://127.0.0.1:25/", "other_scheme"),
    ],
)
def test_other_addresses_that_are_refused(typed: str, reason: str) -> None:
    with pytest.raises(RefusedAddress) as refused:
        target(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("webcal://example.org/a.ics", Target("https", "example.org", 443, "/a.ics")),
        ("HTTP://Example.ORG./a b?c=d e#f", Target("http", "example.org", 80, "/a%20b?c=d%20e")),
        ("https://bücher.example/%7Ea", Target("https", "xn--bcher-kva.example", 443, "/%7Ea")),
        ("https://example.org:443", Target("https", "example.org", 443, "/")),
        ("http://example.org:443/", Target("http", "example.org", 443, "/")),
        ("https://[2606:4700:0:0::1111]/", Target("https", "2606:4700::1111", 443, "/")),
        ("https://1.1.1.1/\r\nHost: x", Target("https", "1.1.1.1", 443, "/Host:%20x")),
    ],
)
def test_what_an_address_names(typed: str, found: Target) -> None:
    assert target(typed) == found
