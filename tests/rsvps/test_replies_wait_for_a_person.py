"""What is unclear is shown to who may see who comes, until they have looked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventkit import clock, db, jobs, keys
from eventkit.events.models import Event
from eventkit.mail import inbox
from eventkit.mail.models import InboxMessage
from eventkit.rsvps.models import CalendarReply
from eventkit.rsvps.replies import jobs as replies
from tests.architecture.test_queries_per_page import counted
from tests.factories import make_event, make_user
from tests.rsvps import letters
from tests.rsvps.inbox import arrives, invited, kept
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock", "db")

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def event(signed_in: Visitor) -> Event:
    return make_event(organizer=signed_in.user)


def proposal(event: Event, **more: str) -> letters.Said:
    _rsvp, said = invited(event, name="Noor", **more)
    return said.but(starts="DTSTART:20260916T220000Z", ends="DTEND:20260917T000000Z")


def test_a_proposal_stands_beside_the_present_time(signed_in: Visitor, event: Event) -> None:
    arrives(letters.google_counter(proposal(event)))
    dashboard = signed_in.get(f"/organize/events/{event.slug}").text
    assert "1 answer by mail needs you to look at it" in dashboard
    page = signed_in.get(f"/organize/events/{event.slug}/replies").text
    assert "Noor proposes another time." in page
    assert "Wed 16 Sep, 6–8 PM" in page
    assert "Tue 15 Sep, 1–3 PM" in page


def test_what_nobody_proved_is_told_as_what_it_says(signed_in: Visitor, event: Event) -> None:
    _rsvp, said = invited(event)
    arrives(letters.plain(said.but(attendee="friend@mail.example", partstat="DECLINED")))
    page = signed_in.get(f"/organize/events/{event.slug}/replies").text
    assert "Somebody answers who was not invited with this invitation" in page
    assert re.search(r"It says</dt>\s*<dd[^>]*>\s*can’t", page)


def test_looked_at_is_forgotten(signed_in: Visitor, event: Event) -> None:
    arrives(letters.google_counter(proposal(event)))
    path = f"/organize/events/{event.slug}/replies"
    (action,) = re.findall(rf'action="({path}/\d+/looked-at)"', signed_in.get(path).text)
    assert signed_in.post(action).status_code == 303
    assert "Nothing to look at." in signed_in.get(path).text
    assert kept() == []
    assert "by mail" not in signed_in.get(f"/organize/events/{event.slug}").text
    assert signed_in.post(action).status_code == 303, "another has looked meanwhile"


def test_what_belongs_to_no_event_is_forgotten_after_thirty_days(event: Event, clock: time_machine.Traveller) -> None:
    of_event = proposal(event)
    arrives(
        letters.google_counter(of_event), letters.google(of_event.but(uid="somebody@else", organizer="x@y.example"))
    )
    clock.shift(timedelta(days=30) - timedelta(seconds=1))
    jobs.run(replies.FORGET)
    assert len(kept()) == 2
    clock.shift(1)
    jobs.run(replies.FORGET)
    (left,) = kept()
    assert left.key_name == event.key_name


def test_all_that_a_page_has_shown_are_looked_at_and_no_later_one(signed_in: Visitor, event: Event) -> None:
    _rsvp, said = invited(event)
    arrives(letters.winmail(said), letters.calendar_in_headers(said))
    path = f"/organize/events/{event.slug}/replies"
    shown = re.findall(r'name="shown" value="(\d+)"', signed_in.get(path).text)
    assert len(shown) == 2
    arrives(letters.request_attached(said))
    signed_in.post(f"{path}/looked-at", data={"shown": shown})
    left = db.session.scalars(select(CalendarReply.reason).where(CalendarReply.settled_at.is_(None))).all()
    assert left == ["not-an-answer"]


def test_a_message_is_kept_until_each_answer_in_it_was_looked_at(signed_in: Visitor, event: Event) -> None:
    _rsvp, said = invited(event)
    two = letters.vcalendar(said.but(method="REQUEST"))
    two = two.replace("END:VCALENDAR\r\n", letters.vcalendar(said.but(dtstamp="20260901T110000Z"))[60:])
    first, second = arrives(letters.message(said, letters.part(two)))
    assert first.inbox_message_id == second.inbox_message_id
    path = f"/organize/events/{event.slug}/replies"
    signed_in.post(f"{path}/{first.id}/looked-at")
    assert len(kept()) == 1
    signed_in.post(f"{path}/{second.id}/looked-at")
    assert kept() == []


def test_what_somebody_wrote_is_text(signed_in: Visitor, event: Event) -> None:
    _rsvp, said = invited(event)
    written = letters.TEXT.replace("I have", f"{MARKUP}\u202e I have").replace("\u202e", "‮")
    raw = letters.message(said, written, sender=f'"{MARKUP}" <{said.attendee}>')
    arrives(raw.replace(b"a subject says nothing", MARKUP.encode()))
    page = signed_in.get(f"/organize/events/{event.slug}/replies").text
    assert page.count("&lt;script&gt;") == 3
    assert MARKUP not in page
    assert "\u202e" not in page
    assert "It is a letter, not an answer from a calendar." in page
    assert "not proved" in page


def test_only_who_may_see_who_comes_sees_them(app: Flask, event: Event, client: Visitor) -> None:
    _rsvp, said = invited(event)
    (reply,) = arrives(letters.winmail(said))
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    stranger.sign_in(make_user())
    path = f"/organize/events/{event.slug}/replies"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/{reply.id}/looked-at").status_code == 404
    assert stranger.get("/organize/replies").status_code == 403
    assert client.get(path).status_code in {302, 303}
    assert len(kept()) == 1


def test_a_reply_of_another_event_is_not_reached_by_this_one(signed_in: Visitor, event: Event) -> None:
    other = make_event(title="Another march")
    _rsvp, said = invited(other)
    (reply,) = arrives(letters.winmail(said))
    signed_in.post(f"/organize/events/{event.slug}/replies/{reply.id}/looked-at")
    assert len(kept()) == 1


def test_the_operator_sees_what_belongs_to_no_event(operator: Visitor) -> None:
    assert "belong" not in operator.get("/organize/events").text
    (reply,) = arrives(
        b"From: somebody@mail.example\r\nTo: events@example.org\r\nSubject: Hello\r\n\r\nWhat is this?\r\n"
    )
    assert (reply.verdict, reply.reason) == ("unclear", "no-calendar")
    assert "1 message belongs to no event" in operator.get("/organize/events").text
    page = operator.get("/organize/replies").text
    assert "What is this?" in page
    assert "somebody@mail.example" in page
    operator.post(f"/organize/replies/{reply.id}/looked-at")
    assert "Nothing to look at." in operator.get("/organize/replies").text
    assert kept() == []


def test_what_is_kept_is_legible_nowhere_and_ends_with_the_event_s_key(signed_in: Visitor, event: Event) -> None:
    _rsvp, said = invited(event)
    arrives(letters.winmail(said))
    (message,) = kept()
    assert message.sealed is not None
    assert b"noor" not in message.sealed
    assert b"noor" in inbox.raw_of(message)
    keys.destroy(event.key_name)
    with pytest.raises(keys.KeyDestroyed):
        inbox.raw_of(message)
    assert "Nobody is named" in signed_in.get(f"/organize/events/{event.slug}/replies").text


def test_a_message_that_cannot_be_read_is_kept_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, operator: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    rsvp, said = invited()
    from eventkit.rsvps.replies import taking

    judge = taking.judging.judge

    def fails_at_sam(found, *args, **more):  # type: ignore[no-untyped-def]
        if "sam@mail.example" in found.attendees[0].addresses:
            raise RuntimeError("about sam@mail.example")
        return judge(found, *args, **more)

    monkeypatch.setattr(taking.judging, "judge", fails_at_sam)
    with db.transaction():
        for attendee in ("sam@mail.example", said.attendee):
            inbox.receive(letters.plain(said.but(attendee=attendee)), now=clock.now())
    arrives()
    from eventkit import jobs

    jobs.run(inbox.INBOX)
    assert rsvp.partstat == "ACCEPTED"
    (reply,) = db.session.scalars(select(CalendarReply).where(CalendarReply.verdict == "unclear"))
    assert (reply.reason, db.session.get_one(InboxMessage, reply.inbox_message_id).attempts) == ("failed", 3)
    assert len(kept()) == 1
    assert "sam" not in caplog.text
    assert "It could not be read." in operator.get("/organize/replies").text


def test_what_is_too_large_is_kept_cut(operator: Visitor) -> None:
    rsvp, said = invited()
    (reply,) = arrives(letters.plain(said) + b"x" * inbox.LARGEST)
    assert (reply.verdict, reply.reason, rsvp.partstat) == ("unclear", "too-large", "TENTATIVE")
    (message,) = kept()
    assert len(inbox.raw_of(message)) == inbox.LARGEST < message.size
    page = operator.get("/organize/replies")
    assert "It is too large to be an answer." in page.text
    assert "noor@mail.example" in page.text


@pytest.mark.parametrize("path", ["/organize/events/{slug}/replies", "/organize/replies"])
def test_a_page_costs_as_many_queries_for_five_as_for_one(
    path: str, app: Flask, db: ModuleType, operator: Visitor
) -> None:
    event = make_event()

    def arrive(number: int) -> None:
        _rsvp, said = invited(event, email=f"p{number}@mail.example")
        arrives(letters.google_counter(said), letters.winmail(said), b"Subject: %d\r\n\r\nHello" % number)

    def cost() -> int:
        with counted(app) as statements:
            assert operator.get(path.format(slug=event.slug)).text.count('class="reply"') >= 1
        return len(statements)

    arrive(1)
    once = cost()
    for number in range(2, 5):
        arrive(number)
    assert cost() == once


def test_many_are_shown_by_the_page(operator: Visitor, outbox: Callable[[], list]) -> None:
    arrives(*(b"Subject: %d\r\n\r\nHello" % number for number in range(23)))
    assert operator.get("/organize/replies").text.count('class="reply"') == 20
    assert operator.get("/organize/replies?page=2").text.count('class="reply"') == 3
    assert operator.get("/organize/replies?page=99").text.count('class="reply"') == 3
    assert outbox() == []
