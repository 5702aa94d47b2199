"""For the organizer: the list of who comes, to take along. Where their terms keep it here, it stays here."""

from __future__ import annotations

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import export, terms
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires


@blueprint.get("/organize/events/<slug>/rsvps.csv")
@requires()
def download(slug: str) -> ResponseReturnValue:
    """Everybody who is counted, as CSV."""
    event = own_event(slug)
    if not terms.of(event).can_export:
        return _stays_here(event)
    return _file(event, "csv", export.csv_of(event).encode("utf-8-sig"), "text/csv; charset=utf-8")


@blueprint.get("/organize/events/<slug>/rsvps.ods")
@requires()
def download_ods(slug: str) -> ResponseReturnValue:
    """Everybody who is counted, as an OpenDocument spreadsheet."""
    event = own_event(slug)
    if not terms.of(event).can_export:
        return _stays_here(event)
    return _file(event, "ods", export.ods_of(event), "application/vnd.oasis.opendocument.spreadsheet")


def _file(event: Event, ending: str, content: bytes, content_type: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-rsvps.{ending}"'
    return response


def _stays_here(event: Event) -> ResponseReturnValue:
    return render_template(
        "errors/error.html",
        status=403,
        title=_("The list stays here"),
        text=_("For this event nobody takes the list along: a file that is lost tells who comes."),
        way_on=(
            _("What is asked, and what may be done"),
            url_for("rsvps.asked", slug=event.slug),
        ),
    ), 403
