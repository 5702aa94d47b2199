"""Ways in without a password: the operator's first link, invitations, resets; and the messages about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventkit import clock as our_clock
from eventkit.accounts import actions, cli
from eventkit.accounts.models import OPERATOR, SignInLink, User
from tests.accounts.test_signing_in import PASSWORD, is_signed_in, sign_in
from tests.factories import make_user
from tests.visitor import Visitor

Outbox = Callable[[], list[EmailMessage]]
NEW = "quite another one"


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """The path of the link that the message is about; text and HTML carry the same."""
    html = message.get_body(("html",))
    assert html is not None
    found = re.search(r"http://localhost(/(?:en/)?organize/\S+)", text_of(message))
    assert found is not None
    assert f'href="http://localhost{found[1]}"' in html.get_content()
    return found[1]


def accounts(db: ModuleType) -> int:
    return int(db.session.scalar(select(func.count()).select_from(User)))


def test_the_first_link_makes_the_operator_and_works_once(app: Flask, client: Visitor, db: ModuleType) -> None:
    first = cli.welcome()[-1].removeprefix("http://localhost")
    second = cli.welcome()[-1].removeprefix("http://localhost")
    assert client.get(first).status_code == 410  # a newer one makes an older one void
    assert client.get(second).status_code == 200
    assert accounts(db) == 0
    made = client.post(second, data={"email": "Op@example.org", "name": "Op", "password": PASSWORD})
    assert (made.status_code, made.location) == (303, "/organize/back")
    operator = db.session.scalar(select(User))
    assert (operator.email, operator.is_operator) == ("op@example.org", True)
    assert client.get("/organize/people").status_code == 200
    gone = client.post(second, data={"email": "second@example.org", "password": PASSWORD})
    assert gone.status_code == 410
    assert "used up" in client.get(second).text
    assert accounts(db) == 1
    assert cli.welcome() == []


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("", PASSWORD, "Write an address that reaches you."),
        ("op.example.org", PASSWORD, "There is no @ in this address."),
        ("op@", PASSWORD, "This address cannot be written to."),
        ("op@example.org", "", "Choose a password."),
        ("op@example.org", "short", "Ten characters at least."),
        ("op@example.org", "x" * 129, "Ten characters at least."),
    ],
)
def test_a_welcome_that_does_not_work_says_why_and_keeps_what_was_typed(
    client: Visitor, db: ModuleType, email: str, password: str, message: str
) -> None:
    link = cli.welcome()[-1]
    response = client.post(link, data={"email": email, "name": "Noor <b>", "password": password})
    assert response.status_code == 422
    assert message in response.text
    assert 'value="Noor &lt;b&gt;"' in response.text
    assert accounts(db) == 0
    assert client.post(link, data={"email": "op@example.org", "password": PASSWORD}).status_code == 303


def test_a_link_is_kept_as_a_hash_and_ends(
    client: Visitor, db: ModuleType, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    link = cli.welcome()[-1]
    token = link.rpartition("/")[2]
    assert token.encode() not in b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    clock.shift(timedelta(days=7))
    assert client.get(link).status_code == 410


def test_an_address_with_an_account_is_sent_to_the_sign_in(client: Visitor, db: ModuleType) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    with db.transaction():
        token = actions.create_link(role=OPERATOR, now=our_clock.now())
    response = client.post(
        f"/organize/welcome/{token}", data={"email": "AMAL@example.org", "password": "not the password"}
    )
    assert response.status_code == 422
    assert "Sign in instead" in response.text
    assert not is_signed_in(client)
    assert sign_in(client, "amal@example.org").status_code == 302


@pytest.mark.both_databases
def test_the_operator_invites(app: Flask, operator: Visitor, client: Visitor, db: ModuleType, outbox: Outbox) -> None:
    page = operator.post("/organize/people", data={"email": "Noor@example.org"})
    assert page.status_code == 200
    (message,) = outbox()
    assert message["To"] == "noor@example.org"
    assert "invited" in message["Subject"]
    link = link_in(message)
    assert f"http://localhost{link}" in page.text
    assert not any(link in cookie for cookie in page.headers.getlist("Set-Cookie"))
    listed = operator.get("/organize/people").text
    assert "noor@example.org" in listed
    assert "until" in listed
    assert link not in listed  # it is shown once
    made = client.post(link, data={"email": "noor@example.org", "password": PASSWORD})
    assert made.status_code == 303
    assert client.get("/organize/people").status_code == 403
    assert "Take it back" not in operator.get("/organize/people").text


def test_an_invitation_is_replaced_and_taken_back(operator: Visitor, client: Visitor, outbox: Outbox) -> None:
    operator.post("/organize/people", data={"email": "noor@example.org"})
    operator.post("/organize/people", data={"email": "noor@example.org"})
    first, second = (link_in(message) for message in outbox())
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    assert operator.post("/organize/people/withdraw", data={"address": "noor@example.org"}).status_code == 303
    assert client.get(second).status_code == 410


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "Write the address"),
        ("noor", "There is no @"),
        ("Amal@example.org", "There is an account with this address"),
    ],
)
def test_an_invitation_that_cannot_be_sent_says_why(
    operator: Visitor, outbox: Outbox, address: str, message: str
) -> None:
    make_user(email="amal@example.org")
    response = operator.post("/organize/people", data={"email": address})
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{address}"' in response.text
    assert outbox() == []


def test_the_operator_lets_in_who_is_locked_out(operator: Visitor, client: Visitor) -> None:
    user = make_user(email="amal@example.org", password=PASSWORD)
    page = operator.post(f"/organize/people/{user.id}/link")
    found = re.search(r'href="http://localhost(/organize/welcome/[^"]+)"', page.text)
    assert found is not None
    assert "amal@example.org" in client.get(found[1]).text
    assert client.post(found[1], data={"password": NEW}).status_code == 303
    assert is_signed_in(client)
    assert client.post(found[1], data={"password": NEW}).status_code == 410
    assert operator.post("/organize/people/999999/link").status_code == 404


def test_people_are_the_operators_alone(signed_in: Visitor, client: Visitor, outbox: Outbox) -> None:
    user = make_user()
    assert signed_in.get("/organize/people").status_code == 403
    assert signed_in.post("/organize/people", data={"email": "noor@example.org"}).status_code == 403
    assert signed_in.post(f"/organize/people/{user.id}/link").status_code == 403
    assert signed_in.post("/organize/people/withdraw", data={"address": "noor@example.org"}).status_code == 403
    assert client.get("/organize/people").status_code == 302
    assert outbox() == []


def test_a_list_of_many_people_costs_no_more(operator: Visitor, app: Flask) -> None:
    from sqlalchemy import event

    def queries() -> int:
        counted: list[str] = []
        engine = app.extensions["eventkit.engine"]
        listener = lambda *a: counted.append(a[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        assert operator.get("/organize/people").status_code == 200
        event.remove(engine, "before_cursor_execute", listener)
        return len(counted)

    before = queries()
    for _ in range(3):
        make_user(role=OPERATOR)
    assert queries() == before


def test_commands(app: Flask, db: ModuleType, outbox: Outbox, client: Visitor) -> None:
    runner = app.test_cli_runner()

    def run(*arguments: str) -> tuple[int, str]:
        import contextvars

        result = contextvars.Context().run(runner.invoke, args=["accounts", *arguments])
        return result.exit_code, result.output

    code, printed = run("invite", "Noor@example.org")
    assert code == 0
    (message,) = outbox()
    assert printed.strip() == f"http://localhost{link_in(message)}"
    assert client.post(link_in(message), data={"email": "noor@example.org", "password": PASSWORD}).status_code == 303
    assert run("invite", "noor@example.org") == (
        1,
        "Error: noor@example.org has an account already; `accounts link noor@example.org` makes a way in\n",
    )
    code, printed = run("invite", "noor")
    assert (code, "There is no @" in printed) == (1, True)
    code, printed = run("link", "NOOR@example.org")
    assert code == 0
    assert client.post(printed.strip(), data={"password": NEW}).status_code == 303
    code, printed = run("link", "nobody@example.org")
    assert (code, "nobody has an account with nobody@example.org" in printed) == (1, True)


@pytest.mark.both_databases
def test_a_forgotten_password(app: Flask, client: Visitor, outbox: Outbox) -> None:
    user = make_user(email="amal@example.org", password=PASSWORD)
    other = app.test_client()
    assert isinstance(other, Visitor)
    sign_in(other, user.email)
    asked = client.post("/organize/reset", data={"email": "Amal@example.org "})
    assert (asked.status_code, asked.location) == (303, "/organize/sign-in")
    assert "a link is on its way" in client.get("/organize/sign-in").text
    (message,) = outbox()
    assert (message["To"], message["Subject"]) == ("amal@example.org", "Your new password for eventkit")
    link = link_in(message)
    assert client.get(link).status_code == 200
    too_short = client.post(link, data={"password": "short"})
    assert too_short.status_code == 422
    assert "10 characters at least" in too_short.text
    done = client.post(link, data={"password": NEW})
    assert (done.status_code, done.location) == (302, "/en/organize/sign-in")
    assert "Sign in with the new one." in client.get("/organize/sign-in").text
    assert [str(m["Subject"]) for m in outbox()][1:] == ["Your password for eventkit has changed"]
    assert "chosen with the link" in text_of(outbox()[1])
    assert not is_signed_in(other)
    assert sign_in(other, user.email).status_code == 422
    assert sign_in(other, user.email, NEW).status_code == 302
    again = client.get(link, follow_redirects=True)
    assert "That link was used already" in again.text


def test_a_reset_link_ends_after_a_day(client: Visitor, outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    client.post("/organize/reset", data={"email": "amal@example.org"})
    link = link_in(outbox()[0])
    clock.shift(timedelta(days=1, seconds=1))
    assert "older than a day" in client.get(link, follow_redirects=True).text
    assert "older than a day" in client.post(link, data={"password": NEW}, follow_redirects=True).text


def test_a_reset_does_not_tell_who_has_an_account(client: Visitor, outbox: Outbox) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    told = []
    for address in ["amal@example.org", "nobody@example.org"]:
        response = client.post("/organize/reset", data={"email": address})
        assert (response.status_code, response.location) == (303, "/organize/sign-in")
        page = client.get("/organize/sign-in").text.replace(address, "…")
        told.append(re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page))
    assert told[0] == told[1]
    assert [m["To"] for m in outbox()] == ["amal@example.org"]


@pytest.mark.parametrize(("address", "message"), [("", "There is no @"), ("amal.example.org", "There is no @")])
def test_what_is_no_address_is_told(client: Visitor, address: str, message: str) -> None:
    response = client.post("/organize/reset", data={"email": address})
    assert response.status_code == 422
    assert message in response.text


def test_a_mail_box_is_not_flooded(client: Visitor, outbox: Outbox, clock: time_machine.Traveller) -> None:
    make_user(email="amal@example.org", password=PASSWORD)
    for _ in range(3):
        assert client.post("/organize/reset", data={"email": "amal@example.org"}).status_code == 303
    assert len(outbox()) == 1
    clock.shift(300)
    client.post("/organize/reset", data={"email": "amal@example.org"})
    assert len(outbox()) == 2


def test_the_host_that_a_request_claims_is_not_believed(client: Visitor, outbox: Outbox) -> None:
    """Otherwise whoever asks for somebody's reset chooses where its secret is sent."""
    make_user(email="amal@example.org", password=PASSWORD)
    client.get("/organize/sign-in", base_url="http://evil.example")
    client.post(
        "/organize/reset",
        data={"email": "amal@example.org", "csrf_token": _token_at(client, "http://evil.example")},
        base_url="http://evil.example",
    )
    for message in outbox():
        assert "evil" not in message.as_string()


