"""A flood of RSVPs is seen, chosen by its time or its source, and undone in steps; real people stay."""

from __future__ import annotations

import re
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select
from time_machine import Traveller

from eventkit import clock as now
from eventkit.events.models import Event
from eventkit.mail.models import DROPPED, SENT, OutboxMessage
from eventkit.rsvps import actions, flood, queries, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.flood import Chosen
from eventkit.rsvps.models import BY_ORGANIZER, SEATED, WAITING, Rsvp
from eventkit.rsvps.organize import flood as pages
from tests.factories import make_event, make_rsvp, make_user
from tests.visitor import Visitor

#: networks, as RSVPs remember them
HERS, THEIRS = b"h" * 16, b"t" * 16


def _register(db: ModuleType, event: Event, source: bytes, people: int = 1, **more: Any) -> Rsvp:
    person = Person(more.pop("name", ""), more.pop("email", ""), "en")
    with db.transaction():
        return actions.register(event, Answer(party_size=people, person=person), now=now.now(), source=source, **more)


def _standing(event: Event) -> int:
    from eventkit import db

    return db.session.scalar(select(func.count()).where(Rsvp.event_id == event.id, Rsvp.withdrawn_at.is_(None))) or 0


def _flooded(db: ModuleType, clock: Traveller, organizer: Any, **limits: Any) -> Event:
    """At eight in Toronto somebody comes; ten minutes later twelve taps from one network, and then somebody again."""
    event = make_event(organizer=organizer)
    with db.transaction():
        for name, value in limits.items():
            setattr(terms.to_change(event), name, value)
    _register(db, event, HERS, 2, name="Amal", email="amal@example.org")
    clock.shift(timedelta(minutes=10))
    for _tap in range(12):
        _register(db, event, THEIRS)
    clock.shift(timedelta(minutes=10))
    _register(db, event, HERS, 3, name="Zoé")
    return event


def test_it_is_told_when_and_from_how_many_networks(db: ModuleType, clock: Traveller, signed_in: Visitor) -> None:
    event = _flooded(db, clock, signed_in.user)
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps/flood").text
    assert "RSVPs by the minute" in page
    assert "One network: 12 RSVPs" in page
    assert "8:10 AM" in page
    assert "Choose first." in page
    assert "Remove" not in page
    assert THEIRS.hex() in page  # in the link that chooses it, and nowhere as an address
    assert "127.0.0.1" not in page


def test_a_moment_in_which_nobody_came_is_not_offered(db: ModuleType, clock: Traveller, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    _register(db, event, HERS)
    clock.shift(timedelta(minutes=10))
    _register(db, event, THEIRS)
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps/flood").text
    assert page.count("Look closer") == 2
    assert "0 RSVPs" not in page


@pytest.mark.both_databases
def test_a_preview_counts_what_would_go_and_what_is_spared(db: ModuleType, clock: Traveller) -> None:
    event = _flooded(db, clock, make_user())
    confirmed = _register(db, event, THEIRS, 4, name="Noor", email="noor@example.org")
    by_hand = _register(db, event, THEIRS, entered_by=BY_ORGANIZER)
    with db.transaction():
        confirmed.generation = 1
        db.session.get_one(Rsvp, by_hand.id).arrived = 0
    found = flood.preview(event, Chosen(source=THEIRS))
    assert (found.rsvps, found.people, found.about_somebody, found.with_address) == (12, 12, 0, 0)
    assert (found.confirmed, found.spared) == (0, 2)
    found = flood.preview(event, Chosen(source=THEIRS, spares_confirmed=False))
    assert (found.rsvps, found.people, found.about_somebody, found.confirmed, found.spared) == (13, 16, 1, 1, 1)
    minute = event.created_at.replace(second=0, microsecond=0) + timedelta(minutes=10)
    assert flood.preview(event, Chosen(minute, minute + timedelta(minutes=1))).rsvps == 12
    assert flood.preview(event, Chosen(minute + timedelta(minutes=1))).rsvps == 1
    _length, bars = flood.arrivals(event, Chosen())
    assert [number for _at, number in bars if number] == [1, 12, 3]


def _undo(visitor: Visitor, event: Event, **said: str) -> Any:
    return visitor.post(f"/organize/events/{event.slug}/rsvps/flood", data={"spares_confirmed": "y", **said})


@pytest.mark.both_databases
def test_those_of_a_source_go_and_the_counts_are_right(
    db: ModuleType, clock: Traveller, signed_in: Visitor, outbox: Any
) -> None:
    event = _flooded(db, clock, signed_in.user)
    before = len(outbox())
    response = _undo(signed_in, event, source=THEIRS.hex())
    assert response.location.endswith("/rsvps")
    assert "12 RSVPs are gone." in signed_in.get(response.location).text
    assert queries.counts(event).coming == 5
    assert _standing(event) == 2
    assert len(outbox()) == before
    # once more is nothing more
    assert "12 RSVPs are gone" not in signed_in.get(_undo(signed_in, event, source=THEIRS.hex()).location).text
    assert queries.counts(event).coming == 5


def test_the_window_is_in_the_time_of_the_place_and_its_last_minute_is_in_it(
    db: ModuleType, clock: Traveller, signed_in: Visitor
) -> None:
    event = _flooded(db, clock, signed_in.user)
    _undo(signed_in, event, starts="2026-09-01T08:05", ends="2026-09-01T08:10")
    assert (queries.counts(event).coming, _standing(event)) == (5, 2)


def test_nobody_goes_unless_something_is_chosen(db: ModuleType, clock: Traveller, signed_in: Visitor) -> None:
    event = _flooded(db, clock, signed_in.user)
    for said in ({}, {"starts": "yesterday"}, {"source": "not hex"}, {"source": ""}):
        _undo(signed_in, event, **said)
    assert _standing(event) == 14
    assert signed_in.post(
        f"/organize/events/{event.slug}/rsvps/flood", data={"csrf_token": "", "source": THEIRS.hex()}
    ).status_code in {400, 422}
    other = make_event(organizer=make_user(), title="Somebody else’s")
    _register(db, other, THEIRS)
    assert _undo(signed_in, other, source=THEIRS.hex()).status_code == 404
    assert (_standing(event), _standing(other)) == (14, 1)


def test_seats_come_free_for_real_people_who_wait(db: ModuleType, clock: Traveller, signed_in: Visitor) -> None:
    event = _flooded(db, clock, signed_in.user, capacity=8)
    waiting = db.session.scalars(select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.seat == WAITING)).all()
    assert {each.source for each in waiting} == {HERS, THEIRS}
    _undo(signed_in, event, source=THEIRS.hex())
    counts = queries.counts(event)
    assert (counts.coming, counts.waiting) == (5, 0)
    assert db.session.scalars(select(Rsvp.seat).where(Rsvp.event_id == event.id, Rsvp.counted)).all() == [SEATED] * 2


