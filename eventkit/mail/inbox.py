"""Messages that came in: sealed at once, read by whoever registered for INBOX, kept while somebody has to look."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventkit import db, jobs, keys
from eventkit.mail.incoming import LARGEST
from eventkit.mail.models import KEPT, READ, RECEIVED, InboxMessage

#: the job that reads what was received
INBOX = "mail.inbox"
#: times that reading one is tried before it is left to a person
ATTEMPTS = 3

_log = logging.getLogger(__name__)


def receive(raw: bytes, *, now: datetime, size: int | None = None) -> bool:
    """Stores a message and wakes the worker after the commit. False when it is here already.

    `size` is that of the whole message, of which `raw` may be the beginning. What is larger than LARGEST is cut.
    """
    whole = len(raw) if size is None else max(size, len(raw))
    kept = raw[:LARGEST]
    digest = hashlib.sha256(b"%d\n" % whole + kept).hexdigest()
    if db.session.scalar(select(InboxMessage.id).where(InboxMessage.digest == digest)) is not None:
        return False
    row = InboxMessage(
        digest=digest,
        sealed=keys.sealer().seal(kept.decode("latin-1"), about(digest)),
        key_name=keys.SITE,
        size=whole,
        received_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another worker was first
        return False
    jobs.ring(INBOX)
    return True


def next_received() -> InboxMessage | None:
    """The next message to read; nobody else takes it until the transaction ends. One that failed is last."""
    return db.session.scalar(
        select(InboxMessage)
        .where(InboxMessage.state == RECEIVED)
        .order_by(InboxMessage.attempts, InboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def attempt(message: InboxMessage, read: Callable[[], None]) -> bool:
    """Reads a message, all or nothing. False when it failed for the last time, and a person has to look at it."""
    message.attempts += 1
    try:
        with db.session.begin_nested():
            read()
    except Exception as error:
        # Only the kind of failure and where: what it says may repeat what somebody wrote.
        _log.error("message %d cannot be read (%s)", message.id, type(error).__name__)
        return message.attempts < ATTEMPTS
    return True


def raw_of(message: InboxMessage) -> bytes:
    """As it came, up to LARGEST bytes. Raises KeyDestroyed when nobody can read it any more."""
    if message.sealed is None:
        raise keys.KeyDestroyed("this message is not kept any more")
    return keys.sealer(message.key_name).unseal(message.sealed, about(message.digest)).encode("latin-1")


def keep(message: InboxMessage, raw: bytes, *, key_name: str = keys.SITE) -> None:
    """Until a person has looked at it. With an event's key it becomes unreadable when that event's RSVPs do."""
    message.sealed = keys.sealer(key_name).seal(raw.decode("latin-1"), about(message.digest))
    message.key_name, message.state = key_name, KEPT


def drop(message: InboxMessage) -> None:
    """It has been read. That it came stays known, by its digest: the same message again changes nothing."""
    message.sealed, message.state = None, READ


def about(digest: str) -> str:
    """What the sealed text of a message is bound to."""
    return f"inbox:{digest}"
