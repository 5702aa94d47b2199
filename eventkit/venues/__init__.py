"""Where events take place: venues, geocoding, and the time zone of a place."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers nothing yet."""
