"""The key store: what encrypts what people tell us about themselves, and how it is destroyed.

Keys live in a database of their own, in a folder that is not the data folder. A key is written before the
row that needs it. Destroying one makes everything sealed with it unreadable, in every copy and backup.
Sealing is AES-256-GCM with a random 96-bit nonce; what a text is about is bound to it, so that a sealed
text cannot be moved to another row.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app
from sqlalchemy import Engine, LargeBinary, String, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from eventkit import clock
from eventkit.db import UTCDateTime, make_engine

SITE = "site"


class KeyDestroyed(Exception):
    """The key is gone, and with it what it sealed."""


class _KeyBase(DeclarativeBase):
    pass


class _Key(_KeyBase):
    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at = mapped_column(UTCDateTime, nullable=False)


_SECRET = select(_Key.secret).where(_Key.name == bindparam("wanted"))


class Sealer:
    """Seals and unseals with one key. Hold it for one piece of work, never longer: keys can be destroyed."""

    def __init__(self, secret: bytes) -> None:
        self._box = AESGCM(_derive(secret, "seal"))
        self._fingerprint = _derive(secret, "fingerprint")

    def seal(self, text: str, about: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._box.encrypt(nonce, text.encode(), about.encode())

    def unseal(self, sealed: bytes, about: str) -> str:
        """Raises KeyDestroyed when this is not the key, or not the row, that it was sealed for."""
        try:
            return self._box.decrypt(sealed[:12], sealed[12:], about.encode()).decode()
        except InvalidTag as error:
            raise KeyDestroyed("this text cannot be read with this key") from error

    def fingerprint(self, text: str) -> bytes:
        """Finds the same text again under this key, and under no other."""
        return hmac.digest(self._fingerprint, text.encode(), "sha256")


def init_app(app: Flask, url: str, folder: Path) -> None:
    if url.startswith("sqlite"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(stat.S_IRWXU)
    engine = make_engine(url, journal="DELETE")  # a destroyed key must not live on in a write-ahead log
    _KeyBase.metadata.create_all(engine)
    if url.startswith("sqlite") and engine.url.database:
        Path(engine.url.database).chmod(stat.S_IRUSR | stat.S_IWUSR)  # a copy of the file takes this along
    app.extensions["eventkit.keys"] = engine
    app.secret_key = _derive(_ensure(engine, SITE), "session").hex()


def create() -> str:
    """Makes a key and answers its name, which goes into the row that needs it."""
    name = secrets.token_urlsafe(18)
    with Session(_engine()) as session, session.begin():
        session.add(_Key(name=name, secret=secrets.token_bytes(32), created_at=clock.now()))
    return name


def sealer(name: str = SITE) -> Sealer:
    """Raises KeyDestroyed when there is no such key any more."""
    return Sealer(_secret(_engine(), name))


def destroy(name: str) -> None:
    """For good. Destroying what is gone already is no error."""
    with Session(_engine()) as session, session.begin():
        session.execute(delete(_Key).where(_Key.name == name))


def signing_secret(purpose: str) -> bytes:
    """A secret of the site for one purpose (signed links, source hashes)."""
    return _derive(_secret(_engine(), SITE), f"sign:{purpose}")


def one_time_sealer(token: str) -> Sealer:
    """A sealer whose key is a token that only the other side holds; the server keeps its hash alone."""
    return Sealer(hashlib.sha256(token.encode()).digest())


def _engine() -> Engine:
    found: Engine = current_app.extensions["eventkit.keys"]
    return found


def _secret(engine: Engine, name: str) -> bytes:
    """Read anew each time, for it may be destroyed meanwhile; past the ORM, for every signature and seal needs one."""
    with engine.connect() as connection:
        secret: bytes | None = connection.scalar(_SECRET, {"wanted": name})
    if secret is None:
        raise KeyDestroyed(f"there is no key {name!r}")
    return secret


def _ensure(engine: Engine, name: str) -> bytes:
    try:
        return _secret(engine, name)
    except KeyDestroyed:
        try:
            with Session(engine) as session, session.begin():
                session.add(_Key(name=name, secret=secrets.token_bytes(32), created_at=clock.now()))
        except IntegrityError:
            pass  # another process was first; its key is the key
        return _secret(engine, name)


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"eventkit:{purpose}".encode()).derive(secret)
