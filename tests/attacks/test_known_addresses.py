"""An address that has answered already is told from a new one by nothing that happens later, either."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from eventkit.events.models import Event
from eventkit.rsvps import jobs
from tests.rsvps.seating import act, as_said, come, counted, limit, limited, make_shift, raise_capacity, seats_of
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]

NOOR = "noor@example.org"


def typed(client: Visitor, event: Event, email: str = NOOR) -> str:
    said = {"partstat": "ACCEPTED", "email": email}
    return str(client.post(f"/events/{event.slug}/rsvps", data=said).location)


def heading(client: Visitor, path: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]+)", client.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("way", ["withdrawn", "raised", "swept"])
def test_who_waits_moves_up_whether_or_not_they_had_answered(
    client: Visitor, outbox: Outbox, is_known: bool, way: str
) -> None:
    event = limited(2)
    come(event, email=NOOR if is_known else "amal@example.org")
    other = come(event)
    path = typed(client, event)
    assert heading(client, path) == "You are on the waitlist"
    if way == "withdrawn":
        act("withdraw", other)
    elif way == "raised":
        raise_capacity(event, 3)
    else:
        limit(event, capacity=3)
        jobs.promote()
    assert heading(client, path).startswith("See you")
    seated = 1 if way == "withdrawn" else 2
    assert counted(event) == as_said(event) == Counter(coming=seated + (not is_known))
    told = [message["Subject"].partition(":")[0] for message in outbox() if message["To"] == NOOR]
    assert ("A place for you" in told) is not is_known
    client.post(f"{path}/place", data={"answer": "give-back"})
    assert heading(client, path) == "You can’t come"
    assert counted(event)["coming"] == seated


@pytest.mark.parametrize("is_known", [False, True])
def test_a_larger_party_finds_no_more_room_where_they_had_answered(client: Visitor, is_known: bool) -> None:
    event = limited(6)
    shift = make_shift(event, capacity=5)
    come(event, 4, email=NOOR if is_known else "amal@example.org", shift_id=shift.id)
    path = typed(client, event)
    said = {"partstat": "ACCEPTED", "email": NOOR}
    statuses = [
        client.post(path, data=said | {"party_size": size, "shift": role}).status_code
        for size, role in (("3", ""), ("2", ""), ("1", str(shift.id)), ("2", str(shift.id)), ("2", ""))
    ]
    assert statuses == [422, 303, 303, 422, 303]


@pytest.mark.parametrize("is_known", [False, True])
def test_who_waits_overtakes_nobody_where_they_had_answered(client: Visitor, is_known: bool) -> None:
    event = limited(2)
    come(event, email=NOOR if is_known else "amal@example.org")
    come(event)
    waits = come(event)
    path = typed(client, event)
    limit(event, capacity=3)
    client.post(path, data={"partstat": "ACCEPTED", "email": NOOR})
    assert seats_of(waits) == ["seated"]
    assert heading(client, path) == "You are on the waitlist"
