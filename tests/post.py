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
        #: other answers, by address
        self.answers: dict[str, str] = {}
        #: to how many who came
        self.greetings = 0
        #: messages after which it closes the connection to who has another
        self.patience = 1_000

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        answer = self.answers.get(address, self.answer)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, options: list[str]) -> list[str]:
        self.greetings += 1
        session.host_name = name
        return options

    async def handle_NOOP(self, server: Any, _session: Any, _envelope: Any, _said: str) -> str:
        if len(self.envelopes) % self.patience == 0:
            server.transport.close()
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 kept"

    def messages(self) -> list[EmailMessage]:
        """What came so far, as a mail program reads it."""
        return [message_from_bytes(each.content, policy=policy.default) for each in self.envelopes]  # type: ignore[misc]
