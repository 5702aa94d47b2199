"""E-mail addresses that people type: whether one can be written to, and when two are one."""

from __future__ import annotations

from contextlib import suppress

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from eventkit.errors import DomainError

#: providers of which several domains are one: who has a name at one has it at all of them
_ONE_PROVIDER = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
#: providers that deliver a name with dots and without to the same mailbox
_WITHOUT_DOTS = {"gmail.com", "proton.me"}

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


def mailbox(address: str) -> str:
    """What all spellings have in common that reach one reader: for what is counted against them, or kept from them.

    Upper case, `+` and a tag, an international domain in either form; dots and second domains where the provider is
    known to deliver them alike. Two people may share one at a provider that minds a `+`, which nearly none does; so
    who has answered an event is told by `same`.
    """
    local, _at, domain = address.strip().lower().rpartition("@")
    with suppress(UnicodeError):  # no domain by IDNA 2003: as it is written
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    domain = _ONE_PROVIDER.get(domain, domain)
    name = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        name = name.replace(".", "")
    return f"{name}@{domain}"
