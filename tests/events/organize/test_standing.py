"""One's own events in a list and one by one, and what may become of them: public, put off, cancelled, again, gone."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from sqlalchemy import event as sql
from sqlalchemy import func, select

from eventkit import keys
from eventkit.events.models import CANCELLED, DRAFT, POSTPONED, PUBLISHED, Event
from eventkit.venues.models import Venue
from tests.events.organize.pages import words_of
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

MINE = "/organize/events"


def url(event: Event, verb: str = "") -> str:
    return f"{MINE}/{event.slug}{'/' if verb else ''}{verb}"


def test_the_short_way_in(signed_in: Visitor) -> None:
    assert signed_in.get("/organize").location == MINE


def test_an_empty_list_says_what_to_do(signed_in: Visitor) -> None:
    page = signed_in.get(MINE)
    assert "Nothing here yet." in words_of(page.text)
    assert 'href="/organize/events/paste"' in page.text


def test_the_list_tells_drafts_what_comes_and_what_has_been(signed_in: Visitor) -> None:
    assert signed_in.user is not None
    colleague = make_user()
    make_organization("Nurses for Nights", members=(signed_in.user, colleague))
    make_event(organizer=signed_in.user, title="Still a draft", status=DRAFT)
    make_event(organizer=colleague, title="Hosted with us", host="Nurses for Nights")
    make_event(organizer=signed_in.user, title="Called off", status=CANCELLED)
    make_event(organizer=make_user(), title="Of somebody else")
    words = words_of(signed_in.get(MINE).text)
    assert words.index("Still a draft") < words.index("Hosted with us")
    assert "Called off" in words
    assert "Of somebody else" not in words


def test_what_is_over_moves_down_with_who_said_they_come(clock: object, signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user, title="A night in May")
    client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "party_size": "3"})
    clock.move_to("2027-01-01T00:00:00Z")  # type: ignore[attr-defined]
    signed_in.sign_in(signed_in.user)  # type: ignore[arg-type]
    words = words_of(signed_in.get(MINE).text)
    assert words.index("Before") < words.index("A night in May")
    assert words.split("A night in May")[1].split()[0] == "3"


def test_the_list_costs_no_more_for_more_events(signed_in: Visitor, db: ModuleType) -> None:
    def queries() -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sql.listen(db.engine(), "before_cursor_execute", listener)
        assert signed_in.get(MINE).status_code == 200
        sql.remove(db.engine(), "before_cursor_execute", listener)
        return len(seen)

    for status in (DRAFT, PUBLISHED):
        make_event(organizer=signed_in.user, status=status, host="Nurses for Nights", tags=("health",))
    few = queries()
    for number in range(4):
        make_event(organizer=signed_in.user, host=f"Host {number}", tags=(f"tag-{number}",))
        make_event(organizer=signed_in.user, status=DRAFT, host=f"Another {number}")
    assert queries() == few


@pytest.mark.both_databases
def test_the_dashboard_counts_people(clock: object, signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    answers = [("ACCEPTED", "2", "noor@example.org"), ("TENTATIVE", "1", ""), ("DECLINED", "1", "")]
    for answer, people, address in answers:
        sent = {"partstat": answer, "party_size": people, "email": address}
        assert client.post(f"/events/{event.slug}/rsvps", data=sent).status_code < 400
    words = words_of(signed_in.get(url(event)).text)
    assert "coming 2 maybe 1 can’t 1 left an e-mail 1 days to go 14" in words


def test_a_draft_is_published_from_its_dashboard(signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user, status=DRAFT)
    assert signed_in.post(url(event, "publication")).location == url(event)
    assert client.get(f"/events/{event.slug}").status_code == 200


def test_a_draft_without_a_day_is_not_published(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, status=DRAFT, starts_local=None, ends_local=None)
    answer = signed_in.post(url(event, "publication"))
    assert answer.location == url(event, "edit")
    assert "Without a date nobody can come." in words_of(signed_in.get(answer.location).text)
    db.session.refresh(event)
    assert event.status == DRAFT


@pytest.mark.parametrize("verb", ["cancellation", "postponement"])
def test_asking_first_changes_nothing(signed_in: Visitor, db: ModuleType, verb: str) -> None:
    event = make_event(organizer=signed_in.user)
    assert signed_in.get(url(event, verb)).status_code == 200
    db.session.refresh(event)
    assert event.status == PUBLISHED


@pytest.mark.parametrize(("verb", "status"), [("cancellation", CANCELLED), ("postponement", POSTPONED)])
def test_who_left_an_address_is_written_to(
    signed_in: Visitor,
    client: Visitor,
    db: ModuleType,
    outbox: Callable[[], list[EmailMessage]],
    verb: str,
    status: str,
) -> None:
    event = make_event(organizer=signed_in.user)
    client.post(
        f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "party_size": "1", "email": "noor@example.org"}
    )
    before = len(outbox())
    answer = signed_in.post(url(event, verb), data={"reason": "A storm is coming"})
    assert answer.location == url(event)
    db.session.refresh(event)
    assert (event.status, event.status_reason) == (status, "A storm is coming")
    told = outbox()[before:]
    assert [message["To"] for message in told] == ["noor@example.org"]
    assert "A storm is coming" in words_of(signed_in.get(url(event)).text)


def test_the_question_says_how_many_are_concerned(signed_in: Visitor, client: Visitor) -> None:
    event = make_event(organizer=signed_in.user)
    assert "Cancel this event?" in words_of(signed_in.get(url(event, "cancellation")).text)
    for _person in range(2):
        client.post(f"/events/{event.slug}/rsvps", data={"partstat": "ACCEPTED", "party_size": "1"})
    assert "Cancel for all 2 people?" in words_of(signed_in.get(url(event, "cancellation")).text)


@pytest.mark.parametrize("verb", ["cancellation", "postponement"])
def test_what_cannot_be_put_off_says_why(signed_in: Visitor, verb: str) -> None:
    draft = make_event(organizer=signed_in.user, status=DRAFT)
    answer = signed_in.post(url(draft, verb), data={"reason": "Because"})
    assert answer.status_code == 422
    assert "Nobody knows of this draft yet." in words_of(answer.text)
    cancelled = make_event(organizer=signed_in.user, status=CANCELLED)
    assert signed_in.post(url(cancelled, verb), data={"reason": "Because"}).status_code == 422


@pytest.mark.both_databases
def test_the_same_next_month_is_a_draft_of_its_own(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, host="Nurses for Nights")
    answer = signed_in.post(url(event, "duplicate"))
    copy = db.session.scalars(select(Event).where(Event.id != event.id)).one()
    assert answer.location == url(copy, "edit")
    assert (copy.status, copy.title) == (DRAFT, event.title)
    assert copy.uid != event.uid
    assert copy.starts_local > event.starts_local
    assert copy.starts_local.weekday() == event.starts_local.weekday()


@pytest.mark.both_databases
def test_a_draft_is_deleted_with_its_key_and_place(signed_in: Visitor, db: ModuleType) -> None:
    event = make_event(organizer=signed_in.user, status=DRAFT, host="Nurses for Nights", tags=("health",))
    key = event.key_name
    assert signed_in.get(url(event, "deletion")).status_code == 200
    keys.sealer(key)
    assert signed_in.post(url(event, "deletion")).location == MINE
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    assert db.session.scalar(select(func.count()).select_from(Venue)) == 0
    with pytest.raises(keys.KeyDestroyed):
        keys.sealer(key)


@pytest.mark.parametrize("status", [PUBLISHED, CANCELLED, POSTPONED])
def test_what_was_public_is_not_deleted(signed_in: Visitor, db: ModuleType, status: str) -> None:
    event = make_event(organizer=signed_in.user, status=status)
    assert signed_in.post(url(event, "deletion")).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1


@pytest.mark.parametrize("verb", ["publication", "cancellation", "postponement", "duplicate", "deletion", "edit"])
def test_another_site_cannot_act_for_somebody(signed_in: Visitor, db: ModuleType, verb: str) -> None:
    event = make_event(organizer=signed_in.user, status=DRAFT)
    answer = signed_in.post(url(event, verb), data={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    without_token = signed_in.post(url(event, verb), data={"csrf_token": ""})
    assert without_token.status_code != 303
    db.session.refresh(event)
    assert event.status == DRAFT
