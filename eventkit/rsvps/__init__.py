"""RSVPs: who comes, with as little about them as the organizer allows."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers nothing yet."""
