"""The mailbox that calendars answer to, watched by the worker: IDLE where the server has it, else a look a minute."""

from __future__ import annotations

import imaplib
import logging
import ssl
import threading
import time
from io import BufferedReader
from typing import cast
from urllib.parse import unquote, urlsplit

from flask import Flask
from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from eventkit import clock, db
from eventkit.config import Settings
from eventkit.mail import inbox
from eventkit.mail.incoming import LARGEST

#: seconds: for an answer; between two looks without IDLE; of one IDLE; how soon it is seen that the worker stops
_TIMEOUT = 30
_POLL = 60
_IDLE = 5 * 60
_SLICE = 1.0
_SLOWEST_RETRY = 5 * 60

_log = logging.getLogger(__name__)


def watch(app: Flask, stopping: threading.Event) -> None:
    """Stores what arrives until `stopping` is set. Connects again, more and more slowly, when it cannot.

    Several may watch the same mailbox: a message is stored once, and flagged as seen after that.
    """
    settings: Settings = app.extensions["eventkit.settings"]
    failures = 0
    while not stopping.is_set():
        try:
            with _connect(settings.inbox_url) as mailbox:
                while not stopping.is_set():
                    take_unseen(app, mailbox, stopping)
                    failures = 0
                    _wait(mailbox, stopping)
        except Exception as error:
            # Only the kind of failure: a server's own words often repeat an address.
            pause = min(2 ** min(failures, 16), _SLOWEST_RETRY)
            failures += 1
            _log.warning("the mailbox cannot be read (%s); once more in %d s", type(error).__name__, pause)
            stopping.wait(pause)


def take_unseen(app: Flask, mailbox: BaseMailBox, stopping: threading.Event) -> None:
    """Stores unseen messages, each in a transaction of its own, and flags it."""
    for uid in mailbox.uids("UNSEEN"):
        if stopping.is_set():
            break
        fetched = _fetch(mailbox, uid)
        if fetched is None:
            continue  # another has moved it away, or the server cannot read it: the others wait for nobody
        raw, size = fetched
        with app.app_context(), db.transaction():
            inbox.receive(raw, now=clock.now(), size=size)
        _checked(mailbox.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))


def _fetch(mailbox: BaseMailBox, uid: str) -> tuple[bytes, int] | None:
    """The beginning of a message and the size of all of it: somebody may send gigabytes."""
    # One more byte than is kept: then a cut is a cut also where a server is wrong about the size.
    _kind, answer = mailbox.client.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{LARGEST + 1}>)")
    for piece in answer:
        if isinstance(piece, tuple):
            head, raw = piece
            words = head.upper().replace(b"(", b" ").split()
            size = int(words[words.index(b"RFC822.SIZE") + 1]) if b"RFC822.SIZE" in words else len(raw)
            return raw, max(size, len(raw))
    return None


def _wait(mailbox: BaseMailBox, stopping: threading.Event) -> None:
    """Until something arrives, it is time for a look anyway, or the worker stops."""
    if "IDLE" not in mailbox.client.capabilities:
        stopping.wait(_POLL)
        _checked(mailbox.client.noop())
        return
    until = time.monotonic() + _IDLE
    mailbox.idle.start()  # type: ignore[no-untyped-call]
    told = _told_already(mailbox.client)
    while not told and not stopping.is_set() and time.monotonic() < until:
        began = time.monotonic()
        # An answer before its time without a word: the connection has ended, which stop() finds out.
        if mailbox.idle.poll(timeout=_SLICE) or time.monotonic() - began < _SLICE / 2:
            break
    mailbox.idle.stop()  # type: ignore[no-untyped-call]


def _told_already(client: imaplib.IMAP4) -> bool:
    """Whether the server told something in one breath with the beginning of IDLE.

    It lies in the buffer of the connection or of TLS, and `poll` sees only what the socket still holds.
    """
    if hasattr(client, "_readbuf"):  # since Python 3.14 imaplib has a buffer of its own
        return bool(client._readbuf) or (isinstance(client.sock, ssl.SSLSocket) and client.sock.pending() > 0)
    timeout = client.sock.gettimeout()
    client.sock.settimeout(0)
    try:
        return bool(cast(BufferedReader, client.file).peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        client.sock.settimeout(timeout)


def _connect(address: str) -> BaseMailBox:
    """Signed in, with the folder selected."""
    url = urlsplit(address)
    host = url.hostname or "localhost"
    mailbox: BaseMailBox
    if url.scheme == "imaps":
        mailbox = MailBox(host, url.port or 993, timeout=_TIMEOUT, ssl_context=ssl.create_default_context())
    elif url.scheme == "imap+starttls":
        mailbox = MailBoxStartTls(host, url.port or 143, timeout=_TIMEOUT, ssl_context=ssl.create_default_context())
    else:
        mailbox = MailBoxUnencrypted(host, url.port or 143, timeout=_TIMEOUT)
    try:
        folder = unquote(url.path.strip("/")) or "INBOX"
        user, password = unquote(url.username or ""), unquote(url.password or "")
        sign_in = mailbox.login if (user + password).isascii() else mailbox.login_utf8
        sign_in(user, password, initial_folder=folder)
        if "IDLE" not in mailbox.client.capabilities:  # many servers tell all they can do only now
            kind, told = mailbox.client.capability()
            if kind == "OK" and told[0]:
                mailbox.client.capabilities = tuple(told[0].decode("ascii", "replace").upper().split())
    except (ImapToolsError, imaplib.IMAP4.error, OSError):
        mailbox.client.shutdown()
        raise
    return mailbox


def _checked(answer: tuple[str, list]) -> list:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data
