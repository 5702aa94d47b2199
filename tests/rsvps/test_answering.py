"""One tap counts one person; more can be said afterwards, changed, and taken back. No account, no cookie."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import func, select

from eventkit.events.models import Event
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import listing, queries
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import Rsvp, RsvpCount
from eventkit.rsvps.queries import Counts
from tests.factories import make_event, make_rsvp
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("clock")

TAP = {"partstat": "ACCEPTED"}


def tap(client: Visitor, event: Event, **said: str) -> str:
    """Answers, and gives back the path of one's own page."""
    response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, **said})
    assert response.status_code == 303, response.text
    return str(response.location)


def rows(db: ModuleType) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Rsvp)))


def test_one_tap_counts_one_person(client: Visitor) -> None:
    event = make_event()
    page = client.get(tap(client, event))
    assert queries.counts(event) == Counts(coming=1)
    assert "You are counted: 1 person." in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("days", "greeting"), [(0, "See you there"), (1, "See you tomorrow"), (4, "See you Saturday"), (11, "See you on")]
)
def test_the_page_says_when_one_sees_each_other(
    days: int, greeting: str, client: Visitor, clock: time_machine.Traveller
) -> None:
    event = make_event()  # a Tuesday, two weeks from now
    assert event.starts_local is not None
    event_page = tap(client, event)
    clock.shift(timedelta(days=14 - days))
    wanted = greeting.replace("Saturday", f"{event.starts_local:%A}")
    assert wanted in client.get(event_page).text


