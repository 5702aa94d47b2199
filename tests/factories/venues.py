"""Places."""

from __future__ import annotations

from typing import Any

from eventkit import clock, db
from eventkit.venues import actions
from eventkit.venues.models import Venue

#: a place that the offline gazetteer knows
TORONTO = {
    "name": "Queen's Park",
    "street": "111 Wellesley St. W",
    "city": "Toronto",
    "postal_code": "M7A 1A2",
    "country": "CA",
}


def make_venue(**particulars: Any) -> Venue:
    """A venue that belongs to no event yet."""
    venue = Venue()
    with db.transaction() as session:
        session.add(venue)
        actions.change(venue, now=clock.now(), **{**TORONTO, **particulars})
    return venue
