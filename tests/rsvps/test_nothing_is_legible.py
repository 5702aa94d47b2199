"""What an RSVP says about a person stands legible in no file of the data folder."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask

from eventkit import jobs
from eventkit.config import Settings
from eventkit.events import actions
from eventkit.mail import outbox
from tests.factories import make_event
from tests.post import Post
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

CANARIES = (b"canary-of-a-name", b"canary-of-an-address", b"canary-of-a-question")


def legible(settings: Settings) -> set[tuple[str, bytes]]:
    files = [path for path in settings.data.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files), "the write-ahead log is to be looked at too"
    return {(path.name, canary) for path in files for canary in CANARIES if canary in path.read_bytes().lower()}


@pytest.fixture
def posting_client(posting_app: Flask) -> Visitor:
    client = posting_app.test_client()
    assert isinstance(client, Visitor)
    return client


def test_a_name_and_an_address_are_sealed_in_every_file(client: Visitor, settings: Settings) -> None:
    from eventkit import clock, db

    event = make_event()
    said = {"partstat": "ACCEPTED", "name": "canary-of-a-name", "email": "canary-of-an-address@example.org"}
    for _ in range(2):
        path = client.post(f"/events/{event.slug}/rsvps", data=said).location
    client.post(path, data=said | {"name": "canary-of-a-name the second"})
    client.post(
        f"/events/{event.slug}/contact",
        data={"message": "canary-of-a-question", "email": "canary-of-an-address@example.org"},
    )
    with db.transaction():
        actions.cancel(event, reason="Storm", now=clock.now())
    assert legible(settings) == set()
    with sqlite3.connect(settings.data / "eventkit.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert connection.execute("SELECT count(*) FROM outbox_messages").fetchone()[0] == 3
    files = [path for path in settings.data.rglob("*") if path.is_file()]
    assert not any(canary in path.read_bytes().lower() for path in files for canary in CANARIES)


def test_an_answer_taken_back_leaves_nothing_legible_while_its_message_waits_nor_when_it_is_sent(
    posting_client: Visitor, post: Post, settings: Settings
) -> None:
    event = make_event()
    said = {"partstat": "ACCEPTED", "name": "canary-of-a-name", "email": "canary-of-an-address@example.org"}
    path = posting_client.post(f"/events/{event.slug}/rsvps", data=said).location
    assert posting_client.post(f"{path}/withdraw").status_code == 303
    assert legible(settings) == set()
    jobs.run(outbox.SEND)
    (message,) = post.messages()  # that it is taken back; what answered it is dropped
    assert message["To"] == "canary-of-an-address@example.org"
    assert legible(settings) == set()
