"""What becomes of messages when the key that sealed them ends. Commits nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, delete, select, update

from eventkit import db, keys
from eventkit.mail import inbox, outbox
from eventkit.mail.models import FAILED, QUEUED, READ, InboxMessage, OutboxMessage

#: messages that one statement deletes
_STEP = 500


def sealed_with(key_name: str) -> list[int]:
    """The numbers of all messages in the outbox that this key has sealed, or one before it, sent ones as well."""
    return list(db.session.scalars(select(OutboxMessage.id).where(_of(OutboxMessage, key_name))))


def forget(ids: Sequence[int]) -> None:
    """Takes messages out of the outbox. What waited there is not sent, and nothing tells that the others were."""
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))


def forget_received(key_name: str) -> None:
    """What came in and was sealed with this key waits for no person any more."""
    db.session.execute(update(InboxMessage).where(_of(InboxMessage, key_name)).values(sealed=None, state=READ))


def move(former: str, following: str, renamed: Callable[[str], str | None]) -> None:
    """What waits in the outbox, and what is kept of the inbox, is sealed with another key from now on.

    A message in the outbox, sent ones as well, has the key that `renamed` makes of its own; where that is None nothing
    tells of it any more.
    """
    old, new = keys.sealer(former), keys.sealer(following)
    columns = (OutboxMessage.id, OutboxMessage.key, OutboxMessage.sealed, OutboxMessage.state)
    moved, forgotten = [], []
    known = select(*columns).where(_of(OutboxMessage, former)).with_for_update()  # who sends one waits, or was first
    for number, key, sealed, state in db.session.execute(known):
        becomes = renamed(key)
        if becomes is None:
            forgotten.append(number)
            continue
        anew = keys.sealed_anew(sealed, outbox.about(key), old, new, becomes=outbox.about(becomes))
        is_lost = state == QUEUED and anew is None
        moved.append({"id": number, "key": becomes, "sealed": anew, "state": FAILED if is_lost else state})
    for start in range(0, len(forgotten), _STEP):
        forget(forgotten[start : start + _STEP])
    if moved:
        db.session.execute(update(OutboxMessage), moved)
    kept = select(InboxMessage).where(_of(InboxMessage, former), InboxMessage.sealed.is_not(None)).with_for_update()
    for received in db.session.scalars(kept.execution_options(populate_existing=True)):
        received.sealed = keys.sealed_anew(received.sealed, inbox.about(received.digest), old, new)
    db.session.flush()
    for table in (OutboxMessage, InboxMessage):
        db.session.execute(update(table).where(_of(table, former)).values(key_name=following))


def _of(table: type[OutboxMessage | InboxMessage], key_name: str) -> ColumnElement[bool]:
    return keys.family(table.__table__.c.key_name, key_name)
