"""Who may ask what, decided by the kind of the view, and the kind by its path."""

from __future__ import annotations

from types import ModuleType

import pytest
from flask import Flask

from eventkit import web
from eventkit.accounts.models import OPERATOR
from tests.architecture.site import CHANGES_STATE, Site, fingerprint
from tests.factories import make_user
from tests.visitor import Visitor

ANYBODY = {web.PUBLIC, web.BY_LINK}
WITH_SESSION = {web.SESSION, web.SIGNED_IN}

#: headers of a form or a script on another site
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)


@pytest.fixture
def site(app: Flask, signed_in: Visitor) -> Site:
    assert signed_in.user is not None
    return Site.build(app, signed_in.user)


def test_every_route_says_who_may_ask(app: Flask) -> None:
    kinds = {rule.endpoint: web.access_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint, kind in kinds.items() if kind not in ANYBODY | WITH_SESSION} == set()
    assert set(kinds.values()) >= {web.PUBLIC, web.SESSION, web.SIGNED_IN}


def test_the_kind_agrees_with_the_path(app: Flask) -> None:
    wrong = [
        f"{rule.rule} is {kind}"
        for rule in app.url_map.iter_rules()
        if (kind := web.access_of(app, rule.endpoint))
        and (kind in WITH_SESSION) != f"{rule.rule}/".startswith(f"{web.SESSION_PATH}/")
    ]
    assert wrong == []


def test_every_view_that_changes_something_refuses_another_site(site: Site, signed_in: Visitor) -> None:
    before = fingerprint()
    allowed = []
    for method in CHANGES_STATE:
        for rule, path in site.paths(method):
            for headers in FOREIGN:
                response = signed_in.open(path, method=method, headers=headers, data={"name": "Mallory"})
                if response.status_code != 403:
                    allowed.append(f"{method} {rule.rule} with {headers}: {response.status_code}")
    assert allowed == []
    assert fingerprint() == before


def test_a_session_alone_is_no_proof(site: Site, signed_in: Visitor) -> None:
    """From our own origin, but without the form's token: refused wherever there is a session."""
    before = fingerprint()
    allowed = []
    for rule, path in site.paths("POST"):
        if web.access_of(site.app, rule.endpoint) in WITH_SESSION:
            response = signed_in.post(path, data={"csrf_token": "", "name": "Mallory"})
            if response.status_code not in {400, 422}:
                allowed.append(f"{rule.rule}: {response.status_code}")
    assert allowed == []
    assert fingerprint() == before


def test_who_is_signed_out_gets_nothing_that_needs_an_account(site: Site, client: Visitor) -> None:
    let_in = []
    for rule, path in site.paths("GET"):
        if web.access_of(site.app, rule.endpoint) == web.SIGNED_IN:
            response = client.get(path)
            if response.status_code != 302 or "/organize/sign-in" not in response.location:
                let_in.append(f"{rule.rule}: {response.status_code}")
    assert let_in == []


def test_a_stranger_s_account_changes_nothing_of_an_event(site: Site, app: Flask) -> None:
    """Somebody else who is signed in: neither sees nor changes an event, its people or its organizations."""
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    stranger.sign_in(make_user(name="Somebody else"))
    before = fingerprint()
    let_in = []
    for method in ("GET", "POST"):
        for rule, path in site.paths(method):
            of_something = {"slug", "event_id", "organization_id", "rsvp_id"} & set(rule.arguments)
            if not of_something or web.access_of(app, rule.endpoint) != web.SIGNED_IN:
                continue
            response = stranger.open(path, method=method)
            if response.status_code not in {403, 404}:
                let_in.append(f"{method} {rule.rule}: {response.status_code}")
    assert let_in == []
    assert fingerprint() == before


