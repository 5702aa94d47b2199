"""The commands of the foundation: `serve`, `worker`, `db`."""

from __future__ import annotations

import os
import socket
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from eventkit import jobs, migrations, serve
from eventkit.config import Settings

#: how long what waits for the network may take to put it down
_WATCHER_SECONDS = 5


def init_app(app: Flask) -> None:
    app.cli.add_command(serve_command)
    app.cli.add_command(worker)
    app.cli.add_command(database)


@click.command("serve")
def serve_command() -> None:
    """Upgrades the database, then runs web and worker until it is told to stop."""
    settings: Settings = current_app.extensions["eventkit.settings"]
    os.umask(0o077)  # what web and worker write is their owner's alone, whatever folder it lies in
    _port_is_free(settings)
    _upgrade(settings)
    lines = [f"eventkit is at {settings.base_url}"]
    for line in current_app.extensions["eventkit.welcome"]:
        lines.extend(line())
    sys.exit(serve.supervise(settings, "\n".join(lines)))


@click.command("worker")
def worker() -> None:
    """Does the work that waits: mail, geocoding, notices. `serve` starts one."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    jobs.run_all()  # rows that waited while nothing ran
    stopping = threading.Event()
    watching = [
        threading.Thread(target=watch, args=(app, stopping), daemon=True)
        for watch in app.extensions["eventkit.watchers"]
    ]
    for thread in watching:
        thread.start()
    app.extensions["eventkit.huey"].create_consumer(workers=2, worker_type="thread", max_delay=1.0).run()
    stopping.set()
    for thread in watching:
        thread.join(_WATCHER_SECONDS)


database = AppGroup("db", help="The database and its schema.")


@database.command("upgrade")
def upgrade() -> None:
    """Brings the schema to what this version needs."""
    _upgrade(current_app.extensions["eventkit.settings"])
    click.echo(f"the database is at {migrations.head()}")


@database.command("check")
def check() -> None:
    """Says whether the schema is what this version needs; exits 1 when it is not."""
    from eventkit import db

    try:
        with db.engine().connect() as connection:
            migrations.check(connection)
    except (migrations.SchemaError, DBAPIError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"the database is at {migrations.head()}")


def _upgrade(settings: Settings) -> None:
    try:
        migrations.upgrade(settings.database_url, settings.data)
    except (migrations.SchemaError, DBAPIError, OSError) as error:
        raise click.ClickException(f"the database cannot be upgraded: {error}") from error


def _port_is_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"{settings.host}:{settings.port} cannot be used ({os.strerror(error.errno or 0)}): "
                "set EVENTKIT_PORT to another port, such as 8001"
            ) from error
