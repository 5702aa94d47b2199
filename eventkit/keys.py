"""The key store: what encrypts what people tell us about themselves, and how it is destroyed.

Keys live in a database of their own, in a folder that is not the data folder. A key is written before the
row that needs it. Destroying one makes everything sealed with it unreadable, in every copy and backup. A key
can be followed by another, to which what shall stay readable moves before the former one is destroyed.
Sealing is AES-256-GCM with a random 96-bit nonce; what a text is about is bound to it, so that a sealed
text cannot be moved to another row.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import stat
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app
from sqlalchemy import ColumnElement, Engine, LargeBinary, String, delete, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from eventkit import clock
from eventkit.db import WRITES, UTCDateTime, make_engine

SITE = "site"

#: how long the table of keys is waited for when it is written anew (PostgreSQL); whoever seals waits behind
_MILLISECONDS = 2_000

#: in a name, before the number of times that the key was renewed
_RENEWED = "."


_log = logging.getLogger(__name__)


class KeyDestroyed(Exception):
    """The key is gone, and with it what it sealed."""


class _KeyBase(DeclarativeBase):
    pass


class _Key(_KeyBase):
    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at = mapped_column(UTCDateTime, nullable=False)


class Sealer:
    """Seals and unseals with one key. Hold it for one piece of work, never longer: keys can be destroyed."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @cached_property
    def _box(self) -> AESGCM:
        return AESGCM(_derive(self._secret, "seal"))

    @cached_property
    def _marker(self) -> bytes:
        return _derive(self._secret, "fingerprint")

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
        return hmac.digest(self._marker, text.encode(), "sha256")


def init_app(app: Flask, url: str, folder: Path) -> None:
    if url.startswith("sqlite"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(stat.S_IRWXU)
    # A destroyed key must live on neither in a write-ahead log nor in the blocks of a journal that was deleted: there
    # is one journal, in its place for good, and it is overwritten.
    engine = make_engine(url, journal="PERSIST")
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


def destroy(*names: str) -> None:
    """For good. Destroying what is gone already is no error."""
    try:
        _destroy(names)
    except DBAPIError as error:
        # Whoever has deleted a draft has no part in it; what is destroyed next overwrites this one too.
        _log.warning("a destroyed key is not overwritten yet (%s)", type(error).__name__)


def renewed(name: str) -> str:
    """The name of the key that follows this one: made, unless a former attempt has made it."""
    first, number = _counted(name)
    following = f"{first}{_RENEWED}{number + 1}"
    _ensure(_engine(), following)
    return following


def exists(name: str) -> bool:
    with Session(_engine()) as session:
        return session.scalar(select(_Key.name).where(_Key.name == name)) is not None


def destroy_former(name: str) -> None:
    """Destroys those that this key follows, whichever of them are left. Raises DBAPIError when it is to be called once
    more, since what is left of them could not be overwritten."""
    _first, number = _counted(name)
    with Session(_engine()) as session:
        relatives = session.scalars(select(_Key.name).where(family(_Key.__table__.c.name, name)))
        former = [each for each in relatives if _counted(each)[1] < number]
    _destroy(former)


def family(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """That the column names this key, or one that it follows or that follows it. One that is followed since the key
    store was lost may still be named by what it has sealed."""
    first, _number = _counted(name)
    return or_(column == first, column.startswith(first + _RENEWED, autoescape=True))


def sealed_anew(
    sealed: bytes | None, about: str, former: Sealer, following: Sealer, *, becomes: str = ""
) -> bytes | None:
    """With another key than before; None where there is nothing, or nothing that can be read. It is about `becomes`
    afterwards, where that is given."""
    if sealed is None:
        return None
    try:
        return following.seal(former.unseal(sealed, about), becomes or about)
    except KeyDestroyed:
        return None


def of_day(purpose: str, day: date) -> Sealer:
    """A sealer of that day (UTC) for one purpose, whose key is made where there is none yet.

    Whoever asks for it registers a job with `forget_days`: what such a key marks is to be linked for hours alone.
    """
    return Sealer(_ensure(_engine(), _name_of_day(purpose, day)))


def forget_days(purpose: str, *, before: date) -> None:
    """Destroys the purpose's keys of all days before that one."""
    with Session(_engine()) as session:
        names = session.scalars(select(_Key.name).where(_Key.name.startswith(f"{purpose}:", autoescape=True))).all()
    if past := [name for name in names if name < _name_of_day(purpose, before)]:
        destroy(*past)


def signing_secret(purpose: str) -> bytes:
    """A secret of the site for one purpose (signed links, source hashes)."""
    return _derive(_secret(_engine(), SITE), f"sign:{purpose}")


def one_time_sealer(token: str) -> Sealer:
    """A sealer whose key is a token that only the other side holds; the server keeps its hash alone."""
    return Sealer(hashlib.sha256(token.encode()).digest())


def _engine() -> Engine:
    found: Engine = current_app.extensions["eventkit.keys"]
    return found


def _counted(name: str) -> tuple[str, int]:
    """The name of the first key, and how often it was renewed."""
    first, _renewed, number = name.partition(_RENEWED)
    return first, int(number or 0)


def _destroy(names: Sequence[str]) -> None:
    with Session(_engine()) as session, session.begin():
        session.execute(delete(_Key).where(_Key.name.in_(names)))
    if _engine().dialect.name == "sqlite":
        _overwrite_journal(_engine())
    else:
        _rewrite_table(_engine())


def _overwrite_journal(engine: Engine) -> None:
    """SQLite's journal holds the page as it was before, with the key. PERSIST voids no more than its beginning."""
    journal = Path(f"{engine.url.database}-journal")
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.exec_driver_sql("SELECT 1")  # begins, and from then on nobody else writes a journal
        if not journal.exists():
            return
        with journal.open("r+b") as file:
            file.write(bytes(journal.stat().st_size))
            file.flush()
            os.fsync(file.fileno())


def _rewrite_table(engine: Engine) -> None:
    """PostgreSQL keeps a row that was deleted in its page, and a VACUUM leaves its bytes in what it says is free. FULL
    writes the table anew, without them. Raises DBAPIError when others hold the table for too long."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql(f"SET lock_timeout = {_MILLISECONDS}")
            connection.exec_driver_sql("VACUUM (FULL) keys")
        finally:
            connection.invalidate()  # with its timeout


def _secret(engine: Engine, name: str) -> bytes:
    """Read anew each time, for it may be destroyed meanwhile; by the driver alone, for every signature and seal needs
    one, and SQLAlchemy takes four times as long."""
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        cursor.execute(f"SELECT secret FROM keys WHERE name = {mark}", (name,))  # noqa: S608 - the mark alone
        row = cursor.fetchone()
        cursor.close()
    finally:
        pooled.close()
    if row is None:
        raise KeyDestroyed(f"there is no key {name!r}")
    return bytes(row[0])


def _name_of_day(purpose: str, day: date) -> str:
    return f"{purpose}:{day:%Y%m%d}"


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
