"""In a series people say for which date, or that they come every time; a date that differs counts as it was said."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import select

from eventkit import clock as now
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.events.queries import coming_of
from eventkit.rsvps import actions, queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, TENTATIVE, Rsvp
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_rsvp, make_series
from tests.rsvps.series import date_id, decide
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

TAP = {"partstat": ACCEPTED}


def tap(client: Visitor, event: Event, **said: str) -> str:
    response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, **said})
    assert response.status_code == 303, response.text
    return str(response.location)


def say(client: Visitor, path: str, week: int, partstat: str) -> int:
    answer = {"date-occurrence": date_id(week), "date-partstat": partstat}
    return client.post(f"{path}/dates", data=answer).status_code


def at(event: Event, *weeks: int) -> list[int]:
    """How many people come at these dates."""
    return [queries.counts(event, date_id(week)).coming for week in weeks]


def test_the_form_offers_every_time_and_the_next_dates_and_the_next_is_chosen(
    client: Visitor, clock: time_machine.Traveller
) -> None:
    event = make_series()
    decide(event, 2, state="cancelled")
    decide(event, 3, state="excluded")
    clock.shift(timedelta(days=7))  # the first is over
    page = client.get(f"/events/{event.slug}").text
    select = page.split('<select class="input"')[1].partition("</select>")[0]
    assert "Every Friday" in select
    offered = re.findall(r'value="([^"]+)"', select)
    assert offered == ["every", *(date_id(week) for week in (1, *range(4, 15)))]
    assert re.findall(r'selected value="([^"]+)"', select) == [date_id(1)]
    assert f'<input type="hidden" name="occurrence" value="{date_id(1)}">' in page


def test_one_tap_counts_for_the_next_date(client: Visitor) -> None:
    event = make_series()
    path = tap(client, event)
    assert at(event, 0, 1) == [1, 0]
    assert queries.counts(event) == Counts()
    assert queries.counts_of(coming_of(event, now.now(), limit=1)) == {event.id: Counts(coming=1)}
    page = client.get(path).text
    assert "See you Friday" in page
    assert "Fri 4 Sep" in page
    assert "One date is different?" not in page


def test_every_time_counts_at_each_date(client: Visitor) -> None:
    event = make_series()
    path = tap(client, event, occurrence="every", party_size="3")
    tap(client, event, occurrence=date_id(2))
    assert at(event, 0, 1, 2, 7) == [3, 3, 4, 3]
    page = client.get(path).text
    assert "Every Friday" in page
    assert "Next: Fri 4 Sep, 6–7" in page


@pytest.mark.parametrize("wrong", ["20260905T180000", "x", "every ", "9" * 400, "\x00", date_id(3)])
def test_a_date_that_there_is_not_counts_nobody_and_loses_nothing(wrong: str, client: Visitor, db: ModuleType) -> None:
    event = make_series()
    decide(event, 3, state="excluded")
    response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "occurrence": wrong, "name": "Noor"})
    assert response.status_code == 422
    assert "There is no such date. Choose one from the list." in response.text
    assert 'value="Noor"' in response.text
    assert db.session.scalars(select(Rsvp)).all() == []


def test_a_date_that_is_over_or_cancelled_says_so(client: Visitor, clock: time_machine.Traveller) -> None:
    event = make_series()
    decide(event, 2, state="cancelled", reason="Rain")
    clock.shift(timedelta(days=7))
    for week, sentence in ((0, "It is over."), (2, "It is cancelled.")):
        response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, "occurrence": date_id(week)})
        assert (response.status_code, sentence in response.text) == (409, True)
    path = tap(client, event, occurrence=date_id(1))
    decide(event, 1, state="cancelled", reason="Storm")
    page = client.get(path).text
    assert "It is cancelled" in page
    assert "Storm" in page
    assert client.post(path, data=TAP).status_code == 409


def test_a_single_event_has_no_dates_to_choose(client: Visitor) -> None:
    event = make_event()
    assert 'name="occurrence"' not in client.get(f"/events/{event.slug}").text
    tap(client, event, occurrence=date_id(1))
    assert queries.counts(event) == Counts(coming=1)


def test_one_date_may_differ_from_every_time(client: Visitor) -> None:
    event = make_series()
    path = tap(client, event, occurrence="every", party_size="3")
    assert say(client, path, 2, DECLINED) == 303
    assert at(event, 1, 2, 3) == [3, 0, 3]
    assert queries.counts(event, date_id(2)) == Counts(0, 0, 3)
    assert say(client, path, 2, TENTATIVE) == 303
    assert queries.counts(event, date_id(2)) == Counts(0, 3, 0)
    page = client.get(path).text
    assert re.search(r"Fri 18 Sep, 6–7\sPM:</strong>\s*maybe", page)
    client.post(path, data={**TAP, "party_size": "5"})
    assert queries.counts(event, date_id(2)) == Counts(0, 5, 0)
    assert at(event, 1) == [5]
    client.post(path, data={"partstat": DECLINED, "party_size": "5"})
    assert queries.counts(event, date_id(1)) == Counts(0, 0, 5)
    assert queries.counts(event, date_id(2)) == Counts(0, 5, 0)


def test_taking_it_back_takes_the_dates_back_too(client: Visitor, db: ModuleType) -> None:
    event = make_series()
    tap(client, event, occurrence="every")
    path = tap(client, event, occurrence="every", party_size="3", email="noor@example.org")
    say(client, path, 2, DECLINED)
    say(client, path, 4, TENTATIVE)
    assert client.post(f"{path}/withdraw").status_code == 303
    for week in range(6):
        assert queries.counts(event, date_id(week)) == Counts(coming=1)
    assert db.session.scalars(select(Rsvp.occurrence)).all() == ["", ""]
    assert say(client, path, 2, DECLINED) == 303, "there is nothing to differ from"
    assert at(event, 2) == [1]


@pytest.mark.parametrize(("name", "value"), [("occurrence", "x"), ("occurrence", ""), ("partstat", "PERHAPS")])
def test_a_wrong_date_or_answer_changes_nothing(name: str, value: str, client: Visitor) -> None:
    event = make_series()
    path = tap(client, event, occurrence="every")
    answer = {"date-occurrence": date_id(1), "date-partstat": DECLINED, f"date-{name}": value}
    assert client.post(f"{path}/dates", data=answer).status_code == 422
    assert at(event, 0, 1) == [1, 1]
    assert client.get(f"{path}/dates").location == path


def test_a_date_that_was_cancelled_meanwhile_is_said_so(client: Visitor) -> None:
    event = make_series()
    path = tap(client, event, occurrence="every")
    decide(event, 1, state="cancelled")
    response = client.post(f"{path}/dates", data={"date-occurrence": date_id(1), "date-partstat": DECLINED})
    assert (response.status_code, "It is cancelled." in response.text) == (409, True)


def test_an_address_of_the_series_is_known_at_each_date(client: Visitor) -> None:
    """Else a stranger who types it could take that person off a date."""
    event = make_series()
    make_rsvp(event, email="noor@example.org", party_size=3)
    said = {"partstat": DECLINED, "email": "noor@example.org", "occurrence": date_id(2)}
    response = client.post(f"/events/{event.slug}/rsvps", data=said)
    assert response.status_code == 303
    assert queries.counts(event, date_id(2)) == Counts(coming=3)
    assert client.post(f"{response.location}/withdraw").status_code == 303
    assert queries.counts(event, date_id(2)) == Counts(coming=3)


def test_who_answered_a_date_and_then_every_time_counts_once_at_that_date(client: Visitor) -> None:
    event = make_series()
    one = tap(client, event, occurrence=date_id(2), email="noor@example.org", party_size="2")
    every = tap(client, event, occurrence="every", email="Noor@example.org", party_size="3")
    assert at(event, 1, 2, 3) == [3, 2, 3]
    client.post(one, data={"partstat": DECLINED, "party_size": "2", "email": "noor@example.org"})
    assert queries.counts(event, date_id(2)) == Counts(0, 0, 2)
    # Who typed the address for the series has not shown that it is theirs: the date stays as its own answer says.
    say(client, every, 2, ACCEPTED)
    assert queries.counts(event, date_id(2)) == Counts(0, 0, 2)
    client.post(f"{every}/withdraw")
    assert at(event, 1, 2, 3) == [0, 0, 0]
    assert queries.counts(event, date_id(2)) == Counts(0, 0, 2)
    client.post(f"{one}/withdraw")
    assert queries.counts(event, date_id(2)) == Counts()


def test_once_the_address_is_known_to_be_theirs_the_answer_for_the_date_is_theirs_too(db: ModuleType) -> None:
    event = make_series()
    with db.transaction():
        person = Person(email="noor@example.org")
        one = actions.register(event, Answer(person=person), now=now.now(), occurrence=date_id(2))
        every = actions.register(event, Answer(person=person), now=now.now())
        assert actions.of_occurrence(every, date_id(2), now=now.now()) is not one
        actions.prove(every, every.generation | 1, now=now.now())
        assert actions.of_occurrence(every, date_id(2), now=now.now()) is one
        actions.move(one, DECLINED, now=now.now())
    assert queries.counts(event, date_id(2)) == Counts(0, 0, 1)


def test_an_exception_is_made_from_the_answer_to_the_series_once(db: ModuleType) -> None:
    event = make_series()
    rsvp = make_rsvp(event, name="Noor", email="noor@example.org", party_size=2, partstat=TENTATIVE)
    with db.transaction():
        made = actions.of_occurrence(rsvp, date_id(3), now=now.now())
        assert actions.of_occurrence(rsvp, date_id(3), now=now.now()) is made
        assert actions.of_occurrence(made, date_id(3), now=now.now()) is made
        assert actions.of_occurrence(rsvp, "", now=now.now()) is rsvp
    assert (made.partstat, made.party_size, made.sealed, made.person) == (TENTATIVE, 2, None, None)
    assert queries.answer_of(made).person == queries.answer_of(rsvp).person
    assert queries.counts(event, date_id(3)) == Counts(maybe=2)
    for wrong in ("20260905T180000", "x"):
        with pytest.raises(DomainError, match="no such date"), db.transaction():
            actions.of_occurrence(rsvp, wrong, now=now.now())
    decide(event, 3, state="cancelled")
    with pytest.raises(DomainError, match="cancelled"), db.transaction():
        actions.move(made, ACCEPTED, now=now.now())


def test_another_address_takes_the_exceptions_along(client: Visitor) -> None:
    event = make_series()
    path = tap(client, event, occurrence="every", email="former@example.org", party_size="2")
    say(client, path, 2, DECLINED)
    client.post(path, data={**TAP, "party_size": "2", "email": "new@example.org"})
    assert at(event, 1, 2) == [2, 0]
    tap(client, event, occurrence="every", email="former@example.org")
    assert at(event, 1, 2) == [3, 1]


def test_the_organizer_sees_for_which_date(signed_in: Visitor, client: Visitor) -> None:
    event = make_series(organizer=signed_in.user)
    path = tap(client, event, occurrence="every", name="Noor")
    say(client, path, 2, DECLINED)
    tap(client, event, occurrence=date_id(1), name="Ravi")
    text = signed_in.get(f"/organize/events/{event.slug}/rsvps.csv").data.decode("utf-8-sig")
    lines = [[line[0], line[2], line[5]] for line in csv.reader(io.StringIO(text, newline=""))]
    assert lines[1:] == [
        ["Noor", "accepted", "every"],
        ["Noor", "declined", "2026-09-18 18:00"],
        ["Ravi", "accepted", "2026-09-11 18:00"],
    ]
    page = signed_in.get(f"/organize/events/{event.slug}/rsvps").text
    assert "Every time" in page
    assert "Fri 18 Sep" in page
    assert "On Fri 4 Sep, with those who come every time:" in page
    numbers = [part.partition("</bdi>")[0] for part in page.split('<dl class="numbers">')[1].split("<bdi>")[1:5]]
    assert numbers == ["1", "0", "0", "0"]