@pytest.mark.both_databases
def test_who_changes_the_password_hears_of_it(client: Visitor, outbox: Outbox) -> None:
    user = make_user(password=PASSWORD)
    sign_in(client, user.email)
    client.post("/organize/password", data={"password": PASSWORD, "new_password": NEW})
    (message,) = outbox()
    assert message["Subject"] == "Your password for eventkit has changed"
    assert "changed by somebody who was signed in" in text_of(message)
    assert link_in(message) == "/en/organize/reset"


def test_a_new_password_voids_the_links_that_wait(db: ModuleType, client: Visitor) -> None:
    user = make_user(password=PASSWORD)
    with db.transaction():
        first = actions.create_link(email=user.email, user=user, now=our_clock.now())
        second = actions.create_link(email=user.email, user=user, now=our_clock.now())
    assert client.post(f"/organize/welcome/{first}", data={"password": NEW}).status_code == 303
    assert client.get(f"/organize/welcome/{second}").status_code == 410
    assert db.session.scalar(select(func.count()).select_from(SignInLink)) == 1


def _token_at(client: Visitor, base_url: str) -> str:
    page = client.get("/organize/reset", base_url=base_url).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_what_commands_publish_before_there_is_an_operator_becomes_the_operators(
    app: Flask, client: Visitor, db: ModuleType
) -> None:
    made = app.test_cli_runner().invoke(args=["demo"])
    assert made.exit_code == 0, made.output
    (link,) = [line for line in cli.welcome() if line.startswith("http")]
    answer = client.post(link, data={"email": "operator@example.org", "name": "Op", "password": PASSWORD})
    assert answer.status_code == 303
    (account,) = db.session.scalars(select(User))
    assert (account.name, account.is_operator) == ("Op", True)
    assert "Hands off the hospitals" in client.get("/organize/events").text
    assert cli.welcome() == []
