"""Nobody keeps another person from hearing of an event by answering with their address first."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.factories import make_event
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]

TAP = {"partstat": "ACCEPTED"}
NOOR = "noor@example.org"


def sent_to(outbox: Outbox, address: str) -> list[str]:
    return [message["Subject"].partition(":")[0] for message in outbox() if message["To"] == address]


def test_mail_that_was_switched_off_is_on_for_another_address(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    path = client.post(f"/events/{event.slug}/rsvps", data=TAP | {"email": "troll@example.org"}).location
    client.post(f"{path}/messages", data={})
    client.post(path, data=TAP | {"email": NOOR})
    assert len(sent_to(outbox, NOOR)) == 1


def test_who_answers_after_a_stranger_did_with_their_address_gets_the_link(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    path = client.post(f"/events/{event.slug}/rsvps", data=TAP | {"email": NOOR}).location
    client.post(f"{path}/messages", data={})
    before = sent_to(outbox, NOOR)
    client.post(f"/events/{event.slug}/rsvps", data=TAP | {"email": NOOR})
    assert len(sent_to(outbox, NOOR)) == len(before) + 1
