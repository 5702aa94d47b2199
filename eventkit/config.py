"""Settings, read once from environment variables named EVENTKIT_….

Every one of them is described in docs/operating.md; a test holds the two together.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "EVENTKIT_"

#: when proof of work is asked for: in a flood, of everybody, of nobody
AUTO, ALWAYS, NEVER = "auto", "always", "never"

#: octets before the @ of the sender: 64 (RFC 5321, 4.5.3.1.1) without the + and the token of an address that takes
#: replies to an invitation (`links.LENGTH_IN_ADDRESS`)
LONGEST_LOCAL_PART = 21


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to set."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Folders are absolute; URLs have no trailing slash."""

    data: Path
    keys: Path
    keys_url: str
    database_url: str
    base_url: str
    site_name: str
    contact: str
    smtp_url: str
    mail_from: str
    inbox_url: str
    authserv_id: str
    geocoders: tuple[str, ...]
    geocoder_url: str
    queue_url: str
    redis_url: str
    host: str
    port: int
    workers: int
    threads: int
    trusted_proxies: int
    proof_of_work: str

    @property
    def outbox(self) -> Path:
        """Where messages become .eml files, readable, while somebody tries it out (`shows_mail`)."""
        return self.data / "outbox"

    @property
    def is_local(self) -> bool:
        """Whether the address of the site is one of this machine alone: it is developed, or tried out."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def shows_mail(self) -> bool:
        """Whether messages become files: no SMTP server is set, and nobody but who runs it here can come."""
        return not self.smtp_url and self.is_local

    @property
    def keeps_mail(self) -> bool:
        """Whether messages wait, sealed, until an SMTP server is set."""
        return not self.smtp_url and not self.is_local


def load(environ: Mapping[str, str] | None = None, *, development: bool = False) -> Settings:
    """Reads the settings.

    Raises SettingsError, whose message is one line that says what to set.
    """
    env = os.environ if environ is None else environ

    def text(name: str, default: str = "") -> str:
        return env.get(PREFIX + name, "").strip() or default

    def whole(name: str, default: int, least: int, most: int) -> int:
        raw = text(name, str(default))
        if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
            raise SettingsError(f"{PREFIX}{name} is {raw!r}: set a whole number from {least} to {most}")
        return int(raw)

    data = Path(text("DATA", "data")).absolute()
    keys = Path(text("KEYS", "keys")).absolute()
    if data == keys and not development:
        raise SettingsError(
            f"{PREFIX}DATA and {PREFIX}KEYS are the same folder ({data}): keep the keys apart, "
            "so that a copy of the data cannot be read"
        )
    host = text("HOST", "127.0.0.1")
    port = whole("PORT", 8000, 1, 65535)
    shown_host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    base_url = text("BASE_URL", f"http://{shown_host}:{port}").rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"{PREFIX}BASE_URL is {base_url!r}: set the public address, such as https://events.example.org"
        )
    database_url = _database_url(text("DATABASE_URL", f"sqlite:///{data / 'eventkit.sqlite'}"), "DATABASE_URL")
    keys_url = _database_url(text("KEYS_URL", f"sqlite:///{keys / 'keys.sqlite'}"), "KEYS_URL")
    if keys_url == database_url:
        raise SettingsError(f"{PREFIX}KEYS_URL and {PREFIX}DATABASE_URL are one database: keep the keys apart")
    smtp_url = text("SMTP_URL")
    if smtp_url and urlsplit(smtp_url).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise SettingsError(
            f"{PREFIX}SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://, "
            "such as smtp+starttls://user:password@mail.example.org:587"
        )
    inbox_url = text("INBOX_URL")
    if inbox_url and not _is_mailbox(inbox_url):
        raise SettingsError(
            f"{PREFIX}INBOX_URL must name a mailbox, such as imaps://user:password@mail.example.org:993/INBOX "
            "(or imap+starttls://, or imap:// on this machine); percent-encode what is special in user and password"
        )
    queue_url = text("QUEUE_URL", f"sqlite:///{data / 'queue.sqlite'}").replace("postgres://", "postgresql://")
    if queue_url.partition("://")[0] not in {"sqlite", "postgresql", "redis", "rediss"}:
        raise SettingsError(f"{PREFIX}QUEUE_URL must begin with sqlite:///, postgresql:// or redis://")
    proof_of_work = text("PROOF_OF_WORK", AUTO)
    if proof_of_work not in {AUTO, ALWAYS, NEVER}:
        raise SettingsError(f"{PREFIX}PROOF_OF_WORK is {proof_of_work!r}: set {AUTO}, {ALWAYS} or {NEVER}")
    contact = text("CONTACT", "operator@localhost")
    if "@" not in contact:
        raise SettingsError(f"{PREFIX}CONTACT is {contact!r}: set the operator's e-mail address")
    mail_from = text("MAIL_FROM", f"eventkit@{parts.hostname}")
    local, _at, domain = mail_from.rpartition("@")
    if not local or not domain or re.search(r'[\s<>"]', mail_from):
        raise SettingsError(f"{PREFIX}MAIL_FROM is {mail_from!r}: set an address alone, such as events@example.org")
    if len(local.encode()) > LONGEST_LOCAL_PART:
        raise SettingsError(
            f"{PREFIX}MAIL_FROM is {mail_from!r}: set one with at most {LONGEST_LOCAL_PART} letters before the @, "
            "for behind them comes the token by which a reply to an invitation is known"
        )
    return Settings(
        data=data,
        keys=keys,
        keys_url=keys_url,
        database_url=database_url,
        base_url=base_url,
        site_name=text("SITE_NAME", "eventkit"),
        contact=contact,
        smtp_url=smtp_url,
        mail_from=mail_from,
        inbox_url=inbox_url,
        authserv_id=text("AUTHSERV_ID").lower(),
        geocoders=tuple(name.strip() for name in text("GEOCODERS", "nominatim,offline").split(",") if name.strip()),
        geocoder_url=text("GEOCODER_URL"),
        queue_url=queue_url,
        redis_url=text("REDIS_URL"),
        host=host,
        port=port,
        workers=whole("WORKERS", 1, 1, 64),
        threads=whole("THREADS", 8, 1, 256),
        trusted_proxies=whole("TRUSTED_PROXIES", 0, 0, 8),
        proof_of_work=proof_of_work,
    )


def _is_mailbox(url: str) -> bool:
    """Whether scheme, host, port and user are there. The URL has a password: it is in no message."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return bool(parts.scheme in {"imaps", "imap+starttls", "imap"} and parts.hostname and parts.username and port != 0)


def _database_url(url: str, name: str) -> str:
    """SQLAlchemy's own spelling: PostgreSQL is spoken to by psycopg 3."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise SettingsError(f"{PREFIX}{name} must begin with sqlite:/// or postgresql://")
    return url
