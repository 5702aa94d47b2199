"""In a flood a browser proves a tap by itself; where it cannot, somebody waits; nothing that was typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits
from tests.journeys.test_activist import ANNOUNCEMENT

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def site_settings() -> dict[str, str]:
    return {"EVENTKIT_PROOF_OF_WORK": "always"}


@pytest.fixture(scope="module")
def path(site: Site) -> str:
    """The path of a published event."""
    made = site.command("events", "publish", text=ANNOUNCEMENT)
    assert made.returncode == 0, made.stderr
    return "/events/" + made.stdout.strip().rpartition("/")[2]


def fill(page: Page) -> None:
    page.locator("#rsvp [name=partstat][value=TENTATIVE]").check()
    page.locator("[name=name]").fill('Noor "N."')
    page.get_by_role("button", name="Count me in").click()


def test_one_tap_is_proved_and_counted(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE)
    page.locator(".bar").get_by_role("button", name="I’m coming").click()
    expect(page).to_have_url(re.compile("/rsvps/"))
    expect(page.locator("main")).to_contain_text("You are counted: 1 person", timeout=30_000)


def test_what_was_typed_is_sent_with_the_proof(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    fill(page)
    expect(page.locator("[name=name]")).to_have_value('Noor "N."', timeout=30_000)
    expect(page.locator("main")).to_contain_text("maybe")


def test_a_browser_that_cannot_solve_it_is_left_the_button(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE)
    page.route("**/pbkdf2.js*", lambda route: route.fulfill(status=404))
    fill(page)
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    expect(page.locator("[data-working]")).to_be_hidden()
    assert_fits(page)
    assert_accessible(page)


def test_without_script_the_button_says_when(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=DESK, script=False)
    fill(page)
    expect(page.locator("main")).to_contain_text("Wait 30 seconds, then press the button.")
    expect(page.locator("input[name=name]")).to_have_value('Noor "N."')
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"Wait (2\d|30) seconds, then press the button"))
    expect(page.locator("input[name=name]")).to_have_value('Noor "N."')
