"""How a request is let in and how an answer goes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask, request, session

from eventkit import db, sources, web
from eventkit.accounts.models import Role
from eventkit.config import Settings
from eventkit.errors import DomainError
from tests.visitor import Visitor


@pytest.fixture
def small_app(make_app: Callable[..., Flask]) -> Flask:
    """The application with a few views more, so that what is asserted is the foundation's alone."""
    return with_views(make_app())


def with_views(app: Flask) -> Flask:
    @app.get("/test/page")
    @web.public
    def page() -> str:
        return "page"

    @app.post("/test/answer")
    @web.public
    def answer() -> str:
        return "answered"

    @app.post("/test/reads")
    @web.public
    def reads() -> str:
        return str(len(request.form["text"]))

    @app.get("/organize/test/session")
    @web.requires()
    def own() -> str:
        session["seen"] = True
        return "own"

    @app.get("/test/tries-a-session")
    @web.public
    def tries() -> str:
        session["seen"] = True
        return f"{session.get('_user_id')}"

    @app.get("/test/limited")
    @web.public
    @web.limiter.limit("2 per minute")
    def limited() -> str:
        return "in"

    @app.get("/test/source")
    @web.public
    def source() -> str:
        return f"{request.scheme} {request.host} {sources.of_request()}"

    @app.get("/test/refused")
    @web.public
    def refused() -> str:
        raise DomainError("The hall is full.", status=409)

    @app.get("/test/broken/<token>")
    @web.by_link
    def broken(token: str) -> str:
        with db.transaction() as session:
            session.add_all([Role(name="noor@example.net"), Role(name="noor@example.net")])
        return "never"

    return app


def visitor(app: Flask) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


def test_a_form_of_no_browser_is_let_in(small_app: Flask) -> None:
    """One-click unsubscribing comes from a mail server: without Origin, without Fetch Metadata."""
    plain = small_app.test_client()
    response = super(Visitor, plain).open("/test/answer", method="POST")  # type: ignore[arg-type, misc]
    assert response.data == b"answered"


def test_our_own_form_is_let_in_by_its_public_address(make_app: Callable[..., Flask], settings: Settings) -> None:
    """Behind a proxy that does not pass the host on, the origin is that of BASE_URL."""
    app = with_views(make_app(replace(settings, base_url="https://events.example.org")))
    client = visitor(app)
    assert client.post("/test/answer", headers={"Origin": "https://events.example.org"}).status_code == 200
    assert client.post("/test/answer", headers={"Origin": "https://events.example.org.evil"}).status_code == 403


def test_a_session_exists_under_organize_only(small_app: Flask, db: ModuleType, signed_in: Visitor) -> None:
    small_client = visitor(small_app).sign_in(signed_in.user)  # type: ignore[arg-type]
    public = small_client.get("/test/tries-a-session")
    assert public.data == b"None"
    assert "Set-Cookie" not in public.headers
    own = small_client.get("/organize/test/session")
    assert own.data == b"own"
    assert "Set-Cookie" in own.headers
    assert own.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_for_this_host_and_no_script(make_app: Callable[..., Flask], settings: Settings) -> None:
    app = make_app(replace(settings, base_url="https://localhost"))
    with app.app_context():
        response = visitor(app).get("/organize/sign-in", base_url="https://localhost")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in response.headers


def test_a_limit_is_kept_and_explained(small_app: Flask) -> None:
    client = visitor(small_app)
    assert [client.get("/test/limited").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/test/page").status_code == 200


def test_a_source_is_a_hash_that_tells_nobody(small_app: Flask) -> None:
    client = visitor(small_app)

    def seen_from(address: str) -> str:
        return client.get("/test/source", environ_base={"REMOTE_ADDR": address}).text.split()[2]

    assert re.fullmatch("[0-9a-f]{32}", seen_from("203.0.113.7"))
    assert seen_from("203.0.113.7") != seen_from("203.0.113.8")
    assert seen_from("2001:db8:1:2::3") == seen_from("2001:db8:1:2:ffff::4")
    assert seen_from("2001:db8:1:2::3") != seen_from("2001:db8:1:3::3")
    assert seen_from("::ffff:203.0.113.7") == seen_from("203.0.113.7")


def test_forwarded_headers_are_believed_from_known_proxies_only(
    make_app: Callable[..., Flask], settings: Settings
) -> None:
    told = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https"}
    alone = visitor(with_views(make_app())).get("/test/source", headers=told).text
    assert alone.startswith("http ")
    app = with_views(make_app(replace(settings, trusted_proxies=1)))
    client = visitor(app)
    behind = client.get("/test/source", headers=told).text
    assert behind.startswith("https ")
    assert behind.split()[2] == client.get("/test/source", environ_base={"REMOTE_ADDR": "203.0.113.7"}).text.split()[2]


def test_what_cannot_be_done_is_said_on_a_page(small_app: Flask) -> None:
    response = visitor(small_app).get("/test/refused")
    assert response.status_code == 409
    assert "The hall is full." in response.text


def test_a_failure_tells_nothing_of_itself(small_app: Flask) -> None:
    small_app.config["PROPAGATE_EXCEPTIONS"] = False
    response = visitor(small_app).get("/test/broken/secret-token")
    assert response.status_code == 500
    assert "noor@example.net" not in response.text
    assert "<html" in response.text


def test_a_failure_is_logged_without_the_path_or_what_was_written(
    small_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    small_app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor(small_app).get("/test/broken/secret-token")
    assert "GET broken failed" in caplog.text
    assert "INSERT INTO roles" in caplog.text
    assert "secret-token" not in caplog.text
    assert "noor@example.net" not in caplog.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/%00", "/events/%F0%9F%92%A9", "/" + "a" * 5000, "/events/../../etc/passwd"]
)
def test_what_is_not_there_is_a_page_too(client: Visitor, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "<html" in response.text


def test_a_text_of_three_megabytes_is_refused(small_app: Flask) -> None:
    client = visitor(small_app)
    assert client.post("/test/reads", data={"text": "a" * 1_000_000}).text == "1000000"
    assert client.post("/test/reads", data={"text": "a" * 3_000_000}).status_code == 413


def test_static_files_are_kept_for_a_year_and_renamed_when_they_change(app: Flask, client: Visitor) -> None:
    with app.test_request_context("/"):
        url = web.asset("css/base.css")
    response = client.get(url)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/static/css/base.css").headers.get("Cache-Control", "")


def test_absolute_addresses_need_no_request(make_app: Callable[..., Flask], settings: Settings) -> None:
    app = make_app(replace(settings, base_url="https://example.org/protest"))
    with app.app_context():
        assert web.external_url("events.show", slug="a") == "https://example.org/protest/events/a"
        assert web.external_url("events.show", slug="a", language="ar") == "https://example.org/protest/ar/events/a"


def test_no_browser_is_told_to_ask_a_third_party(client: Visitor) -> None:
    """Everything that the start page has a browser load is a path of ours."""
    page = client.get("/").text
    tags = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", page)
    loading = [tag for tag in tags if not re.search(r'rel="(canonical|alternate)"', tag)]
    loaded = [url for tag in loading for url in re.findall(r'\b(?:src|href)="([^"]+)', tag)]
    assert loaded
    assert [url for url in loaded if not url.startswith("/") or url.startswith("//")] == []
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=", page)
    assert Path(client.application.static_folder or "").is_dir()
