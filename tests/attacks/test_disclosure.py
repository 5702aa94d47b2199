"""What is not public, looked for in every place where it might show."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import IntegrityError

from eventkit import clock, db
from eventkit.accounts.security import ASKING_TAKES
from eventkit.events import actions
from eventkit.events.details import Part, stored_details
from eventkit.events.models import ATTENDING, CANCELLED, HOST, PRIVATE, UNLISTED, Event
from eventkit.rsvps import actions as rsvps
from eventkit.rsvps import queries
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED
from tests.factories import make_event, make_series, make_user
from tests.factories.events import make_details
from tests.visitor import Visitor

Closed = Callable[[], Event]


def draft() -> Event:
    return make_event(title="Quokka march", host="Quokka Circle", status="draft")


def private() -> Event:
    return make_event(title="Quokka march", host="Quokka Circle", visibility=PRIVATE)


def private_and_cancelled() -> Event:
    return make_event(title="Quokka march", host="Quokka Circle", visibility=PRIVATE, status=CANCELLED)


@pytest.mark.parametrize("closed", [draft, private, private_and_cancelled])
def test_nobody_learns_of_an_event_that_is_closed(app: Flask, client: Visitor, closed: Closed) -> None:
    """By no page, in no format: it is denied in the words in which anything is denied that there is not."""
    event = closed()
    make_event(parts=[Part("Tenants United", ATTENDING)])
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/organize/") or rule.endpoint == "static" or "<token>" in rule.rule:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            data = {"partstat": "ACCEPTED", "message": "?"} if method == "POST" else None
            slug = "quokka-circle" if rule.rule.startswith("/organizations/") else event.slug
            told = client.open(rule.rule.replace("<slug>", slug), method=method, data=data)
            assert "Quokka" not in told.text, rule
            if "<slug>" in rule.rule:
                nothing = client.open(rule.rule.replace("<slug>", "nothing"), method=method, data=data)
                assert (told.status_code, told.text.replace(slug, "nothing")) == (404, nothing.text), rule


@pytest.mark.parametrize("closed", [draft, private])
@pytest.mark.parametrize("path", ["/events/{}", "/events/{}.ics", "/events/{}/contact", "/organizations/{}"])
def test_it_takes_as_many_questions_to_deny_it(app: Flask, client: Visitor, closed: Closed, path: str) -> None:
    """A page that loads a draft before it denies it takes measurably longer."""
    event = closed()
    statements: list[str] = []
    sqlalchemy_event.listen(
        app.extensions["eventkit.engine"],
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )
    counts = []
    slug = "quokka-circle" if "organizations" in path else event.slug
    for asked in (slug, "nothing"):
        statements.clear()
        assert client.get(path.format(asked)).status_code == 404
        counts.append(list(statements))
    assert counts[0] == counts[1]


def test_a_former_address_leads_to_nothing_closed(client: Visitor, db: ModuleType) -> None:
    from eventkit import clock

    event = make_event(title="Quokka march")
    former = event.slug
    with db.transaction():
        actions.edit(event, make_details(title="Quokka march", slug="moved-on", visibility=PRIVATE), now=clock.now())
    for path in (f"/events/{former}", f"/events/{former}.ics", "/events/moved-on", f"/events/{former}/contact"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (404, None)


def test_other_organizers_do_not_learn_whom_a_draft_names(signed_in: Visitor) -> None:
    make_event(status="draft", host="Quokka Circle", parts=[Part("Quokka Choir", HOST)])
    assert "Quokka" not in signed_in.get("/organize/events/new").text
    under = "/organize/organizations"
    for path in ("edit", "members"):
        assert signed_in.get(f"{under}/quokka-circle/{path}").status_code == 404
    refused = signed_in.post(f"{under}/new", data={"name": "quokka CIRCLE", "kind": "other"})
    assert refused.status_code == 422
    assert "Quokka Circle" not in refused.text


@pytest.mark.both_databases
def test_an_error_of_the_database_does_not_repeat_an_address(
    app: Flask, db: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"noor{7}@example.org"  # the log shows the lines of the code
    make_user(email=address)
    with pytest.raises(IntegrityError) as caught:
        make_user(email=address)
    with app.test_request_context("/"):
        app.log_exception((caught.type, caught.value, caught.tb))
    assert "UNIQUE" in caplog.text.upper()
    assert address not in caplog.text


def test_a_reset_takes_as_long_for_nobody(client: Visitor) -> None:
    user = make_user(password="four unrelated words")
    took = []
    for email in (user.email, "nobody@example.org"):
        began = time.perf_counter()
        assert client.post("/organize/reset", data={"email": email}).status_code == 303
        took.append(time.perf_counter() - began)
    assert min(took) >= ASKING_TAKES


@pytest.mark.parametrize("closed", [draft, private])
def test_a_feed_does_not_name_an_organization_that_has_no_page(client: Visitor, closed: Closed) -> None:
    """A slug can be guessed; what is called so cannot be read from the name of its feed."""
    closed()
    make_event()
    assert "Quokka Circle" not in client.get("/feeds/events.ics?organization=quokka-circle").text
    make_event(host="Quokka Circle")
    assert "Quokka Circle" in client.get("/feeds/events.ics?organization=quokka-circle").text


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("visibility", [PRIVATE, UNLISTED])
def test_a_series_does_not_lead_to_its_other_half_that_is_not_public_any_more(client: Visitor, visibility: str) -> None:
    event = make_series()
    with db.transaction():
        rsvp = rsvps.register(event, Answer(ACCEPTED, 1, Person()), now=clock.now(), occurrence="20260925T180000")
    with db.transaction():
        rest = actions.split(event, "20260925T180000", now=clock.now())
    pages = [f"/events/{event.slug}", f"/rsvps/{queries.browser_token(rsvp)}"]
    assert all(f"/events/{rest.slug}" in client.get(page).text for page in pages)
    with db.transaction():
        hidden = replace(stored_details(rest), slug="quokka-march", visibility=visibility)
        actions.edit(rest, hidden, now=clock.now())
    assert all("quokka" not in client.get(page).text for page in pages)
