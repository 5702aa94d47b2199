"""Where no mail server is set: whoever develops or tries it out on this machine gets files; elsewhere messages wait."""

from __future__ import annotations

import logging
from email.message import EmailMessage
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from eventkit import clock, db
from eventkit.config import Settings
from eventkit.mail.models import QUEUED, OutboxMessage

#: the first line of each file that a message becomes: a field that mail programs keep for people (RFC 5322, 3.6.5)
_FOR_DEVELOPMENT = b"Comments: Not sent, and readable in this file: eventkit writes it for development only\r\n"
#: lies beside those files
_README = """\
These messages can be read by whoever reads this folder: they are here for development.

eventkit writes them only while EVENTKIT_BASE_URL is an address of this machine alone and no mail server is set
(EVENTKIT_SMTP_URL). Otherwise messages wait in the database, encrypted. Delete this folder before the site opens.
"""
#: extension of the application: the hour in which it was last told that messages wait
_TOLD = "eventkit.mail.told"

_log = logging.getLogger(__name__)


def welcome() -> list[str]:
    """What is told at the start about messages that are not sent."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    if settings.keeps_mail:
        return ["NO MAIL IS SENT: no mail server is set (EVENTKIT_SMTP_URL). Messages wait, encrypted, until one is."]
    if settings.shows_mail:
        return [
            f"For development, since no mail server is set (EVENTKIT_SMTP_URL): messages become files in "
            f"{settings.outbox}, legible for whoever reads that folder"
        ]
    return []


def warn_of_waiting() -> None:
    """The job of the outbox where it cannot send: a line in the log, once an hour."""
    waiting = db.session.scalar(select(func.count()).where(OutboxMessage.state == QUEUED)) or 0
    hour = clock.now().replace(minute=0, second=0)
    if waiting and current_app.extensions.get(_TOLD) != hour:
        current_app.extensions[_TOLD] = hour
        _log.warning("no mail is sent: %d messages wait until EVENTKIT_SMTP_URL is set", waiting)


def write_file(folder: Path, message: EmailMessage, row_id: int) -> None:
    """A message as a file that any mail program opens. It says what it is, and so does a file beside it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "README.txt").write_text(_README)
    partial = folder / f".{row_id:06}.part"
    partial.write_bytes(_FOR_DEVELOPMENT + message.as_bytes())
    partial.rename(folder / f"{row_id:06}.eml")
