"""An organizer: from the operator's first link and a pasted announcement to a published protest."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits

pytestmark = pytest.mark.chromium

ANNOUNCEMENT = """Dear friends, eleven of our colleagues did not come home this month.

Protest: October 1, Downtown Toronto

Neighbours are organizing a protest against the bombing of clinics:
WHO: Everyone who was ever healed by somebody.
WHAT: Nurses and neighbours will protest the violence of the past week.
WHEN: Saturday October 1, 1-3 PM
WHERE: Consulate General of Ruritania, 175 Bloor St. E - M4W 3R8
WHY: Night Nurses Union will be present to protest the bombing of clinics. We demand that it ends.

Subscribe to our letter
"""

PASSWORD = "four unrelated words hold"


def sign_up(open_page: OpenPage, site: Site, *, size: tuple[int, int], script: bool) -> Page:
    """Makes an account by a link and is signed in with it."""
    address = f"organizer-{size[0]}-{script}@example.org".lower()
    made = site.command("accounts", "invite", address)
    assert made.returncode == 0, made.stderr
    page = open_page(made.stdout.strip(), size=size, script=script)
    page.get_by_label("Your name").fill("Noor")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page).to_have_url(re.compile("/organize/events"))
    return page


def look(page: Page, *, script: bool) -> None:
    """What must hold of every page."""
    if script:
        assert_fits(page)
        assert_accessible(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_announcement_to_published_protest(
    open_page: OpenPage, site: Site, size: tuple[int, int], script: bool
) -> None:
    page = sign_up(open_page, site, size=size, script=script)
    page.goto("/organize/events/paste")
    look(page, script=script)
    page.locator("[name=announcement]").fill(ANNOUNCEMENT)
    page.locator("[name=announced_on]").fill("2016-09-30")
    page.get_by_role("button", name="Find the five").click()

    expect(page.locator("h1")).to_contain_text("found")
    look(page, script=script)
    expect(page.locator("[name=starts_on]")).to_have_value("2016-10-01")
    expect(page.locator("[name=starts_time]")).to_have_value("13:00")
    expect(page.locator("[name=ends_time]")).to_have_value("15:00")
    expect(page.locator("[name=street]")).to_have_value("175 Bloor St. E")
    expect(page.locator("[name=postal_code]")).to_have_value("M4W 3R8")
    expect(page.locator("[name=timezone]")).to_have_value("America/Toronto")

    title = f"Protest on Bloor, {size[0]} {'with' if script else 'without'} script"
    page.locator("[name=title]").fill(title)
    page.get_by_role("button", name="Looks right, publish").click()
    page.get_by_role("link", name="See the page").first.click()
    page.wait_for_url(re.compile(r"//[^/]+/events/"))
    look(page, script=script)

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    text = page.locator("main").inner_text()
    for told in (
        "Saturday 1 October 2016, 13:00–15:00",
        "Consulate General of Ruritania",
        "175 Bloor St. E",
        "Toronto",
        "M4W 3R8",
        "Night Nurses Union",
        "will be present to protest the bombing of clinics",
        "We demand that it ends",
        "Everyone who was ever healed",
        "This is over",
    ):
        assert told in text, f"{told!r} is not in:\n{text}"
