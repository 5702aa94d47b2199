"""Events: five Ws, announcements read from text, drafts, changes, and the organizations taking part."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers nothing yet."""
