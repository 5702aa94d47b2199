"""Addresses whose readers want nothing from this site, as fingerprints under the site's key."""

from __future__ import annotations

from eventkit import db, keys
from eventkit.mail import addresses
from eventkit.mail.models import MailSuppression


def is_suppressed(address: str) -> bool:
    """Whether its reader wants nothing from this site, however the address is spelled."""
    return db.session.get(MailSuppression, keys.sealer().fingerprint(addresses.mailbox(address))) is not None
