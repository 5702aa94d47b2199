"""Several people at once are let in, refused, moved up, or taken off the list; twice is once."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from eventkit.events.models import Event
from eventkit.rsvps import queries, terms
from eventkit.rsvps.models import CLEAR, PENDING, REFUSED, SEATED, WAITING, Rsvp
from tests.factories import make_event, make_rsvp, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def _limit(db: ModuleType, event: Event, **limits: Any) -> None:
    with db.transaction():
        for name, value in limits.items():
            setattr(terms.to_change(event), name, value)


def _act(visitor: Visitor, event: Event, do: str, *rsvps: Rsvp, query: str = "") -> Any:
    path = f"/organize/events/{event.slug}/rsvps/several{query}"
    return visitor.post(path, data={"do": do, "rsvp": [str(each.id) for each in rsvps]})


def _stand(db: ModuleType, column: Any, *rsvps: Rsvp) -> list[str]:
    return [db.session.scalar(select(column).where(Rsvp.id == each.id)) for each in rsvps]


@pytest.mark.both_databases
def test_those_who_ask_are_let_in_or_refused(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, by_approval=True)
    amal, ben, cleo = (make_rsvp(event, name=name, email=f"{name}@example.org") for name in ("amal", "ben", "cleo"))
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    assert "3 ask to come." in page
    response = _act(signed_in, event, "approve", amal, ben, query="?standing=pending")
    assert response.location.endswith("/rsvps?standing=pending")
    assert "2 are let in." in signed_in.get(response.location).text
    _act(signed_in, event, "refuse", cleo)
    assert _stand(db, Rsvp.state, amal, ben, cleo) == [CLEAR, CLEAR, REFUSED]
    counts = queries.counts(event)
    assert (counts.coming, counts.held) == (2, 0)
    sent = len(outbox())
    # once more changes nothing and tells nobody
    _act(signed_in, event, "approve", amal, ben)
    _act(signed_in, event, "refuse", amal, cleo)
    assert _stand(db, Rsvp.state, amal, ben, cleo) == [CLEAR, CLEAR, REFUSED]
    assert len(outbox()) == sent
    # who was refused may be let in after all
    _act(signed_in, event, "approve", cleo)
    assert queries.counts(event).coming == 3


def test_somebody_moves_up_before_their_turn_but_not_past_the_capacity(db: ModuleType, signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, capacity=3)
    seated, first, second = make_rsvp(event, party_size=2), make_rsvp(event, party_size=2), make_rsvp(event)
    assert _stand(db, Rsvp.seat, seated, first, second) == [SEATED, WAITING, SEATED]
    response = _act(signed_in, event, "seat", first)
    assert "There is no room for them yet." in signed_in.get(response.location).text
    assert _stand(db, Rsvp.seat, first) == [WAITING]
    _limit(db, event, capacity=5)
    response = _act(signed_in, event, "seat", first, second)
    assert "One has moved up." in signed_in.get(response.location).text
    counts = queries.counts(event)
    assert (counts.coming, counts.waiting) == (5, 0)


@pytest.mark.both_databases
def test_taking_off_the_list_asks_first_and_frees_the_seat(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    _limit(db, event, capacity=3)
    troll = make_rsvp(event, name="Troll", email="troll@example.org", party_size=3)
    waiting = make_rsvp(event, name="Noor")
    token = queries.browser_token(troll)
    asked = _act(signed_in, event, "remove", troll, query="?q=troll")
    assert asked.status_code == 303
    page = signed_in.get(asked.location).text
    assert "Take one RSVP off the list?" in page
    assert "Troll" in page
    assert "3 people are counted no more" in page
    assert queries.counts(event).coming == 3  # a look changes nothing
    sent = len(outbox())
    for _twice in range(2):
        response = signed_in.post(asked.location, data={})
        assert response.location.endswith("/rsvps?q=troll")
    assert len(outbox()) == sent  # unticked: nobody is told
    gone = db.session.get_one(Rsvp, troll.id)
    assert (gone.sealed, gone.person, gone.counted) == (None, None, False)
    assert _stand(db, Rsvp.seat, waiting) == [SEATED]
    assert queries.counts(event).coming == 1
    assert "They are off the list already." in signed_in.get(asked.location, follow_redirects=True).text
    # and no link leads back
    assert signed_in.get(f"/rsvps/{token}").status_code == 404


def test_who_is_told_loses_the_event_from_the_calendar(db: ModuleType, signed_in: Visitor, outbox: Any) -> None:
    event = make_event(organizer=signed_in.user)
    rsvp = make_rsvp(event, name="Noor", email="noor@example.org")
    before = len(outbox())
    signed_in.post(f"/organize/events/{event.slug}/rsvps/removal?rsvp={rsvp.id}", data={"tells": "y"})
    (told,) = outbox()[before:]
    assert told["To"] == "noor@example.org"
    assert told["Subject"] == "Out of your calendar: Vigil for the hospitals"


def test_nobody_is_ticked(signed_in: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    make_rsvp(event)
    response = _act(signed_in, event, "remove")
    assert "Choose somebody first" in signed_in.get(response.location).text
    for no_row in ("0", "-1", "x", "99999999999999999999"):
        response = signed_in.get(f"/organize/events/{event.slug}/rsvps/removal?rsvp={no_row}", follow_redirects=True)
        assert "They are off the list already." in response.text


def test_another_s_people_are_not_touched(db: ModuleType, signed_in: Visitor) -> None:
    own, other = make_event(organizer=signed_in.user), make_event(organizer=make_user(), title="Somebody else’s")
    _limit(db, other, by_approval=True)
    rsvp = make_rsvp(other, name="Ravi")
    for do in ("approve", "refuse", "seat", "remove"):
        assert _act(signed_in, other, do, rsvp).status_code == 404
        _act(signed_in, own, do, rsvp)
    for event in (own, other):
        signed_in.post(f"/organize/events/{event.slug}/rsvps/removal?rsvp={rsvp.id}", data={})
    assert _stand(db, Rsvp.state, rsvp) == [PENDING]
    assert queries.counts(other).held == 1
    path = f"/organize/events/{own.slug}/rsvps/several"
    assert signed_in.post(path, data={"csrf_token": "", "do": "approve", "rsvp": str(rsvp.id)}).status_code == 400
