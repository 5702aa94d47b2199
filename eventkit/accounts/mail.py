"""Messages of accounts. Flask-Security's own are in `security.OutboxMailUtil`."""

from __future__ import annotations

from eventkit.mail import outbox
from eventkit.web import external_url


def send_invitation(address: str, token: str, *, language: str) -> str:
    """Queues the message with the link that makes an account, and answers that link."""
    link = external_url("accounts.welcome", token=token)
    message = outbox.compose("accounts/invitation", to=address, language=language, link=link)
    outbox.queue(message, key=f"invitation:{token[:16]}")
    return link
