"""A crowd that answers an event all at once: what a server on this machine makes of it.

``python -m bench.storm http://127.0.0.1:8000/events/<slug> --people 500 --connections 64``

It speaks to this machine alone, sends so many RSVPs and no more, and stops by itself. Each comes from an address of its
own, which the server believes when it was started with EVENTKIT_TRUSTED_PROXIES=1; otherwise all are one source, and it
soon answers 429. So it does when it takes them for a flood, unless it has EVENTKIT_PROOF_OF_WORK=never.
"""

from __future__ import annotations

import argparse
import http.client
import ipaddress
import math
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

#: bounds of what anybody may ask it for
MOST_PEOPLE, MOST_CONNECTIONS, MOST_SECONDS = 20_000, 256, 600


@dataclass
class Storm:
    """What came back. Times are in seconds; a status of 0 is a connection that broke."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    #: e-mail addresses whose RSVP the server has acknowledged
    acknowledged: set[str] = field(default_factory=set)
    #: e-mail addresses of those who were told that there is no room
    refused: set[str] = field(default_factory=set)
    #: whether it was asked for proof of work
    is_challenged: bool = False
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """The nearest rank: as many have taken no longer."""
        return sorted(self.times)[max(0, math.ceil(share * len(self.times)) - 1)] if self.times else 0.0


def blow(
    url: str,
    emails: Iterable[str],
    *,
    connections: int,
    seconds: float = MOST_SECONDS,
    acknowledge: Callable[[str], None] = lambda _email: None,
    gives_up: bool = False,
) -> Storm:
    """Has a person with each address answer the event at `url`, so many at a time, for so long at most.

    `acknowledge` is called with each address as soon as the server has said that its RSVP is there. With `gives_up` it
    is over when a connection breaks.
    """
    parts = urlsplit(url)
    assert parts.hostname is not None
    if parts.scheme != "http" or not _is_here(parts.hostname):
        raise ValueError(f"{url} is not on this machine: only http://127.0.0.1, [::1] and localhost are")
    storm, lock = Storm(), threading.Lock()
    waiting = enumerate(list(emails))
    begin = time.monotonic()

    def person() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        while time.monotonic() - begin < seconds and not (gives_up and storm.statuses[0]):
            with lock:
                number, email = next(waiting, (0, ""))
            if not email:
                break
            began = time.monotonic()
            try:
                status, body = _answer(connection, f"{parts.path.rstrip('/')}/rsvps", email, source_of(number, email))
            except (OSError, http.client.HTTPException):
                status, body = 0, b""
                connection.close()
            with lock:
                storm.statuses[status] += 1
                storm.times.append(time.monotonic() - began)
                if status == 303:
                    storm.acknowledged.add(email)
                    acknowledge(email)
                elif status == 409:
                    storm.refused.add(email)
                storm.is_challenged |= status in {403, 422, 429} and b"altcha" in body.lower()
        connection.close()

    threads = [threading.Thread(target=person, daemon=True) for _number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    storm.seconds = time.monotonic() - begin
    return storm


def people(number: int) -> list[str]:
    """So many addresses that nobody has had before, at a domain for examples (RFC 2606)."""
    crowd = secrets.token_hex(4)
    return [f"person-{crowd}-{each}@crowd.example.org" for each in range(number)]


def source_of(number: int, email: str) -> str:
    """The address from which this RSVP comes, of a network for tests (RFC 2544)."""
    host = hash((number, email)) & 0x1FFFF
    return str(ipaddress.IPv4Address(int(ipaddress.IPv4Address("198.18.0.0")) + host))


def _answer(connection: http.client.HTTPConnection, path: str, email: str, source: str) -> tuple[int, bytes]:
    said = urlencode({"partstat": "ACCEPTED", "party_size": "1", "name": email.partition("@")[0], "email": email})
    connection.request(
        "POST",
        path,
        body=said,
        headers={"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": source},
    )
    answer = connection.getresponse()
    return answer.status, answer.read()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url", help="the page of an event on this machine")
    parser.add_argument("--people", type=int, default=500, help=f"how many answer, up to {MOST_PEOPLE}")
    parser.add_argument("--connections", type=int, default=64, help=f"how many at a time, up to {MOST_CONNECTIONS}")
    parser.add_argument("--seconds", type=float, default=120, help=f"after which it stops, up to {MOST_SECONDS}")
    asked = parser.parse_args()
    if not (0 < asked.people <= MOST_PEOPLE and 0 < asked.connections <= MOST_CONNECTIONS):
        parser.error("that many are not sent")
    if not 0 < asked.seconds <= MOST_SECONDS:
        parser.error("that long it does not last")
    try:
        storm = blow(asked.url, people(asked.people), connections=asked.connections, seconds=asked.seconds)
    except ValueError as error:
        parser.error(str(error))
    meanings = {0: "broken connections", 303: "acknowledged", 409: "told that there is no room", 429: "told to wait"}
    for status, number in sorted(storm.statuses.items()):
        print(f"{number:6} {meanings.get(status, f'answered {status}')}")
    print(f"{len(storm.times) / storm.seconds:6.0f} a second for {storm.seconds:.1f} s")
    print(f"{storm.percentile(0.5) * 1000:6.0f} ms half of them, {storm.percentile(0.99) * 1000:.0f} ms for 99 of 100")
    if storm.is_challenged:
        print("The server asked for proof of work: it takes this for a flood.")
    elif storm.statuses[429]:
        print("Start the server with EVENTKIT_TRUSTED_PROXIES=1, so that not all of them are one source.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
