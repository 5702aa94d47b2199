"""Header fields that mail programs act on, written so that they survive every step of the way.

The standard library breaks what is longer than a line, and a word that cannot be broken it encodes (RFC 2047). In a
field that is an address a mail program must follow, that makes it unreadable: such fields stay on one line.
"""

from __future__ import annotations

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any

#: the longest line that a server must take (RFC 5322, 2.1.1), in octets without its end
_LONGEST_LINE = 998


class _OneLineHeader(UnstructuredHeader, BaseHeader):
    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _OneLineHeader)
    return registry


#: how our messages are written, and read again before they are sent
POLICY: EmailPolicy[EmailMessage] = SMTP.clone(header_factory=_registry())


def add_one_click(message: EmailMessage, url: str) -> None:
    """Says where a mail program stops messages of this kind with one POST, without asking again (RFC 8058)."""
    assert len(url) < _LONGEST_LINE - len("List-Unsubscribe: <>")
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
