"""kill -9 in the middle of a storm, again and again: nothing that was acknowledged is lost, and nothing is there twice.

``python -m bench.killing --times 100`` on SQLite, with ``--postgresql`` on that. Each time a crowd answers an event of
few places and one of many, all processes of the site are killed at a random moment, and it is started again. Whoever
got no answer sends theirs once more, as people do. Then it is verified that

- each RSVP that was acknowledged is there, and each person is there once,
- the counts are those of the rows, and no event has more people than places,
- the site answers again within 5 seconds,
- of all messages as many arrive twice, at most, as the site was killed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import Select, func, select

from bench import storm
from bench.serving import Supervised, free_port, settings_of
from eventkit import create_app, db, keys, migrations
from eventkit.config import NEVER, Settings
from eventkit.events.models import Event
from eventkit.mail import addresses
from eventkit.mail.models import QUEUED, OutboxMessage
from eventkit.rsvps import terms
from eventkit.rsvps.models import ACCEPTED, CLEAR, SEATED, Rsvp, RsvpCount
from tests.factories import make_event
from tests.post import Post
from tests.postgresql import PostgresServer

PEOPLE, CONNECTIONS, PLACES = 60, 16, 20
#: kills after which it says how far it is
TELLS_EVERY = 10
#: seconds after which the site has to answer again, and after which no message more means that none will come
BACK_IN, STANDSTILL = 5, 60


@dataclass
class Findings:
    """What was found after all kills; `wrong` says in words what must not be."""

    kills: int = 0
    acknowledged: int = 0
    messages: int = 0
    twice: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        mailed = f", {self.messages} messages, {self.twice} of them twice" if self.messages else ""
        told = f"killed {self.kills} times, back after {self.slowest:.1f} s at most, {self.acknowledged} RSVPs"
        wrong = (f"WRONG: {each}" for each in sorted(set(self.wrong)))
        return "\n".join([f"{told} acknowledged{mailed}", *wrong])


def kill_again_and_again(folder: Path, times: int, *, back_in: float = BACK_IN, **urls: str) -> Findings:
    """Kills a site of its own in `folder` so many times. `urls` are settings of its databases."""
    with ExitStack() as stack:
        post = stack.enter_context(_post())
        served = {"WORKERS": 2, "THREADS": 4, "TRUSTED_PROXIES": 1, "PROOF_OF_WORK": NEVER}
        settings = settings_of(folder, SMTP_URL=post.url, **served, **urls)
        migrations.upgrade(settings.database_url, settings.data)
        app = create_app(settings)
        stack.callback(lambda: [app.extensions[f"eventkit.{name}"].dispose() for name in ("engine", "keys")])
        found, site = Findings(), Supervised(settings)
        site.start()
        try:
            for _time in range(times):
                _once(app, settings, site, found, back_in)
                if found.kills % TELLS_EVERY == 0:
                    print(found, file=sys.stderr, flush=True)
            _mailed(app, post, found)
        finally:
            site.kill()
    return found


def _once(app: Flask, settings: Settings, site: Supervised, found: Findings, back_in: float) -> None:
    with app.app_context():
        events = [make_event(title=f"Vigil {found.kills}"), make_event(title=f"March {found.kills}")]
        with db.transaction():
            few = terms.to_change(events[0])
            few.capacity, few.has_waitlist = PLACES, False
    urls = [f"http://127.0.0.1:{settings.port}/events/{event.slug}" for event in events]
    crowds = [storm.people(PEOPLE) for _event in events]
    acknowledged: list[set[str]] = [set(), set()]
    blowing = [
        threading.Thread(
            target=storm.blow,
            args=(url, crowd),
            kwargs={"connections": CONNECTIONS // 2, "acknowledge": told.add, "gives_up": True},
        )
        for url, crowd, told in zip(urls, crowds, acknowledged, strict=True)
    ]
    for thread in blowing:
        thread.start()
    while not any(acknowledged) and any(thread.is_alive() for thread in blowing):
        time.sleep(0.001)
    time.sleep(random.uniform(0, 1.5))
    site.kill()
    found.kills += 1
    for thread in blowing:
        thread.join()
    found.slowest = max(found.slowest, site.start())
    if found.slowest > back_in:
        found.wrong.append(f"back after {found.slowest:.1f} s")
    for url, crowd, told, event in zip(urls, crowds, acknowledged, events, strict=True):
        again = storm.blow(url, sorted({*crowd[: PEOPLE // 3], *crowd[-9:]} - told), connections=CONNECTIONS // 2)
        with app.app_context():
            found.wrong += _verify(event, told | again.acknowledged, crowd)
        found.acknowledged += len(told | again.acknowledged)


def _verify(event: Event, acknowledged: set[str], crowd: list[str]) -> Iterator[str]:
    """What is wrong with the rows of this event."""
    event = db.session.merge(event)
    db.session.refresh(event)
    sealer = keys.sealer(event.key_name)
    rows = db.session.scalars(select(Rsvp).where(Rsvp.event_id == event.id)).all()
    there = Counter(row.person for row in rows if row.counted)
    for email in crowd:
        times = there[sealer.fingerprint(addresses.same(email))]
        if times > 1:
            yield f"{event.slug}: somebody is there {times} times"
        if email in acknowledged and not times:
            yield f"{event.slug}: an RSVP that was acknowledged is lost"
    coming = sum(
        row.party_size
        for row in rows
        if row.counted and (row.partstat, row.seat, row.state) == (ACCEPTED, SEATED, CLEAR)
    )
    told = db.session.scalar(select(RsvpCount.coming).where(RsvpCount.event_id == event.id)) or 0
    capacity = terms.of(event).capacity
    if coming != told:
        yield f"{event.slug}: {coming} come, and {told} are counted"
    if capacity is not None and coming > capacity:
        yield f"{event.slug}: {coming} have a seat of {capacity}"


def _mailed(app: Flask, post: Post, found: Findings) -> None:
    """Waits until all is sent: what was being sent when the site was killed is tried again after five minutes."""
    waiting = select(func.count()).where(OutboxMessage.state == QUEUED)
    with app.app_context():
        _wait_until_none(waiting.where(OutboxMessage.attempts == 0))
        with db.transaction() as session:  # as if the five minutes were over
            for row in session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)):
                row.next_attempt_at = row.created_at
        if unsent := _wait_until_none(waiting):
            found.wrong.append(f"{unsent} messages are not sent")
    arrived = Counter(message["Message-ID"] for message in post.messages())
    found.messages = len(arrived)
    found.twice = sum(times - 1 for times in arrived.values())
    if found.twice > found.kills:
        found.wrong.append(f"{found.twice} messages arrived once more")


def _wait_until_none(waiting: Select[tuple[int]]) -> int:
    """Waits for as long as they become fewer; answers how many there are then."""
    fewest, since = sys.maxsize, time.monotonic()
    while True:
        db.session.rollback()
        number = db.session.scalar(waiting) or 0
        if number < fewest:
            fewest, since = number, time.monotonic()
        if not number or time.monotonic() - since > STANDSTILL:
            return number
        time.sleep(0.2)


@contextmanager
def _post() -> Iterator[Post]:
    port = free_port()
    handler = Post(f"smtp://127.0.0.1:{port}")
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.killing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=100, help="how many times the site is killed")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own")
    asked = parser.parse_args()
    if asked.postgresql and not PostgresServer.binaries():
        parser.error("PostgreSQL is missing: apt install postgresql")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eventkit-killing-")))
        urls = {}
        if asked.postgresql:
            server = stack.enter_context(PostgresServer())
            urls = {"DATABASE_URL": server.create("killing"), "KEYS_URL": server.create("keys")}
        found = kill_again_and_again(folder, asked.times, **urls)
    print(found)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
