"""The list of who comes, to take along."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from eventkit.events.organize.base import own_event
from eventkit.rsvps import export, terms
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires


@blueprint.get("/organize/events/<slug>/rsvps.csv")
@requires()
def download(slug: str) -> ResponseReturnValue:
    """Everybody who is counted, as CSV; nothing where the terms let no list leave the page."""
    event = own_event(slug)
    if not terms.of(event).can_export:
        abort(404)
    response = Response(export.csv_of(event).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-rsvps.csv"'
    return response
