"""An activist: from a link to a counted answer, changed and withdrawn, without account and without script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits

pytestmark = pytest.mark.chromium

SATURDAY = datetime.now(UTC).date() + timedelta(days=(5 - datetime.now(UTC).weekday()) % 7 + 7)
ANNOUNCEMENT = f"""Hands off the hospitals

WHO: Everyone. Called by Night Nurses Union.
WHAT: Rally and march.
WHEN: Saturday {SATURDAY:%B} {SATURDAY.day}, {SATURDAY.year}, 1-3 PM
WHERE: 175 Bloor St. E, Toronto
WHY: Forty-one hospitals were hit since spring. We ask that it ends.
"""


@pytest.fixture(scope="module")
def path(site: Site) -> str:
    """The path of a published event."""
    made = site.command("events", "publish", text=ANNOUNCEMENT)
    assert made.returncode == 0, made.stderr
    return "/events/" + made.stdout.strip().rpartition("/")[2]


def look(page: Page, *, script: bool) -> None:
    if script:
        assert_fits(page)
        assert_accessible(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_one_tap_counts_and_all_of_it_can_be_changed(
    open_page: OpenPage, site: Site, path: str, size: tuple[int, int], script: bool
) -> None:
    page = open_page(path, size=size, script=script)
    look(page, script=script)
    bar = page.locator(".bar")
    expect(bar.get_by_role("button", name="I’m coming")).to_be_in_viewport()
    bar.get_by_role("button", name="I’m coming").click()

    expect(page).to_have_url(re.compile("/rsvps/"))
    expect(page.locator("main")).to_contain_text("You are counted: 1 person")
    look(page, script=script)

    address = f"noor-{size[0]}-{script}@example.org".lower()
    before = len(site.messages())
    page.locator("[name=party_size][value='2']").check()
    page.locator("[name=name]").fill("Noor")
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("2 people")

    message = site.messages(at_least=before + 1)[-1]
    assert message["To"] == address
    assert [part.get_content_type() for part in message.walk() if part.get_content_type() == "text/calendar"]
    body = message.get_body(("plain",))
    assert body is not None
    link = re.search(r"http://\S+/rsvps/\S+", body.get_content())
    assert link

    page.goto(link.group())
    look(page, script=script)
    expect(page.locator("main")).to_contain_text("2 people")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("not counted")
    look(page, script=script)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_slip_is_explained_and_nothing_is_lost(open_page: OpenPage, path: str, script: bool) -> None:
    page = open_page(path, size=PHONE, script=script)
    page.locator("#rsvp [name=partstat][value=TENTATIVE]").check()
    page.locator("[name=name]").fill("Noor")
    page.locator("[name=email]").fill("noor.mail.org")
    page.get_by_role("button", name="Count me in").click()
    expect(page.locator("main")).to_contain_text("There is no @ in this address")
    expect(page.locator("[name=email]")).to_have_value("noor.mail.org")
    expect(page.locator("[name=name]")).to_have_value("Noor")
    look(page, script=script)


def test_nothing_is_set_and_nobody_is_asked(open_page: OpenPage, path: str) -> None:
    page = open_page("/")
    look(page, script=True)
    page.goto(path)
    page.get_by_role("link", name="Night Nurses Union").first.click()
    page.wait_for_url("**/organizations/*")
    look(page, script=True)
    page.goto("/organizations")
    look(page, script=True)
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_the_five_answers_and_the_button_are_on_the_first_screen(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE)
    for label in ("Who", "What", "When", "Where", "Why"):
        expect(page.locator("dt.poster-label", has_text=label).first).to_be_in_viewport()
    expect(page.get_by_role("button", name="I’m coming")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_legible_in_light_and_dark(open_page: OpenPage, path: str, scheme: str) -> None:
    page = open_page(path, size=PHONE, color_scheme=scheme)
    look(page, script=True)


def test_the_invite_is_a_calendar_file(open_page: OpenPage, site: Site, path: str) -> None:
    page = open_page(path)
    answer = page.request.get(f"{site.url}{path}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;TZID=America/Toronto:" in answer.text()
