"""Where a request comes from: told apart for limits and for undoing a flood, and known to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from eventkit import keys, sources
from eventkit.config import Settings
from tests.factories import make_event


def source_at(app: Flask, address: str, **headers: str) -> str:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}, headers=headers):
        return sources.of_request()


def network_at(app: Flask, address: str, event) -> bytes:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        return sources.of_event(event)


def day_keys(app: Flask) -> list[str]:
    with app.extensions["eventkit.keys"].connect() as connection:
        return list(connection.scalars(text("SELECT name FROM keys WHERE name LIKE 'source:%' ORDER BY name")))


def test_a_network_is_one_source_for_its_event_and_its_day(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        event, other = make_event(), make_event()
        first = network_at(app, "203.0.113.7", event)
        assert len(first) == 16
        assert network_at(app, "203.0.113.250", event) == first
        assert network_at(app, "::ffff:203.0.113.9", event) == first
        assert network_at(app, "203.0.114.7", event) != first
        assert network_at(app, "203.0.113.7", other) != first
        site = network_at(app, "2001:db8:1:2::3", event)
        assert network_at(app, "2001:db8:1:ffff::4", event) == site
        assert network_at(app, "2001:db8:2::3", event) != site
        clock.shift(24 * 3600)
        assert network_at(app, "203.0.113.7", event) != first


def test_the_salt_of_a_day_is_forgotten_with_the_day(
    app: Flask, clock: time_machine.Traveller, work: Callable[[], None]
) -> None:
    with app.app_context():
        event = make_event()
        network_at(app, "203.0.113.7", event)
        work()
        assert day_keys(app) == ["source:20260901"]
        clock.shift(12 * 3600)
        network_at(app, "203.0.113.7", event)
        work()
        assert day_keys(app) == ["source:20260902"]
        assert keys.sealer(event.key_name).fingerprint("the key of an event is not one of a day")


@pytest.mark.parametrize(
    ("told", "like"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::2"),
        ("unknown", "a proxy that tells nothing"),
        ("", "unknown"),
    ],
)
def test_what_a_proxy_tells_is_read_and_never_fails(app: Flask, db: ModuleType, told: str, like: str) -> None:
    assert source_at(app, told) == source_at(app, like)
    assert source_at(app, told) != source_at(app, "198.51.100.1")


@pytest.mark.parametrize(("proxies", "seen"), [(0, "192.0.2.1"), (1, "203.0.113.9"), (2, "203.0.113.8")])
def test_only_what_the_trusted_proxies_wrote_is_believed(
    make_app: Callable[..., Flask], settings: Settings, proxies: int, seen: str
) -> None:
    app = make_app(replace(settings, trusted_proxies=proxies))
    asked: list[str] = []
    app.before_request(lambda: asked.append(sources.of_request()))
    client = app.test_client()
    for forged in ("198.51.100.1, 198.51.100.2", "10.0.0.1", "203.0.113.9, 203.0.113.9"):
        told = {"X-Forwarded-For": f"{forged}, 203.0.113.8, 203.0.113.9"}
        client.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers=told)
    with app.app_context():
        assert asked == [source_at(app, seen)] * 3
