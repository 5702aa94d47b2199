"""A geocoder of our own at the network's far end, and an application that asks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from eventkit.config import Settings
from eventkit.venues.geocoding import providers, turns
from tests.venues.geocoder import FakeGeocoder


@pytest.fixture
def geocoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGeocoder]:
    """A server that speaks Nominatim's JSON and knows nothing until it is taught."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeGeocoder() as server:
        yield server


@pytest.fixture
def asks(
    geocoder: FakeGeocoder,
    settings: Settings,
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Iterator[Flask]:
    """The application whose worker asks `geocoder`, in a context; where it would sleep, the clock moves on."""
    monkeypatch.setattr(providers, "TIMEOUT", 0.5)
    monkeypatch.setattr(turns, "sleep", clock.shift)
    app = make_app(replace(settings, geocoders=("nominatim", "offline"), geocoder_url=geocoder.url))
    with app.app_context():
        yield app


@pytest.fixture
def stopwatch() -> Callable[[], float]:
    """Real seconds since the test began, wherever the clock stands."""
    begun = time.perf_counter()
    return lambda: time.perf_counter() - begun
