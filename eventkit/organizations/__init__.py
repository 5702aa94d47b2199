"""Organizations: who they are, and who may speak for them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers nothing yet."""
