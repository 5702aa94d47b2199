"""Commands."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventkit import clock, db
from eventkit.events import queries as events
from eventkit.events.models import Event
from eventkit.rsvps import export, retention

rsvps = AppGroup("rsvps", help="Who comes.")


@rsvps.command("export")
@click.argument("event")
def export_command(event: str) -> None:
    """Print who comes to EVENT (its slug) as CSV."""
    found = events.by_slug(event)
    if found is None:
        raise click.ClickException(f"there is no event {event!r}: give the last part of its address")
    click.echo(export.csv_of(found), nl=False)


@click.command("purge")
@click.option("--event", "slug", help="The last part of the event's address: purge this one at once, all of it.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask whether that is meant.")
def purge(slug: str | None, is_sure: bool) -> None:
    """Erase what is known of those who came, where it is due; the worker does so too. Counts remain.

    Exits with 1 when something could not be erased: call it again then.
    """
    now = clock.now()
    if slug is not None:
        event = events.by_slug(slug)
        if event is None:
            raise click.ClickException(f"there is no event {slug!r}: give the last part of its address")
        if not is_sure:
            click.confirm(
                f"Names, addresses and answers of all who said that they come to {slug} are lost for good. Go on?",
                abort=True,
            )
        wanted = [retention.Due(event.id, everything=True)]
    else:
        retention.forget_sources(now)
        wanted = retention.due(now)
    failed = 0
    for one in wanted:
        event = db.session.get_one(Event, one.event_id)
        try:
            erased = retention.purge(event, now=now, everything=one.everything)
        except Exception as error:
            db.session.rollback()
            failed += 1
            click.echo(f"{event.slug}: not erased ({type(error).__name__})", err=True)
            continue
        of_what = "" if one.everything else " of past dates"
        click.echo(f"{erased.slug}: erased {erased.rsvps} RSVPs{of_what}, {erased.messages} messages and the key")
    if failed:
        raise click.ClickException(f"{failed} of {len(wanted)} events are not purged: call it again")
    if not wanted:
        click.echo("nothing is due")
