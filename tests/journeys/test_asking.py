"""One place, a question and a role: one person answers, another waits, and moves up when the first leaves."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits
from tests.journeys.test_organizer import look, sign_up

pytestmark = pytest.mark.chromium


def publish(page: Page) -> str:
    """The address of a new event's page."""
    day = (datetime.now(UTC) + timedelta(days=10)).date()
    page.goto("/organize/events/new")
    page.locator("[name=title]").fill("The drums come")
    page.locator("[name=starts_on]").fill(f"{day}")
    page.locator("[name=starts_time]").fill("18:00")
    page.locator("[name=ends_time]").fill("20:00")
    page.locator("[name=city]").fill("Toronto")
    page.locator("[name=country]").select_option("CA")
    page.locator("[name=timezone]").select_option("America/Toronto")
    page.get_by_role("button", name="Looks right, publish").click()
    page.wait_for_url(re.compile(r"/organize/events/[a-z]+-"))
    return re.sub("/organize/", "/", page.url)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_one_place_two_people(open_page: OpenPage, site: Site, script: bool) -> None:
    size = PHONE if script else DESK
    page = sign_up(open_page, site, size=size, script=script)
    address = publish(page)
    page.get_by_role("link", name="What you ask", exact=True).click()
    page.wait_for_url("**/rsvps/terms")
    look(page, script=script)
    page.locator("[name=capacity]").fill("1")
    page.locator("[name=note]").fill("Meet at the north gate.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[name=capacity]")).to_have_value("1")

    page.get_by_role("link", name="Write a question").click()
    page.wait_for_url("**/questions/new")
    look(page, script=script)
    page.locator("[name=label]").fill("Which drum do you play?")
    page.get_by_label("One of several").check(force=True)
    page.locator("[name=options]").fill("Snare\nBass")
    page.locator("[name=is_required]").check(force=True)
    page.get_by_role("button", name="Ask it").click()
    expect(page.locator("#questions")).to_contain_text("Which drum do you play?")
    page.get_by_role("button", name="Marshal").click()
    expect(page.locator("#shifts")).to_contain_text("0 of 8 taken.")
    look(page, script=script)

    first = answer(open_page, address, script=script, refused=True)
    expect(first.locator("main")).to_contain_text("You are counted: 1 person")
    expect(first.locator("main")).to_contain_text("Your role: Marshal")
    expect(first.locator("main")).to_contain_text("Meet at the north gate.")
    look(first, script=script)

    second = answer(open_page, address, script=script, full=True)
    expect(second.get_by_role("heading", level=1)).to_have_text("You are on the waitlist")
    expect(second.locator("main")).to_contain_text("You are the next.")
    expect(second.locator("main")).not_to_contain_text("north gate")
    look(second, script=script)
    if script:
        arabic = open_page(second.url.replace("/rsvps/", "/ar/rsvps/"), size=PHONE, color_scheme="dark")
        assert_fits(arabic)
        assert_accessible(arabic)

    first.get_by_role("link", name="See all of it, and when it is erased").click()
    expect(first.locator("main")).to_contain_text("Snare")
    look(first, script=script)
    first.get_by_role("button", name="Erase it now").click()
    expect(first.locator("main")).to_contain_text("Nothing about you is kept.")

    second.reload()
    expect(second.locator("main")).to_contain_text("A place came free, and it is yours.")
    look(second, script=script)
    second.get_by_role("button", name="I keep it").click()
    expect(second.locator("main")).to_contain_text("You are counted: 1 person")
    expect(second.locator("main")).to_contain_text("Meet at the north gate.")


def answer(open_page: OpenPage, address: str, *, script: bool, full: bool = False, refused: bool = False) -> Page:
    """Opens the event's page, and answers in its form; at first without what is needed, if `refused`."""
    page = open_page(address, size=PHONE, script=script, locale="en")
    look(page, script=script)
    button = page.locator("#rsvp").get_by_role("button", name="Join the waitlist" if full else "Count me in")
    if full:
        expect(page.locator(".strip")).to_contain_text("Full: 1 place")
    if refused:
        page.locator("[name=shift]").nth(1).check(force=True)
        button.click()
        expect(page.locator("main")).to_contain_text("The organizer needs to know this.")
        look(page, script=script)
        expect(page.locator("[name=shift]").nth(1)).to_be_checked()
    page.get_by_label("Snare").check(force=True)
    button.click()
    page.wait_for_url(re.compile("/rsvps/"))
    return page
