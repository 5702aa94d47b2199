"""Whoever takes the files, a log or an old backup finds nobody in them.

One story on a site that is served, with its web server, its worker and a mail server: somebody says that she comes,
changes it, is written to, answers by mail; the event is cancelled, and purged. Her files are taken at each turn.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import os
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import LargeBinary, select

from eventkit import clock, create_app, db, jobs, keys, models
from eventkit.config import load
from eventkit.events import actions as events
from eventkit.events.models import Event
from eventkit.mail import inbox, outbox
from eventkit.mail.models import QUEUED, InboxMessage, OutboxMessage
from eventkit.rsvps import actions, cli, queries, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import Broadcast, CalendarReply, Rsvp, RsvpQuestion
from tests.attacks import canary
from tests.factories import make_event
from tests.post import Post
from tests.rsvps import letters
from tests.rsvps.letters import Said
from tests.serving import APP, Served, start, wait_for, wait_until_it_runs

#: with a page that fails while it holds what somebody has sent, and with a job that does
_FAILING = f"""
{APP}
from eventkit import db, jobs
from eventkit.web import public
from flask import request
from sqlalchemy import text
import os


@app.post("/fails")
@public
def fails():
    try:
        db.session.execute(text("SELECT :name FROM nowhere"), dict(request.form))
    finally:
        raise ValueError(request.form["name"])


def fail():
    raise ValueError(os.environ["CANARY"])


jobs.register(app, "fails", fail)
"""

#: where she comes from: as the connection says, and as a proxy does
_CONNECTED_FROM = "127.99.88.77"
_ADDRESSES = ("203.0.113.213", "198.51.100.177", "2001:db8:7f3a:99::d00d")
_proxied = cycle(_ADDRESSES)
#: holds no word about who comes: hashes of links for accounts, and to whom the site wrote these days
_OTHER = {"sign_in_links", "mail_sendings", "mail_suppressions"}
#: in a path that leads nowhere
_TOKEN = "canary-token-7f3a"

_PARTS = ("", ":note", ":thanks")


@dataclass
class Story:
    """What was taken, as files by their path, and when."""

    #: messages wait in the outbox
    waiting: dict[str, bytes] = field(default_factory=dict)
    #: they are sent, and an answer has come by mail
    told: dict[str, bytes] = field(default_factory=dict)
    #: after the purge, the site still running, and after it was stopped
    purged: dict[str, bytes] = field(default_factory=dict)
    stopped: dict[str, bytes] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    #: a backup of the data from before the purge, as a folder, and the key store of that time and of afterwards
    backup: Path = Path()
    keys_before: dict[str, bytes] = field(default_factory=dict)
    keys_after: dict[str, bytes] = field(default_factory=dict)
    recipients: set[str] = field(default_factory=set)
    #: what seals are bound to, of everything in the data
    abouts: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("site")
    mail_port = _free_port()
    post = Post(f"smtp://127.0.0.1:{mail_port}")
    server = Controller(post, hostname="127.0.0.1", port=mail_port)
    server.start()
    served = start(
        folder, _free_port(), app=_FAILING, EVENTKIT_SMTP_URL=post.url, EVENTKIT_TRUSTED_PROXIES="1", CANARY=canary.NAME
    )
    try:
        wait_until_it_runs(served)
        yield _tell(served, post)
    finally:
        served.stop()
        server.stop()


def _tell(served: Served, post: Post) -> Story:
    story, data, secrets = Story(), served.folder / "data", served.folder / "keys"
    settings = {"DATA": str(data), "KEYS": str(secrets), "BASE_URL": served.url, "GEOCODERS": "offline"}
    app = create_app(load({f"EVENTKIT_{name}": value for name, value in settings.items()}))
    worker = served.child("app worker")
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)  # so that messages wait
    with app.app_context():
        event = make_event(ask_name="optional", ask_email="optional")
        _prepare(event)
        said = {"partstat": "ACCEPTED", "name": canary.NAME, "email": canary.EMAIL}
        link = _ask(served, "POST", f"/events/{event.slug}/rsvps", said)
        _ask(served, "POST", link, said | {"party_size": "2", "partstat": "TENTATIVE"})
        _ask(served, "GET", f"/rsvps/{_TOKEN}")
        assert _ask(served, "POST", "/fails", {"name": canary.NAME}) == "500"
        assert _ask(served, "GET", f"/events/{event.slug}") == "200"
        story.waiting = canary.files_of(data, secrets)
        os.kill(worker, signal.SIGCONT)
        _answer_by_mail(event)
        with db.transaction():
            events.cancel(event, reason="Storm", now=clock.now())
        assert wait_for(lambda: len(post.envelopes) >= 2 and not _queued(), 90), served.lines
        story.recipients = {each for envelope in post.envelopes for each in envelope.rcpt_tos}
        story.told, story.abouts = canary.files_of(data, secrets), _abouts()
        story.keys_before = _secrets(secrets)
        story.backup = served.folder / "backup"
        shutil.copytree(data, story.backup)
        db.session.rollback()
        done = app.test_cli_runner().invoke(cli.purge, ["--event", event.slug, "--yes"])
        assert done.exit_code == 0, done.output
        story.keys_after = _secrets(secrets)
        story.purged = canary.files_of(data, secrets)
    for name in ("eventkit.engine", "eventkit.keys"):
        app.extensions[name].dispose()
    served.stop()
    story.stopped, story.logs = canary.files_of(data, secrets), served.lines
    return story


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _prepare(event: Event) -> None:
    """What the organizer says to those who come, and somebody's answers to their questions."""
    with db.transaction() as session:
        terms.set_text(terms.to_change(event), terms.NOTE, f"Ask {canary.NAME} for the keys")
        broadcast = Broadcast(event_id=event.id, token="t", audience="all", created_at=clock.now(), done_at=clock.now())
        session.add(broadcast)
        session.flush()
        words = f"{canary.NAME} brings the banner"
        broadcast.sealed = keys.sealer(event.key_name).seal(words, f"broadcast:{broadcast.id}")
        question = RsvpQuestion(event_id=event.id, label="What do you need?")
        session.add(question)
        session.flush()
        person = Person(name=canary.NAME, answers={str(question.id): canary.ANSWER})
        actions.register(event, Answer(person=person), now=clock.now())


