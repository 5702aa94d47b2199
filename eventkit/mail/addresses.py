"""E-mail addresses that people type: whether one can be written to, and when two are one."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from eventkit.errors import DomainError

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


def parse(typed: str, *, field: str = "email") -> str:
    """The address as a message carries it: ASCII, an international domain in its encoded form.

    Whether somebody reads it is not asked of anyone. Raises DomainError, which says what is wrong with it.
    """
    address = typed.strip()
    if len(address) > LONGEST:
        raise DomainError(_("This address is too long."), field=field)
    if "@" not in address:
        raise DomainError(_("There is no @ in this address. Example: noor@mail.org"), field=field)
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise DomainError(_("We cannot write to this address. Example: noor@mail.org"), field=field) from error
    assert found.ascii_email is not None
    return found.ascii_email


def same(address: str) -> str:
    """What two spellings of one address have in common: hardly anybody's mailbox minds upper case."""
    return address.lower()
