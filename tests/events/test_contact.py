"""A visitor writes to the organizer without seeing an address."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from eventkit import db
from eventkit.mail.models import OutboxMessage
from tests.factories import make_event, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_the_question_reaches_the_account_of_the_organizer(
    client: Visitor, outbox: Callable[[], list[EmailMessage]]
) -> None:
    event = make_event(organizer=make_user(email="amal@example.org"))
    response = client.post(
        f"/events/{event.slug}/contact",
        data={"message": "Is there a ramp?\r\n<b>Ravi</b>", "email": "ravi@example.org"},
    )
    assert (response.status_code, response.location) == (303, f"/events/{event.slug}/contact/sent")
    page = client.get(response.location)
    assert "It is on its way" in page.text
    assert "amal@example.org" not in page.text + client.get(f"/events/{event.slug}/contact").text
    (message,) = outbox()
    assert (message["To"], message["Reply-To"]) == ("amal@example.org", "ravi@example.org")
    assert message["From"].addresses[0].addr_spec == "events@example.org"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Is there a ramp?\n<b>Ravi</b>" in plain.get_content().replace("\r\n", "\n")
    assert "&lt;b&gt;Ravi&lt;/b&gt;" in html.get_content()


def test_no_address_is_needed(client: Visitor, outbox: Callable[[], list[EmailMessage]]) -> None:
    event = make_event()
    assert client.post(f"/events/{event.slug}/contact", data={"message": "Is there a ramp?"}).status_code == 303
    (message,) = outbox()
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"message": " \x00\u202e "}, "Write what you want to know."),
        ({"message": "x" * 4001}, "4000 characters at most"),
        ({"email": "ravi"}, "There is no @ in this address."),
        ({"email": "ravi@example.org\r\nBcc: all@example.org"}, "We cannot write to this address."),
        ({"homepage": "https://example.org"}, "This field is a trap for machines."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_comes_back(
    said: dict[str, str], sentence: str, client: Visitor
) -> None:
    event = make_event()
    response = client.post(
        f"/events/{event.slug}/contact", data={"message": "A ramp?", "email": "a@example.org"} | said
    )
    assert response.status_code == 422
    assert sentence in response.text
    if "message" not in said:
        assert "A ramp?</textarea>" in response.text
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_a_title_cannot_become_a_header(client: Visitor, outbox: Callable[[], list[EmailMessage]]) -> None:
    event = make_event(title="Vigil\r\nBcc: all@example.org")
    client.post(f"/events/{event.slug}/contact", data={"message": "A ramp?"})
    (message,) = outbox()
    assert message["Bcc"] is None
    assert message["Subject"] == "A question about: Vigil Bcc: all@example.org"


def test_a_flood_is_stopped(client: Visitor) -> None:
    path = f"/events/{make_event().slug}/contact"
    statuses = [client.post(path, data={"message": f"Question {number}"}).status_code for number in range(6)]
    assert statuses == [303] * 5 + [429]
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"visibility": "private"}])
def test_what_is_nobody_elses_to_see_takes_no_questions(hidden: dict[str, str], client: Visitor) -> None:
    path = f"/events/{make_event(**hidden).slug}/contact"  # type: ignore[arg-type]
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    assert client.get(f"{path}/sent").status_code == 404