def test_what_answers_a_flood_and_is_not_sent_yet_never_is(
    db: ModuleType, clock: Traveller, signed_in: Visitor, outbox: Any
) -> None:
    event = make_event(organizer=signed_in.user)
    _register(db, event, HERS, email="amal@example.org")
    for number in range(3):
        _register(db, event, THEIRS, email=f"stranger{number}@example.org")
    _undo(signed_in, event, source=THEIRS.hex())
    assert [message["To"] for message in outbox()] == ["amal@example.org"]
    assert set(db.session.scalars(select(OutboxMessage.state))) == {SENT, DROPPED}


def test_nobody_is_told_that_a_flood_has_moved_up(db: ModuleType, clock: Traveller, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    with db.transaction():
        terms.to_change(event).capacity = 1
    first = _register(db, event, HERS)
    _register(db, event, THEIRS, email="stranger@example.org")
    with db.transaction():
        actions.withdraw(first, now=now.now())
    _undo(signed_in, event, source=THEIRS.hex())
    assert set(db.session.scalars(select(OutboxMessage.state))) == {DROPPED}


def test_the_links_of_a_flood_put_nobody_back(
    db: ModuleType, clock: Traveller, signed_in: Visitor, client: Visitor
) -> None:
    event = _flooded(db, clock, signed_in.user)
    wanted = select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.source == THEIRS)
    links = [f"/rsvps/{queries.browser_token(each)}" for each in db.session.scalars(wanted)]
    assert client.get(links[0]).status_code == 200
    _undo(signed_in, event, source=THEIRS.hex())
    assert client.get(links[0]).status_code == 404
    assert client.post(links[0], data={"partstat": "ACCEPTED", "party_size": "1"}).status_code == 404
    assert queries.counts(event).coming == 5


def test_a_large_one_goes_in_steps_and_shows_how_far_it_is(
    db: ModuleType, clock: Traveller, signed_in: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = _flooded(db, clock, signed_in.user)
    monkeypatch.setattr(pages, "STEP", 5)
    monkeypatch.setattr(pages, "LONGEST_REQUEST", 0.0)  # one step for each request
    places = []
    where = f"/organize/events/{event.slug}/rsvps/flood"
    for _request in range(5):
        response = signed_in.post(where, data={"spares_confirmed": "y", "source": THEIRS.hex()})
        page = signed_in.get(response.location).text
        places.append((_standing(event), *re.findall(r"(\d+) of 12 are gone", page)))
        if "data-goes-on" not in page:
            break
        where = re.findall(r'action="(/organize/[^"]+/flood\?of=12)"', page)[0]
    assert places == [(9, "5"), (4, "10"), (2,)]
    assert queries.counts(event).coming == 5


def test_an_event_without_a_flood_says_so(clock: Traveller, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps/flood").text
    assert "Nothing arrived then." in page
    make_rsvp(event)
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps/flood?starts=2026-09-01T08:00").text
    assert "All at one moment" in page
    assert "Remove one RSVP" in page
