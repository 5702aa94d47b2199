"""Calendar files over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from eventkit.calendars import ical
from eventkit.calendars import queries as calendars
from eventkit.events import queries
from eventkit.web import public

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/events/<slug>.ics")
@public
def event(slug: str) -> ResponseReturnValue:
    """One event for one's own calendar; also when it is over or cancelled."""
    found = queries.open_by_slug(slug)
    if found is None:
        abort(404)
    if found.slug != slug:
        return redirect(url_for("calendars.event", slug=found.slug), 301)
    entry = calendars.entry_of(found)
    if entry is None:
        abort(404)
    response = Response(
        ical.calendar([entry.vevent], [ical.zone_of(found)]), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{found.slug}.ics"'
    response.last_modified = entry.modified_at
    response.add_etag()
    return response
