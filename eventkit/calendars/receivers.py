"""What makes an entry stale. A receiver runs inside the transaction of what it hears of."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import clock, db, signals
from eventkit.calendars import actions
from eventkit.events.models import Event, Participation
from eventkit.organizations.models import Organization
from eventkit.venues.models import Venue


@signals.event_changed.connect
def _event_changed(_sender: object, event: Event) -> None:
    actions.store_entry(event, modified_at=event.modified_at)


@signals.venue_located.connect
def _venue_located(_sender: object, venue: Venue) -> None:
    for event in db.session.scalars(select(Event).where(Event.venue_id == venue.id)):
        actions.store_entry(event, modified_at=clock.now())


@signals.organization_renamed.connect
def _organization_renamed(_sender: object, organization: Organization) -> None:
    db.session.flush()
    theirs = select(Event).join(Participation).where(Participation.organization_id == organization.id)
    for event in db.session.scalars(theirs):
        actions.store_entry(event, modified_at=clock.now())
