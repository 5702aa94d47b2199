"""Whose turn it is to ask a geocoder: once a second, all processes together; after failures, less and less often.

A row per geocoder says from when on it may be asked, and a conditional UPDATE decides who may. Nobody
sleeps or speaks to a geocoder inside a transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import sleep
from typing import cast

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError

from eventkit import clock, db
from eventkit.venues.models import GeocoderTurn

#: Between two questions. The clock has whole seconds: two of them are more than one second apart, one may be none.
SPACING = timedelta(seconds=2)
#: who waits longer for a turn comes back later instead
PATIENCE = timedelta(seconds=10)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
#: a geocoder may ask for more ("Retry-After"), within reason
LONGEST_WISH = timedelta(days=1)


def take(geocoder: str) -> datetime | None:
    """Waits for a turn: None when it is ours, else the instant from which on the geocoder may be asked.

    It is not waited for when the geocoder is left alone after a failure, nor when too many stand in line.
    """
    asked_for = clock.now()
    for _ in range(int(PATIENCE / SPACING) + 1):
        free_at = _try(geocoder)
        if free_at is None:
            return None
        if free_at - asked_for > PATIENCE:
            break
        sleep(max(0.0, (free_at - clock.now()).total_seconds()))
    return free_at


def succeeded(geocoder: str) -> None:
    """It answers: whatever was held against it is forgotten."""
    with db.transaction() as session:
        session.execute(
            update(GeocoderTurn).where(GeocoderTurn.geocoder == geocoder, GeocoderTurn.failures > 0).values(failures=0)
        )


def failed(geocoder: str, *, wish: float | None) -> tuple[int, datetime]:
    """How often it has now failed in a row, and until when it is left alone.

    The pause doubles with every failure. `wish` is the number of seconds for which it asked to be left alone.
    """
    now = clock.now()
    with db.transaction() as session:
        turn = session.get_one(GeocoderTurn, geocoder, with_for_update=True)
        turn.failures += 1
        pause = min(FIRST_PAUSE * 2 ** min(turn.failures - 1, 10), LONGEST_PAUSE)
        wished = timedelta(seconds=min(wish or 0, LONGEST_WISH.total_seconds()))
        turn.next_at = now + max(pause, wished)
        return turn.failures, turn.next_at


def _try(geocoder: str) -> datetime | None:
    """None and the turn is ours, or when the next one is free."""
    now = clock.now()
    with db.transaction() as session:
        if session.get(GeocoderTurn, geocoder) is None:
            try:
                with session.begin_nested():
                    session.add(GeocoderTurn(geocoder=geocoder, next_at=now, failures=0))
            except IntegrityError:
                pass  # another process has just made it
        taken = session.execute(
            update(GeocoderTurn)
            .where(GeocoderTurn.geocoder == geocoder, GeocoderTurn.next_at <= now)
            .values(next_at=now + SPACING)
            .execution_options(synchronize_session=False)
        )
        if cast(CursorResult, taken).rowcount:
            return None
        return session.get_one(GeocoderTurn, geocoder, populate_existing=True).next_at
