"""The public pages: what is on, and an event."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, i18n
from eventkit.events import presentation, queries, recurrence
from eventkit.events.models import Event
from eventkit.rsvps import forms as rsvp_forms
from eventkit.rsvps import queries as rsvps
from eventkit.venues import maps
from eventkit.web import public

blueprint = Blueprint("events", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"told": presentation, "recurrence_words": recurrence.words, "map_attribution": maps.ATTRIBUTION}


@blueprint.get("/")
@public
def upcoming() -> ResponseReturnValue:
    """What is on: the list, by week and day, with its map."""
    now = clock.now()
    events = queries.upcoming(now)
    counts = rsvps.counts_of(events, now)
    coming = {event.id: counts[event.id].coming for event in events}
    lead = presentation.lead_of(events, coming, now)
    rest = [event for event in events if event is not lead]
    return render_template(
        "events/upcoming.html",
        now=now,
        lead=lead,
        weeks=presentation.by_week(rest, now.date()),
        coming=coming,
        map=_overview([*([lead] if lead else []), *rest]),
        total=len(events),
    )


@blueprint.get("/events/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """An event: five Ws, who else comes, where exactly, and how to say that one comes."""
    event = event_or_404(slug)
    if event.slug != slug:
        return redirect(url_for("events.show", slug=event.slug), 301)
    return page_of(event)


def page_of(event: Event) -> str:
    """The page of an event as strangers see it, or will."""
    now = clock.now()
    state = presentation.state_of(event, now)
    return render_template(
        "events/show.html",
        event=event,
        now=now,
        state=state,
        counts=rsvps.counts_of([event], now)[event.id],
        form=rsvp_forms.RsvpForm.for_event(event) if state == presentation.OPEN else None,
        map=_locator(event),
        maps_link=_maps_link(event),
        next_event=queries.next_after(event, now) if state in {"past", "cancelled"} else None,
    )


def event_or_404(slug: str) -> Event:
    """The event that strangers may see at this slug; a draft and a private event are nobody else's to see."""
    event = queries.open_by_slug(slug)
    if event is None:
        abort(404)
    return event


def _locator(event: Event) -> str:
    venue = event.venue
    if venue.latitude is None or venue.longitude is None:
        return ""
    title = _("Map: %(place)s", place=venue.name or venue.street or venue.city)
    return _drawn_locator(venue.latitude, venue.longitude, title, venue.precision, i18n.current_locale().language)


def _overview(events: list[Event]) -> str:
    pins = [
        maps.Pin(
            event.venue.latitude,
            event.venue.longitude,
            str(event.starts_local.day),
            event.title,
            url_for("events.show", slug=event.slug),
        )
        for event in events
        if event.venue.latitude is not None and event.venue.longitude is not None and event.starts_local is not None
    ]
    title = _("Map of what is on; every event is also in the list")
    return _drawn_overview(tuple(pins), title, i18n.current_locale().language)


@lru_cache(maxsize=512)
def _drawn_locator(latitude: float, longitude: float, title: str, precision: str, locale: str) -> str:
    return maps.locator_svg(latitude, longitude, title=title, precision=precision, locale=locale)


@lru_cache(maxsize=64)
def _drawn_overview(pins: tuple[maps.Pin, ...], title: str, locale: str) -> str:
    """A map of the world takes as long as the rest of the page; the same pins give the same map."""
    return maps.overview_svg(pins, title=title, locale=locale)


def _maps_link(event: Event) -> str:
    """RFC 5870: opens whichever maps application the person has; nobody else is asked by us."""
    venue = event.venue
    if venue.latitude is None or venue.longitude is None:
        return ""
    address = ", ".join(part for part in (venue.street or venue.name, venue.postal_code, venue.city) if part)
    point = f"{venue.latitude:.6f},{venue.longitude:.6f}"
    return f"geo:{point}?q={quote(address)}" if venue.precision == "city" else f"geo:{point}?q={point}"
