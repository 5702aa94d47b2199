"""The keys of messages to one person: by them the same message is queued once, and is found while it waits.

A key begins with whom the message is to: an RSVP, or a person where one counts once over several RSVPs. Before that it
is marked where the message takes an invitation back, which is sent whatever becomes of its reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from eventkit import db
from eventkit.events.models import Event
from eventkit.rsvps.models import Rsvp

#: what keys began with before they told whom the message is to: those were sent long ago
_FORMER = {"rsvp", "invitation", "notice"}

#: what tells a reader how things stood when it was queued. A reminder does not: it is composed of what holds when it is
#: sent, which is nothing for who has taken an answer back, and something for who has come again by then
_TELLS_OF_THEN = ("invitation", "refused", "notice")

_TAKES_BACK, _READER, _PERSON = "cancel:", "reader", "person"


def to_rsvp(owner: Rsvp, *what: object) -> str:
    """Of a message to whoever holds this RSVP."""
    return _joined(_READER, owner.id, *what)


def to_person(event_id: int, person: bytes, *what: object) -> str:
    """Of a message to this person (fingerprint of their address), whatever they have answered to the event."""
    return _joined(_PERSON, event_id, shown(person).hex(), *what)


def to_all(event_id: int, *what: object) -> str:
    """A pattern (SQL LIKE) of `to_person` of everybody."""
    return _joined(_PERSON, event_id, "%", *what)


def taking_back(key: str) -> str:
    """As `key`, of a message that takes an invitation back."""
    return _TAKES_BACK + key


def beginnings(owner: Rsvp) -> list[str]:
    """What the keys of all messages to them begin with."""
    found = [to_rsvp(owner, "")]
    if owner.person is not None:
        found.append(to_person(owner.event_id, owner.person, ""))
    return [*found, *map(taking_back, found)]


def beginnings_for_nobody(event: Event, leaving: Iterable[Rsvp]) -> list[str]:
    """As `beginnings`, of those messages that nobody is to get once all these RSVPs are taken off the list: not what
    takes an invitation back, nor what is to a person who has another RSVP to the series."""
    rsvps = list(leaving)
    people = {rsvp.person for rsvp in rsvps if rsvp.person is not None}
    if event.rrule and people:
        others = select(Rsvp.person).where(Rsvp.event_id == event.id, Rsvp.person.in_(people))
        people -= set(db.session.scalars(others.where(Rsvp.id.not_in([rsvp.id for rsvp in rsvps]))))
    to_these = (to_rsvp(rsvp, what, "") for rsvp in rsvps for what in _TELLS_OF_THEN)
    return [*to_these, *(to_person(event.id, person, "") for person in sorted(people))]


def renamed(key: str, people: Mapping[bytes, bytes], rsvps: Collection[int]) -> str | None:
    """The key of the same message once the event has another key; None when it was to nobody who is left.

    `people` are the fingerprints of those who are left, by the former ones, and `rsvps` the numbers of their RSVPs.
    """
    mark, plain = (_TAKES_BACK, key.removeprefix(_TAKES_BACK)) if key.startswith(_TAKES_BACK) else ("", key)
    whom, *rest = plain.split(":")
    if whom == _READER:
        return key if int(rest[0]) in rsvps else None
    if whom == _PERSON:
        event_id, former, *what = rest
        anew = people.get(bytes.fromhex(former))
        return None if anew is None else mark + to_person(int(event_id), anew, *what)
    return None if whom in _FORMER else key


def shown(person: bytes) -> bytes:
    """As much of a fingerprint as a key holds."""
    return person[:16]


def _joined(*parts: object) -> str:
    return ":".join(str(part) for part in parts)
