"""Who signs in under a language's prefix stays in it."""

from __future__ import annotations

from types import ModuleType

from tests.accounts.test_signing_in import PASSWORD
from tests.factories import make_user
from tests.visitor import Visitor


def test_signing_in_keeps_the_language_of_the_path(client: Visitor, db: ModuleType) -> None:
    user = make_user(password=PASSWORD)
    asked = client.get("/en/organize/account")
    assert asked.location == "/en/organize/sign-in?next=/en/organize/account"
    fields = {"csrf_token": client.token(), "email": user.email, "password": PASSWORD}
    there = client.post("/en/organize/sign-in", data={**fields, "next": "/en/organize/account"})
    assert there.location == "/en/organize/account"
    out = client.post("/en/organize/sign-out", data={"csrf_token": client.token()})
    assert out.location == "/en/"
    back = client.post("/en/organize/sign-in", data={**fields, "csrf_token": client.token()})
    assert back.location == "/en/organize/back"


def test_a_parked_form_comes_back_in_the_language_one_signs_in_with(client: Visitor, db: ModuleType) -> None:
    user = make_user(password=PASSWORD)
    sent = client.post("/organize/account", data={"csrf_token": "old", "name": "x"})
    assert sent.location == "/organize/sign-in"
    fields = {"csrf_token": client.token(), "email": user.email, "password": PASSWORD}
    client.post("/en/organize/sign-in", data=fields)
    assert 'action="/en/organize/account"' in client.get("/en/organize/back").text
