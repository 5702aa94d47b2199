"""An organizer brings a calendar: from its file to drafts, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.factories.imports import calendar
from tests.journeys.conftest import DESK, PHONE, OpenPage, Site, assert_accessible, assert_fits
from tests.journeys.test_organizer import sign_up

pytestmark = pytest.mark.chromium

CALENDAR = calendar(
    "UID:1\nSUMMARY:Vigil for the night wards\nDTSTART;TZID=Eastern Standard Time:20991107T130000\n"
    "DTEND;TZID=Eastern Standard Time:20991107T150000\nLOCATION:City Hall\\, 100 Queen St W\\, Toronto",
    "UID:2\nSUMMARY:اعتصام طويل أمام المبنى القديم\nDTSTART:20991108T170000Z\nRRULE:FREQ=SECONDLY",
    "UID:3\nSUMMARY:An assembly of long ago\nDTSTART;VALUE=DATE:20200307",
    head="X-WR-CALNAME:Night Nurses Union\n",
)


@pytest.mark.parametrize(
    ("size", "script", "path"),
    [(PHONE, True, "/ar"), (DESK, True, ""), (PHONE, False, "")],
    ids=["ar", "desk", "plain"],
)
def test_from_a_calendar_s_file_to_drafts(
    open_page: OpenPage, site: Site, size: tuple[int, int], script: bool, path: str
) -> None:
    page = sign_up(open_page, site, size=size, script=script)

    def look() -> None:
        if script:
            assert_fits(page)
            assert_accessible(page)

    page.goto(f"{path}/organize/events")
    page.locator("main").locator(f"a[href='{path}/organize/import']").click()
    page.wait_for_url("**/organize/import")
    look()
    page.locator("[name=address]").fill("http://localhost/events.ics")
    page.locator("main form button").first.click()
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("[name=address]")).to_have_value("http://localhost/events.ics")
    look()

    page.locator("[name=address]").fill("")
    page.locator("[name=file]").set_input_files({"name": "nurses.ics", "mimeType": "text/calendar", "buffer": CALENDAR})
    page.locator("main form button").first.click()
    expect(page.locator("h1")).to_have_text("Night Nurses Union", timeout=60_000)  # by itself, once it is read
    look()
    boxes = page.locator("[name=chosen]")
    expect(boxes).to_have_count(3)
    assert [boxes.nth(number).is_checked() for number in range(3)] == [True, True, False]
    page.locator("[name=home_timezone]").select_option("Asia/Beirut")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/organize/events$"))
    look()
    for title in ("Vigil for the night wards", "اعتصام طويل أمام المبنى القديم"):
        expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.locator("main")).to_contain_text("nurses.ics")
