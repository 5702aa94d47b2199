"""What every test may ask for: an application with a database of its own, a browser, a clock, the mail.

The database is SQLite, migrated once and copied. A test marked `both_databases` is run a second time on
PostgreSQL, for which a private server is started from the binaries that are found.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask

from eventkit import create_app, jobs, migrations
from eventkit import db as database
from eventkit.accounts.models import OPERATOR
from eventkit.config import Settings, load
from eventkit.mail import allowance
from tests import alike
from tests.factories import make_user
from tests.post import Post
from tests.postgresql import PostgresServer
from tests.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: when the tests take place, unless they move the clock
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)

#: what a test may lack on somebody's own machine, and never where CI=true
_MAY_BE_MISSING = {"postgresql", "chromium", "nominatim", "parsers", "dovecot"}


#: folders whose tests start browsers, servers and other processes
_LONGEST = ["journeys", "foundation", "mail", "venues/nominatim"]

#: where files cost no wait for a disk, and what must be free there, in bytes
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 2**30


def pytest_configure() -> None:
    """Temporary folders are kept in memory where there is room: what a test stores has not to outlive the machine."""
    if os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    alike.compile_once()


def pytest_collection_finish() -> None:
    """What was imported stays until the end: the collector of garbage need not look at it after every test."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first: else one of them is left for the end, when the other processes have nothing to do."""
    folders = [Path(__file__).parent / name for name in _LONGEST]
    items.sort(key=lambda item: next((n for n, it in enumerate(folders) if it in item.path.parents), len(folders)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        on_postgresql = pytest.param("postgresql", marks=pytest.mark.postgresql)
        metafunc.parametrize("backend", ["sqlite", on_postgresql], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where CI=true a missing piece is a failure."""
    report = yield
    marks = {mark.name for mark in item.iter_markers()}
    if report.skipped and os.environ.get("CI") == "true" and marks & _MAY_BE_MISSING:
        report.outcome = "failed"
        report.longrepr = f"skipped although CI=true: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person who runs the tests do not reach them."""
    for name in [name for name in os.environ if name.startswith("EVENTKIT_") and "TEST" not in name]:
        monkeypatch.delenv(name)


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still at NOW until the test says `clock.move_to(...)` or `clock.shift(seconds)`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at head; copy it."""
    folder = tmp_path_factory.mktemp("migrated")
    migrations.upgrade(f"sqlite:///{folder / 'eventkit.sqlite'}", folder)
    return folder / "eventkit.sqlite"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, on a socket in a temporary folder."""
    if PostgresServer.binaries() is None:
        pytest.skip("PostgreSQL's server binaries are not installed")
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database at head; databases are made from it."""
    migrations.upgrade(postgresql_server.create("migrated"), tmp_path_factory.mktemp("lock"))
    return "migrated"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium, once for all tests that drive it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    quiet = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield running
        running.close()


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    if backend == "postgresql":
        template = request.getfixturevalue("migrated_postgresql")
        server: PostgresServer = request.getfixturevalue("postgresql_server")
        name = f"t{abs(hash(request.node.nodeid)):x}"
        yield server.create(name, template=template)
        server.drop(name)
    else:
        path = tmp_path / "data" / "eventkit.sqlite"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a site that speaks to nobody: no SMTP server, no geocoder but the offline one."""
    return load(
        {
            "EVENTKIT_DATA": str(tmp_path / "data"),
            "EVENTKIT_KEYS": str(tmp_path / "keys"),
            "EVENTKIT_DATABASE_URL": database_url,
            "EVENTKIT_BASE_URL": "http://localhost",
            "EVENTKIT_CONTACT": "operator@example.org",
            "EVENTKIT_MAIL_FROM": "events@example.org",
            "EVENTKIT_GEOCODERS": "offline",
        }
    )


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Makes the application, with other settings where given; each is closed after the test."""
    made: list[Flask] = []

    def make(changed: Settings | None = None) -> Flask:
        app = create_app(changed or settings)
        app.testing = True
        alike.share(app)
        app.test_client_class = Visitor
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["eventkit.engine"].dispose()
        app.extensions["eventkit.keys"].dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def db(app: Flask) -> Iterator[ModuleType]:
    """The module `eventkit.db`, in an application context of the test's own."""
    with app.app_context():
        yield database


@pytest.fixture
def client(app: Flask, db: ModuleType) -> Visitor:
    """Somebody's browser, without script and without an account."""
    return _visitor(app)


@pytest.fixture
def signed_in(app: Flask, db: ModuleType) -> Visitor:
    """The browser of an organizer; `signed_in.user` is their account."""
    return _visitor(app).sign_in(make_user())


@pytest.fixture
def operator(app: Flask, db: ModuleType) -> Visitor:
    """The operator's browser."""
    return _visitor(app).sign_in(make_user(role=OPERATOR))


@pytest.fixture
def work(app: Flask, db: ModuleType) -> Callable[[], None]:
    """Does what the worker would do now. Unlike the sweep, it lets a job's failure be seen."""

    def do() -> None:
        for name in [*app.extensions["eventkit.jobs"]] * 2:  # what one job queues, another sends
            jobs.run(name)
        db.session.rollback()

    return do


@pytest.fixture
def outbox(settings: Settings, work: Callable[[], None]) -> Callable[[], list[EmailMessage]]:
    """Has the worker send what waits, and answers all messages that were sent so far, in order."""

    def read() -> list[EmailMessage]:
        work()
        files = sorted(settings.outbox.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]

    return read


@pytest.fixture
def without_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is written to as often as there is something to tell them, for a test of what is told."""
    monkeypatch.setattr(allowance, "MOST", 1_000)


@pytest.fixture
def post(free_port: int) -> Iterator[Post]:
    """An SMTP server, which nobody is told of unless the test asks for `posting_app`."""
    handler = Post(f"smtp://127.0.0.1:{free_port}")
    controller = Controller(handler, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def posting_app(make_app: Callable[..., Flask], settings: Settings, post: Post) -> Iterator[Flask]:
    """The application that sends its mail to `post`, in a context of the test's own."""
    app = make_app(replace(settings, smtp_url=post.url))
    with app.app_context():
        yield app


def _visitor(app: Flask) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client
