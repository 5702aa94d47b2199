"""An address that has answered already is counted once, and is not told apart from a new one."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from sqlalchemy import func, select

from eventkit.events.models import Event
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import listing, queries
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import Rsvp
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

Outbox = Callable[[], list[EmailMessage]]


def answer(client: Visitor, event: Event, **said: str) -> str:
    response = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", **said})
    assert response.status_code == 303
    return str(response.location)


def without_token(text: str) -> str:
    """Nor the drawing of the code for the entrance, which is a token too."""
    return re.sub(r"(?<=<path )[^>]+|(?<=/rsvps/)[\w-]+", "…", text)


def mailed_link(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost/en(/rsvps/[\w-]+)", body.get_content())
    assert found is not None
    return found[1]


def test_the_same_address_counts_once_however_it_is_spelled(client: Visitor) -> None:
    event = make_event()
    for spelling in ("noor@example.org", "Noor@Example.org", " noor@example.ORG "):
        answer(client, event, email=spelling, party_size="2")
    assert queries.counts(event) == Counts(coming=2)
    assert len(listing.everybody(event, Wanted())) == 1


def test_the_same_address_at_another_event_is_somebody_else(client: Visitor, db: ModuleType) -> None:
    events = [make_event(), make_event()]
    for event in events:
        answer(client, event, email="noor@example.org")
    assert [queries.counts(event).coming for event in events] == [1, 1]
    first, second = db.session.scalars(select(Rsvp.person)).all()
    assert first != second


def test_a_known_address_gets_the_answer_that_a_new_one_gets(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    make_rsvp(event, email="known@example.org", party_size=3, name="Keziah Known")
    pages = []
    for email in ("known@example.org", "fresh@example.org"):
        response = client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "email": email})
        page = client.get(response.location)
        assert (response.status_code, page.status_code) == (303, 200)
        assert len(response.location) == len("/rsvps/") + 35
        pages.append(without_token(page.text).replace(email, "…"))
    assert pages[0] == pages[1]
    assert "Keziah" not in pages[0]


def test_adding_a_known_address_to_a_tap_looks_like_adding_a_new_one(client: Visitor) -> None:
    event = make_event()
    make_rsvp(event, email="known@example.org")
    pages = []
    for email in ("known@example.org", "fresh@example.org"):
        path = answer(client, event)
        response = client.post(path, data={"partstat": "ACCEPTED", "party_size": "2", "email": email})
        pages.append(without_token(client.get(response.location).text).replace(email, "…"))
    assert pages[0] == pages[1]
    assert queries.counts(event) == Counts(coming=1 + 2)


def test_what_is_done_by_the_second_page_leaves_the_first_answer_alone(client: Visitor) -> None:
    event = make_event()
    make_rsvp(event, email="known@example.org", party_size=3, name="Keziah")
    path = answer(client, event, email="known@example.org")
    changed = client.post(path, data={"partstat": "DECLINED", "name": "Mallory", "email": "known@example.org"})
    client.post(f"{changed.location}/withdraw")
    (answered,) = listing.everybody(event, Wanted())
    assert (answered.person.name, answered.party_size) == ("Keziah", 3)
    assert queries.counts(event) == Counts(coming=3)


def test_whoever_reads_the_mail_gets_the_link_to_the_first_answer(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    answer(client, event, email="known@example.org", party_size="3", name="Keziah")
    answer(client, event, email="known@example.org", name="Mallory")
    confirmation, already = outbox()
    assert already["Subject"].startswith("You have answered already")
    assert mailed_link(already) == mailed_link(confirmation)
    assert "Mallory" not in already.as_string()
    page = client.get(mailed_link(already)).text
    assert 'value="Keziah"' in page


def test_the_first_answer_is_mailed_about_once_a_day_at_most(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    for _ in range(5):
        answer(client, event, email="known@example.org")
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


@pytest.mark.usefixtures("without_allowance")
def test_an_address_is_not_flooded_by_answering_and_taking_back(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    for _ in range(6):
        path = answer(client, event, email="noor@example.org")
        outbox()
        client.post(f"{path}/withdraw")
    path = answer(client, event)
    for number in range(6):
        email = "noor@example.org" if number % 2 else f"other{number}@example.org"
        path = client.post(path, data={"partstat": "ACCEPTED", "email": email}).location
    told = [message["Subject"].partition(":")[0] for message in outbox() if message["To"] == "noor@example.org"]
    assert told == ["You are counted", "Out of your calendar"] * 3
    assert queries.counts(event) == Counts(coming=1)


def test_acting_by_the_mailed_link_ends_the_links_in_browsers(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    in_browser = answer(client, event, email="noor@example.org")
    (message,) = outbox()
    client.get(mailed_link(message))
    assert client.get(in_browser).status_code == 200
    client.post(mailed_link(message), data={"partstat": "TENTATIVE", "email": "noor@example.org"})
    assert client.post(f"{in_browser}/withdraw").status_code == 404
    assert client.get(mailed_link(message)).status_code == 200
    assert queries.counts(event) == Counts(maybe=1)


def test_another_address_ends_the_link_that_went_to_the_former(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    path = answer(client, event, email="former@example.org")
    (to_former,) = outbox()
    path = client.post(path, data={"partstat": "ACCEPTED", "email": "new@example.org"}).location
    assert client.get(mailed_link(to_former)).status_code == 404
    to_new = outbox()[-1]
    assert to_new["To"] == "new@example.org"
    assert client.get(mailed_link(to_new)).status_code == 200
    path = client.post(path, data={"partstat": "ACCEPTED", "email": ""}).location
    assert client.get(mailed_link(to_new)).status_code == 404
    assert queries.counts(event) == Counts(coming=1)


def test_an_address_that_was_taken_back_may_be_given_again(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    first = answer(client, event, email="noor@example.org")
    outbox()
    client.post(f"{first}/withdraw")
    answer(client, event, email="noor@example.org", party_size="2")
    assert queries.counts(event) == Counts(coming=2)
    subjects = [message["Subject"].partition(":")[0] for message in outbox()]
    assert subjects == ["You are counted", "Out of your calendar", "You are counted"]


@pytest.mark.usefixtures("without_allowance")
def test_a_second_answer_counts_once_the_first_was_taken_back(client: Visitor, outbox: Outbox) -> None:
    event = make_event()
    first = answer(client, event, email="noor@example.org")
    second = answer(client, event, email="noor@example.org", party_size="2")
    outbox()
    client.post(f"{first}/withdraw")
    client.post(second, data={"partstat": "ACCEPTED", "party_size": "2", "email": "noor@example.org"})
    assert queries.counts(event) == Counts(coming=2)
    assert mailed_link(outbox()[-1]) != mailed_link(outbox()[0])
