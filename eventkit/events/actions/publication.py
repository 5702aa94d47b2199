"""From draft to public, and what may become of it then."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from eventkit import db, signals
from eventkit.errors import DomainError
from eventkit.events import places, queries
from eventkit.events.models import CANCELLED, DRAFT, POSTPONED, PUBLISHED, Event
from eventkit.venues import actions as venues


def publish(event: Event, *, now: datetime) -> None:
    """Makes a draft public, or a postponed event certain again. Without a date nobody could come."""
    queries.lock(event)
    if event.status == CANCELLED:
        raise DomainError(_("It was cancelled. Duplicate it to announce it anew."))
    if event.starts_local is None:
        raise DomainError(_("Say on which day it is. Without a date nobody can come."), field="starts_on")
    again = event.status == POSTPONED
    if event.status == PUBLISHED:
        return
    event.status, event.status_reason = PUBLISHED, ""
    event.published_at = event.published_at or now
    _changed(event, now, raise_sequence=again)
    if not places.is_kept(event):
        venues.request_location(event.venue, now=now)
    if again:
        signals.event_disrupted.send(event=event, kind="moved", occurrence="")


def cancel(event: Event, *, reason: str, now: datetime) -> None:
    """It does not take place: its page says so, calendars strike it, and who left an address is written to."""
    _disrupt(event, CANCELLED, reason=reason, now=now)


def postpone(event: Event, *, reason: str, now: datetime) -> None:
    """It takes place later, on a day that is not known yet; publishing it with a new date ends that."""
    _disrupt(event, POSTPONED, reason=reason, now=now)


def keep_place(event: Event, until: datetime, *, now: datetime) -> None:
    """The town alone is told until then; no geocoder is asked meanwhile. What calendars have copied of it stays there.

    Raises DomainError for a moment that is past, or after the end.
    """
    queries.lock(event)
    if until <= now:
        raise DomainError(_("This moment is past."), field="place_public_at")
    if event.over_at is not None and until >= event.over_at:
        raise DomainError(_("It would be over by then: nobody could come."), field="place_public_at")
    event.place_public_at = until
    venues.keep_to_town(event.venue)
    if event.status != DRAFT:
        _changed(event, now, raise_sequence=True)


def tell_place(event: Event, *, now: datetime) -> None:
    """The exact place is public from now on, everywhere at once, and whoever left an address is written to."""
    queries.lock(event)
    if not places.is_kept(event):
        return
    event.place_public_at = None
    venues.request_location(event.venue, now=now)
    if event.status == DRAFT:
        return
    _changed(event, now, raise_sequence=True)
    if event.status == PUBLISHED and not event.is_over(now):
        signals.event_disrupted.send(event=event, kind="revealed", occurrence="")


def _disrupt(event: Event, status: str, *, reason: str, now: datetime) -> None:
    queries.lock(event)
    if event.status == DRAFT:
        raise DomainError(_("Nobody knows of this draft yet. Change or delete it instead."))
    if event.is_over(now):
        raise DomainError(_("It is over already."))
    if event.status == status:
        raise DomainError(_("That is said already."))
    if event.status == CANCELLED:
        raise DomainError(_("It was cancelled. Duplicate it to announce it anew."))
    event.status, event.status_reason = status, reason
    _changed(event, now, raise_sequence=True)
    signals.event_disrupted.send(event=event, kind=status, occurrence="")


def _changed(event: Event, now: datetime, *, raise_sequence: bool) -> None:
    event.modified_at = now
    if raise_sequence:
        event.sequence += 1
    db.session.flush()
    signals.event_changed.send(event=event)
