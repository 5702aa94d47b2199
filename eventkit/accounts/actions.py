"""Making accounts, letting people in by a link, and keeping a form until they are back."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_security.utils import hash_password
from sqlalchemy import delete, select

from eventkit import db, keys
from eventkit.accounts import queries
from eventkit.accounts.models import OPERATOR, ParkedForm, Role, SignInLink, User
from eventkit.errors import DomainError
from eventkit.mail import addresses

LINK_LIFETIME = timedelta(days=7)
PARKING_TIME = timedelta(hours=24)
#: characters
LARGEST_PARKED_FORM = 500_000
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128


def normalized_address(address: str) -> str:
    """The address as it is kept: small letters, so that it is found however it is typed at sign-in.

    Raises DomainError that says what is wrong with it.
    """
    if len(address) > addresses.LONGEST:
        raise DomainError(_("This address is too long."), field="email")
    try:
        found = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        if "@" not in address:
            raise DomainError(_("There is no @ in this address. Example: noor@mail.org"), field="email") from error
        raise DomainError(
            _("This address cannot be written to. Look for a missing or doubled character."), field="email"
        ) from error
    return str(found.normalized).lower()


def create_link(*, email: str = "", role: str = "", user: User | None = None, now: datetime) -> str:
    """A single-use way in; the token is answered once and kept as a hash only."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInLink(
            token_hash=_hash(token),
            email=email,
            role=role,
            user_id=user.id if user else None,
            expires_at=now + LINK_LIFETIME,
        )
    )
    return token


def create_first_link(*, now: datetime) -> str:
    """The operator's link. One that was made before and not used is void."""
    db.session.execute(delete(SignInLink).where(SignInLink.role == OPERATOR, SignInLink.used_at.is_(None)))
    return create_link(role=OPERATOR, now=now)


def use_link(link: SignInLink, *, email: str, name: str, password: str, language: str, now: datetime) -> User:
    """Makes the account that the link promises, or lets in the one that it is for and sets its password.

    An invitation is for the address that it was sent to: others know a person by it, and let them in.
    """
    user = db.session.get(User, link.user_id) if link.user_id else None
    if user is None:
        address = link.email or normalized_address(email)
        user = queries.by_address(address)
        if user is None:
            user = create_user(email=address, name=name, role=link.role, language=language, now=now)
        elif link.role == OPERATOR and user.password is None:
            user.name = name.strip()  # made by a command for the operator to come
            _give_role(user, OPERATOR)
        else:
            raise DomainError(_("There is an account with this address already. Sign in instead."), field="email")
    # In the same Unicode form that is compared at sign-in: an accent may be typed in two ways.
    user.password = hash_password(unicodedata.normalize("NFKD", password))
    end_sessions(user)
    db.session.execute(delete(SignInLink).where(SignInLink.user_id == user.id, SignInLink.id != link.id))
    link.used_at = now
    return user


def end_sessions(user: User) -> None:
    """Signs this person out in every browser."""
    user.fs_uniquifier = secrets.token_hex(32)


def invite(address: str, *, now: datetime) -> str:
    """A single-use link for somebody without an account; an earlier one for that address is void.

    `address` is normalized. Raises DomainError when it has an account.
    """
    if db.session.scalar(select(User.id).where(User.email == address)):
        raise DomainError(_("There is an account with this address already."), field="email")
    withdraw(address)
    return create_link(email=address, now=now)


def withdraw(address: str) -> None:
    """Takes an invitation back: its link opens nothing any more."""
    unused = (SignInLink.used_at.is_(None), SignInLink.user_id.is_(None))
    db.session.execute(delete(SignInLink).where(SignInLink.email == address, *unused))


def create_user(*, email: str, name: str, role: str = "", language: str = "en", now: datetime) -> User:
    """An account without a password: it signs in by a link first."""
    user = User(
        email=email,
        name=name.strip(),
        language=language,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
    )
    if role:
        _give_role(user, role)
    db.session.add(user)
    db.session.flush()
    return user


def in_whose_name(contact: str, *, now: datetime) -> User:
    """The account for what commands publish: the operator's; before there is one, an account for `contact`.

    That has no password. It becomes the operator's when they make theirs with this address.
    """
    known = queries.operator() or queries.by_address(contact)
    return known or create_user(email=contact, name="", now=now)


def _give_role(user: User, role: str) -> None:
    user.roles.append(db.session.scalar(select(Role).where(Role.name == role)) or Role(name=role))


def park(path: str, fields: Iterable[tuple[str, str]], *, now: datetime) -> str | None:
    """Keeps a form until its sender is signed in again; answers the token that opens it.

    It is sealed with that token, of which only a hash is kept. None when it is too large to be kept.
    """
    body = json.dumps(list(fields), ensure_ascii=False)
    if len(body) > LARGEST_PARKED_FORM:
        return None
    token = secrets.token_urlsafe(32)
    sealed = keys.one_time_sealer(token).seal(body, path)
    db.session.execute(delete(ParkedForm).where(ParkedForm.expires_at <= now))
    db.session.add(ParkedForm(token_hash=_hash(token), path=path, sealed=sealed, expires_at=now + PARKING_TIME))
    return token


def link_for(token: str, *, now: datetime, to_use: bool = False) -> SignInLink | None:
    """The link, when it is still good. With `to_use` nobody else uses it until the transaction ends."""
    wanted = select(SignInLink).where(
        SignInLink.token_hash == _hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    if to_use:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def parked(token: str, *, now: datetime) -> ParkedForm | None:
    """The form that waits under this token."""
    return db.session.scalar(
        select(ParkedForm).where(ParkedForm.token_hash == _hash(token), ParkedForm.expires_at > now)
    )


def unpark(form: ParkedForm, token: str) -> list[tuple[str, str]]:
    """What was typed, in order."""
    body = keys.one_time_sealer(token).unseal(form.sealed, form.path)
    return [(str(name), str(value)) for name, value in json.loads(body)]


def forget_parked(token: str) -> None:
    db.session.execute(delete(ParkedForm).where(ParkedForm.token_hash == _hash(token)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
