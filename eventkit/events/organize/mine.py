"""One's own events: all of them, and the dashboard of one."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, i18n
from eventkit.calendars import queries as calendars
from eventkit.events import queries
from eventkit.events.forms import ActForm
from eventkit.events.models import DRAFT, EXCLUDED, Dated
from eventkit.events.organize.base import blueprint, me, own_event
from eventkit.events.organize.editor import precision_words
from eventkit.events.presentation import event_of
from eventkit.events.routes import MOST_DATES, page_of
from eventkit.rsvps import course
from eventkit.rsvps import queries as rsvps
from eventkit.rsvps import terms as rsvp_terms
from eventkit.rsvps.replies import queries as replies
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
    following = queries.next_of_each(told, now)
    coming: list[Dated] = [following.get(event.id, event) for event in told if not event.is_over(now)]
    coming.sort(key=_by_start)
    return render_template(
        "events/organize/mine.html",
        now=now,
        drafts=[event for event in events if event.status == DRAFT],
        days=[(day, list(of_day)) for day, of_day in groupby(coming, key=_day)],
        coming=len(coming),
        past=sorted((event for event in told if event.is_over(now)), key=_by_start, reverse=True),
        counts=rsvps.counts_of([following.get(event.id, event) for event in events]),
        origins=calendars.origins_of(events),
        replies=replies.count_waiting(None) if me().is_operator else 0,
    )


@blueprint.get("/events/<slug>")
@requires()
def show(slug: str) -> ResponseReturnValue:
    """How an event stands, and what may be done with it."""
    event = own_event(slug)
    if event.slug != slug:
        return redirect(url_for("organize.show", slug=event.slug))
    now = clock.now()
    coming = queries.coming_of(event, now, limit=MOST_DATES, excluded=True) if event.rrule else []
    shown = next((occurrence for occurrence in coming if occurrence.state != EXCLUDED), event)
    return render_template(
        "events/organize/show.html",
        event=event,
        shown=shown,
        coming=coming,
        following=queries.following(event) if event.rrule else None,
        now=now,
        over=event.is_over(now),
        counts=rsvps.counts_of([shown])[event.id],
        seats_left=rsvps.seats_left(event, getattr(shown, "recurrence_id", "")),
        can_export=rsvp_terms.of(event).can_export,
        origin=calendars.origins_of([event]).get(event.id),
        with_address=rsvps.with_address(event, now),
        course=[(i18n.short_date(day), people) for day, people in course.by_day(event, min(now, event.over_at or now))],
        days=_days_to_go(shown, now),
        replies=replies.count_waiting(event),
        precision=precision_words(event.venue),
        form=ActForm(),
    )


@blueprint.get("/events/<slug>/page")
@requires()
def preview(slug: str) -> ResponseReturnValue:
    """The page as people will see it, or as those see it who may: of a draft and of a private event too."""
    return page_of(own_event(slug))


def _day(dated: Dated) -> date | None:
    return dated.starts_local.date() if dated.starts_local else None


def _by_start(dated: Dated) -> tuple[bool, datetime, int]:
    """By wall time: a list of one's own is read as a diary."""
    event = event_of(dated)
    return dated.starts_local is None, dated.starts_local or event.created_at.replace(tzinfo=None), event.id


def _days_to_go(dated: Dated, now: datetime) -> int | None:
    """By the calendar at the venue; None once it has begun, and where no day is known."""
    if dated.starts_local is None:
        return None
    days = (dated.starts_local.date() - now.astimezone(ZoneInfo(dated.timezone)).date()).days
    return days if days >= 0 else None
