"""Caches between us and people: what is put into one stays there, so nobody else may say what it is."""

from __future__ import annotations

import pytest

from eventkit import clock
from eventkit.events import actions
from tests.factories import make_event
from tests.factories.events import make_details
from tests.visitor import Visitor

EVIL = "evil.example"


@pytest.mark.parametrize("path", ["/static/css/base.css?v=0123456789ab", "/static/css/next.css?v=0123456789ab"])
def test_the_name_of_a_file_of_the_next_version_cannot_be_taken(client: Visitor, path: str) -> None:
    assert "immutable" not in client.get(path).headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": EVIL},
        {"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": f"//{EVIL}"},
        {"Forwarded": f"host={EVIL};proto=gopher", "X-Original-URL": f"//{EVIL}", "X-Rewrite-URL": f"//{EVIL}"},
    ],
)
def test_no_answer_repeats_the_host_that_a_request_claims(client: Visitor, headers: dict[str, str]) -> None:
    from eventkit import db

    event = make_event(slug="former")
    with db.transaction():
        actions.edit(event, make_details(slug="present"), now=clock.now())
    for path in (
        *("/", "/ar/", "/events/present", "/ar/events/present", "/events/present.ics", "/events/present/contact"),
        *("//events/present", "/events//present", "/ar//events/present", "/ar//there/", "//there/%2f..", "/static//x"),
        *("/organize/events", "/ar//organize/events", "/organize//events", "/organize/sign-in", "/events/former"),
    ):
        answer = client.get(path, headers=headers)
        assert answer.status_code in {200, 301, 302, 404}, path
        assert not (answer.location or "").startswith(("//", "http")), path
        told = f"{answer.headers} {answer.text}"
        assert EVIL not in told, path
        assert "gopher" not in told, path


def test_a_redirect_and_a_denial_are_asked_for_again(client: Visitor) -> None:
    """An event may take its former address back, and what is a draft today is public tomorrow."""
    from eventkit import db

    event = make_event(slug="former")
    with db.transaction():
        actions.edit(event, make_details(slug="present"), now=clock.now())
    moved, denied = client.get("/events/former"), client.get("/events/nothing")
    assert (moved.status_code, moved.headers["Cache-Control"]) == (301, "public, no-cache")
    assert (denied.status_code, denied.headers["Cache-Control"]) == (404, "no-store")
    assert client.get("/events/former.ics").headers["Cache-Control"] == "public, no-cache"
