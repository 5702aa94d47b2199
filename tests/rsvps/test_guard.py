"""Many people come in at once, also from one address; a flood is slowed down, and nobody loses what they typed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace

import altcha
import pytest
import time_machine
from flask import Flask
from limits import parse_many
from werkzeug.test import TestResponse

from eventkit import floods, proof_of_work
from eventkit.config import ALWAYS, NEVER, Settings
from eventkit.events.models import Event
from eventkit.rsvps import guard, queries
from tests.factories import make_event
from tests.visitor import Visitor

TAP = {"partstat": "ACCEPTED"}
TYPED = {"partstat": "TENTATIVE", "party_size": "2", "name": 'Noor "N." <b>', "email": "noor@example.org"}

Strict = Callable[[str], Visitor]


@pytest.fixture
def strict(make_app: Callable[..., Flask], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Strict:
    """`strict(ALWAYS)`: a browser at a site with that setting, whose proofs are found at once."""
    monkeypatch.setattr(proof_of_work, "_COST", 3)

    def make(mode: str) -> Visitor:
        app = make_app(replace(settings, proof_of_work=mode))
        app.app_context().push()
        client = app.test_client()
        assert isinstance(client, Visitor)
        return client

    return make


def answer(client: Visitor, event: Event, address: str = "203.0.113.7", **typed: str) -> TestResponse:
    return client.post(f"/events/{event.slug}/rsvps", data=TAP | typed, environ_base={"REMOTE_ADDR": address})


def fields(response: TestResponse) -> dict[str, str]:
    """What the page that asks for proof would send."""
    assert response.status_code == 429, response.status_code
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.text)
    return {name: html.unescape(value) for name, value in found}


def solution(response: TestResponse) -> str:
    """What a browser with script finds."""
    told = re.search(r'data-challenge="([^"]*)"', response.text)
    assert told
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(told[1])))
    solved = altcha.solve_challenge(challenge)
    assert solved
    return altcha.Payload(challenge, solved).to_base64()


def test_300_people_behind_one_address_come_in_and_no_forged_header_lets_in_more(
    client: Visitor, clock: time_machine.Traveller
) -> None:
    event = make_event()
    path = f"/events/{event.slug}/rsvps"
    statuses = [
        client.post(path, data=TAP, headers={"X-Forwarded-For": f"198.51.100.{number % 250}"}).status_code
        for number in range(300)
    ]
    assert set(statuses) == {303}
    assert queries.counts(event).coming == 300
    clock.shift(60)
    refused = client.post(path, data=TYPED, headers={"X-Forwarded-For": "198.51.100.251"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "541"
    assert "Wait 10 minutes, then send it again" in refused.text
    assert 'value="Noor &#34;N.&#34; &lt;b&gt;"' in refused.text
    assert 'value="noor@example.org"' in refused.text
    assert answer(client, event).status_code == 303
    clock.shift(541)
    assert client.post(path, data=TAP).status_code == 303


@pytest.mark.parametrize("proxies", [1, 2])
def test_behind_proxies_the_visitor_is_who_the_outermost_saw(
    make_app: Callable[..., Flask], settings: Settings, monkeypatch: pytest.MonkeyPatch, proxies: int
) -> None:
    monkeypatch.setattr(guard, "_FROM_SOURCE", parse_many("2 per 10 minutes"))
    app = make_app(replace(settings, trusted_proxies=proxies))
    with app.app_context():
        path, client = f"/events/{make_event().slug}/rsvps", app.test_client()
        inner = ", 192.0.2.2" * (proxies - 1)
        statuses = [
            client.post(path, data=TAP, headers={"X-Forwarded-For": f"{forged}203.0.113.7{inner}"}).status_code
            for forged in ("", "198.51.100.1, ", "198.51.100.2, 198.51.100.3, ", "x, ")
        ]
        assert statuses == [303, 303, 429, 429]
        other = {"X-Forwarded-For": f"203.0.113.7, 203.0.113.8{inner}"}
        assert client.post(path, data=TAP, headers=other).status_code == 303


def test_one_source_types_an_address_so_often_and_others_do_not_learn_of_it(client: Visitor) -> None:
    events = [make_event(), make_event()]
    statuses = [
        answer(client, events[number % 2], email=f"noor+{number}@example.org").status_code for number in range(21)
    ]
    assert statuses == [303] * 20 + [429]
    assert answer(client, events[0], email="amal@example.org").status_code == 303
    assert answer(client, events[0], address="198.51.100.1", email="noor@example.org").status_code == 303


def test_an_answer_that_is_changed_goes_to_no_more_addresses_than_new_ones_do(
    client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_FROM_SOURCE", parse_many("3 per 10 minutes"))
    path = str(answer(client, make_event(), email="noor@example.org").location)
    for name in "abc":
        changed = client.post(path, data=TAP | {"email": f"{name}@example.org"})
        assert changed.status_code == 303
        path = str(changed.location)
    refused = client.post(path, data=TAP | {"email": "d@example.org"})
    assert refused.status_code == 429
    assert 'value="d@example.org"' in refused.text
    assert client.post(path, data=TAP | {"email": "c@example.org", "party_size": "2"}).status_code == 303


def test_a_slip_costs_nobody_their_turn(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_FROM_SOURCE", parse_many("1 per 10 minutes"))
    event = make_event()
    assert [answer(client, event, email="noor").status_code for _ in range(3)] == [422] * 3
    assert [answer(client, event).status_code for _ in range(2)] == [303, 429]


def test_a_flood_asks_for_proof_and_ends(
    client: Visitor, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(guard, "_FLOOD_OF_EVENT", parse_many("3 per minute; 100 per 10 minutes"))
    event, other = make_event(), make_event()
    page = client.get(f"/events/{event.slug}")
    assert [answer(client, event, f"203.0.113.{number}").status_code for number in range(3)] == [303] * 3
    asked = answer(client, event, "203.0.113.9", **TYPED)
    assert fields(asked).items() >= TYPED.items()
    assert (asked.headers["Retry-After"], asked.headers["Cache-Control"]) == ("30", "no-store")
    assert answer(client, other).status_code == 303
    assert answer(client, event, "203.0.113.9", **TYPED, proof=solution(asked)).status_code == 303
    assert "challenge" not in client.get(f"/events/{event.slug}").text
    assert "challenge" not in page.text

    clock.shift(9 * 60)
    assert answer(client, event, "203.0.113.10").status_code == 429
    clock.shift(2 * 60)
    assert answer(client, event, "203.0.113.11").status_code == 303


def test_all_events_together_are_flooded_sooner_than_each(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_FLOOD_OF_SITE", parse_many("2 per minute"))
    assert [answer(client, make_event()).status_code for _ in range(3)] == [303, 303, 429]


def test_a_proof_is_good_once_for_its_event_and_for_twenty_minutes(
    strict: Strict, clock: time_machine.Traveller
) -> None:
    client = strict(ALWAYS)
    event, other = make_event(), make_event()
    proof = solution(answer(client, event))
    assert answer(client, other, proof=proof).status_code == 429
    assert answer(client, event, proof=proof).status_code == 303
    assert answer(client, event, proof=proof).status_code == 429
    assert answer(client, event, proof=proof + "=").status_code == 429
    late = solution(answer(client, event))
    clock.shift(20 * 60 + 1)
    assert answer(client, event, proof=late).status_code == 429
    assert queries.counts(event).coming == 1


def test_what_is_no_proof_is_none(strict: Strict) -> None:
    client = strict(ALWAYS)
    event = make_event()
    first = answer(client, event)
    found = re.search(r'data-challenge="([^"]*)"', first.text)
    assert found
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))
    challenge.parameters.key_prefix = "00"  # easier than it was
    easier = altcha.Payload(challenge, altcha.Solution(1, "00" * 32)).to_base64()
    own = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=1, hmac_secret="s", data={"about": f"rsvps:{event.id}"})
    forged = altcha.Payload(own, altcha.solve_challenge(own) or altcha.Solution(0, "")).to_base64()
    deep = "W1tb" * 900
    for proof in ("", "x", "e30=", "bnVsbA==", "\0", "é", deep, "A" * 100_000, easier, forged):
        assert answer(client, event, proof=proof).status_code == 429, proof[:20]
    for token in ("x", "\0", "é", "A" * 44, "A" * 10_000, "====", fields(first)["waited"][:-4] + "AAAA"):
        assert answer(client, event, waited=token).status_code == 429, token[:20]


def test_without_script_whoever_waits_comes_in_once(strict: Strict, clock: time_machine.Traveller) -> None:
    client = strict(ALWAYS)
    event, other = make_event(), make_event()
    first = answer(client, event, **TYPED)
    assert "Wait 30 seconds, then press the button." in first.text
    clock.shift(12)
    early = client.post(f"/events/{event.slug}/rsvps", data=fields(first))
    assert "Wait 18 seconds, then press the button." in early.text
    assert fields(early) == fields(first), "the time that was waited counts"
    clock.shift(18)
    assert client.post(f"/events/{other.slug}/rsvps", data=fields(early)).status_code == 429
    assert client.post(f"/events/{event.slug}/rsvps", data=fields(early)).status_code == 303
    again = client.post(f"/events/{event.slug}/rsvps", data=fields(early))
    assert fields(again)["waited"] != fields(early)["waited"]
    assert queries.counts(event).maybe == 2
    clock.shift(30 + 20 * 60)
    assert client.post(f"/events/{event.slug}/rsvps", data=fields(again)).status_code == 429


def test_few_come_in_by_waiting_and_the_others_are_told_when(strict: Strict, clock: time_machine.Traveller) -> None:
    client = strict(ALWAYS)
    event = make_event()
    path = f"/events/{event.slug}/rsvps"
    waiting = [fields(answer(client, event, "127.0.0.1")) for _ in range(6)]
    clock.shift(30)
    answers = [client.post(path, data=each) for each in waiting]
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert "Wait 11 minutes, then press the button." in answers[-1].text
    assert answer(client, event, "198.51.100.1", **fields(answer(client, event))).status_code == 429
    clock.shift(601)
    assert client.post(path, data=fields(answers[-1])).status_code == 303


def test_nobody_is_asked_where_it_is_switched_off(strict: Strict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_FLOOD_OF_EVENT", parse_many("1 per minute"))
    client, event = strict(NEVER), None
    event = make_event()
    assert [answer(client, event).status_code for _ in range(3)] == [303] * 3


def test_a_flood_of_questions_asks_for_proof_too(strict: Strict, clock: time_machine.Traveller) -> None:
    client = strict(ALWAYS)
    path = f"/events/{make_event().slug}/contact"
    asked = client.post(path, data={"message": "Is there\na ramp?", "email": "noor@example.org"})
    assert fields(asked)["message"] == "Is there\na ramp?"
    assert client.post(path, data=fields(asked) | {"proof": solution(asked)}).status_code == 303


def test_a_page_that_asks_gives_back_no_more_than_a_form_has(strict: Strict) -> None:
    client = strict(ALWAYS)
    many = {f"field-{number}": "x" for number in range(5_000)}
    assert len(fields(answer(client, make_event(), **many))) == floods._MOST_FIELDS + 2
