"""A real browser on a real site: `serve` with its web server and its worker, and Debian's Chromium.

Every page that a journey opens is watched: a request to anybody else, an error on the console, or a
violation that axe finds fails the journey.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

ROOT = Path(__file__).parent.parent.parent

#: milliseconds until the browser shows what it should, also where several browsers share a core
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

PHONE = (390, 844)
DESK = (1280, 900)


@dataclass
class Site:
    """A site that runs, with the folder of its data."""

    url: str
    first_link: str
    environment: dict[str, str]
    data: Path

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Runs `flask --app app …` against this site."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def messages(self, *, at_least: int = 0) -> list[EmailMessage]:
        """What the worker has sent; waits until there are so many."""
        until = time.monotonic() + 60
        while True:
            files = sorted((self.data / "outbox").glob("*.eml"))
            if len(files) >= at_least or time.monotonic() > until:
                return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]
            time.sleep(0.1)


@pytest.fixture(scope="module")
def site_settings() -> dict[str, str]:
    """What differs from the defaults; a module that needs it has a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, site_settings: dict[str, str]) -> Iterator[Site]:
    """A fresh site on a free port."""
    folder = tmp_path_factory.mktemp("site")
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "EVENTKIT_DATA": str(folder / "data"),
        "EVENTKIT_KEYS": str(folder / "keys"),
        "EVENTKIT_PORT": str(port),
        "EVENTKIT_GEOCODERS": "offline",
        "EVENTKIT_SITE_NAME": "Toronto in the street",
        "PYTHONUNBUFFERED": "1",
        **site_settings,
    }
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, log)
        found = re.search(r"http://\S+/organize/welcome/\S+", log.read_text())
        assert found, log.read_text()
        yield Site(url, found.group(), environment, folder / "data")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


@dataclass
class Watch:
    """What must not happen while a page is open."""

    host: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.foreign.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        # A form that comes back with its errors has status 422, which the browser reports as a failed load; and a
        # journey through a dead spot has no network.
        expected = "status of 4" in message.text or re.search("ERR_(INTERNET|CONNECTION|EMPTY)_", message.text)
        if message.type == "error" and not expected:
            self.errors.append(message.text)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """`open_page("/", size=PHONE, script=False)`: a new person's browser."""
    yield from pages(browser, site)


def pages(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """What opens pages of this site, and watches them until all are closed."""
    watches: list[Watch] = []
    contexts = []

    def open_(path: str = "/", *, size: tuple[int, int] = DESK, script: bool = True, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            base_url=site.url,
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        watch = Watch(urlsplit(site.url).netloc)
        watches.append(watch)
        page.on("request", watch.request)
        page.on("console", watch.console)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.set_default_timeout(PATIENCE)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [url for watch in watches for url in watch.foreign] == []
    assert [text for watch in watches for text in watch.errors] == []


def assert_accessible(page: Page) -> None:
    """axe finds nothing (WCAG 2.2 A and AA, and its best practices)."""
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def assert_fits(page: Page) -> None:
    """Nothing runs out of the page sideways."""
    # A click comes back when the next page has begun: for a moment it has no element at all.
    page.wait_for_load_state()
    wide, seen = page.locator("html").evaluate("(html) => [html.scrollWidth, html.clientWidth]")
    assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen} px"


def _wait_for(url: str, log: Path) -> None:
    until = time.monotonic() + 120  # as many others may start beside it on a small machine
    while time.monotonic() < until:
        try:
            urlopen(url + "/healthz", timeout=1).close()
            if "welcome" in log.read_text():
                return
        except (URLError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"the site did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
