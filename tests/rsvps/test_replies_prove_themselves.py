"""Whose answer it is: the address of the invitation proves it, or a From that our own mail server found to be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from eventkit import links
from eventkit.config import Settings
from eventkit.rsvps import queries
from tests.factories import make_event
from tests.rsvps import letters
from tests.rsvps.inbox import NOOR, arrives, invited, kept

pytestmark = pytest.mark.usefixtures("clock", "db")

OURS = "mx.example.org"
BARE = "events@example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, authserv_id=OURS)


def test_the_address_of_the_invitation_is_read_in_any_case() -> None:
    rsvp, said = invited()
    arrives(letters.plain(said.but(organizer=said.organizer.upper())))
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize("field", ["Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_where_it_came_to_proves_it_as_well(field: str) -> None:
    rsvp, said = invited()
    calendar = letters.part(letters.vcalendar(said, leave_out=("ORGANIZER",)))
    arrives(letters.message(said, calendar, to="events@example.org", head=f"{field}: <{said.organizer}>"))
    assert rsvp.partstat == "ACCEPTED"


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"), lambda token: token[1:], lambda _: ""]
)
def test_an_address_that_is_not_ours_proves_nothing(change: Callable[[str], str]) -> None:
    rsvp, said = invited()
    local, _at, domain = said.organizer.partition("@")
    name, _plus, token = local.partition("+")
    (reply,) = arrives(letters.plain(said.but(organizer=f"{name}+{change(token)}@{domain}")))
    assert (reply.verdict, reply.reason, rsvp.partstat) == ("unclear", "unproven", "TENTATIVE")


def test_our_token_at_another_domain_proves_nothing() -> None:
    rsvp, said = invited()
    (reply,) = arrives(letters.plain(said.but(organizer=said.organizer.replace("example.org", "example.com"))))
    assert (reply.verdict, rsvp.partstat) == ("unclear", "TENTATIVE")


def test_a_link_of_another_purpose_is_no_address() -> None:
    rsvp, said = invited()
    token = links.sign_for_address(queries.LINK, rsvp.id, 1)
    arrives(letters.plain(said.but(organizer=f"events+{token}@example.org")))
    assert rsvp.partstat == "TENTATIVE"


def test_an_answer_to_another_event_changes_neither() -> None:
    other = make_event(title="Another march")
    rsvp, said = invited()
    theirs, _said = invited(other)
    (reply,) = arrives(letters.plain(said.but(uid=other.uid)))
    assert (reply.verdict, reply.reason, reply.event_id) == ("unclear", "other-event", rsvp.event_id)
    assert (rsvp.partstat, theirs.partstat) == ("TENTATIVE", "TENTATIVE")


def test_whom_an_invitation_was_forwarded_to_does_not_answer_for_its_owner() -> None:
    rsvp, said = invited()
    (reply,) = arrives(letters.plain(said.but(attendee="friend@mail.example", partstat="DECLINED")))
    assert (reply.verdict, reply.reason, rsvp.partstat) == ("unclear", "somebody-else", "TENTATIVE")


def test_an_alias_of_the_attendee_is_found_by_from_when_it_is_the_only_one() -> None:
    rsvp, said = invited()
    who = (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{said.organizer}", "ATTENDEE;PARTSTAT=DECLINED:urn:uuid:1234@5")
    arrives(
        letters.message(said, letters.part(letters.vcalendar(said, attendees=who)), sender=f"Noor <{NOOR.upper()}>")
    )
    assert rsvp.partstat == "DECLINED"


def test_an_answer_that_contradicts_itself_is_none() -> None:
    rsvp, said = invited()
    who = tuple(f"ATTENDEE;PARTSTAT={partstat}:mailto:{NOOR}" for partstat in ("ACCEPTED", "DECLINED"))
    (reply,) = arrives(letters.message(said, letters.part(letters.vcalendar(said, attendees=who))))
    assert (reply.verdict, rsvp.partstat) == ("unclear", "TENTATIVE")


def test_a_message_to_two_invitations_is_an_answer_to_none() -> None:
    event = make_event()
    rsvp, said = invited(event)
    theirs, other = invited(event, email="sam@mail.example")
    (reply,) = arrives(letters.plain(said).replace(b"To: ", f"To: {other.organizer}, ".encode()))
    assert (reply.verdict, reply.reason) == ("unclear", "contradictory")
    assert (rsvp.partstat, theirs.partstat) == ("TENTATIVE", "TENTATIVE")


PROVED = [
    f"{OURS}; dmarc=pass header.from=mail.example",
    f"{OURS} 1; spf=fail smtp.mailfrom=x.example; dkim=pass (2048-bit key) header.d=mail.example header.s=a",
    "MX.Example.ORG;\r\n\tdkim=pass header.i=@mail.example header.s=a;\r\n\tdmarc=none",
    f"{OURS}; dkim=pass header.d=example",
    f"{OURS} (a comment; dmarc=fail) ; dmarc = pass header.from = mail.example",
]
NOT_PROVED = [
    "",
    "mx.elsewhere.example; dmarc=pass header.from=mail.example",
    f"{OURS}; dmarc=fail header.from=mail.example",
    f"{OURS}; none",
    f"{OURS}; spf=pass smtp.mailfrom=noor@mail.example",
    f"{OURS}; dkim=pass header.d=bulk.mail.example",
    f"{OURS}; dkim=pass header.d=il.example",
    f"{OURS}; dkim=fail header.d=mail.example; dkim=pass header.d=evil.example",
    f"{OURS}; dmarc=pass header.from=evil.example",
    f"{OURS}; dmarc=fail (dmarc=pass header.from=mail.example)",
    f'{OURS}; dkim=fail reason="; dkim=pass header.d=mail.example"',
    f"mx.elsewhere.example; x=y; {OURS}; dmarc=pass header.from=mail.example",
    f"mx.elsewhere.example; dmarc=fail\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=mail.example",
    f"{OURS}; dmarc=fail\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=mail.example",
    f"{OURS}; dmarc=fail\r\nAuthentication-Results: {OURS}; dkim=pass header.d=mail.example",
    f"{OURS}; dmarc=none\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=mail.example",
    f"{OURS}; dkim=none\r\nAuthentication-Results: {OURS}; dkim=pass header.d=mail.example",
    f"{OURS}; dmarc=fail\r\nReceived: from evil\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=mail.example",
]


def _authenticated(said: letters.Said, results: str) -> bytes:
    """Without a token; `results` stands on top, under what the last hop has added."""
    head = (
        f"Received: by {OURS} with LMTP\r\nAuthentication-Results: {results}\r\nReceived: from mail.example by {OURS}"
    )
    return letters.message(said, letters.part(letters.vcalendar(said)), head=head if results else "")


@pytest.mark.parametrize("results", PROVED)
def test_a_from_that_our_server_has_proved_is_believed(results: str) -> None:
    rsvp, said = invited()
    (reply,) = arrives(_authenticated(said.but(organizer=BARE), results))
    assert (reply.verdict, rsvp.partstat) == ("applied", "ACCEPTED")


@pytest.mark.parametrize("results", NOT_PROVED)
def test_any_other_from_is_not(results: str) -> None:
    rsvp, said = invited()
    (reply,) = arrives(_authenticated(said.but(organizer=BARE), results))
    assert (reply.verdict, reply.reason, reply.event_id) == ("unclear", "unproven", rsvp.event_id)
    assert rsvp.partstat == "TENTATIVE"


@pytest.mark.parametrize(
    "sender",
    [
        f"{NOOR}, evil@mail.example",
        f"{NOOR} <evil@evil.example>",
        f"<{NOOR}> evil@evil.example",
        f'"{NOOR}" <evil@evil.example>',
        f"{NOOR}\r\nFrom: evil@evil.example",
        "",
    ],
)
def test_a_from_that_can_be_read_in_two_ways_is_nobody_s(sender: str) -> None:
    rsvp, said = invited()
    raw = _authenticated(said.but(organizer=BARE), PROVED[0])
    raw = raw.replace(f"From: {NOOR}".encode(), f"From: {sender}".encode())
    (reply,) = arrives(raw)
    assert (reply.verdict, rsvp.partstat) == ("unclear", "TENTATIVE")


def test_without_the_name_of_our_server_no_from_is_believed(make_app: Callable[..., Flask], settings: Settings) -> None:
    with make_app(replace(settings, authserv_id="")).app_context():
        rsvp, said = invited()
        (reply,) = arrives(_authenticated(said.but(organizer=BARE), "; dmarc=pass header.from=mail.example"))
        assert (reply.reason, rsvp.partstat) == ("unproven", "TENTATIVE")


def test_who_has_not_said_that_they_come_is_nobody_here() -> None:
    _rsvp, said = invited(email="sam@mail.example")
    (reply,) = arrives(_authenticated(said.but(organizer=BARE, attendee=NOOR), PROVED[0]))
    assert (reply.verdict, reply.reason) == ("unclear", "nobody")


def test_a_message_about_no_event_of_ours_waits_for_the_operator() -> None:
    _rsvp, said = invited()
    (reply,) = arrives(letters.plain(said.but(uid="else@where.example", organizer=BARE)))
    assert (reply.reason, reply.event_id) == ("unknown-event", None)
    assert [message.key_name for message in kept()] == ["site"]
