"""Choosing a feed and subscribing to it; what has changed, for feed readers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock
from eventkit.calendars import addresses, atom, feeds
from eventkit.calendars.addresses import Subscription
from eventkit.config import Settings
from eventkit.errors import DomainError
from eventkit.events import queries
from eventkit.events.filters import EventFilter
from eventkit.events.forms.narrowing import asked_for
from eventkit.web import external_url, public

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")


@blueprint.app_context_processor
def _addresses() -> dict[str, object]:
    return {"feeds": addresses}


@blueprint.get("")
@public
def choose() -> ResponseReturnValue:
    """What the feed is to hold, and for what is chosen every way to subscribe to it."""
    now = clock.now()
    settings: Settings = current_app.extensions["eventkit.settings"]
    narrowing = asked_for(now)
    wanted = narrowing.wanted
    if wanted is None:
        return render_template("calendars/feeds.html", narrowing=narrowing, subscription=None), 422
    return render_template(
        "calendars/feeds.html",
        narrowing=narrowing,
        subscription=Subscription(addresses.of_filter(wanted), feeds.title_of(settings.site_name, narrowing.words)),
        total=queries.count_upcoming(now, *wanted.conditions(), days=wanted.days),
    )


@blueprint.get("/events.atom")
@public
def changed() -> ResponseReturnValue:
    """The hundred public events that were changed last, of those that the filter of `/` lets through."""
    try:
        wanted = EventFilter.from_args(request.args)
    except DomainError as error:
        return Response(error.message, status=error.status, mimetype="text/plain")
    query = wanted.query()
    settings: Settings = current_app.extensions["eventkit.settings"]
    body = atom.feed(
        queries.latest_changed(*wanted.conditions()),
        address=external_url("feeds.changed", **query),
        page=external_url("events.upcoming", **query),
        title=_("%(site)s: what has changed", site=settings.site_name),
        site_name=settings.site_name,
    )
    response = Response(body, mimetype="application/atom+xml")
    response.add_etag()
    return response
