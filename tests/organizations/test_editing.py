"""Making and changing an organization's page: who may, what is refused, and nothing typed is lost."""

from __future__ import annotations

from html import unescape
from types import ModuleType

import pytest
from sqlalchemy import func, select

from eventkit import signals
from eventkit.errors import DomainError
from eventkit.organizations import actions, queries
from eventkit.organizations.models import OWNER, Member, Organization
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

NEW = "/organize/organizations/new"
FULL = {
    "name": "Doctors for Gardens",
    "native_name": "أطباء الحدائق",
    "native_name_language": "ar",
    "abbreviation": "DfG",
    "kind": "ngo",
    "purpose": "Green yards for every ward.",
    "website": "gardens.example/about",
    "donation_url": "http://give.gardens.example",
    "text": "We **plant**.\r\n\r\nEvery week.",
}


def only(db: ModuleType) -> Organization:
    return db.session.scalars(select(Organization)).one()


def test_whoever_makes_it_owns_it(signed_in: Visitor, db: ModuleType) -> None:
    response = signed_in.post(NEW, data=FULL)
    assert (response.status_code, response.location) == (303, "/organizations/doctors-for-gardens")
    made = only(db)
    assert made.website == "https://gardens.example/about"
    assert made.donation_url == "http://give.gardens.example"
    assert made.text == "We **plant**.\n\nEvery week."
    assert [(member.user_id, member.role) for member in made.members] == [(signed_in.user.id, OWNER)]
    assert queries.by_name("dfg") is made
    mine = signed_in.get("/organize/organizations").text
    assert "Doctors for Gardens" in mine
    assert "Doctors for Gardens has a page." in mine


def test_only_the_name_is_needed(signed_in: Visitor, db: ModuleType) -> None:
    assert signed_in.post(NEW, data={"name": "Dockers"}).status_code == 303
    assert only(db).website == ""


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Write the name."),
        ("name", "…!?", "Write the organization's name."),
        ("name", "x" * 201, "200 letters at most."),
        ("abbreviation", "x" * 41, "40 letters at most."),
        ("purpose", "x" * 201, "200 letters at most."),
        ("text", "x" * 20_001, "20000 letters at most."),
        ("website", "javascript:alert(1)", "This is no web address."),
        ("website", "JavaScript://example.org/%0aalert(1)", "This is no web address."),
        ("website", "data:text/html,x", "This is no web address."),
        ("website", "not an address", "This is no web address."),
        ("website", "https://example.org@evil.example/", "This is no web address."),
        ("website", "https://[::1", "This is no web address."),
        ("website", "localhost", "This is no web address."),
        ("donation_url", "mailto:give@example.org", "This is no web address."),
        ("donation_url", "https://example.org/" + "x" * 500, "This address is too long."),
        ("native_name_language", "", "Say which language"),
        ("native_name_language", "xx", "Not a valid choice"),
        ("kind", "army", "Not a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field_and_all_stays_typed(
    signed_in: Visitor, db: ModuleType, field: str, typed: str, message: str
) -> None:
    response = signed_in.post(NEW, data={**FULL, field: typed})
    assert response.status_code == 422
    page = unescape(response.text)
    assert message in page
    assert f'href="#{field}"' in page  # the summary leads to it
    assert f'id="{field}-error"' in page
    for name, value in {**FULL, field: typed}.items():
        if name not in {"kind", "native_name_language"}:
            assert value.replace("\r\n", "\n") in page.replace("\r\n", "\n")
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("example.org", "https://example.org"),
        (" HTTP://Example.org/Path ", "HTTP://Example.org/Path"),
        ("example.org:8443/x?y=1#z", "https://example.org:8443/x?y=1#z"),
        ("https://müller.example", "https://müller.example"),
    ],
)
def test_web_addresses(typed: str, kept: str) -> None:
    assert actions.web_address(typed, field="website") == kept


def test_control_and_override_characters_do_not_stay(signed_in: Visitor, db: ModuleType) -> None:
    signed_in.post(NEW, data={**FULL, "name": "Doctors\u202e for\x00 Gardens\t", "purpose": "a\nb"})
    assert only(db).name == "Doctors for Gardens"
    assert only(db).purpose == "a b"


def test_a_name_that_is_spoken_for_is_refused(signed_in: Visitor, db: ModuleType) -> None:
    make_organization("Doctors for Gardens", members=(make_user(),))
    with db.transaction():
        queries.by_slug("doctors-for-gardens").members[0].role = OWNER
    response = signed_in.post(NEW, data={**FULL, "name": "DOCTORS  for gardens!"})
    assert response.status_code == 422
    assert "Doctors for Gardens has a page already. Ask its people to let you in." in response.text


