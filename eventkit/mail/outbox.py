"""Messages on their way: composed from templates, queued as sealed rows, sent by the worker."""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from typing import Any

from flask import Flask, current_app, render_template
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventkit import clock, db, i18n, jobs, keys
from eventkit.config import Settings
from eventkit.mail import allowance, suppressions
from eventkit.mail.headers import POLICY
from eventkit.mail.models import DROPPED, FAILED, QUEUED, SENT, OutboxMessage
from eventkit.mail.transport import Transport

SEND = "mail.send"

#: waits before another attempt; after the last one the message is given up
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))
#: how long one attempt may take before another worker may try
LEASE = timedelta(minutes=5)

#: what the key of a message ends with that its reader's allowance does not hold back
_URGENT = ":urgent"

#: makes a message of what was queued for it; None when there is nothing to say any more
Composer = Callable[[Mapping[str, Any]], EmailMessage | None]

_log = logging.getLogger(__name__)


def register_composer(app: Flask, name: str, composer: Composer) -> None:
    """`composer` is called, outside of a transaction, for each attempt to send what was queued for `name`."""
    app.extensions["eventkit.composers"][name] = composer


def compose(template: str, *, to: str, language: str, reply_to: str = "", **context: Any) -> EmailMessage:
    """A message from `templates/mail/<template>.{subject.txt,txt,html}`, in the reader's language."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    message = EmailMessage(policy=POLICY)
    with i18n.in_language(language):
        context |= {"site_name": settings.site_name, "base_url": settings.base_url}
        subject = render_template(f"mail/{template}.subject.txt", **context)
        text = render_template(f"mail/{template}.txt", **context)
        html = render_template(f"mail/{template}.html", **context)
    message["Subject"] = " ".join(subject.split())
    message["From"] = formataddr((settings.site_name, settings.mail_from))
    message["To"] = to
    if reply_to:
        message["Reply-To"] = reply_to
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.strip() + "\n")
    message.add_alternative(html, subtype="html")
    return message


def queue(
    message: EmailMessage,
    *,
    key: str,
    key_name: str = keys.SITE,
    now: datetime | None = None,
    is_bulk: bool = False,
    drop_after: datetime | None = None,
    is_urgent: bool = False,
) -> bool:
    """Writes the message to the outbox, sealed with `key_name`, and wakes the worker after the commit.

    `key` says what the message is. One with that key is never queued twice: False then. One of very many (`is_bulk`)
    waits until no other does, and what would come after `drop_after` is dropped. Somebody who was written to three
    times in 24 hours gets the next afterwards, unless it `is_urgent`. What is sealed with the site's own key is about
    an account, and always goes.
    """
    at, message_id = now or clock.now(), _message_id()
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(at)
    text = message.as_bytes().decode("utf-8", "surrogateescape")
    key = _marked(key, is_urgent=is_urgent)
    return _store(text, key, key_name, at, message_id, is_bulk=is_bulk, drop_after=drop_after)


def queue_later(
    composer: str,
    facts: Mapping[str, Any],
    *,
    key: str,
    key_name: str = keys.SITE,
    now: datetime | None = None,
    is_bulk: bool = False,
    drop_after: datetime | None = None,
    is_urgent: bool = False,
) -> bool:
    """As `queue`, of a message that is composed when it is sent: whoever is waited for need not write it.

    `facts`, which JSON can hold, are what the composer registered as `composer` makes it of.
    """
    text, at = json.dumps(facts, ensure_ascii=False), now or clock.now()
    options = {"is_bulk": is_bulk, "drop_after": drop_after, "composer": composer}
    return _store(text, _marked(key, is_urgent=is_urgent), key_name, at, _message_id(), **options)


def _store(text: str, key: str, key_name: str, at: datetime, message_id: str, **options: Any) -> bool:
    dialect = postgresql if db.engine().dialect.name == "postgresql" else sqlite
    row = {
        "key": key,
        "message_id": message_id,
        "sealed": keys.sealer(key_name).seal(text, about(key)),
        "key_name": key_name,
        "next_attempt_at": at,
        "created_at": at,
        **options,
    }
    insert = dialect.insert(OutboxMessage.__table__).inline().on_conflict_do_nothing()
    queued: Any = db.session.execute(insert.execution_options(preserve_rowcount=True), row)
    if not queued.rowcount:
        return False
    jobs.ring(SEND)
    return True


def _marked(key: str, *, is_urgent: bool) -> str:
    return key + _URGENT if is_urgent else key


def _message_id() -> str:
    settings: Settings = current_app.extensions["eventkit.settings"]
    return make_msgid(domain=settings.mail_from.rpartition("@")[2])


def send_due() -> None:
    """Sends every message that is due. One that fails waits, longer each time."""
    with closing(Transport(current_app.extensions["eventkit.settings"])) as way:
        while (row_id := _claim(clock.now())) is not None:
            _send_one(row_id, way)


def _claim(now: datetime) -> int | None:
    """Takes the next due message for LEASE: should this process die, another takes it afterwards."""
    with db.transaction() as session:
        row = session.scalar(
            select(OutboxMessage)
            .where(OutboxMessage.state == QUEUED, OutboxMessage.next_attempt_at <= now)
            .order_by(OutboxMessage.is_bulk, OutboxMessage.next_attempt_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        row.next_attempt_at = now + LEASE
        return row.id


def _send_one(row_id: int, way: Transport) -> None:
    row = db.session.get(OutboxMessage, row_id)
    if row is None or row.state != QUEUED:  # nobody is to read it any more
        return
    if row.drop_after is not None and row.drop_after < clock.now():
        _settle(row_id, DROPPED)
        return
    key_name = row.key_name
    try:
        message = _message_of(row)
    except keys.KeyDestroyed:
        _settle(row_id, FAILED, if_sealed_with=key_name)  # else it has moved to another key meanwhile
        return
    except Exception as error:
        # Only its kind: what a composer stumbles over may be about a person.
        _log.error("message %d was not composed (%s)", row_id, type(error).__name__)
        _retry(row_id, permanent=False)
        return
    if message is None:
        _settle(row_id, DROPPED)
        return
    reader = parseaddr(str(message["To"]))[1]
    counted_at = _admit(row_id, reader)
    if counted_at is None:
        return
    db.session.rollback()  # no snapshot is held while the network is waited for
    try:
        way.send(message, row_id)
    except (OSError, smtplib.SMTPException) as error:
        permanent = _is_permanent(error)
        # Only the kind of failure: a server's own words often repeat the address.
        _log.warning("message %d was not sent (%s)", row_id, type(error).__name__)
        _retry(row_id, permanent=permanent, reader=reader, counted_at=counted_at)
    else:
        _settle(row_id, SENT)


def _admit(row_id: int, reader: str) -> datetime | None:
    """Counts the message to its reader's allowance, and says when. None: it waits for room, or is not sent at all."""
    now = clock.now()
    with db.transaction() as session:
        row = session.get(OutboxMessage, row_id)
        if row is None or row.state != QUEUED:
            return None
        is_to_account = row.key_name == keys.SITE
        if not is_to_account and suppressions.is_suppressed(reader):
            row.state, row.sealed = DROPPED, None
            return None
        opens_at = allowance.take(reader, now=now, always=is_to_account or row.key.endswith(_URGENT))
        if opens_at is None:
            return now
        if row.drop_after is not None and row.drop_after < opens_at:
            row.state, row.sealed = DROPPED, None
        else:
            row.attempts -= 1
            row.next_attempt_at = opens_at
        return None


