"""What went wrong is said to a person, on a page that needs neither session nor database."""

from __future__ import annotations

from types import ModuleType

import pytest
from flask import Flask

from eventkit.db import make_engine
from eventkit.errors import DomainError
from eventkit.web import public
from tests.visitor import Visitor


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("path", ["/nowhere", "/organize/nowhere", "/en/nowhere", "/nowhere/%00<script>"])
def test_not_here(client: Visitor, path: str) -> None:
    response = client.get(path)
    page = main_of(response.text)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "404" in page
    assert "Not here" in page
    assert "Perhaps the link lost a letter." in page
    root = "/en/" if path.startswith("/en") else "/"
    assert f'href="{root}"' in page
    assert "<script" not in page
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_not_here_is_said_to_who_is_signed_in_too(signed_in: Visitor) -> None:
    response = signed_in.get("/organize/nowhere")
    assert response.status_code == 404
    assert signed_in.user is not None
    assert signed_in.user.email not in response.text


def test_a_wrong_way_says_which_are_right(client: Visitor) -> None:
    response = client.delete("/organizations")
    assert response.status_code == 405
    assert "Open the page first" in response.text
    assert "GET" in response.headers["Allow"]


def test_too_long(client: Visitor) -> None:
    response = client.post("/organize/sign-in", data={"csrf_token": client.token(), "email": "x" * (2 * 1024 * 1024)})
    assert response.status_code == 413
    assert "Send less at once" in response.text


@pytest.fixture
def broken(app: Flask) -> Flask:
    """As it runs in earnest: what a view raises does not reach the test."""

    @public
    def fail() -> str:
        raise RuntimeError("the password is swordfish")

    @public
    def refuse() -> str:
        raise DomainError("The end is before the start.")

    app.add_url_rule("/fail", "fail", fail)
    app.add_url_rule("/refuse", "refuse", refuse)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_our_mistake_tells_nothing_of_its_cause(broken: Flask, client: Visitor) -> None:
    response = client.get("/fail")
    assert response.status_code == 500
    assert "Our mistake" in response.text
    for secret in ("swordfish", "RuntimeError", "Traceback", "test_error_pages"):
        assert secret not in response.text


def test_what_cannot_be_done_says_what_to_do(broken: Flask, client: Visitor) -> None:
    response = client.get("/refuse")
    assert response.status_code == 422
    assert "The end is before the start." in response.text


def test_pages_are_readable_while_the_database_is_gone(broken: Flask, client: Visitor, db: ModuleType) -> None:
    gone = make_engine("sqlite:////nonexistent/eventkit.sqlite")
    broken.extensions["eventkit.engine"].dispose()
    broken.extensions["eventkit.engine"] = gone
    assert client.get("/nowhere").status_code == 404
    response = client.get("/organizations")
    assert response.status_code == 500
    assert "Our mistake" in response.text
    assert "nonexistent" not in response.text