def _answer_by_mail(event: Event) -> None:
    """Her calendar proposes another time, which waits for the organizer to look at it."""
    db.session.rollback()
    fingerprint = keys.sealer(event.key_name).fingerprint(canary.EMAIL)
    rsvp = db.session.scalars(select(Rsvp).where(Rsvp.person == fingerprint)).one()
    said = Said(uid=event.uid, organizer=queries.organizer_address(rsvp), attendee=canary.EMAIL)
    raw = letters.google_counter(said).replace(b"another name than it has", canary.NAME.encode())
    with db.transaction():
        inbox.receive(raw, now=clock.now())
    jobs.run(inbox.INBOX)
    assert db.session.scalars(select(CalendarReply.verdict)).all() == ["proposal"]


def _ask(served: Served, method: str, path: str, form: dict[str, str] | None = None) -> str:
    """Where the answer leads, or else its status. Each comes from another address, says the proxy."""
    forwarded = next(_proxied)
    headers = {"X-Forwarded-For": forwarded, "X-Real-IP": forwarded, "Forwarded": f"for={forwarded}"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    target = urlsplit(served.url)
    connection = http.client.HTTPConnection(
        str(target.hostname), target.port, timeout=30, source_address=(_CONNECTED_FROM, 0)
    )
    with closing(connection):
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        return urlsplit(answer.headers.get("Location", "")).path or str(answer.status)


def _queued() -> bool:
    db.session.rollback()
    return db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.state == QUEUED).limit(1)) is not None


def _secrets(folder: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(folder / "keys.sqlite")) as connection:
        return dict(connection.execute("SELECT name, secret FROM keys"))


def _abouts() -> set[str]:
    """What any text may be bound to: kinds, with the numbers and names of all rows."""
    db.session.rollback()
    kinds = [f"{kind}:{number}" for kind in ("rsvp", "broadcast", "terms") for number in range(50)]
    numbers = {f"{each}{part}" for each in kinds for part in _PARTS}
    queued = {outbox.about(key) for key in db.session.scalars(select(OutboxMessage.key))}
    return numbers | queued | {inbox.about(digest) for digest in db.session.scalars(select(InboxMessage.digest))}


def _sealed_in(backup: Path) -> list[bytes]:
    """Every binary value of a backup that may be about who comes."""
    values = []
    with closing(sqlite3.connect(backup / "eventkit.sqlite")) as connection:
        for table in [each for each in models.Base.metadata.sorted_tables if each.name not in _OTHER]:
            for column in table.columns:
                if isinstance(column.type, LargeBinary):
                    found = connection.execute(f'SELECT "{column.name}" FROM "{table.name}"')  # our own names
                    values += [row[0] for row in found if row[0]]
    return values


def _opened(story: Story, secrets: dict[str, bytes]) -> list[str]:
    """What these keys open of the backup."""
    sealed, opened = _sealed_in(story.backup), []
    for sealer in map(keys.Sealer, secrets.values()):
        for value in sealed:
            for about in story.abouts:
                try:
                    opened.append(sealer.unseal(value, about))
                except (keys.KeyDestroyed, ValueError):
                    continue
    return opened


