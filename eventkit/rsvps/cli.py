"""Commands."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventkit.events import queries as events
from eventkit.rsvps import export

rsvps = AppGroup("rsvps", help="Who comes.")


@rsvps.command("export")
@click.argument("event")
def export_command(event: str) -> None:
    """Print who comes to EVENT (its slug) as CSV."""
    found = events.by_slug(event)
    if found is None:
        raise click.ClickException(f"there is no event {event!r}: give the last part of its address")
    click.echo(export.csv_of(found), nl=False)
