"""What tests of imports ask for and look at."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from sqlalchemy import select

from eventkit.events.models import Event
from tests.factories import make_import
from tests.visitor import Visitor

Take = Callable[..., str]


def place_of(visitor: Visitor, *vevents: str) -> str:
    """The page of a calendar with these VEVENTs that this person has imported."""
    assert visitor.user is not None
    return f"/organize/import/{make_import(visitor.user, *vevents).id}"


def stored(db: ModuleType) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id).execution_options(populate_existing=True)))


def the_event(db: ModuleType) -> Event:
    (event,) = stored(db)
    return event
