"""Work for the worker: messages that came in, each in a transaction of its own."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from eventkit import clock, db, keys
from eventkit.config import Settings
from eventkit.mail import inbox
from eventkit.rsvps.replies import queries, taking

#: the job that forgets what nobody looks at
FORGET = "rsvps.forget-replies"

#: how long a message that belongs to no event, and so ends with none, waits for somebody to look at it
KEPT = timedelta(days=30)


def forget_unclaimed() -> None:
    """Drops messages that belong to no event and have waited for KEPT."""
    now = clock.now()
    if queries.unclaimed(now - KEPT):
        with db.transaction():
            for reply in queries.unclaimed(now - KEPT):
                taking.settle(reply, now=now)


def read_inbox() -> None:
    """Reads what was received. One that cannot be read is tried again after the others, then left to a person."""
    while _step():
        pass


def _step() -> bool:
    settings: Settings = current_app.extensions["eventkit.settings"]
    now = clock.now()
    with db.transaction() as session:
        session.expire_all()  # others may have changed what the last message was about
        message = inbox.next_received()
        if message is None:
            return False
        if not inbox.attempt(message, lambda: taking.take(message, authserv_id=settings.authserv_id, now=now)):
            try:
                taking.fail(message, now=now)
            except keys.KeyDestroyed:
                inbox.drop(message)
        return True
