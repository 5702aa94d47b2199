"""The entrance on the day: who has arrived, by a tap beside the name, also where there is no network.

A page without script is a list of buttons. Its script sends taps as JSON, keeps those that do not get through on the
phone as numbers and times alone, and sends them later; `eventkit.rsvps.check_in` merges what several phones tell.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, db, i18n
from eventkit.events import queries as events
from eventkit.events.models import Dated, Event, Occurrence
from eventkit.events.organize.base import own_event
from eventkit.rsvps import check_in, entrance, terms
from eventkit.rsvps.check_in import Tap
from eventkit.rsvps.models import ORDINARY
from eventkit.rsvps.routes import blueprint
from eventkit.text import fold
from eventkit.web import SignedInForm, requires

#: of a longer list the page shows the beginning, and what a search finds
_MOST_SHOWN = 1000
#: taps in one request
_MOST_TAPS = 500
#: dates of a series that can be chosen
_DATES = 4

_MAY_SCAN = "camera=(self), geolocation=(), microphone=(), browsing-topics=()"


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"entrance": entrance, "rsvp_terms": terms}


@blueprint.get("/organize/events/<slug>/check-in")
@requires()
def check_in_list(slug: str) -> ResponseReturnValue:
    """Who may come in and who has; `q` searches names, `date` is that of a series."""
    event = _with_check_in(slug)
    if event.slug != slug:  # what a phone keeps belongs to one address
        return redirect(url_for("rsvps.check_in_list", slug=event.slug))
    now = clock.now()
    dated = check_in.date_of(event, request.args.get("date", ""), now)
    listed = check_in.guests(event, _occurrence(dated))
    sought = request.args.get("q", "").strip()[:100]
    found = [guest for guest in listed if fold(sought) in guest.folded] if fold(sought) else listed
    is_closed = check_in.is_closed(dated, now)
    response = make_response(
        render_template(
            "rsvps/check-in.html",
            event=event,
            dated=dated,
            occurrence=_occurrence(dated),
            other_dates=_other_dates(event, dated, now),
            is_closed=is_closed,
            listed=listed,
            found=found,
            shown=[] if is_closed else found[:_MOST_SHOWN],
            standing=check_in.standing(event, _occurrence(dated)),
            may_be_kept=terms.of(event).risk == ORDINARY,
            q=sought,
            form=SignedInForm(),
            local=lambda moment: check_in.wall_time(event, moment),
            now=now,
        )
    )
    response.headers["Permissions-Policy"] = _MAY_SCAN
    return response


@blueprint.post("/organize/events/<slug>/check-in")
@requires()
def check_in_tap(slug: str) -> ResponseReturnValue:
    """What was tapped: a button of the page (`tap` is `<number>:<people>`), or JSON of several with their times."""
    event = _with_check_in(slug)
    now = clock.now()
    told: Any = request.get_json(silent=True) if request.is_json else request.form
    occurrence = _occurrence(check_in.date_of(event, str(_value(told, "date") or ""), now))
    if request.is_json:
        taps = _taps(_value(told, "taps"), event, now)
    else:
        number, _colon, people = request.form.get("tap", "").partition(":")
        taps = _taps([{"rsvp": _whole(number), "arrived": _whole(people)}], event, now)
    with db.transaction():
        check_in.take(event, occurrence, taps, now=now)
    if request.is_json:
        return _standing(event, occurrence)
    date, sought = (request.form.get(name) or None for name in ("date", "q"))
    anchor = f"guest-{taps[0].number}" if taps else None
    return redirect(url_for("rsvps.check_in_list", slug=event.slug, date=date, q=sought, _anchor=anchor), 303)


@blueprint.get("/organize/events/<slug>/check-in.json")
@requires()
def check_in_standing(slug: str) -> ResponseReturnValue:
    """Who has arrived, as numbers alone: what other phones have told."""
    event = _with_check_in(slug)
    return _standing(event, _occurrence(check_in.date_of(event, request.args.get("date", ""), clock.now())))


@blueprint.get("/organize/events/<slug>/check-in/worker.js")
@requires()
def check_in_worker(slug: str) -> ResponseReturnValue:
    """What keeps the page on a phone whose owner asked for it. It sees that page and no other."""
    event = _with_check_in(slug)
    script = Path(str(current_app.static_folder), "js", "check-in-worker.js").read_text(encoding="utf-8")
    response = Response(script, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = url_for("rsvps.check_in_list", slug=event.slug)
    return response


@blueprint.after_app_request
def _leave_nothing_behind(response: Response) -> Response:
    """Whoever signs out takes the list at the entrance off this phone."""
    if request.endpoint == "security.logout":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _with_check_in(slug: str) -> Event:
    """The organizer's event, where people are checked in: else 404."""
    event = own_event(slug)
    if not terms.of(event).has_check_in:
        abort(404)
    return event


def _occurrence(dated: Dated) -> str:
    return dated.recurrence_id if isinstance(dated, Occurrence) else ""


def _other_dates(event: Event, dated: Dated, now: datetime) -> list[Occurrence]:
    if not event.rrule:
        return []
    coming = events.coming_of(event, now - check_in.CLOSES_AFTER, limit=_DATES, cancelled=False)
    return [each for each in coming if each.recurrence_id != _occurrence(dated)]


def _standing(event: Event, occurrence: str) -> Response:
    told = check_in.standing(event, occurrence)
    arrivals = {
        number: [people, i18n.time_range(check_in.wall_time(event, at), None)]
        for number, (people, at) in told.arrivals.items()
    }
    return jsonify(arrived=told.arrived, expected=told.expected, guests=arrivals)


def _taps(told: object, event: Event, now: datetime) -> list[Tap]:
    """Those that can be read. `ago` is how many seconds before now, by the phone's own clock, which may be wrong: only
    differences of it are believed."""
    taps = []
    for one in told[:_MOST_TAPS] if isinstance(told, list) else []:
        number, arrived, ago = _value(one, "rsvp"), _value(one, "arrived"), _value(one, "ago") or 0
        code = _value(one, "code")
        if isinstance(code, str):
            number = check_in.number_of(code, event)
        is_known = _is_number(number) and _is_number(arrived) and 0 < number < 2**31 and 0 <= arrived < 2**31
        if is_known and (isinstance(ago, int) or (isinstance(ago, float) and math.isfinite(ago))):
            kept = timedelta(seconds=min(max(ago, 0), check_in.LONGEST_KEPT.total_seconds()))
            taps.append(Tap(number, arrived, now - kept))
    return taps


def _value(told: Any, name: str) -> Any:
    return told.get(name) if hasattr(told, "get") else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
