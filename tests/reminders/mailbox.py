"""What the tests of reminders have in common: which came, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

Outbox = Callable[[], list[EmailMessage]]

#: what subjects of reminders begin with
_BEGINNINGS = ("In a week", "Tomorrow", "Early tomorrow", "Today", "Thank you")

#: of the event that `make_event` makes: Tuesday 15 September 2026, 13:00 to 15:00 in Toronto, four hours behind UTC
WEEK_BEFORE = datetime(2026, 9, 8, 17, tzinfo=UTC)
DAY_BEFORE = datetime(2026, 9, 14, 17, tzinfo=UTC)
MORNING_OF = datetime(2026, 9, 15, 12, tzinfo=UTC)
STARTS = datetime(2026, 9, 15, 17, tzinfo=UTC)
DAY_AFTER = datetime(2026, 9, 16, 14, tzinfo=UTC)


def reminders(outbox: Outbox) -> list[tuple[str, str]]:
    """(which, to whom) of those that were sent so far, in order."""
    found = [(str(message["Subject"]).partition(":")[0], str(message["To"])) for message in outbox()]
    return [(which, to) for which, to in found if which in _BEGINNINGS]


def which(outbox: Outbox) -> list[str]:
    return [beginning for beginning, _to in reminders(outbox)]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
