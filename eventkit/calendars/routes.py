"""Calendar files over HTTP: feeds to subscribe to, and one event to keep."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from eventkit import clock, db, i18n, sources
from eventkit.calendars import feed_server, feeds, personal
from eventkit.calendars import queries as calendars
from eventkit.calendars.bodies import Body
from eventkit.calendars.feeds import Feed
from eventkit.calendars.shelf import Shelf
from eventkit.events import queries
from eventkit.events.filters import EventFilter
from eventkit.events.models import Event
from eventkit.events.routes import date_or_404, event_or_404
from eventkit.web import by_link, external_url, limiter, public

blueprint = Blueprint("calendars", __name__)

#: feeds that nobody has asked for lately, by one source: filters can be varied without end
_MOST_NEW = parse("120 per minute")


@blueprint.get("/feeds/events.ics")
@public
def feed() -> ResponseReturnValue:
    """What is on, by the filters of the list: to subscribe to."""
    return _ready(Feed(EventFilter.from_args(request.args), language=i18n.language_of_path()))


@blueprint.get("/organizations/<slug>.ics")
@public
def of_organization(slug: str) -> ResponseReturnValue:
    """Where an organization takes part: to subscribe to."""
    if queries.organization_with_page(slug) is None:
        abort(404)
    return _ready(Feed(EventFilter(organization=slug), slug, i18n.language_of_path()))


def _ready(wanted: Feed) -> Response:
    """An empty answer, which `feed_server` fills."""
    shelf: Shelf = current_app.extensions["eventkit.feeds"]
    if wanted not in shelf and not limiter.limiter.hit(_MOST_NEW, "feeds", sources.of_request()):
        abort(429)

    def build(today: date, before: Body | None) -> Body:
        db.session.rollback()  # what was read until now is older than the revision that this is to be
        return feeds.build(wanted, today, before)

    request.environ[feed_server.FOUND] = (wanted, shelf.get(wanted, build))
    response = Response(content_type=feed_server.CONTENT_TYPE)
    response.vary.add("Accept-Encoding")
    return response


@blueprint.get("/calendars/<token>.ics")
@by_link
def own(token: str) -> ResponseReturnValue:
    """The events that somebody organizes or hosts, for their own calendar; private ones too."""
    user = personal.user_by_token(token)
    if user is None:
        abort(404)
    entries = calendars.entries_of(user, clock.now())
    with i18n.in_language(user.language):
        title = _("My events on %(site)s", site=current_app.extensions["eventkit.settings"].site_name)
        told = _("What I organize or host. Whoever has this address can read it.")
    head = feeds.properties(title, told, page=external_url("organize.mine"))
    response = Response(feeds.of_entries(head, entries), content_type=feed_server.CONTENT_TYPE)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/events/<slug>.ics")
@public
def event(slug: str) -> ResponseReturnValue:
    """One event for one's own calendar; also when it is over or cancelled."""
    found = event_or_404(slug)
    if found.slug != slug:
        return redirect(url_for("calendars.event", slug=found.slug), 301)
    return _file(found, calendars.invite(found), found.slug)


@blueprint.get("/events/<slug>/dates/<recurrence_id>.ics")
@public
def date_of(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """One time of a series, for who comes once."""
    found = event_or_404(slug)
    occurrence = date_or_404(found, recurrence_id)
    if found.slug != slug:
        return redirect(url_for("calendars.date_of", slug=found.slug, recurrence_id=recurrence_id), 301)
    return _file(found, calendars.invite_to(occurrence), f"{found.slug}-{recurrence_id}")


def _file(found: Event, calendar: bytes | None, name: str) -> Response:
    entry = calendars.entry_of(found)
    if entry is None or calendar is None:
        abort(404)
    response = Response(calendar, content_type=feed_server.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.last_modified = entry.modified_at
    response.add_etag()
    return response
