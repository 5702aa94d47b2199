"""Somebody who looks for what is on near them, and subscribes to it; an organizer and their own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits

pytestmark = pytest.mark.chromium

DAY = datetime.now(UTC).date() + timedelta(days=12)


@pytest.fixture(scope="module", autouse=True)
def events(site: Site) -> None:
    for title, place in (("Hands off the hospitals", "175 Bloor St. E, Toronto"), ("Rent strike", "Altona, Hamburg")):
        text = f"{title}\n\nWHEN: {DAY:%B} {DAY.day}, {DAY.year}, 1-3 PM\nWHERE: {place}\nWHY: We ask that it ends.\n"
        made = site.command("events", "publish", text=text)
        assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_list_to_a_feed(open_page: OpenPage, size: tuple[int, int], script: bool) -> None:
    page = open_page("/", size=size, script=script)
    expect(page.get_by_role("link", name="Rent strike").first).to_be_visible()
    if size == PHONE:
        expect(page.get_by_label("Near")).not_to_be_visible()
        page.get_by_text("Search and filter").click()
    page.get_by_label("Near").fill("Nowhereville")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Near")).to_have_value("Nowhereville")
    expect(page.locator("#near-error")).to_contain_text("We know no town")
    if script:
        assert_fits(page)
        assert_accessible(page)

    page.get_by_label("Near").fill("Toronto")
    page.keyboard.press("Enter")
    main = page.locator("main")
    expect(main).to_contain_text("Hands off the hospitals")
    expect(main).not_to_contain_text("Rent strike")
    if script:
        assert_fits(page)
        assert_accessible(page)

    page.get_by_role("link", name="Subscribe to this list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("In your calendar")
    way = page.get_by_role("link", name="Subscribe on this device")
    assert (way.get_attribute("href") or "").startswith("webcal://127.0.0.1:")
    assert (way.get_attribute("href") or "").endswith("/feeds/events.ics?near=Toronto")
    if script:
        assert_fits(page)
        assert_accessible(page)

    page.get_by_role("link", name="Remove: within 50 km of Toronto (Canada)").click()
    expect(page.locator("main")).to_contain_text("Every public event of this site.")


def test_nothing_near_names_the_place(open_page: OpenPage) -> None:
    page = open_page("/?near=Barrie", size=PHONE)
    expect(page.locator("main")).to_contain_text("Nothing on near Barrie yet.")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("link", name="Look within 200 km").click()
    expect(page.locator("main")).to_contain_text("Hands off the hospitals")


@pytest.mark.parametrize("path", ["/ar/", "/ar/feeds?near=Toronto"])
def test_it_reads_from_right_to_left_too(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE, color_scheme="dark")
    assert_fits(page)
    assert_accessible(page)


def test_an_organizers_own_address_can_be_renewed(open_page: OpenPage, site: Site) -> None:
    page = open_page(site.first_link, size=PHONE)
    page.get_by_label("E-mail").fill("amal@example.org")
    for password in page.locator("input[type=password]").all():
        password.fill("correct horse battery staple 9")
    page.locator("main button[type=submit]").first.click()
    page.goto("/organize/calendar")
    assert_fits(page)
    assert_accessible(page)
    former = page.locator("[data-copy]").get_attribute("data-copy")
    page.get_by_role("button", name="Make a new address").click()
    expect(page.get_by_role("status")).to_contain_text("This is the new address.")
    assert page.locator("[data-copy]").get_attribute("data-copy") != former