@pytest.mark.both_databases
def test_get_changes_nothing_and_every_page_answers(site: Site, app: Flask, db: ModuleType, client: Visitor) -> None:
    operator = app.test_client()
    assert isinstance(operator, Visitor)
    operator.sign_in(make_user(role=OPERATOR))
    owner = app.test_client()
    assert isinstance(owner, Visitor)
    owner.sign_in(site.organizer)
    before = fingerprint()
    broken = []
    for visitor in (client, owner, operator):
        for rule, path in site.paths("GET"):
            response = visitor.get(path)
            if response.status_code >= 500:
                broken.append(f"{rule.rule} ({path}): {response.status_code}")
            after = fingerprint()
            if after != before:
                changed = [table for table in after if after[table] != before[table]]
                broken.append(f"{rule.rule} ({path}) changed {changed}")
                before = after
    assert broken == []


def test_pages_that_are_linked_to_exist(site: Site, client: Visitor) -> None:
    """Every page for anyone that has a path with known values answers 200."""
    missing = []
    for rule, path in site.paths("GET"):
        if web.access_of(site.app, rule.endpoint) == web.PUBLIC:
            response = client.get(path, follow_redirects=True)
            if response.status_code != 200:
                missing.append(f"{rule.rule} ({path}): {response.status_code}")
    assert missing == []


def test_public_pages_set_no_cookie_and_do_not_vary_by_one(site: Site, client: Visitor, signed_in: Visitor) -> None:
    wrong = []
    for visitor in (client, signed_in):
        for rule, path in site.paths("GET"):
            if web.access_of(site.app, rule.endpoint) not in ANYBODY:
                continue
            response = visitor.get(path)
            if "Set-Cookie" in response.headers:
                wrong.append(f"{rule.rule} sets a cookie")
            if "cookie" in response.headers.get("Vary", "").lower():
                wrong.append(f"{rule.rule} varies by cookie")
    assert wrong == []


def test_a_public_page_is_the_same_for_whoever_is_signed_in(site: Site, client: Visitor, signed_in: Visitor) -> None:
    for rule, path in site.paths("GET"):
        if web.access_of(site.app, rule.endpoint) == web.PUBLIC:
            assert client.get(path).data == signed_in.get(path).data, rule


def test_public_answers_can_be_kept_and_asked_again_for_nothing(site: Site, client: Visitor) -> None:
    wrong = []
    for rule, path in site.paths("GET"):
        if web.access_of(site.app, rule.endpoint) != web.PUBLIC:
            continue
        first = client.get(path)
        if first.status_code != 200 or rule.endpoint == "healthz":
            continue
        etag = first.headers.get("ETag", "")
        again = client.get(path, headers={"If-None-Match": etag})
        if not etag or again.status_code != 304 or again.data:
            wrong.append(f"{rule.rule}: {etag!r} {again.status_code}")
    assert wrong == []


def test_what_is_for_one_person_is_kept_by_nobody(site: Site, client: Visitor, signed_in: Visitor) -> None:
    wrong = []
    for rule, path in site.paths("GET"):
        if web.access_of(site.app, rule.endpoint) != web.PUBLIC:
            response = signed_in.get(path)
            if "no-store" not in response.headers.get("Cache-Control", ""):
                wrong.append(f"{rule.rule}: {response.headers.get('Cache-Control')}")
    assert wrong == []


def test_every_answer_carries_the_policy_of_its_content(site: Site, client: Visitor) -> None:
    for rule, path in site.paths("GET"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe" not in policy, rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Referrer-Policy"] == "same-origin", rule


def test_a_draft_is_nobody_else_s_to_see(site: Site, client: Visitor) -> None:
    site.values["events"]["slug"] = site.values["rsvps"]["slug"] = site.values[""]["slug"] = "not-yet-public-toronto"
    for method in ("GET", "POST"):
        for rule, path in site.paths(method):
            if web.access_of(site.app, rule.endpoint) == web.PUBLIC and "<slug>" in rule.rule and "event" in rule.rule:
                assert client.open(path, method=method).status_code == 404, f"{method} {rule.rule}"
