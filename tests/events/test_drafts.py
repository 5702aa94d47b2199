"""Making, changing and duplicating an event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from eventkit import clock, signals
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.actions.drafts import next_month
from eventkit.events.details import Part, VenueDetails
from eventkit.events.models import ATTENDING, COHOST, DRAFT, HOST, Event
from eventkit.organizations.models import Organization
from tests.factories import make_event, make_user
from tests.factories.events import make_details


@contextmanager
def heard(signal: Any) -> Iterator[list[dict[str, Any]]]:
    """What the signal is sent with."""
    said: list[dict[str, Any]] = []

    def listen(_sender: object, **values: Any) -> None:
        said.append(values)

    signal.connect(listen)
    try:
        yield said
    finally:
        signal.disconnect(listen)


def edit(db: ModuleType, event: Event, **changed: Any) -> None:
    with db.transaction():
        actions.edit(event, make_details(**changed), now=clock.now())


def test_a_draft_has_an_address_made_of_title_and_city(db: ModuleType) -> None:
    event = make_event(status=DRAFT)
    assert (event.slug, event.status, event.sequence) == ("vigil-for-the-hospitals-toronto", DRAFT, 0)
    assert make_event().slug == "vigil-for-the-hospitals-toronto-2"


def test_an_arabic_title_gets_a_readable_address(db: ModuleType) -> None:
    assert make_event(title="ارفعوا أيديكم", venue=VenueDetails()).slug.isascii()


def test_uids_differ_and_stay(db: ModuleType) -> None:
    first, second = make_event(), make_event()
    uid = first.uid
    edit(db, first, title="Another title")
    assert first.uid == uid != second.uid


def test_a_taken_address_is_refused_and_nothing_is_stored(db: ModuleType) -> None:
    make_event(slug="october-first")
    with pytest.raises(DomainError) as refused:
        make_event(slug="october-first", title="The other one")
    assert refused.value.field == "slug"
    assert [listed.event.title for listed in queries.upcoming(clock.now())] == ["Vigil for the hospitals"]


def test_a_former_address_leads_on_and_is_not_given_away(db: ModuleType) -> None:
    event = make_event(slug="october-first")
    edit(db, event, slug="october-second")
    found = queries.by_slug("october-first")
    assert found is not None
    assert found.slug == "october-second"
    with pytest.raises(DomainError):
        make_event(slug="october-first")
    edit(db, event, slug="october-first")
    assert event.slug == "october-first"


def test_a_title_is_needed(db: ModuleType) -> None:
    with pytest.raises(DomainError) as refused:
        make_event(title="", status=DRAFT)
    assert refused.value.field == "title"


def test_a_correction_raises_the_sequence_and_bothers_nobody(db: ModuleType) -> None:
    event = make_event()
    with heard(signals.event_disrupted) as disrupted, heard(signals.event_changed) as changed:
        edit(db, event, why="Because the night wards are to be closed")
    assert (event.sequence, len(changed), disrupted) == (1, 1, [])


def test_another_hour_or_place_is_told_to_those_who_come(db: ModuleType) -> None:
    event = make_event()
    details = make_details()
    assert details.starts_local is not None
    with heard(signals.event_disrupted) as disrupted:
        edit(db, event, starts_local=details.starts_local.replace(hour=12))
        edit(
            db,
            event,
            starts_local=details.starts_local.replace(hour=12),
            venue=replace(details.venue, street="1 Bay St."),
        )
    assert [said["kind"] for said in disrupted] == ["moved", "moved"]


def test_nobody_is_told_of_a_draft(db: ModuleType) -> None:
    event = make_event(status=DRAFT)
    with heard(signals.event_disrupted) as disrupted, heard(signals.event_changed) as changed:
        edit(db, event, timezone="Europe/Paris")
    assert (event.sequence, disrupted, changed) == (0, [], [])


def test_organizations_take_part_in_the_order_of_their_roles(db: ModuleType) -> None:
    event = make_event(parts=[Part("Night Nurses", ATTENDING, "We bring tea."), Part("Tenants United", HOST)])
    told = [(part.organization.name, part.role, part.statement) for part in event.participations]
    assert told == [("Tenants United", HOST, ""), ("Night Nurses", ATTENDING, "We bring tea.")]


def test_an_organization_is_found_again_in_another_spelling(db: ModuleType) -> None:
    make_event(parts=[Part("Médecins de nuit", HOST)])
    make_event(parts=[Part("MEDECINS DE NUIT", HOST)])
    assert db.session.scalars(select(Organization.name)).all() == ["Médecins de nuit"]


def test_an_organization_that_left_the_list_is_gone_from_the_event_only(db: ModuleType) -> None:
    event = make_event(parts=[Part("Night Nurses", HOST), Part("Tenants United", ATTENDING)])
    edit(db, event, parts=(Part("Night Nurses", HOST),))
    assert [part.organization.name for part in event.participations] == ["Night Nurses"]
    assert len(db.session.scalars(select(Organization)).all()) == 2


def test_twice_the_same_organization_is_refused(db: ModuleType) -> None:
    with pytest.raises(DomainError) as refused:
        make_event(parts=[Part("Night Nurses", HOST), Part("night nurses", ATTENDING)])
    assert refused.value.field == "parts"


def test_a_duplicate_is_a_draft_of_the_same_a_month_later(db: ModuleType) -> None:
    event = make_event(
        starts_local=datetime(2026, 9, 12, 22),
        ends_local=datetime(2026, 9, 13, 1),
        parts=[Part("Night Nurses", HOST)],
        tags=("vigil",),
    )
    with db.transaction():
        copy = actions.duplicate(event, by=make_other(), now=clock.now())
    assert (copy.status, copy.title, copy.starts_local, copy.ends_local) == (
        DRAFT,
        event.title,
        datetime(2026, 10, 10, 22),
        datetime(2026, 10, 11, 1),
    )
    assert (copy.uid != event.uid, copy.key_name != event.key_name, copy.slug != event.slug) == (True, True, True)
    assert [part.organization.name for part in copy.participations] == ["Night Nurses"]
    assert [tag.name for tag in copy.tags] == ["vigil"]
    assert (copy.venue.street, copy.venue.id != event.venue.id) == (event.venue.street, True)


def make_other() -> Any:
    from sqlalchemy import select

    from eventkit import db
    from eventkit.accounts.models import User

    return db.session.scalars(select(User)).first()


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (datetime(2026, 9, 12, 13), datetime(2026, 10, 10, 13)),  # the second Saturday
        (datetime(2026, 12, 5, 13), datetime(2027, 1, 2, 13)),  # over the year
        (datetime(2026, 10, 31, 13), datetime(2026, 11, 28, 13)),  # a fifth Saturday becomes the last
    ],
)
def test_next_month_keeps_the_weekday(day: datetime, after: datetime) -> None:
    assert next_month(day) == after


def test_who_hosts_with_the_organizer_may_edit_and_others_may_not(db: ModuleType) -> None:
    from eventkit.events import policy
    from tests.factories import make_organization

    organizer, host, squatter, stranger = make_user(), make_user(), make_user(), make_user()
    operator = make_user(role="operator")
    make_organization("Night Nurses", members=(organizer, host))
    make_organization("Toronto Nurses", members=(squatter,))  # who merely took a name that others use
    make_organization("Tenants United", members=(organizer, stranger))
    parts = [Part("Night Nurses", HOST), Part("Toronto Nurses", COHOST), Part("Tenants United", ATTENDING)]
    event = make_event(organizer=organizer, parts=parts)
    people = (organizer, host, operator, squatter, stranger)
    assert [policy.can_edit(user, event) for user in people] == [True, True, True, False, False]
    listed = [event in queries.editable_by(user) for user in people]
    assert listed == [True, True, False, False, False]
