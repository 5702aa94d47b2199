"""The worker's part: asks the geocoders for venues that wait."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from flask import current_app

from eventkit import clock
from eventkit.db import transaction
from eventkit.venues import actions, queries
from eventkit.venues.geocoding import asking
from eventkit.venues.geocoding.places import Place
from eventkit.venues.models import Venue

#: a venue whose worker died is taken up again after this
LEASE = timedelta(minutes=10)

# Geocoders are slow, and a worker's threads are few: one of them asks, the others are there for the mail.
_asking = threading.Lock()


def refine_due() -> None:
    """Locates all venues that are due; does nothing while another thread of this process is at it.

    What is learned is written only if the place is still the one that was asked for.
    """
    if not _asking.acquire(blocking=False):
        return
    try:
        asking.forget_old_answers()
        geocoders = current_app.extensions["eventkit.geocoders"]
        while (taken := _take()) is not None:
            venue_id, place = taken
            _write(venue_id, place, asking.locate(place, geocoders), clock.now())
    finally:
        _asking.release()


def _take() -> tuple[int, Place] | None:
    now = clock.now()
    with transaction():
        venue = queries.next_to_locate(now)
        if venue is None:
            return None
        venue.next_attempt_at = now + LEASE
        return venue.id, Place.of(venue)


def _write(venue_id: int, place: Place, outcome: asking.Outcome, now: datetime) -> None:
    with transaction() as session:
        venue = session.get(Venue, venue_id, with_for_update=True, populate_existing=True)
        if venue is None or venue.state != "waiting":
            return  # deleted, or a person has set the pin meanwhile
        if Place.of(venue).address() != place.address():
            venue.next_attempt_at = now  # the address is another one now, and not yet asked for
            return
        actions.refine(venue, outcome.answer, outcome.source)
        if outcome.retry_at is None or outcome.is_enough:
            actions.settle(venue)
        else:
            actions.postpone(venue, until=outcome.retry_at, failed=outcome.failed, now=now)
