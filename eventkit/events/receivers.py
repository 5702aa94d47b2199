"""What keeps the searched words in step. A receiver runs inside the transaction of what it hears of."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import db, signals
from eventkit.events import search
from eventkit.events.models import Event, Participation
from eventkit.organizations.models import Organization


@signals.event_changed.connect
def _event_changed(_sender: object, event: Event) -> None:
    event.search_text = search.text_of(event)


@signals.organization_renamed.connect
def _organization_renamed(_sender: object, organization: Organization) -> None:
    db.session.flush()
    theirs = select(Event).join(Participation).where(Participation.organization_id == organization.id)
    for event in db.session.scalars(theirs):
        event.search_text = search.text_of(event)