def test_opening_the_page_changes_nothing(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    path = tap(client, event, name="Noor", email="noor@example.org")
    before = db.session.execute(select(Rsvp.__table__)).all()
    for _ in range(2):
        assert client.get(path).status_code == 200
        assert client.get(f"{path}/withdraw").location == path
    assert db.session.execute(select(Rsvp.__table__)).all() == before
    assert queries.counts(event) == Counts(coming=1)


def test_number_name_and_address_are_added_afterwards(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    path = tap(client, event)
    client.post(
        path, data={"partstat": "ACCEPTED", "party_size": "3", "name": " Noor  K ", "email": "Noor@Example.org"}
    )
    (answered,) = listing.everybody(event, Wanted())
    assert answered.party_size == 3
    assert (answered.person.name, answered.person.email) == ("Noor K", "Noor@example.org")
    assert queries.counts(event) == Counts(coming=3)


def test_a_party_of_more_than_five_says_its_number(client: Visitor) -> None:
    event = make_event(largest_party=20)
    path = tap(client, event, party_size="5", party_more="12")
    assert queries.counts(event) == Counts(coming=12)
    page = client.get(path).text
    assert 'value="12"' in page
    client.post(path, data={**TAP, "party_size": "5", "party_more": ""})
    assert queries.counts(event) == Counts(coming=5)
    client.post(path, data={**TAP, "party_size": "2", "party_more": "12"})
    assert queries.counts(event) == Counts(coming=2)


def test_an_answer_moves_from_one_count_to_the_other(client: Visitor) -> None:
    event = make_event()
    make_rsvp(event, party_size=4)
    path = tap(client, event, party_size="2")
    for partstat, counts in [
        ("TENTATIVE", Counts(4, 2, 0)),
        ("DECLINED", Counts(4, 0, 2)),
        ("ACCEPTED", Counts(6, 0, 0)),
    ]:
        client.post(path, data={"partstat": partstat, "party_size": "2"})
        assert queries.counts(event) == counts


def test_undo_leaves_nothing_about_the_person(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    path = tap(client, event, name="Noor", email="noor@example.org", party_size="2")
    response = client.post(f"{path}/withdraw")
    assert response.status_code == 303
    assert queries.counts(event) == Counts()
    rsvp = db.session.scalars(select(Rsvp)).one()
    assert (rsvp.sealed, rsvp.person, rsvp.counted) == (None, None, False)
    page = client.get(response.location).text
    assert "You are not counted" in page
    assert "noor" not in page.lower()


def test_undo_twice_takes_away_once(client: Visitor) -> None:
    event = make_event()
    make_rsvp(event, party_size=5)
    path = tap(client, event)
    for _ in range(2):
        client.post(f"{path}/withdraw")
    assert queries.counts(event) == Counts(coming=5)


def test_coming_after_all(client: Visitor) -> None:
    event = make_event()
    path = client.post(f"{tap(client, event)}/withdraw").location
    client.post(path, data={**TAP, "party_size": "2"})
    assert queries.counts(event) == Counts(coming=2)
    assert "You are counted: 2 people." in client.get(path).text


def test_a_link_with_a_wrong_letter_opens_nothing(client: Visitor) -> None:
    path = tap(client, make_event())
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), path + "A", "/rsvps/x", "/rsvps/é"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data=TAP).status_code == 404
        assert client.post(f"{wrong}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"partstat": "PERHAPS"}, "partstat", "Choose one of the three."),
        ({"party_size": "10000"}, "party_size", "One answer counts 10 people at most."),
        ({"party_size": "0"}, "party_size", "Say with a number how many you are."),
        ({"party_size": "-3"}, "party_size", "Say with a number how many you are."),
        ({"party_size": "٣x"}, "party_size", "Say with a number how many you are."),
        ({"party_size": "9" * 400}, "party_size", "Say with a number how many you are."),
        ({"party_size": "5", "party_more": "many"}, "party_size", "Say with a number how many you are."),
        ({"email": "noor"}, "email", "There is no @ in this address."),
        ({"email": "noor@"}, "email", "We cannot write to this address."),
        ({"email": "noor@example.org\r\nBcc: all@example.org"}, "email", "We cannot write to this address."),
        ({"email": "نور@example.org"}, "email", "We cannot write to this address."),
        ({"email": "n" * 300 + "@example.org"}, "email", "This address is too long."),
        ({"name": "N" * 81}, "name", "A name has 80 letters at most here."),
        ({"name": "No\u202eor"}, "name", "There are characters in it that cannot be seen."),
        ({"name": "No\x00or"}, "name", "There are characters in it that cannot be seen."),
        ({"name": "No\x1bor"}, "name", "There are characters in it that cannot be seen."),
        ({"homepage": "https://example.org"}, "homepage", "This field is a trap for machines."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    said: dict[str, str], field: str, sentence: str, client: Visitor, db: ModuleType
) -> None:
    event = make_event()
    kept = {"name": "Keziah", "email": "keziah@example.org"} | said
    response = client.post(f"/events/{event.slug}/rsvps", data={**TAP, **kept})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'href="#{field}"' in response.text
    if "name" not in said:
        assert 'value="Keziah"' in response.text
    assert (rows(db), queries.counts(event)) == (0, Counts())
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    path = tap(client, event)
    assert client.post(path, data={**TAP, **kept}).status_code == 422
    assert queries.counts(event) == Counts(coming=1)


def test_an_arabic_name_with_its_marks_is_a_name(client: Visitor) -> None:
    event = make_event()
    tap(client, event, name="نُور الدين\u200f Ñ 😀")
    (answered,) = listing.everybody(event, Wanted())
    assert answered.person.name == "نُور الدين\u200f Ñ 😀"


def test_what_the_organizer_requires_is_asked_for_before_anything_is_counted(client: Visitor) -> None:
    event = make_event(ask_name="required", ask_email="required")
    response = client.post(f"/events/{event.slug}/rsvps", data=TAP)
    assert response.status_code == 422
    assert "The organizer asks for a name." in response.text
    assert "The organizer asks for an address" in response.text
    assert queries.counts(event) == Counts()
    tap(client, event, name="Noor", email="noor@example.org")
    assert queries.counts(event) == Counts(coming=1)
    assert '<form class="bar-form"' not in client.get(f"/events/{event.slug}").text


def test_what_the_organizer_does_not_ask_is_neither_shown_nor_kept(client: Visitor, db: ModuleType) -> None:
    event = make_event(ask_name="not-asked", ask_email="not-asked", largest_party=1)
    page = client.get(f"/events/{event.slug}").text
    assert all(f'name="{field}"' not in page for field in ("name", "email", "party_size"))
    tap(client, event, name="Noor", email="noor@example.org")
    rsvp = db.session.scalars(select(Rsvp)).one()
    assert (rsvp.sealed, rsvp.person) == (None, None)


@pytest.mark.parametrize(("status", "sentence"), [("cancelled", "It is cancelled."), ("postponed", "It is postponed.")])
def test_an_event_that_takes_no_answers_says_why(status: str, sentence: str, client: Visitor, db: ModuleType) -> None:
    event = make_event(status=status)
    response = client.post(f"/events/{event.slug}/rsvps", data=TAP)
    assert response.status_code == 409
    assert sentence in response.text
    assert rows(db) == 0


def test_after_it_is_over_one_can_only_take_the_answer_back(client: Visitor, clock: time_machine.Traveller) -> None:
    event = make_event()
    path = tap(client, event, name="Noor")
    clock.shift(timedelta(days=30))
    assert client.post(f"/events/{event.slug}/rsvps", data=TAP).status_code == 409
    page = client.get(path).text
    assert "It is over" in page
    assert "Delete my answer" in page
    refused = client.post(path, data={**TAP, "party_size": "9"})
    assert refused.status_code == 409
    assert "It is over." in refused.text
    assert queries.counts(event) == Counts(coming=1)
    assert client.post(f"{path}/withdraw").status_code == 303
    assert queries.counts(event) == Counts()


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"visibility": "private"}])
def test_what_is_nobody_elses_to_see_takes_no_answers(hidden: dict[str, str], client: Visitor, db: ModuleType) -> None:
    event = make_event(**hidden)  # type: ignore[arg-type]
    assert client.post(f"/events/{event.slug}/rsvps", data=TAP).status_code == 404
    assert client.get(f"/events/{event.slug}/rsvps").status_code == 404
    assert rows(db) == 0


def test_another_site_cannot_answer_for_a_visitor(client: Visitor, db: ModuleType) -> None:
    event = make_event()
    path = tap(client, event)
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    for target in (f"/events/{event.slug}/rsvps", path, f"{path}/withdraw"):
        assert client.post(target, data=TAP, headers=foreign).status_code == 403
    assert queries.counts(event) == Counts(coming=1)


def test_reloading_a_page_that_came_back_leads_to_the_form(client: Visitor) -> None:
    event = make_event()
    assert client.get(f"/events/{event.slug}/rsvps").location == f"/events/{event.slug}#rsvp"


def test_the_count_row_belongs_to_the_event(client: Visitor, db: ModuleType) -> None:
    event, other = make_event(), make_event()
    tap(client, event)
    assert queries.counts_of([event, other]) == {event.id: Counts(coming=1), other.id: Counts()}
    assert db.session.scalar(select(func.count()).select_from(RsvpCount)) == 1
