"""A flood of RSVPs, undone: what arrived when and from where, which of it goes, and on the way there how much is left.

The removal is a number of short transactions: others write in between, and one that is broken off is gone on with by
sending the same form again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from eventkit import clock, db, i18n
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import actions, course, flood
from eventkit.rsvps.flood import Chosen
from eventkit.rsvps.organize.base import head, moment_words, page_of
from eventkit.rsvps.organize.forms import FloodForm, typed_minute
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires

#: RSVPs that go in one transaction: others wait for the database meanwhile
STEP = 200
#: seconds that one request goes on for; the page that follows shows how far it came
LONGEST_REQUEST = 4.0
#: days, hours or minutes in which most arrived that are told
BUSIEST = 3


@blueprint.get("/organize/events/<slug>/rsvps/flood")
@requires()
def of_flood(slug: str) -> ResponseReturnValue:
    """What has arrived, what is chosen of it, and what of that would go."""
    event, now = own_event(slug), clock.now()
    form = FloodForm.of_query()
    chosen = _chosen(event, form)
    length, bars = flood.arrivals(event, chosen)
    return render_template(
        "rsvps/organize/flood.html",
        **head(event, now),
        form=form,
        chosen=chosen,
        preview=flood.preview(event, chosen),
        bars=[(_bucket_words(at, length), number) for at, number in bars],
        step=length,
        busiest=_busiest(event, form, length, bars),
        sources=[_source(event, form, each) for each in flood.sources(event, chosen)],
        query=_query(form),
        page_of_flood=lambda **changed: url_for("rsvps.of_flood", slug=event.slug, **{**_query(form), **changed}),
        began_with=_began_with(),
    )


@blueprint.post("/organize/events/<slug>/rsvps/flood")
@requires()
def undo_flood(slug: str) -> ResponseReturnValue:
    """Takes what is chosen off the list, for a few seconds. It cannot be undone, and nobody is told."""
    event = own_event(slug)
    form = FloodForm()
    query = _query(form)
    chosen = _chosen(event, form)
    if not form.validate_on_submit() or not chosen.says_something:
        flash(_("Choose a window of time or a source first. Nobody is removed."), "warn")
        return redirect(url_for("rsvps.of_flood", slug=event.slug, **query), 303)
    began_with = _began_with() or flood.preview(event, chosen).rsvps
    until = time.monotonic() + LONGEST_REQUEST
    while True:
        with db.transaction():
            is_done = actions.sweep(event, chosen, now=clock.now(), limit=STEP) < STEP
        if is_done or time.monotonic() >= until:
            break
    if not is_done:
        return redirect(url_for("rsvps.of_flood", slug=event.slug, of=began_with, **query), 303)
    told = ngettext("One RSVP is gone.", "%(number)s RSVPs are gone.", began_with, number=format_decimal(began_with))
    flash(told, "ok")
    return redirect(page_of(event), 303)


@dataclass(frozen=True)
class _Busy:
    """A day, hour or minute in which many arrived, and the address of the page that has it chosen."""

    words: str
    rsvps: int
    url: str


def _busiest(event: Event, form: FloodForm, length: int, bars: list[tuple[datetime, int]]) -> list[_Busy]:
    told = []
    if len(bars) <= BUSIEST:
        return []
    for at, number in sorted((bar for bar in bars if bar[1]), key=lambda bar: -bar[1])[:BUSIEST]:
        ends = at + flood.STEPS[length] - timedelta(minutes=1)
        first, last = (f"{moment:%Y-%m-%dT%H:%M}" for moment in (at, ends))
        url = url_for("rsvps.of_flood", slug=event.slug, **{**_query(form), "starts": first, "ends": last})
        told.append(_Busy(_bucket_words(at, length), number, url))
    return told


@dataclass(frozen=True)
class _Told:
    """One source as it is told, and the address of the page that has it chosen."""

    rsvps: int
    people: int
    first: str
    last: str
    is_chosen: bool
    url: str


def _source(event: Event, form: FloodForm, one: flood.Source) -> _Told:
    zone = ZoneInfo(event.timezone)
    first, last = (at.astimezone(zone).replace(tzinfo=None) for at in (one.first, one.last))
    is_same_day = first.date() == last.date()
    is_chosen = form.source.data == one.source.hex()
    query = {**_query(form), "source": None if is_chosen else one.source.hex()}
    return _Told(
        rsvps=one.rsvps,
        people=one.people,
        first=moment_words(first),
        last=i18n.time_range(last, None) if is_same_day else moment_words(last),
        is_chosen=is_chosen,
        url=url_for("rsvps.of_flood", slug=event.slug, **query),
    )


def _chosen(event: Event, form: FloodForm) -> Chosen:
    """What the form says; what makes no sense chooses nothing. The last minute is in it."""
    starts, ends = typed_minute(form.starts.data or ""), typed_minute(form.ends.data or "")
    return Chosen(
        _instant(event, starts),
        _instant(event, ends + timedelta(minutes=1) if ends else None),
        _bytes(form.source.data or ""),
        bool(form.spares_confirmed.data),
    )


def _instant(event: Event, local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=ZoneInfo(event.timezone)).astimezone(UTC)


def _bytes(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)[:16] or None
    except ValueError:
        return None


def _query(form: FloodForm) -> dict[str, Any]:
    said = {name: form[name].data for name in ("starts", "ends", "source") if form[name].data}
    return said if form.spares_confirmed.data else {**said, "all": "yes"}


def _began_with() -> int:
    """How many it were when a removal of several requests began; 0 where there is none."""
    return max(0, request.args.get("of", 0, type=int))


def _bucket_words(local: datetime, length: int) -> str:
    return i18n.short_date(local.date()) if length == course.DAY else moment_words(local)
