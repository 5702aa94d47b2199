"""A real SMTP server on this machine, which keeps what it is given."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class Post:
    """An SMTP server's memory, and what it says to the next recipient."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.envelopes: list[Any] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 kept"

    def messages(self) -> list[EmailMessage]:
        """What came so far, as a mail program reads it."""
        return [message_from_bytes(each.content, policy=policy.default) for each in self.envelopes]  # type: ignore[misc]
