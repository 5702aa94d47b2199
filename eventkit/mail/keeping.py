"""What becomes of messages when the key that sealed them ends. Commits nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from eventkit import db, keys
from eventkit.mail import inbox, outbox
from eventkit.mail.models import FAILED, QUEUED, READ, InboxMessage, OutboxMessage


def sealed_with(key_name: str) -> list[int]:
    """The numbers of all messages in the outbox that this key has sealed, sent ones as well."""
    return list(db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.key_name == key_name)))


def forget(ids: Sequence[int]) -> None:
    """Takes messages out of the outbox. What waited there is not sent, and nothing tells that the others were."""
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))


def forget_received(key_name: str) -> None:
    """What came in and was sealed with this key waits for no person any more."""
    kept = InboxMessage.key_name == key_name
    db.session.execute(update(InboxMessage).where(kept).values(sealed=None, state=READ))


def move(former: str, following: str) -> None:
    """What waits in the outbox, and what is kept of the inbox, is sealed with another key from now on."""
    old, new = keys.sealer(former), keys.sealer(following)
    waiting = select(OutboxMessage).where(OutboxMessage.key_name == former, OutboxMessage.sealed.is_not(None))
    for message in db.session.scalars(waiting):
        message.sealed = keys.sealed_anew(message.sealed, outbox.about(message.key), old, new)
        if message.sealed is None and message.state == QUEUED:
            message.state = FAILED
    kept = select(InboxMessage).where(InboxMessage.key_name == former, InboxMessage.sealed.is_not(None))
    for received in db.session.scalars(kept):
        received.sealed = keys.sealed_anew(received.sealed, inbox.about(received.digest), old, new)
    db.session.flush()
    for table in (OutboxMessage, InboxMessage):
        db.session.execute(update(table).where(table.key_name == former).values(key_name=following))
