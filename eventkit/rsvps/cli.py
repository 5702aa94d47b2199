"""Commands."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from eventkit import clock, db
from eventkit.events import queries as events
from eventkit.events.models import Event
from eventkit.rsvps import export, retention, terms

rsvps = AppGroup("rsvps", help="Who comes.")


@rsvps.command("export")
@click.argument("event")
@click.option("--format", "form", type=click.Choice(["csv", "ods"]), default="csv", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, which nobody else on this machine may read. Without it CSV is printed.",
)
@click.option("--even-so", is_flag=True, help="Although the organizer has decided that the list stays here.")
def export_command(event: str, form: str, output: Path | None, even_so: bool) -> None:
    """Write who comes to EVENT (its slug) as CSV, or as an OpenDocument spreadsheet."""
    found = events.by_slug(event)
    if found is None:
        raise click.ClickException(f"there is no event {event!r}: give the last part of its address")
    if not terms.of(found).can_export and not even_so:
        raise click.ClickException("its organizer has decided that the list stays here; --even-so writes it even so")
    if output is None:
        if form == "ods":
            raise click.ClickException("a spreadsheet is a file: say where with --output")
        click.echo(export.csv_of(found), nl=False)
        return
    output.touch(mode=0o600)
    output.write_bytes(export.ods_of(found) if form == "ods" else export.csv_of(found).encode("utf-8-sig"))


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
