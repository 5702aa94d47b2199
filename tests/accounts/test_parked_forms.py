"""Nothing typed is lost: a form that is sent after its session ended comes back, to its sender alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit.accounts import actions
from eventkit.accounts.models import ParkedForm
from eventkit.config import Settings
from tests.accounts.test_signing_in import PASSWORD, sign_in
from tests.factories import make_user
from tests.visitor import Visitor

CANARY = "Kanarienvogel über «Straße» <script>\r\nsecond line"
TARGET = "/organize/account"


def send(client: Visitor, **fields: str):
    """A form of a session that is over."""
    return client.post(TARGET, data={"csrf_token": "of that session", **fields})


def parked(db: ModuleType) -> int:
    return int(db.session.scalar(select(func.count()).select_from(ParkedForm)))


def fields_of(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that goes on, without the token."""
    form = page[page.index('name="resumed"') :]
    return [
        (unescape(name), unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    ]


def test_a_form_comes_back_after_signing_in(app: Flask, client: Visitor, db: ModuleType, tmp_path: Path) -> None:
    user = make_user(password=PASSWORD, name="before")
    sent = send(client, name=CANARY, language="en", new_password="secret", password="secret")
    assert (sent.status_code, sent.location) == (303, "/organize/sign-in")
    page = client.get("/organize/sign-in").text
    assert "Your session has ended. What you typed is kept" in page
    assert parked(db) == 1

    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    assert TARGET.encode() in stored  # the form is there,
    assert b"Kanarienvogel" not in stored  # but nobody can read it

    assert sign_in(client, user.email).location == "/organize/back"
    back = client.get("/organize/back").text
    assert "Welcome back" in back
    assert back.count("<button") == back.count("Sign out") + 1  # one button beside the menu's
    assert f'action="{TARGET}"' in back
    fields = fields_of(back)
    assert fields == [("name", CANARY), ("language", "en")]

    shown = client.post(TARGET, data={**dict(fields), "resumed": "1"})
    assert shown.status_code == 200
    assert "Kanarienvogel über «Straße» &lt;script&gt;" in shown.text
    db.session.refresh(user)
    assert user.name == "before"  # shown, not done
    assert parked(db) == 0
    again = client.get("/organize/back")
    assert (again.status_code, again.location) == (302, "/organize/events")


@pytest.mark.both_databases
def test_looking_elsewhere_first_loses_nothing(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    send(client, name=CANARY)
    assert client.get(TARGET).location == "/organize/sign-in"
    assert sign_in(client, user.email).location == "/organize/back"
    assert fields_of(client.get("/organize/back").text) == [("name", CANARY)]


def test_only_the_browser_that_sent_it_has_the_key(app: Flask, client: Visitor, db: ModuleType) -> None:
    user = make_user(password=PASSWORD)
    send(client, name=CANARY)
    other = app.test_client()
    assert isinstance(other, Visitor)
    other.sign_in(user)
    assert other.get("/organize/back").location == "/organize/events"
    for wrong in ["x", "ÿ", "%00", "a" * 3000]:
        other.set_cookie("parked", wrong)
        assert other.get("/organize/back").location == "/organize/events"
    assert parked(db) == 1


def test_a_form_that_is_too_long_is_not_kept_and_says_so(client: Visitor, db: ModuleType) -> None:
    sent = send(client, name="x" * (actions.LARGEST_PARKED_FORM + 1))
    assert sent.location == "/organize/sign-in"
    assert "parked=" not in sent.headers.get("Set-Cookie", "")
    assert "too long to be kept" in client.get("/organize/sign-in").text
    assert parked(db) == 0


def test_the_longest_announcement_in_any_script_is_kept(client: Visitor, db: ModuleType) -> None:
    send(client, name="ع" * 200_000)
    assert parked(db) == 1


def test_it_waits_for_a_day(client: Visitor, db: ModuleType, clock: time_machine.Traveller) -> None:
    user = make_user(password=PASSWORD)
    send(client, name=CANARY)
    clock.shift(timedelta(hours=24))
    sign_in(client, user.email)
    assert client.get("/organize/back").location == "/organize/events"
    client.post("/organize/sign-out")
    send(client, name="another")
    assert parked(db) == 1  # the late one went when the next came


def test_signing_out_takes_it_from_the_next_person_at_this_browser(client: Visitor, db: ModuleType) -> None:
    user = make_user(password=PASSWORD)
    send(client, name=CANARY)
    sign_in(client, user.email)
    client.post("/organize/sign-out")
    assert parked(db) == 0
    sign_in(client, user.email)
    assert client.get("/organize/back").location == "/organize/events"


def test_strangers_cannot_fill_the_disk(client: Visitor, db: ModuleType) -> None:
    statuses = [send(client, name=str(number)).status_code for number in range(31)]
    assert statuses == [303] * 30 + [429]
    assert parked(db) == 30


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_parks_nothing(client: Visitor, db: ModuleType, headers: dict[str, str]) -> None:
    response = client.post(TARGET, data={"name": "planted"}, headers=headers)
    assert response.status_code == 403
    assert parked(db) == 0


def test_a_form_of_an_older_session_is_shown_again(signed_in: Visitor, db: ModuleType) -> None:
    """Signed in again in another tab: the token of this one is stale, the person is the same."""
    response = signed_in.post(TARGET, data={"csrf_token": "stale", "name": CANARY, "language": "en"})
    assert response.status_code == 400
    assert "Once more" in response.text
    assert fields_of(response.text) == [("name", CANARY), ("language", "en")]
    assert signed_in.user is not None
    db.session.refresh(signed_in.user)
    assert signed_in.user.name != CANARY


def test_without_a_browsers_word_a_stale_form_is_refused(app: Flask, signed_in: Visitor) -> None:
    """No Origin, no Sec-Fetch-Site: what sent this may be any page."""
    from flask.testing import FlaskClient

    response = FlaskClient.open(signed_in, TARGET, method="POST", data={"name": CANARY})
    assert response.status_code == 400
    assert "Kanarienvogel" not in response.text


def test_the_cookie_is_kept_from_scripts_and_bound_to_the_host(
    make_app: Callable[..., Flask], settings: Settings, client: Visitor, db: ModuleType
) -> None:
    cookie = next(c for c in send(client, name="x").headers.getlist("Set-Cookie") if c.startswith("parked="))
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=86400"} <= {part.strip() for part in cookie.split(";")}
    app = make_app(replace(settings, base_url="https://events.example.org"))
    https = "https://events.example.org"
    answer = app.test_client().post(TARGET, data={"name": "x"}, base_url=https, headers={"Origin": https})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "parked=" in c)
    assert cookie.startswith("__Host-parked=")
    assert "Secure" in cookie


def test_the_query_of_the_address_comes_back_too(client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    client.post(f"{TARGET}?from=a%20b", data={"csrf_token": "of that session", "name": "x"})
    sign_in(client, user.email)
    assert f'action="{TARGET}?from=a%20b"' in client.get("/organize/back").text
