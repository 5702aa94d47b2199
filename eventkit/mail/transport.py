"""How messages leave: to the mail server by one connection for all that wait, or to files where there is none."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from eventkit.config import Settings
from eventkit.mail import without_server

#: messages by one connection: servers close it after some hundred, in the middle of what is said
MOST = 100
#: seconds that the server may take for one answer
_PATIENCE = 30


class Transport:
    """Speaks to the mail server once there is something to send, and goes on with the same connection: signing in anew
    for each of a thousand messages takes longer than all of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, message: EmailMessage, row_id: int) -> None:
        """Returns once the server has taken the message. Raises OSError or smtplib.SMTPException when it has not."""
        if not self._settings.smtp_url:
            without_server.write_file(self._settings.outbox, message, row_id)
            return
        server = self._server if self._is_usable() else None
        if server is None:
            self.close()
            server = self._server = self._connect()
            self._sent = 0
        try:
            server.send_message(message, from_addr=self._settings.mail_from)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            raise  # it has said no to this one, and was told to forget it (RSET)
        except BaseException:  # who knows what it waits for
            server.close()
            raise
        self._sent += 1

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server.close()
        self._server = None

    def _is_usable(self) -> bool:
        """Asks: a server that has waited for long has gone, and a message that is half sent may come twice."""
        if self._server is None or self._server.sock is None or self._sent >= MOST:
            return False
        try:
            return self._server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _connect(self) -> smtplib.SMTP:
        url = urlsplit(self._settings.smtp_url)
        host, context = url.hostname or "localhost", ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=_PATIENCE, context=context)
        else:
            port = url.port or (587 if url.scheme == "smtp+starttls" else 25)
            server = smtplib.SMTP(host, port, timeout=_PATIENCE)
        try:
            if url.scheme == "smtp+starttls":
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server