def test_a_name_that_nobody_speaks_for_is_given_by_the_operator_alone(signed_in: Visitor, db: ModuleType) -> None:
    make_event(host="Doctors for Gardens")
    response = signed_in.post(NEW, data=FULL)
    assert response.status_code == 422
    assert "nobody speaks for it yet" in response.text
    assert "Whoever runs this site can give it to you" in response.text
    assert only(db).members == []


def test_an_abbreviation_may_be_shared(signed_in: Visitor, db: ModuleType) -> None:
    make_organization("Dancers for Goats", members=(make_user(),), abbreviation="DfG", folded_abbreviation="dfg")
    assert signed_in.post(NEW, data=FULL).status_code == 303


def test_changing_the_page(signed_in: Visitor, db: ModuleType) -> None:
    organization = make_organization("Doctors for Gardens", members=(signed_in.user,))
    shown = signed_in.get("/organize/organizations/doctors-for-gardens/edit")
    assert 'value="Doctors for Gardens"' in shown.text
    heard = []

    def note(_sender: object, organization: Organization) -> None:
        heard.append((organization.name, organization.native_name))

    edit = "/organize/organizations/doctors-for-gardens/edit"
    same = {**FULL, "name": organization.name, "abbreviation": "", "native_name": ""}
    with signals.organization_renamed.connected_to(note):
        assert signed_in.post(edit, data=same).status_code == 303
        assert heard == []
        assert signed_in.post(edit, data={**same, "native_name": "أطباء الحدائق"}).status_code == 303
        assert heard == [("Doctors for Gardens", "أطباء الحدائق")]
        assert signed_in.post(edit, data={**FULL, "name": "Doctors for Parks"}).location.endswith(
            "/doctors-for-gardens"
        )
    assert heard[1:] == [("Doctors for Parks", "أطباء الحدائق")]
    db.session.expire_all()
    assert queries.by_name("doctors for parks").slug == "doctors-for-gardens"
    assert queries.by_name("doctors for gardens") is None


def test_changing_to_a_name_that_is_taken(signed_in: Visitor, db: ModuleType) -> None:
    make_organization("Dockers", members=(make_user(),))
    make_organization("Doctors", members=(signed_in.user,))
    response = signed_in.post("/organize/organizations/doctors/edit", data={"name": "dockers", "kind": "ngo"})
    assert response.status_code == 422
    db.session.expire_all()
    assert queries.by_slug("doctors").name == "Doctors"
    # a change of spelling only is none
    ok = signed_in.post("/organize/organizations/doctors/edit", data={"name": "DOCTORS", "kind": "ngo"})
    assert ok.status_code == 303


def test_a_web_address_that_is_none_changes_nothing(signed_in: Visitor, db: ModuleType) -> None:
    make_organization("Doctors", members=(signed_in.user,), purpose="before")
    edit = "/organize/organizations/doctors/edit"
    bad = {"name": "Docs", "kind": "ngo", "purpose": "after", "website": "x"}
    assert signed_in.post(edit, data=bad).status_code == 422
    db.session.expire_all()
    assert (queries.by_slug("doctors").name, queries.by_slug("doctors").purpose) == ("Doctors", "before")


@pytest.mark.parametrize("path", ["edit", "members", "claim"])
def test_others_may_not(signed_in: Visitor, client: Visitor, path: str) -> None:
    make_organization("Doctors", members=(make_user(),))
    assert signed_in.get(f"/organize/organizations/doctors/{path}").status_code == 403
    assert signed_in.post(f"/organize/organizations/doctors/{path}", data=FULL).status_code == 403
    assert signed_in.get(f"/organize/organizations/nobody/{path}").status_code in {403, 404}
    assert client.get(f"/organize/organizations/doctors/{path}").status_code == 302


def test_a_form_that_comes_back_is_shown_before_it_acts(signed_in: Visitor, db: ModuleType) -> None:
    shown = signed_in.post(NEW, data={**FULL, "resumed": "1"})
    assert shown.status_code == 200
    assert "أطباء الحدائق" in shown.text
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 0


def test_named_organizations_are_found_in_any_spelling(db: ModuleType) -> None:
    from eventkit import clock

    with db.transaction():
        first = actions.find_or_name("Médecins du Parc", now=clock.now())
        assert actions.find_or_name("  MEDECINS du parc ", now=clock.now()) is first
        with pytest.raises(DomainError):
            actions.find_or_name(" !? ", now=clock.now())
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0


def test_slugs_of_names_that_look_alike_differ(signed_in: Visitor, db: ModuleType) -> None:
    for name in ["Doctors (North)", "Doctors North II", "دكاترة", "Доктора"]:
        assert signed_in.post(NEW, data={"name": name, "kind": "other"}).status_code == 303
    slugs = list(db.session.scalars(select(Organization.slug)))
    assert len(set(slugs)) == 4
    assert all(slug.isascii() for slug in slugs)
