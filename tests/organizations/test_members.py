"""Who speaks for an organization: owners decide, nobody is left without one, the operator gives unclaimed ones."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask

from eventkit.organizations import queries
from eventkit.organizations.models import EDITOR, OWNER, Member, Organization
from tests.factories import make_event, make_organization, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.both_databases

MEMBERS = "/organize/organizations/dockers/members"
Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture
def dockers(signed_in: Visitor) -> Organization:
    """Owned by the person who is signed in."""
    return make_organization("Dockers", members=(signed_in.user,))


def roles(db: ModuleType, organization: Organization) -> dict[str, str]:
    db.session.rollback()
    db.session.expire_all()
    return {member.user.email: member.role for member in queries.members(organization)}


def member_of(organization: Organization, email: str) -> Member:
    return next(member for member in queries.members(organization) if member.user.email == email)


def test_an_owner_lets_somebody_in(signed_in: Visitor, dockers: Organization, db: ModuleType, outbox: Outbox) -> None:
    make_user(email="noor@example.org")
    response = signed_in.post(MEMBERS, data={"email": "Noor@example.org", "role": EDITOR})
    assert response.status_code == 303
    assert roles(db, dockers)["noor@example.org"] == EDITOR
    (message,) = outbox()
    assert (message["To"], message["Subject"]) == ("noor@example.org", "You speak for Dockers")
    assert "Amal Haddad made you" in message.get_body(("plain",)).get_content()
    assert "noor@example.org now speaks for it" in signed_in.get(MEMBERS).text


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "Write the address"),
        ("noor", "There is no @"),
        ("nobody@example.org", "Nobody has an account with this address."),
        ("amal@example.org", "amal@example.org speaks for it already."),
    ],
)
def test_who_cannot_be_let_in(
    signed_in: Visitor, dockers: Organization, db: ModuleType, address: str, message: str
) -> None:
    with db.transaction():
        signed_in.user.email = "amal@example.org"
    response = signed_in.post(MEMBERS, data={"email": address, "role": EDITOR})
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{address}"' in response.text
    assert len(roles(db, dockers)) == 1


def test_a_role_that_is_none(signed_in: Visitor, dockers: Organization, db: ModuleType) -> None:
    make_user(email="noor@example.org")
    assert signed_in.post(MEMBERS, data={"email": "noor@example.org", "role": "king"}).status_code == 422
    assert len(roles(db, dockers)) == 1


def test_there_is_always_an_owner(signed_in: Visitor, dockers: Organization, db: ModuleType) -> None:
    me = member_of(dockers, signed_in.user.email)
    for data in [{"remove": "1"}, {"role": EDITOR}]:
        response = signed_in.post(f"{MEMBERS}/{me.id}", data=data)
        assert response.status_code == 422
        assert "Make another person an owner first." in response.text
    assert roles(db, dockers) == {signed_in.user.email: OWNER}


def test_roles_change_and_people_leave(signed_in: Visitor, dockers: Organization, db: ModuleType) -> None:
    make_user(email="noor@example.org")
    signed_in.post(MEMBERS, data={"email": "noor@example.org", "role": EDITOR})
    noor = member_of(dockers, "noor@example.org")
    me = member_of(dockers, signed_in.user.email)
    assert signed_in.post(f"{MEMBERS}/{noor.id}", data={"role": OWNER}).status_code == 303
    assert signed_in.post(f"{MEMBERS}/{me.id}", data={"role": EDITOR}).status_code == 303
    assert roles(db, dockers) == {signed_in.user.email: EDITOR, "noor@example.org": OWNER}
    # an editor decides about nobody but themselves
    assert signed_in.post(f"{MEMBERS}/{noor.id}", data={"remove": "1"}).status_code == 403
    assert signed_in.post(f"{MEMBERS}/{me.id}", data={"role": OWNER}).status_code == 403
    assert signed_in.post(MEMBERS, data={"email": "noor@example.org", "role": EDITOR}).status_code == 403
    assert "Let somebody in" not in signed_in.get(MEMBERS).text
    assert signed_in.post(f"{MEMBERS}/{me.id}", data={"remove": "1"}).location == "/organize/organizations"
    assert roles(db, dockers) == {"noor@example.org": OWNER}
    assert signed_in.get(MEMBERS).status_code == 403


def test_members_of_another_organization_are_out_of_reach(signed_in: Visitor, dockers: Organization) -> None:
    other = make_organization("Tenants", members=(make_user(email="other@example.org"),))
    theirs = member_of(other, "other@example.org")
    assert signed_in.post(f"{MEMBERS}/{theirs.id}", data={"remove": "1"}).status_code == 404
    assert signed_in.post(f"{MEMBERS}/999999", data={"remove": "1"}).status_code == 404


def test_an_editor_changes_the_page(app: Flask, dockers: Organization, db: ModuleType) -> None:
    editor = make_user()
    with db.transaction() as session:
        session.add(Member(organization_id=dockers.id, user_id=editor.id, role=EDITOR))
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    visitor.sign_in(editor)
    edited = visitor.post("/organize/organizations/dockers/edit", data={"name": "Dockers", "kind": "union"})
    assert edited.status_code == 303


def test_the_operator_gives_an_unclaimed_one(operator: Visitor, db: ModuleType, outbox: Outbox) -> None:
    make_event(host="Tenants United")
    noor = make_user(email="noor@example.org")
    assert "Tenants United" in operator.get("/organize/organizations").text
    claim = "/organize/organizations/tenants-united/claim"
    assert operator.get(claim).status_code == 200
    assert operator.post(claim, data={"email": "nobody@example.org"}).status_code == 422
    assert operator.post(claim, data={"email": "noor@example.org"}).status_code == 303
    tenants = queries.by_slug("tenants-united")
    assert roles(db, tenants) == {"noor@example.org": OWNER}
    assert [member.organization.name for member in queries.memberships(noor)] == ["Tenants United"]
    assert [message["To"] for message in outbox()] == ["noor@example.org"]
    make_user(email="late@example.org")
    again = operator.post(claim, data={"email": "late@example.org"})
    assert again.status_code == 422
    assert "Somebody owns Tenants United already." in again.text


def test_the_empty_list_says_what_to_do(signed_in: Visitor) -> None:
    page = signed_in.get("/organize/organizations").text
    assert "You speak for no organization yet." in page
    assert 'href="/organize/organizations/new"' in page
