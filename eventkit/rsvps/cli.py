"""Commands."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from eventkit.events import queries as events
from eventkit.rsvps import export, terms

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
