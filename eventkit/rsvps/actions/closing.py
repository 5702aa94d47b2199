"""When answers are taken: as long as the event is to come, and its organizer takes them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, DRAFT, Event
from eventkit.rsvps import dates, terms
from eventkit.rsvps.models import RsvpTerms

CLOSED = 409


def refuse_closed(event: Event, now: datetime, occurrence: str = "", *, limits: RsvpTerms | None = None) -> None:
    """Raises DomainError, which says why, when the event, or that date of it, takes no answers at this moment.

    `limits` are its terms, where they have been read already.
    """
    refuse_settled(event, now, occurrence)
    refuse_unopened(event, now, limits or terms.of(event))


def refuse_unopened(event: Event, now: datetime, limits: RsvpTerms) -> None:
    """Raises DomainError when its organizer takes no RSVPs, not yet, or not any more."""
    if terms.is_open(limits, now):
        return
    if limits.takes_rsvps and limits.opens_at is not None and now < limits.opens_at:
        when = dates.moment_words(event, limits.opens_at)
        raise DomainError(_("RSVPs open on %(when)s.", when=when), status=CLOSED)
    raise DomainError(_("RSVPs are closed. Thank you for wanting to come."), status=CLOSED)


def refuse_settled(event: Event, now: datetime, occurrence: str = "") -> None:
    """Raises DomainError when nobody comes any more to the event, or to that date of it, or not yet."""
    date = events.occurrence(event, occurrence)
    if occurrence and date is None:
        raise no_such_date()
    state = presentation.state_of(date or event, now)
    if state == CANCELLED:
        raise DomainError(_("It is cancelled. Nobody needs to come."), status=CLOSED)
    if state == presentation.PAST:
        raise DomainError(_("It is over. Thank you for wanting to come."), status=CLOSED)
    if state == presentation.CHANGED:
        raise DomainError(_("It is postponed. You can answer here once the new day is known."), status=CLOSED)
    if state == DRAFT:
        raise DomainError(_("It is not public yet."), status=CLOSED)


def no_such_date() -> DomainError:
    return DomainError(_("There is no such date. Choose one from the list."), status=422, field="occurrence")
