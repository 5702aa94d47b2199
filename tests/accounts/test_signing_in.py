"""Signing in and out: by the form, with one message for every failure, and only under /organize/."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from eventkit.config import Settings
from tests.factories import make_user
from tests.visitor import Visitor

PASSWORD = "four unrelated words here"


def sign_in(client: Visitor, email: str, password: str = PASSWORD, **more: str):
    return client.post("/organize/sign-in", data={"email": email, "password": password, **more})


def is_signed_in(client: Visitor) -> bool:
    return client.get("/organize/account").status_code == 200


def test_with_the_right_password(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    response = sign_in(client, user.email)
    assert (response.status_code, response.location) == (302, "/organize/back")
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_any_case(client: Visitor) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    assert sign_in(client, " Amal@Example.org").status_code == 302


def test_who_was_on_the_way_somewhere_arrives_there(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    asked = client.get("/organize/account?from=here")
    assert asked.location == "/organize/sign-in?next=/organize/account?from%3Dhere"
    assert sign_in(client, user.email, next="/organize/account?from=here").location == "/organize/account?from=here"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", r"/\evil.example", "///evil.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_another_site(client: Visitor, elsewhere: str) -> None:
    user = make_user(password=PASSWORD)
    response = sign_in(client, user.email, next=elsewhere)
    there = urlsplit(urljoin("http://localhost/organize/sign-in", response.location or ""))
    assert (there.scheme, there.hostname) == ("http", "localhost")


def test_every_failure_reads_the_same(client: Visitor) -> None:
    known = make_user(password=PASSWORD)
    no_password = make_user()
    gone = make_user(password=PASSWORD)
    from eventkit import db

    with db.transaction():
        db.session.get_one(type(gone), gone.id).active = False
    pages = []
    for email, password in [
        (known.email, "not the password"),
        ("nobody@example.org", PASSWORD),
        (no_password.email, PASSWORD),
        (gone.email, PASSWORD),
    ]:
        response = sign_in(client, email, password)
        assert response.status_code == 422
        page = response.text.replace(email, "…")
        pages.append(re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page))
    assert "Address and password do not fit together." in pages[0]
    assert pages[0].count("Address and password do not fit together.") == 1
    assert len(set(pages)) == 1


def test_empty_fields_are_told_once(client: Visitor) -> None:
    response = sign_in(client, "", "")
    assert response.status_code == 422
    assert response.text.count("do not fit together") == 1


def test_an_accent_may_be_typed_in_two_ways(client: Visitor, db: ModuleType) -> None:
    from eventkit import clock
    from eventkit.accounts import actions

    with db.transaction():
        token = actions.create_link(email="zoe@example.org", now=clock.now())
    composed, decomposed = "caf\u00e9 au lait, s'il", "cafe\u0301 au lait, s'il"
    made = client.post(f"/organize/welcome/{token}", data={"email": "zoe@example.org", "password": composed})
    assert made.status_code == 303
    client.post("/organize/sign-out")
    assert sign_in(client, "zoe@example.org", decomposed).status_code == 302


def test_too_many_attempts_have_to_wait(client: Visitor) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    answers = [sign_in(client, "amal@example.org", "").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    refused = sign_in(client, "amal@example.org")
    assert refused.status_code == 429
    assert re.search(r"Wait \d+ (seconds|minutes|hours), then try again", refused.text)
    assert int(refused.headers["Retry-After"]) > 1
    assert client.get("/organize/sign-in").status_code == 200


def test_signing_out_needs_a_post_with_the_token(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user.email)
    assert client.get("/organize/sign-out").status_code == 405
    assert client.post("/organize/sign-out", data={"csrf_token": "wrong"}).status_code == 400
    assert is_signed_in(client)
    response = client.post("/organize/sign-out")
    assert (response.status_code, response.location) == (302, "/")
    assert not is_signed_in(client)


def test_signing_out_when_the_session_is_over_is_no_error(client: Visitor) -> None:
    response = client.post("/organize/sign-out", data={"csrf_token": "of an older session"})
    assert (response.status_code, response.location) == (303, "/")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_sign_anybody_in(client: Visitor, headers: dict[str, str]) -> None:
    user = make_user(password=PASSWORD)
    response = client.post("/organize/sign-in", data={"email": user.email, "password": PASSWORD}, headers=headers)
    assert response.status_code == 403
    assert not is_signed_in(client)


def test_a_page_that_waited_too_long_offers_itself_again(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    response = sign_in(client, user.email, csrf_token="stale")
    assert response.status_code == 400
    assert 'href="/organize/sign-in"' in response.text


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: Visitor) -> None:
    cookie = client.get("/organize/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_over_https_the_cookie_is_bound_to_the_host(
    make_app: Callable[..., Flask], settings: Settings, db: ModuleType
) -> None:
    app = make_app(replace(settings, base_url="https://events.example.org"))
    response = app.test_client().get("/organize/sign-in", base_url="https://events.example.org")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/", "/organizations", "/healthz", "/nowhere"])
def test_outside_of_organize_a_session_is_neither_set_nor_read(signed_in: Visitor, path: str) -> None:
    response = signed_in.get(path)
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert signed_in.user is not None
    assert signed_in.user.email not in response.text


def test_json_is_not_spoken_and_no_token_is_handed_out(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    response = client.post(
        "/organize/sign-in?include_auth_token",
        data=json.dumps({"email": user.email, "password": PASSWORD}),
        content_type="application/json",
        headers={"X-CSRFToken": client.token(), "Origin": "http://localhost", "Accept": "application/json"},
    )
    assert response.status_code < 500
    assert "authentication_token" not in response.text
    assert response.mimetype == "text/html"


def test_a_password_that_is_changed_ends_the_other_sessions(app: Flask, client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user.email)
    other = app.test_client()
    assert isinstance(other, Visitor)
    sign_in(other, user.email)
    changed = client.post("/organize/password", data={"password": PASSWORD, "new_password": "quite another one"})
    assert (changed.status_code, changed.location) == (302, "/organize/account")
    assert "Your password is changed." in client.get("/organize/account").text
    assert not is_signed_in(other)
    assert sign_in(other, user.email).status_code == 422
    assert sign_in(other, user.email, "quite another one").status_code == 302


@pytest.mark.parametrize(
    ("present", "new", "message"),
    [
        ("wrong", "quite another one", "This is not your present password."),
        (PASSWORD, "short", "10 characters at least"),
        (PASSWORD, "", "Write a password."),
        (PASSWORD, PASSWORD, "Choose another."),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(client: Visitor, present: str, new: str, message: str) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user.email)
    response = client.post("/organize/password", data={"password": present, "new_password": new})
    assert response.status_code == 422
    assert message in response.text
    assert present not in response.text.replace("present", "")


def test_the_other_browsers_can_be_signed_out(app: Flask, client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user.email)
    other = app.test_client()
    assert isinstance(other, Visitor)
    sign_in(other, user.email)
    assert client.post("/organize/account/sessions").status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_name_and_language_are_kept(signed_in: Visitor, db: ModuleType) -> None:
    response = signed_in.post("/organize/account", data={"name": " Amal ", "language": "en"})
    assert response.status_code == 303
    assert signed_in.user is not None
    db.session.refresh(signed_in.user)
    assert signed_in.user.name == "Amal"
    wrong = signed_in.post("/organize/account", data={"name": "x" * 121, "language": "en"})
    assert wrong.status_code == 422
    assert "120 letters at most" in wrong.text
    assert "x" * 121 in wrong.text


@pytest.mark.both_databases
def test_nobody_is_refused_while_another_writes(app: Flask, db: ModuleType) -> None:
    """A writer holds the lock for a second; people who sign in and ask for a reset meanwhile just wait."""
    user = make_user(password=PASSWORD)
    release = threading.Timer(1.0, lambda: None)
    holding, statuses = threading.Event(), []

    def hold() -> None:
        with app.app_context(), db.transaction() as session:
            session.execute(text("UPDATE users SET name = 'held'"))
            holding.set()
            release.join()

    def come_in() -> None:
        visitor = app.test_client()
        assert isinstance(visitor, Visitor)
        statuses.append(sign_in(visitor, user.email).status_code)
        statuses.append(visitor.post("/organize/reset", data={"email": user.email}).status_code)

    release.start()
    writer = threading.Thread(target=hold)
    writer.start()
    holding.wait(5)
    visitors = [threading.Thread(target=come_in) for _ in range(4)]
    for thread in visitors:
        thread.start()
    for thread in [*visitors, writer]:
        thread.join(60)
    assert sorted(statuses) == [302] * 4 + [303] * 4
