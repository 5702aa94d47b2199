"""`flask events read` and `flask events publish`: an announcement on standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup

from eventkit import clock, db
from eventkit.accounts import actions as accounts
from eventkit.errors import DomainError
from eventkit.events import actions
from eventkit.events.announcements import ReadEvent, Reading
from eventkit.events.announcements import read as read_announcement
from eventkit.events.drafting import details_of
from eventkit.venues import zones
from eventkit.web import external_url

events = AppGroup("events", help="Events from announcements.")

Command = TypeVar("Command", bound=Callable[..., Any])


def _a_zone(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not zones.is_zone(value):
        raise click.BadParameter(f"{value!r} is not a time zone; name one such as America/Toronto")
    return value


def _a_country(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise click.BadParameter(f"{value!r} is not a country; give its two letters, such as CA")
    return value.upper() if value else None


def _context_options(command: Command) -> Command:
    """What both commands take: when the text appeared, and what to assume of places that it does not tell."""
    for option in (
        click.option("--country", callback=_a_country, help="Where a place is that could be in several (ISO 3166-1)."),
        click.option("--home-timezone", callback=_a_zone, help="The zone of an event whose place tells none (IANA)."),
        click.option(
            "--published", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the text appeared; else today."
        ),
    ):
        command = option(command)
    return command


@events.command("read")
@_context_options
def read(published: datetime | None, home_timezone: str | None, country: str | None) -> None:
    """Reads an announcement from standard input and prints what was understood, as JSON."""
    reading, _day = _read(published, home_timezone, country)
    click.echo(json.dumps(reading.as_json(), ensure_ascii=False, indent=2))


@events.command("publish")
@_context_options
def publish(published: datetime | None, home_timezone: str | None, country: str | None) -> None:
    """Stores, locates and publishes every event of an announcement, and prints the address of each."""
    reading, day = _read(published, home_timezone, country)
    if not reading.events:
        raise click.ClickException("no event was found in this text")
    for found in reading.events:
        _refuse_incomplete(found)
    now = clock.now()
    urls = []
    try:
        with db.transaction():
            organizer = accounts.in_whose_name(current_app.extensions["eventkit.settings"].contact, now=now)
            for found in reading.events:
                details = details_of(found, published=day, language=reading.language, announcement=reading.text)
                event = actions.create(details, by=organizer, now=now)
                actions.publish(event, now=now)
                urls.append(external_url("events.show", slug=event.slug))
    except DomainError as error:
        raise click.ClickException(error.message) from error
    for url, found in zip(urls, reading.events, strict=True):
        click.echo(url)
        for flag in found.flags:
            click.echo(f"  check: {flag}", err=True)


def _read(published: datetime | None, home_timezone: str | None, country: str | None) -> tuple[Reading, date]:
    raw = sys.stdin.buffer.read()
    day = published.date() if published else clock.now().date()
    text = raw.decode("utf-8-sig", errors="replace")
    return read_announcement(text, published=day, home_timezone=home_timezone, country=country), day


def _refuse_incomplete(found: ReadEvent) -> None:
    """What a person would have to decide is not published from a command."""
    name = found.title or found.what or "an event"
    if "cancelled" in found.flags or "postponed" in found.flags:
        raise click.ClickException(f"“{name}”: the text says that it does not take place as planned")
    if found.start_local is None:
        raise click.ClickException(f"“{name}”: no date was found")
    if found.timezone is None:
        raise click.ClickException(f"“{name}”: no time zone is known; add --home-timezone, such as America/Toronto")
