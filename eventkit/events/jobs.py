"""Work for the worker: the words of events that were published before there was a search."""

from __future__ import annotations

from sqlalchemy import select

from eventkit import db
from eventkit.events import search
from eventkit.events.models import DRAFT, Event

INDEX = "events.index"

_AT_ONCE = 50


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
