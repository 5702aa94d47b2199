"""Addresses whose readers want nothing from this site. The outbox asks here before it sends.

Of an address only a fingerprint is kept, under the site's key: the table tells nobody who it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from eventkit import db, keys
from eventkit.mail import addresses
from eventkit.mail.models import MailSuppression


def add(address: str, now: datetime) -> None:
    """Nothing is sent to the address any more, in whatever spelling. Doing it twice is no error."""
    if is_suppressed(address):
        return
    try:
        with db.session.begin_nested():
            db.session.add(MailSuppression(person=_fingerprint(address), created_at=now))
    except IntegrityError:  # another request was first
        pass


def lift(address: str) -> None:
    """The address is written to again. Lifting what was never suppressed is no error."""
    db.session.execute(delete(MailSuppression).where(MailSuppression.person == _fingerprint(address)))


def is_suppressed(address: str) -> bool:
    return db.session.get(MailSuppression, _fingerprint(address), populate_existing=True) is not None


def _fingerprint(address: str) -> bytes:
    return keys.sealer().fingerprint(addresses.mailbox(address))
