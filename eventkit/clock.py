"""The only clock. Everything that asks for the time asks here, or is given `now=`."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant in UTC, to the whole second (RFC 5545 knows no fractions)."""
    return datetime.now(UTC).replace(microsecond=0)
