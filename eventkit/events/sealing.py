"""The key of an event, for whoever seals something with it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from eventkit import db, keys
from eventkit.events.models import Event


def sealer_of(event: Event) -> keys.Sealer:
    """Seals what is written in this transaction: until it ends the event's key is not renewed.

    Where the key store was lost, the event has a new key from here on.
    """
    # SQLite has one writer at a time, who reads the name of the key within the transaction.
    if db.engine().dialect.name == "postgresql":
        name = select(Event.key_name).where(Event.id == event.id).with_for_update(read=True, key_share=True)
        with db.session.no_autoflush:  # what is sealed next may not be complete yet
            set_committed_value(event, "key_name", db.session.scalars(name).one())
    try:
        return keys.sealer(event.key_name)
    except keys.KeyDestroyed:
        event.key_name = keys.renewed(event.key_name)
        return keys.sealer(event.key_name)


def key_of(event: Event) -> str:
    """The name of the key of `sealer_of`."""
    sealer_of(event)
    return event.key_name