def _message_of(row: OutboxMessage) -> EmailMessage | None:
    """The message that the row is; None where its composer has nothing to say any more. Raises KeyDestroyed."""
    assert row.sealed is not None
    text = keys.sealer(row.key_name).unseal(row.sealed, about(row.key))
    if not row.composer:
        return message_from_bytes(text.encode("utf-8", "surrogateescape"), policy=POLICY)
    message: EmailMessage | None = current_app.extensions["eventkit.composers"][row.composer](json.loads(text))
    if message is not None:
        message["Message-ID"] = row.message_id
        message["Date"] = format_datetime(row.created_at)
    return message


def _settle(row_id: int, state: str, *, if_sealed_with: str | None = None) -> None:
    rows = [OutboxMessage.id == row_id]
    if if_sealed_with is not None:
        rows.append(OutboxMessage.key_name == if_sealed_with)
    with db.transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(*rows)
            .values(state=state, sealed=None, sent_at=clock.now() if state == SENT else None)
        )


def _retry(row_id: int, *, permanent: bool, reader: str = "", counted_at: datetime | None = None) -> None:
    """Waits, or gives up. What was counted at its reader's allowance then is given back."""
    with db.transaction() as session:
        if counted_at is not None:
            allowance.give_back(reader, taken_at=counted_at)
        row = session.get(OutboxMessage, row_id)
        if row is None:  # the event was purged meanwhile
            return
        if permanent or row.attempts > len(RETRIES):
            row.state, row.sealed = FAILED, None
        else:
            row.next_attempt_at = clock.now() + RETRIES[row.attempts - 1]


def _is_permanent(error: Exception) -> bool:
    """5yz for this recipient or message (RFC 5321, 4.2.1); anything else may pass later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and error.smtp_code >= 500


def about(key: str) -> str:
    """What the sealed text of a message is bound to."""
    return f"outbox:{key}"
