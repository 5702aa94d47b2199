"""Events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventkit import clock, db
from eventkit.accounts.models import User
from eventkit.events import actions
from eventkit.events.details import Details, Part, VenueDetails
from eventkit.events.models import CANCELLED, DRAFT, HOST, POSTPONED, Event
from tests.factories.accounts import make_user
from tests.factories.venues import TORONTO


def make_details(**changed: Any) -> Details:
    """What an organizer says: a vigil in Toronto, two weeks from now, from one to three."""
    day = clock.now().astimezone(ZoneInfo("America/Toronto")).date() + timedelta(days=14)
    details = Details(
        title="Vigil for the hospitals",
        who="Nurses and their neighbours",
        what="A silent vigil with candles",
        why="Because the night wards are being closed",
        starts_local=datetime(day.year, day.month, day.day, 13),
        ends_local=datetime(day.year, day.month, day.day, 15),
        timezone="America/Toronto",
        venue=VenueDetails(**TORONTO),
    )
    return replace(details, **changed)


def make_event(
    *,
    organizer: User | None = None,
    host: str = "",
    parts: Iterable[Part] = (),
    status: str = "published",
    **changed: Any,
) -> Event:
    """An event that is made, and published, as an organizer does it.

    `status` is what it has become, `host` names the organization that hosts it, and `changed` are fields
    of `Details`.
    """
    by = organizer or make_user()
    taking_part = (*((Part(host, HOST),) if host else ()), *parts)
    with db.transaction():
        event = actions.create(make_details(parts=taking_part, **changed), by=by, now=clock.now())
        if status != DRAFT:
            actions.publish(event, now=clock.now())
        if status == CANCELLED:
            actions.cancel(event, reason="", now=clock.now())
        elif status == POSTPONED:
            actions.postpone(event, reason="", now=clock.now())
    return event
