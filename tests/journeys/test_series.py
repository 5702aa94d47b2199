"""A weekly vigil: made on a phone, one date moved and one cancelled, and what passers-by see of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits
from tests.journeys.test_organizer import look, sign_up

pytestmark = pytest.mark.chromium


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_weekly_vigil_and_its_exceptions(open_page: OpenPage, site: Site, script: bool) -> None:
    page = sign_up(open_page, site, size=PHONE, script=script)
    page.goto("/organize/events/new")
    first = (datetime.now(UTC) + timedelta(days=10)).date()
    page.locator("[name=title]").fill("A vigil every week")
    page.locator("[name=starts_on]").fill(f"{first}")
    page.locator("[name=starts_time]").fill("18:00")
    page.locator("[name=city]").fill("Toronto")
    page.locator("[name=country]").select_option("CA")
    page.locator("[name=timezone]").select_option("America/Toronto")
    page.locator("[name=rrule]").select_option("weekly")
    page.get_by_text("Several days a week, an end of the series").click()
    page.locator("[name=repeat_count]").fill("8")
    look(page, script=script)
    page.get_by_role("button", name="Looks right, publish").click()

    dates = page.locator("#dates")
    dates.locator("summary").nth(1).click()
    look(page, script=script)
    dates.get_by_role("link", name="Move this date").locator("visible=true").click()
    page.wait_for_url("**/move")
    look(page, script=script)
    page.locator("[name=starts_time]").fill("10:00")
    page.locator("[name=reason]").fill("The square is taken")
    page.get_by_role("button", name="Move this date").click()

    dates.locator("summary").nth(2).click()
    dates.get_by_role("link", name="Cancel this date").locator("visible=true").click()
    page.wait_for_url("**/cancellation")
    look(page, script=script)
    page.locator("[name=reason]").fill("Storm warning")
    page.get_by_role("button", name="Cancel this date").click()
    expect(dates).to_contain_text("Cancelled")
    page.get_by_role("link", name="See the page").first.click()
    page.wait_for_url(lambda url: "/organize/" not in url)
    address = page.url

    for size in (PHONE, DESK):
        visitor = open_page(address, size=size, script=script, locale="en")
        section = visitor.locator("#dates")
        expect(section).to_contain_text("8 times")
        expect(section).to_contain_text("The square is taken")
        look(visitor, script=script)
        section.locator("li").nth(2).get_by_role("link").click()
        visitor.wait_for_url(re.compile(r"/dates/\d{8}T180000"))
        expect(visitor.locator("main")).to_contain_text("Storm warning")
        look(visitor, script=script)
    if script:
        arabic = open_page(address.replace("/events/", "/ar/events/"), size=PHONE, color_scheme="dark")
        assert_fits(arabic)
        assert_accessible(arabic)
