"""The address to which a calendar replies proves the RSVP that it is about, and opens nothing else."""

from __future__ import annotations

from types import ModuleType

import pytest

from eventkit import clock as now
from eventkit import links
from eventkit.rsvps import actions, queries
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")


def test_it_leads_to_the_rsvp_however_mail_systems_write_it(db: ModuleType) -> None:
    rsvp, other = make_rsvp(make_event()), make_rsvp(make_event())
    address = queries.organizer_address(rsvp)
    assert address.startswith("events+")
    assert address.endswith("@example.org")
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64
    for spelling in (address, address.upper(), address.title(), f" mailto:{address}", f"MAILTO:{address.upper()}"):
        assert queries.by_organizer_address(spelling) == rsvp
    assert queries.by_organizer_address("mailto:" + address.replace("+", "%2B")) == rsvp
    assert queries.by_organizer_address(queries.organizer_address(other), to_change=True) == other


def test_what_is_not_ours_leads_nowhere(db: ModuleType) -> None:
    address = queries.organizer_address(make_rsvp(make_event()))
    local, _at, domain = address.partition("@")
    name, _plus, token = local.partition("+")
    changed = token[:-3] + ("a" if token[-3] != "a" else "b") + token[-2:]
    for wrong in (
        "",
        "@",
        "events@example.org",
        "events+@example.org",
        f"{local}@example.net",
        f"others+{token}@{domain}",
        f"{name}+{changed}@{domain}",
        f"{name}+{token}a@{domain}",
        f"{name}+{token[:-1]}@{domain}",
        f"{name}+{token}",
        f"{name}+ſ{token[1:]}@{domain}",
        f"{name}+{'a' * 5000}@{domain}",
        f"{name}+{links.sign_for_address('rsvp', 1, 1)}@{domain}",
        f"{name}+{links.sign_for_address('organizer', 2**63, 1)}@{domain}"[:-1],
    ):
        assert queries.by_organizer_address(wrong) is None, wrong


def test_it_opens_no_page(client: Visitor) -> None:
    rsvp = make_rsvp(make_event(), name="Noor")
    token = queries.organizer_address(rsvp).partition("+")[2].partition("@")[0]
    for path in (token, links.sign("organizer", rsvp.id, 1)):
        assert client.get(f"/rsvps/{path}").status_code == 404
        assert client.post(f"/rsvps/{path}/withdraw").status_code == 404
    page = client.get(f"/rsvps/{queries.browser_token(rsvp)}")
    assert token not in page.text, "only who reads the mail has it"


def test_it_outlives_the_proof_of_the_address_and_ends_with_another(db: ModuleType) -> None:
    rsvp = make_rsvp(make_event(), email="noor@example.net")
    address = queries.organizer_address(rsvp)
    with db.transaction():
        actions.prove(rsvp, rsvp.generation | 1, now=now.now())
    assert queries.by_organizer_address(address) == rsvp
    assert queries.organizer_address(rsvp) == address
    answer = queries.answer_of(rsvp)
    with db.transaction():
        actions.change(rsvp, type(answer)(answer.partstat, 1), now=now.now())
    assert queries.by_organizer_address(address) is None
