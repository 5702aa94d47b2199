"""The public pages: what is on, and an event."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, i18n
from eventkit.events import document, listing, places, presentation, queries, recurrence
from eventkit.events.filters import FURTHEST
from eventkit.events.forms.narrowing import asked_for
from eventkit.events.models import CANCELLED, Dated, Event, Occurrence
from eventkit.rsvps import dates as rsvp_dates
from eventkit.rsvps import forms as rsvp_forms
from eventkit.rsvps import queries as rsvps
from eventkit.rsvps import room as rooms
from eventkit.rsvps import terms as rsvp_terms
from eventkit.venues import maps
from eventkit.web import public

PAGE_SIZE = 60
#: times of a series that a page lists: a year of weeks
MOST_DATES = 53

blueprint = Blueprint("events", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "told": presentation,
        "places": places,
        "recurrence_words": recurrence.words,
        "map_attribution": maps.ATTRIBUTION,
    }


@blueprint.get("/")
@public
def upcoming() -> ResponseReturnValue:
    """What is on, or what the query string asks for of it: a page of the list, by week and day, with its map."""
    now = clock.now()
    narrowing = asked_for(now)
    total, listed, page, pages = 0, [], 1, 1
    if narrowing.wanted:
        conditions, days = narrowing.wanted.conditions(), narrowing.wanted.days
        total = queries.count_upcoming(now, *conditions, days=days)
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        listed = queries.upcoming(now, *conditions, days=days, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    counts = rsvps.counts_of(listed)
    coming = {occurrence.event_id: counts[occurrence.event_id].coming for occurrence in listed}
    lead = listing.lead_of(listed, coming, now) if page == 1 else None
    rest = [occurrence for occurrence in listed if occurrence is not lead]
    return render_template(
        "events/upcoming.html",
        now=now,
        narrowing=narrowing,
        furthest=FURTHEST,
        replace=replace,
        lead=lead,
        weeks=listing.by_week(rest, now.date()),
        coming=coming,
        map=_overview([*([lead] if lead else []), *rest]),
        total=total,
        page=page,
        pages=pages,
    ), 422 if narrowing.wanted is None else 200


@blueprint.get("/events/<slug>.json")
@public
def as_json(slug: str) -> ResponseReturnValue:
    """An event for programs (`document.of` says the shape); scripts of other sites may read it too."""
    event = event_or_404(slug)
    if event.slug != slug:
        return redirect(url_for("events.as_json", slug=event.slug), 301)
    response = jsonify(document.of(event))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/events/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """An event: five Ws, who else comes, where exactly, and how to say that one comes."""
    event = event_or_404(slug)
    if event.slug != slug:
        return redirect(url_for("events.show", slug=event.slug), 301)
    return page_of(event)


@blueprint.get("/events/<slug>/dates/<recurrence_id>")
@public
def date(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """One time of a series: when it is, whether it was moved or cancelled, and how to say that one comes."""
    event = event_or_404(slug)
    occurrence = date_or_404(event, recurrence_id)
    if event.slug != slug:
        return redirect(url_for("events.date", slug=event.slug, recurrence_id=recurrence_id), 301)
    return page_of(event, occurrence)


def page_of(event: Event, occurrence: Occurrence | None = None) -> str:
    """The page of an event as strangers see it, or will; with an occurrence, that of one time of a series.

    Otherwise a series shows the next time at which it does take place, and that is chosen in the form.
    """
    now = clock.now()
    coming = queries.coming_of(event, now, limit=MOST_DATES) if event.rrule else []
    takes_place = [one for one in coming if one.state != CANCELLED and one is not occurrence]
    shown: Dated = occurrence or next(iter([*takes_place, *coming]), event)
    state = presentation.state_of(shown, now)
    counts, limits = rsvps.counts_of([shown])[event.id], rsvp_terms.of(event)
    others = occurrence is None and len(takes_place) > 1
    room = rooms.of(limits, counts, now, has_other_dates=others) if state == presentation.OPEN else None
    return render_template(
        "events/show.html",
        event=event,
        occurrence=occurrence,
        shown=shown,
        coming=coming,
        next_time=next(iter(takes_place), None),
        following=presentation.leads_to(event, queries.following(event)) if event.rrule else None,
        now=now,
        state=state,
        counts=counts,
        terms=limits,
        room=room,
        moment_words=lambda moment: rsvp_dates.moment_words(event, moment),
        form=_form_of(event, occurrence) if room is not None and room.takes else None,
        map=_locator(event),
        maps_link=_maps_link(event),
        next_event=queries.next_after(event, now) if state in {"past", "cancelled"} else None,
    )


def _form_of(event: Event, occurrence: Occurrence | None) -> rsvp_forms.RsvpForm:
    return rsvp_forms.RsvpForm.for_event(event, occurrence=occurrence.recurrence_id if occurrence else "")


def event_or_404(slug: str, *, whole: bool = True) -> Event:
    """The event that strangers may see at this slug; a draft and a private event are nobody else's to see."""
    event = queries.open_by_slug(slug, whole=whole)
    if event is None:
        abort(404)
    return event


def date_or_404(event: Event, recurrence_id: str) -> Occurrence:
    """This time of a series, unless it is left out."""
    occurrence = queries.occurrence(event, recurrence_id)
    if occurrence is None:
        abort(404)
    return occurrence


def _locator(event: Event) -> str:
    venue = places.told(event)
    if venue.latitude is None or venue.longitude is None:
        return ""
    title = _("Map: %(place)s", place=venue.name or venue.street or venue.city)
    return _drawn_locator(venue.latitude, venue.longitude, title, venue.precision, i18n.current_locale().language)


def _overview(listed: list[Occurrence]) -> str:
    pins = [
        maps.Pin(
            venue.latitude,
            venue.longitude,
            str(occurrence.starts_local.day),
            occurrence.event.title,
            url_for("events.show", slug=occurrence.event.slug),
        )
        for occurrence in listed
        if (venue := places.told(occurrence.event)).latitude is not None and venue.longitude is not None
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
    venue = places.told(event)
    if venue.latitude is None or venue.longitude is None:
        return ""
    address = ", ".join(part for part in (venue.street or venue.name, venue.postal_code, venue.city) if part)
    point = f"{venue.latitude:.6f},{venue.longitude:.6f}"
    return f"geo:{point}?q={quote(address)}" if venue.precision == "city" else f"geo:{point}?q={point}"