def test_the_search_finds_her_in_every_encoding() -> None:
    """The control: planted, she is found, beside other bytes and in the middle of them."""
    for encoding in canary.ENCODINGS:
        for needle in canary.NEEDLES:
            for number, form in enumerate(canary.written(needle, encoding)):
                for content in (form, form.upper() if encoding == "hexadecimal" else b"\0\xff" + form + b"\n"):
                    hits = canary.found({"planted": content}, [needle])
                    assert ("planted", needle, encoding) in hits, (encoding, needle, number)
    for shift in range(3):
        inside = base64.b64encode(b"x" * shift + f"Dear {canary.NAME}, thank you".encode())
        assert ("planted", canary.NAME, "base64") in canary.found({"planted": inside})
    assert len(canary.ENCODINGS) == 9
    assert canary.found({"other": "Somebody Else <else@example.org> says yes".encode("utf-16-le")}) == set()


def test_the_story_was_told_to_her(story: Story) -> None:
    assert story.recipients == {canary.EMAIL}
    assert any(name.endswith("eventkit.sqlite-wal") for name in story.waiting)
    assert {"data/eventkit.sqlite", "data/queue.sqlite", "keys/keys.sqlite"} <= set(story.told)


@pytest.mark.parametrize("moment", ["waiting", "told", "purged", "stopped"])
def test_she_is_in_no_file(story: Story, moment: str) -> None:
    assert canary.found(getattr(story, moment)) == set()


def test_she_is_in_no_log(story: Story) -> None:
    logs = {"log": "\n".join(story.logs).encode()}
    for told in ("POST fails failed", "the job 'fails' failed", "ValueError", "sqlalchemy.exc.OperationalError"):
        assert told in logs["log"].decode(), "a control: failures are told"
    assert canary.found(logs, [*canary.NEEDLES, _TOKEN, "/rsvps/"]) == set()


@pytest.mark.parametrize("moment", ["waiting", "told", "purged", "stopped"])
def test_no_address_of_a_visitor_is_in_a_file(story: Story, moment: str) -> None:
    assert _addresses_in(getattr(story, moment)) == set()


def test_no_address_of_a_visitor_is_in_the_log(story: Story) -> None:
    assert _addresses_in({"log": "\n".join(story.logs).encode()}) == set()
    assert _addresses_in({"log": b"127.0.0.1 - " + _CONNECTED_FROM.encode()}), "a control"


def test_a_key_that_was_destroyed_is_in_no_file(story: Story) -> None:
    destroyed = [secret for name, secret in story.keys_before.items() if name not in story.keys_after]
    assert len(destroyed) == 1
    assert keys.SITE in story.keys_after
    for moment in (story.purged, story.stopped):
        assert [name for name, content in moment.items() if any(secret in content for secret in destroyed)] == []
    assert any(secret in story.told["keys/keys.sqlite"] for secret in destroyed), "a control"


def test_an_old_backup_gives_nothing_with_the_keys_of_today(story: Story) -> None:
    before = " ".join(_opened(story, story.keys_before))
    assert {canary.NAME in before, canary.EMAIL in before, canary.ANSWER in before} == {True}, "a control"
    assert "brings the banner" in before
    assert "proposes" in before or "COUNTER" in before
    assert _opened(story, story.keys_after) == []


def test_nobody_can_be_looked_for_in_an_old_backup(story: Story) -> None:
    """By the fingerprint of an address that somebody knows."""
    with closing(sqlite3.connect(story.backup / "eventkit.sqlite")) as connection:
        people = {row[0] for row in connection.execute("SELECT person FROM rsvps")}
    before, after = (
        {sealer.fingerprint(canary.EMAIL) for sealer in map(keys.Sealer, secrets.values())}
        for secrets in (story.keys_before, story.keys_after)
    )
    assert people & before, "a control"
    assert not people & after


def test_nothing_of_hers_is_left_in_the_database(story: Story) -> None:
    """Not even sealed, in free pages or in the write-ahead log."""
    sealed = _sealed_in(story.backup)
    assert len(sealed) > 5
    for moment in (story.purged, story.stopped):
        data = {name: content for name, content in moment.items() if name.startswith("data/")}
        assert [name for name, content in data.items() if any(value[:28] in content for value in sealed)] == []


def _addresses_in(files: dict[str, bytes]) -> set[tuple[str, str]]:
    """As text, packed, and as a number."""
    found = set()
    for address in map(ipaddress.ip_address, (_CONNECTED_FROM, *_ADDRESSES)):
        forms = [str(address).encode(), address.exploded.encode(), address.packed.hex().encode()]
        forms += [address.packed] if address.version == 6 else [str(int(address)).encode()]
        found |= {(name, str(address)) for name, content in files.items() if any(form in content for form in forms)}
    return found
