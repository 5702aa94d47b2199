"""One's own events: all of them, and the dashboard of one."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, i18n
from eventkit.events import queries
from eventkit.events.forms import ActForm
from eventkit.events.models import DRAFT, Event
from eventkit.events.organize.base import blueprint, me, own_event
from eventkit.events.organize.editor import precision_words
from eventkit.events.routes import page_of
from eventkit.rsvps import queries as rsvps
from eventkit.web import requires


@blueprint.get("")
@requires()
def home() -> ResponseReturnValue:
    """The short way in."""
    return redirect(url_for("organize.mine"))


@blueprint.get("/events")
@requires()
def mine() -> ResponseReturnValue:
    """Drafts, what comes, and what has been."""
    now = clock.now()
    events = queries.editable_by(me())
    told = [event for event in events if event.status != DRAFT]
    coming = sorted((event for event in told if not event.is_over(now)), key=_by_start)
    return render_template(
        "events/organize/mine.html",
        now=now,
        drafts=[event for event in events if event.status == DRAFT],
        days=[(day, list(of_day)) for day, of_day in groupby(coming, key=_day)],
        coming=len(coming),
        past=sorted((event for event in told if event.is_over(now)), key=_by_start, reverse=True),
        counts=rsvps.counts_of(events, now),
    )


@blueprint.get("/events/<slug>")
@requires()
def show(slug: str) -> ResponseReturnValue:
    """How an event stands, and what may be done with it."""
    event = own_event(slug)
    if event.slug != slug:
        return redirect(url_for("organize.show", slug=event.slug))
    now = clock.now()
    return render_template(
        "events/organize/show.html",
        event=event,
        now=now,
        over=event.is_over(now),
        counts=rsvps.counts_of([event], now)[event.id],
        with_address=rsvps.with_address(event),
        course=[
            (i18n.short_date(day), people) for day, people in rsvps.coming_by_day(event, min(now, event.over_at or now))
        ],
        days=_days_to_go(event, now),
        precision=precision_words(event.venue),
        form=ActForm(),
    )


@blueprint.get("/events/<slug>/page")
@requires()
def preview(slug: str) -> ResponseReturnValue:
    """The page as people will see it, or as those see it who may: of a draft and of a private event too."""
    return page_of(own_event(slug))


def _day(event: Event) -> date | None:
    return event.starts_local.date() if event.starts_local else None


def _by_start(event: Event) -> tuple[bool, datetime, int]:
    """By wall time: a list of one's own is read as a diary."""
    return event.starts_local is None, event.starts_local or event.created_at.replace(tzinfo=None), event.id


def _days_to_go(event: Event, now: datetime) -> int | None:
    """By the calendar at the venue; None once it has begun, and where no day is known."""
    if event.starts_local is None:
        return None
    days = (event.starts_local.date() - now.astimezone(ZoneInfo(event.timezone)).date()).days
    return days if days >= 0 else None
