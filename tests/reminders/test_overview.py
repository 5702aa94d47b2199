"""The organizer sees when the next reminder goes out, and to how many."""

from __future__ import annotations

from types import ModuleType

import pytest
import time_machine

from eventkit.rsvps import terms
from tests.factories import make_event, make_rsvp
from tests.reminders.mailbox import MORNING_OF
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_the_next_reminder_is_told(signed_in: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    event = make_event(organizer=signed_in.user)
    path = f"/organize/events/{event.slug}"
    make_rsvp(event, name="Without an address")
    assert "Next reminder" not in signed_in.get(path).text
    make_rsvp(event, email="noor@example.org")
    make_rsvp(event, email="sam@example.org", partstat="TENTATIVE")
    assert "Next reminder: Tue 8 Sep, 1 PM, to 2 people." in signed_in.get(path).text
    with db.transaction():
        terms.to_change(event).sends_reminders = False
    assert "Next reminder" not in signed_in.get(path).text


def test_on_the_day_it_is_the_thank_you_to_who_comes(signed_in: Visitor, clock: time_machine.Traveller) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event, email="noor@example.org")
    make_rsvp(event, email="sam@example.org", partstat="TENTATIVE")
    clock.move_to(MORNING_OF)
    signed_in.sign_in(signed_in.user)  # type: ignore[arg-type]
    assert "Next reminder: Wed 16 Sep, 10 AM, to one person." in signed_in.get(f"/organize/events/{event.slug}").text
