"""A session that ends while somebody writes costs them nothing: the form is parked and comes back as it was typed."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import func, select

from eventkit.events.models import Event
from tests.events.organize.pages import form_on, words_of
from tests.events.organize.test_making import FILLED, NEW
from tests.events.organize.test_paste import PASTE, RALLY
from tests.factories import make_event, make_user
from tests.visitor import Visitor

BACK = "/organize/back"


def signed_in_again(visitor: Visitor, path: str) -> str:
    """Signs in and presses the one button of the page that one comes back to."""
    back = visitor.get(BACK)
    assert back.status_code == 200
    assert f'action="{path}"' in back.text
    form = form_on(back.text, path)
    answer = visitor.post(path, data=form)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_typed_form_comes_back_as_it_was_typed(client: Visitor, db: ModuleType) -> None:
    typed = {**FILLED, "parts-1-name": "Tenants United", "parts-1-role": "attending", "tags": "half, finish"}
    asked = client.post(NEW, data={**typed, "action": "publish"})
    assert (asked.status_code, asked.location) == (303, "/organize/sign-in")
    client.sign_in(make_user())
    page = signed_in_again(client, NEW)
    form = form_on(page, NEW)
    assert {name: form[name] for name in typed} == typed
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0, "shown, not acted on"
    assert "to fix" not in words_of(page)
    assert client.post(NEW, data={**form, "action": "publish"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_pasted_text_comes_back(client: Visitor) -> None:
    client.post(PASTE, data={"announcement": RALLY, "announced_on": "2016-09-30"})
    client.sign_in(make_user())
    form = form_on(signed_in_again(client, PASTE), PASTE)
    assert form["announcement"].replace("\r\n", "\n") == RALLY
    assert form["announced_on"] == "2016-09-30"


def test_a_corrected_text_comes_back_with_its_marks(client: Visitor) -> None:
    client.sign_in(make_user())
    read = client.post(PASTE, data={"announcement": RALLY, "announced_on": "2016-09-30"})
    form = form_on(read.text, NEW)
    client.delete_cookie("session", path="/")
    client.post(NEW, data={**form, "title": "My own title", "action": "keep"})
    client.sign_in(make_user())
    page = signed_in_again(client, NEW)
    assert form_on(page, NEW)["title"] == "My own title"
    assert "<mark>Saturday October 1</mark>" in page


def test_a_reason_comes_back_and_nothing_is_cancelled(client: Visitor, db: ModuleType) -> None:
    user = make_user()
    event = make_event(organizer=user)
    path = f"/organize/events/{event.slug}/cancellation"
    client.post(path, data={"reason": "A storm is coming"})
    client.sign_in(user)
    assert form_on(signed_in_again(client, path), path)["reason"] == "A storm is coming"
    db.session.refresh(event)
    assert event.status == "published"


def test_a_button_alone_does_nothing_after_signing_in(client: Visitor, db: ModuleType) -> None:
    user = make_user()
    event = make_event(organizer=user, status="draft")
    path = f"/organize/events/{event.slug}/publication"
    client.post(path)
    client.sign_in(user)
    form = form_on(client.get(BACK).text, path)
    assert client.post(path, data=form).location == f"/organize/events/{event.slug}"
    db.session.refresh(event)
    assert event.status == "draft"


def test_a_long_text_in_arabic_is_kept_too(client: Visitor) -> None:
    text = "اعتصام أمام المستشفى " * 9_000
    client.post(PASTE, data={"announcement": text, "announced_on": "2026-09-01"})
    client.sign_in(make_user())
    assert form_on(signed_in_again(client, PASTE), PASTE)["announcement"] == text
