"""How often somebody is written to: three messages in 24 hours, over all events and all spellings of an address.

Who was written to is known by a fingerprint under the key of the day (UTC). Rows live for 24 hours, the key until the
day after: what is left on a disk afterwards can be linked to nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select

from eventkit import clock, db, keys
from eventkit.mail import addresses
from eventkit.mail.models import MailSending

FORGET = "mail.forget"

MOST = 3
WINDOW = timedelta(hours=24)

_PURPOSE = "mail"


def take(address: str, *, now: datetime, always: bool = False) -> datetime | None:
    """Counts one message to the reader of the address. None: it may go; otherwise when the next one may.

    `always`: it is counted, and may go in any case. Inside a transaction: no two workers take the last one.
    """
    people = _fingerprints(address, now)
    _hold(people)
    of_person = MailSending.person.in_(people), MailSending.sent_at > now - WINDOW
    latest = select(MailSending.sent_at).where(*of_person).order_by(MailSending.sent_at.desc())
    # The one that has to leave the window before there is room; more than MOST are there where some always went.
    oldest = db.session.scalar(latest.offset(MOST - 1).limit(1))
    if oldest is not None and not always:
        return oldest + WINDOW
    db.session.add(MailSending(person=people[0], sent_at=now))
    return None


def give_back(address: str, *, taken_at: datetime) -> None:
    """The message that was counted then did not go. Inside a transaction."""
    of_it = MailSending.person.in_(_fingerprints(address, taken_at)), MailSending.sent_at == taken_at
    one = db.session.scalar(select(func.min(MailSending.id)).where(*of_it))
    db.session.execute(delete(MailSending).where(MailSending.id == one))


def forget() -> None:
    """Deletes what counts no more, and the keys of the days before yesterday."""
    now = clock.now()
    past = MailSending.sent_at <= now - WINDOW
    if db.session.scalar(select(exists().where(past))):
        with db.transaction() as session:
            session.execute(delete(MailSending).where(past))
    keys.forget_days(_PURPOSE, before=(now - WINDOW).date())


def _fingerprints(address: str, now: datetime) -> list[bytes]:
    """Under the key of today, and under that of the day on which the window begins."""
    mailbox = addresses.mailbox(address)
    days = (now.date(), (now - WINDOW).date())
    return [keys.of_day(_PURPOSE, day).fingerprint(mailbox) for day in days]


def _hold(people: list[bytes]) -> None:
    """Nobody else counts for this person until the transaction ends. SQLite has one writer at a time anyway."""
    if db.engine().dialect.name == "postgresql":
        for number in sorted(int.from_bytes(person[:8], signed=True) for person in people):
            db.session.execute(select(func.pg_advisory_xact_lock(number)))
