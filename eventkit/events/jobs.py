"""Work for the worker: series are laid out further as time goes on, places that were kept are told when their moment
comes, and what was published before there was a search gets its words."""

from __future__ import annotations

import logging

from sqlalchemy import ColumnElement, and_, or_, select

from eventkit import clock, db, signals
from eventkit.errors import DomainError
from eventkit.events import actions, occurrences, search
from eventkit.events.models import DRAFT, PUBLISHED, Event

LAY_OUT = "events.lay_out"
INDEX = "events.index"
TELL_PLACES = "events.tell_places"

_AT_ONCE = 50

_log = logging.getLogger(__name__)


def lay_out() -> None:
    """Lays out every series that is not laid out far enough, each in a transaction of its own."""
    while _step():
        pass


def _step() -> bool:
    """The next series; False when none is left. One that somebody is changing waits for the next sweep."""
    now = clock.now()
    due: ColumnElement[bool] = or_(
        Event.laid_out_until.is_(None),
        and_(
            Event.laid_out_until < now + occurrences.LEFT,
            or_(Event.over_at.is_(None), Event.over_at > Event.laid_out_until),
        ),
    )
    wanted = select(Event).where(Event.rrule != "", Event.starts_local.is_not(None), due).order_by(Event.id).limit(1)
    with db.transaction() as session:
        event = session.scalar(
            wanted.with_for_update(of=Event, skip_locked=True).execution_options(populate_existing=True)
        )
        if event is None:
            return False
        over_at = event.over_at
        try:
            occurrences.lay_out(event, now=now)
        except DomainError:
            _log.exception("event %d has a rule that cannot be laid out", event.id)
            event.laid_out_until = now + occurrences.AHEAD
        if event.over_at != over_at:
            signals.event_changed.send(event=event)
    return True


def tell_places() -> None:
    """Tells every place whose moment has come. That of an event which is put off waits for its new day, and that of a
    cancelled one is told to nobody."""
    while True:
        now = clock.now()
        due = (Event.place_public_at <= now, Event.status == PUBLISHED)
        with db.transaction() as session:
            event = session.scalar(
                select(Event).where(*due).order_by(Event.id).limit(1).with_for_update(of=Event, skip_locked=True)
            )
            if event is None:
                return
            actions.tell_place(event, now=now)


def index() -> None:
    """Writes the searched words where there are none, a few at a time, so that nobody waits long for the database."""
    last = 0
    while True:
        with db.transaction() as session:
            bare = session.scalars(
                select(Event)
                .where(Event.search_text == "", Event.status != DRAFT, Event.id > last)
                .order_by(Event.id)
                .limit(_AT_ONCE)
            ).all()
            for event in bare:
                event.search_text = search.text_of(event)
        if not bare:
            return
        last = bare[-1].id
