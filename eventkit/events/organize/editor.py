"""The page with the form of an event: new, read from a text, or being changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events import flags
from eventkit.events.forms import EventForm, choices
from eventkit.events.forms.fields import whole
from eventkit.events.marks import phrases
from eventkit.events.models import DRAFT, Event
from eventkit.events.organize.base import blueprint, me
from eventkit.events.organize.pasted import Pasted
from eventkit.organizations import queries as organizations
from eventkit.organizations.routes import listed
from eventkit.venues import actions as venues
from eventkit.venues import maps
from eventkit.venues import queries as places
from eventkit.venues.models import Venue
from eventkit.web import requires

#: buttons of the form that change it and show it again
_ADD_PART, _REMOVE_PART, _TAKE, _LOOK = "add_part", "remove_part", "take", "look"

#: names that a browser is given to suggest from
_MOST_SUGGESTIONS = 500


def rework(form: EventForm) -> bool:
    """Does what a button inside the form asks for: a row more, a row less, the other day, a look at the map.

    Says whether there was one. The form is then to be shown again; nothing is stored.
    """
    asked = request.form
    if _ADD_PART in asked:
        form.parts.add()
    elif _REMOVE_PART in asked:
        form.parts.remove(whole(asked[_REMOVE_PART], -1))
    elif _TAKE in asked:
        _take(form, asked[_TAKE])
    elif _LOOK not in asked:
        return False
    form.tell_clock()
    return True


def page(
    form: EventForm,
    *,
    pasted: Pasted | None = None,
    event: Event | None = None,
    differences: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:
    """The form. 409 where somebody else changed the event meanwhile (`differences`), 422 with errors."""
    own = [organization.name for organization in organizations.spoken_for_by(me())]
    known = [organization.name for organization in organizations.page(listed(), size=_MOST_SUGGESTIONS)]
    remarks = pasted.remarks(form, by=me()) if pasted else {}
    venue = _shown(form, event)
    body = render_template(
        "events/organize/edit.html",
        form=form,
        event=event,
        pasted=pasted,
        remarks=remarks,
        headline=flags.headline(remarks) if pasted else "",
        changes=flags.changes(pasted.event) if pasted else [],
        phrases=phrases(pasted.reading, pasted.event) if pasted else [],
        known_organizations=list(dict.fromkeys([*own, *known])),
        venue=venue,
        precision=precision_words(venue),
        map=_map(venue),
        differences=differences,
        visibility_notes=choices.visibility_notes(),
        slug_hint=_slug_hint(event),
    )
    return body, 409 if differences is not None else 422 if form.errors else 200


def precision_words(venue: Venue) -> str:
    """How exactly the place is known, and what will still become of that."""
    if venue.precision == "pin":
        return _("The pin is where you put it.")
    if venue.precision == "exact":
        return _("The pin is at the address.")
    if venue.precision == "street":
        return _("We know the street. Move the pin to the number.")
    if venue.precision == "postcode":
        return _("We know the area of the postcode. Move the pin to the place.")
    if venue.source == "offline" and len(places.likely_cities(venue)) > 1:
        return _("Several places have this name. This is the largest; country or region tell another.")
    if venue.precision == "city" and venue.state != "waiting" and venue.id:
        return _("We know the city only. Move the pin to the place.")
    if venue.precision == "city":
        return _("We know the city. The exact point follows within a minute of saving, or move the pin yourself.")
    return _("We do not know this place yet. It can be published all the same; put the pin where it is if you like.")


@blueprint.get("/surroundings")
@requires()
def surroundings() -> ResponseReturnValue:
    """The ground and the towns around a point as GeoJSON (RFC 7946), for the map on which the pin is moved."""
    latitude = request.args.get("latitude", type=float)
    longitude = request.args.get("longitude", type=float)
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        abort(400)
    return jsonify(maps.surroundings(latitude, longitude))


def _slug_hint(event: Event | None) -> str:
    if event is not None and event.status != DRAFT:
        return _("The end of the page’s address. The former one goes on leading here.")
    return _("The end of the page’s address. Left empty, it is made from title and city.")


def _take(form: EventForm, alternative: str) -> None:
    """Takes the other day; a last day keeps its distance."""
    try:
        day = date.fromisoformat(alternative)
    except ValueError:
        return
    before = form.starts_on.data
    if before and form.ends_on.data:
        _set(form.ends_on, form.ends_on.data + (day - before))
    _set(form.starts_on, day)


def _set(field: Any, value: object) -> None:
    """Shows a value instead of what was typed."""
    field.data, field.raw_data, field.process_errors = value, None, []


def _shown(form: EventForm, event: Event | None) -> Venue:
    """The place for the map: what the geocoders found, as long as the form tells of the same address."""
    typed = form.venue()
    if event is not None and typed.precision != "pin" and venues.address(typed) == venues.address(event.venue):
        return event.venue
    return typed


def _map(venue: Venue) -> str:
    if venue.latitude is None or venue.longitude is None:
        return ""
    return maps.locator_svg(
        venue.latitude,
        venue.longitude,
        title=_("Map of the place"),
        precision=venue.precision,
        locale=str(i18n.current_locale()),
    )
