"""The movable pin in a real browser: mouse, keys and fields agree, under a strict Content-Security-Policy."""

import functools
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from eventkit.venues import maps

pytestmark = pytest.mark.chromium

ROOT = Path(__file__).resolve().parents[2]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pin</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/vendor/leaflet/leaflet.css">
<link rel="stylesheet" href="/static/css/maps.css"><link rel="stylesheet" href="/static/css/pin-map.css">
<form><div data-pin-map data-basemap="/static/map/world.json" data-surroundings="/surroundings"
 data-label="Arrow keys move the pin"></div>
<input name="latitude" value="43.67070"><input name="longitude" value="-79.38320"></form>
<script type="module" src="/static/js/pin-map.js"></script></html>"""


class Site(SimpleHTTPRequestHandler):
    """Static files, the page, and a town whose name is an attack."""

    def log_message(self, *args):
        pass

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        super().end_headers()

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == "/":
            self.answer("text/html", PAGE)
        elif address.path == "/surroundings":
            asked = parse_qs(address.query)
            found = maps.surroundings(float(asked["latitude"][0]), float(asked["longitude"][0]))
            found["features"][-1]["properties"]["name"] = "<img src=x onerror=alert(1)>"
            self.answer("application/geo+json", json.dumps(found))
        else:
            super().do_GET()

    def answer(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser, site):
    opened = browser.new_page(viewport={"width": 800, "height": 600})
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on(
        "request", lambda request: request.url.startswith((site, "data:")) or opened.complaints.append(request.url)
    )
    opened.goto(site)
    opened.wait_for_selector("[data-pin-map][data-ready]")
    yield opened
    assert opened.complaints == []
    opened.close()


def place(page):
    return tuple(float(page.input_value(f"[name={name}]")) for name in ("latitude", "longitude"))


def test_arrow_keys_move_the_pin_one_way_at_a_time(page):
    page.focus("[data-pin-map]")
    page.keyboard.press("ArrowRight")
    latitude, longitude = place(page)
    assert latitude == 43.6707
    assert -79.3832 < longitude < -79.36
    page.keyboard.press("Shift+ArrowUp")
    assert place(page)[0] > 43.69
    assert place(page)[1] == longitude


def test_a_click_and_a_drag_move_the_pin(page):
    box = page.locator("[data-pin-map]").bounding_box()
    page.mouse.click(box["x"] + 200, box["y"] + 100)
    clicked = place(page)
    assert clicked[0] > 43.6707
    assert clicked[1] < -79.3832
    pin = page.locator(".pin-map-pin").bounding_box()
    page.mouse.move(pin["x"] + 17, pin["y"] + 20)
    page.mouse.down()
    page.mouse.move(pin["x"] + 117, pin["y"] + 70, steps=6)
    page.mouse.up()
    assert place(page)[0] < clicked[0]
    assert place(page)[1] > clicked[1]


def test_the_pin_follows_the_fields(page):
    page.fill("[name=latitude]", "38.71")
    page.fill("[name=longitude]", "-9.14")
    page.keyboard.press("Tab")
    page.get_by_text("Lisbon", exact=True).wait_for()
    assert place(page) == (38.71, -9.14)


def test_a_towns_name_is_text(page):
    names = page.locator(".pin-map-name").all_text_contents()
    assert "Toronto" in names
    assert "<img src=x onerror=alert(1)>" in names
    assert page.locator(".pin-map-name img").count() == 0


def test_without_script_the_fields_remain(browser, site):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(site)
    opened.fill("[name=latitude]", "1.5")
    assert opened.input_value("[name=latitude]") == "1.5"
    context.close()
