"""The entrance of a protest in a dead spot: a phone loses its connection, is reloaded, and merges with another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventkit import create_app, db
from eventkit.accounts.models import User
from eventkit.config import load
from eventkit.rsvps import entrance
from eventkit.rsvps.models import Rsvp
from tests.factories import make_event, make_rsvp
from tests.journeys.conftest import PHONE, OpenPage, Site, assert_accessible, assert_fits, pages
from tests.journeys.test_organizer import PASSWORD, sign_up
from tests.journeys.wire import Wire

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def wire(site: Site) -> Iterator[Wire]:
    """Between one phone and the site."""
    made = Wire(urlsplit(site.url).port or 80)
    yield made
    made.close()


@pytest.fixture
def reached(site: Site, wire: Wire) -> Site:
    """The site as it is reached through the wire."""
    url = f"http://127.0.0.1:{wire.port}"
    return replace(site, url=url, environment=site.environment | {"EVENTKIT_BASE_URL": url})


@pytest.fixture
def open_by_wire(browser: Browser, reached: Site) -> Iterator[OpenPage]:
    """As `open_page`, through the wire."""
    yield from pages(browser, reached)


def make_list(site: Site, page: Page) -> tuple[str, dict[str, int]]:
    """The path of an event's entrance, and the numbers of who comes to it by name."""
    page.goto("/organize/account")
    address = page.get_by_text("organizer-39").first.inner_text()
    with create_app(load(site.environment)).app_context():
        organizer = db.session.scalars(select(User).where(User.email == address)).one()
        event = make_event(organizer=organizer)
        people = {"Noor": 3, "Ravi": 1, "Amal": 1}
        made = {name: make_rsvp(event, name=name, party_size=size).id for name, size in people.items()}
        return f"/organize/events/{event.slug}/check-in", made


def arrivals(site: Site) -> dict[int, int]:
    """What the server knows: people who arrived, by the number of their RSVP."""
    with create_app(load(site.environment)).app_context():
        return {rsvp.id: rsvp.arrived for rsvp in db.session.scalars(select(Rsvp)) if rsvp.arrived}


def wait_until_sent(page: Page) -> None:
    """Nothing waits on this phone any more."""
    for _ in range(100):
        if page.evaluate("localStorage.length") == 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("JSON.stringify(localStorage)"))


def test_a_phone_loses_its_connection_and_merges_afterwards(
    open_by_wire: OpenPage, open_page: OpenPage, reached: Site, wire: Wire
) -> None:
    page = sign_up(open_by_wire, reached, size=PHONE, script=True)
    path, numbers = make_list(reached, page)
    page.goto(path)
    assert_fits(page)
    assert_accessible(page)
    arrived, news = page.locator("[data-arrived-people]"), page.locator("[data-news]")
    page.get_by_role("button", name="Keep the list on this phone").click()
    expect(page.get_by_role("button", name="Delete it from this phone")).to_be_visible()

    phone = page.context
    phone.set_offline(True)
    wire.cut()
    page.locator(f"#guest-{numbers['Noor']}").get_by_text("Fewer").click()
    page.locator(f"#guest-{numbers['Noor']}").get_by_role("button", name=re.compile("2$")).click()
    page.locator(f"#guest-{numbers['Ravi']}").get_by_role("button", name="Arrived").click()
    expect(news).to_contain_text("Kept on this phone, waiting: 2")
    expect(arrived).to_have_text("3")
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert re.search("Noor|Ravi", stored) is None

    page.reload()
    expect(page.locator(f"#guest-{numbers['Noor']}")).to_contain_text("2 of 3")
    expect(news).to_contain_text("waiting: 2")
    assert arrivals(reached) == {}

    other = open_page(
        path,
        size=PHONE,
        storage_state={"cookies": phone.cookies(), "origins": []},  # the same organizer, another phone
    )
    for name in ("Amal", "Noor"):
        other.locator(f"#guest-{numbers[name]}").get_by_role("button", name="Arrived", exact=True).click()
    expect(other.locator("[data-arrived-people]")).to_have_text("4")
    wait_until_sent(other)

    wire.mend()
    phone.set_offline(False)
    expect(news).to_be_hidden()
    expect(arrived).to_have_text("5")
    expect(page.locator(f"#guest-{numbers['Amal']}")).to_contain_text("1 of 1")
    assert arrivals(reached) == {numbers["Noor"]: 3, numbers["Ravi"]: 1, numbers["Amal"]: 1}
    wait_until_sent(page)

    page.get_by_label("Search a name").fill("rav")
    expect(page.locator(f"#guest-{numbers['Amal']}")).to_be_hidden()
    page.locator(f"#guest-{numbers['Ravi']}").get_by_role("button", name="Not here after all").click()
    expect(arrived).to_have_text("4")
    wait_until_sent(page)
    other.reload()
    expect(other.locator("[data-arrived-people]")).to_have_text("4")

    assert page.evaluate("caches.keys()") != []
    page.get_by_text("Menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("check-in"))
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


#: a browser that reads codes, with one before its camera; Chromium has none on every system
SEES_A_CODE = """
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() { return Promise.resolve([{ rawValue: "http://elsewhere.example/organize/check-in/CODE" }]); }
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 9, 9);
    return canvas.captureStream();
  };
"""


def test_a_code_before_the_camera_lets_its_people_in(open_page: OpenPage, site: Site) -> None:
    page = sign_up(open_page, site, size=(391, 844), script=True)
    path, numbers = make_list(site, page)
    with create_app(load(site.environment)).app_context():
        code = entrance.code_of(db.session.get_one(Rsvp, numbers["Noor"]))
    page.add_init_script(SEES_A_CODE.replace("CODE", code))
    page.goto(path)
    page.get_by_role("button", name="Scan a code").click()
    expect(page.locator("[data-arrived-people]")).to_have_text("3")
    wait_until_sent(page)
    assert arrivals(site)[numbers["Noor"]] == 3
    page.get_by_role("button", name="Close the camera").click()
    expect(page.locator("video")).to_be_hidden()

    page.context.clear_cookies()  # the session ends while the page is open
    page.locator(f"#guest-{numbers['Ravi']}").get_by_role("button", name="Arrived").click()
    expect(page.locator("[data-news]")).to_contain_text("Your session has ended. Kept on this phone, waiting: 1")
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("E-mail").fill("organizer-391-true@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/check-in$"))
    wait_until_sent(page)
    assert arrivals(site)[numbers["Ravi"]] == 1


def test_without_script_the_entrance_is_a_list_of_buttons(open_page: OpenPage, site: Site) -> None:
    page = sign_up(open_page, site, size=PHONE, script=False)
    path, numbers = make_list(site, page)
    page.goto(path)
    page.locator(f"#guest-{numbers['Noor']}").get_by_role("button", name="Arrived", exact=True).click()
    expect(page.locator("[data-arrived-people]")).to_have_text("3")
    page.locator(f"#guest-{numbers['Noor']}").get_by_role("button", name="Not here after all").click()
    expect(page.locator("[data-arrived-people]")).to_have_text("0")
