"""For the organizer: who comes, as a page and as a table to take along."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock
from eventkit.events import queries as events
from eventkit.events.organize.base import own_event
from eventkit.rsvps import dates, export, queries, retention
from eventkit.rsvps.routes import blueprint
from eventkit.text import fold
from eventkit.web import requires

PAGE = 100


@blueprint.get("/organize/events/<slug>/rsvps")
@requires()
def of_event(slug: str) -> ResponseReturnValue:
    """Numbers, and everybody who is counted, the latest first; `q` searches names and addresses."""
    event = own_event(slug)
    now = clock.now()
    answered = queries.of_event(event)
    next_date = next(iter(events.coming_of(event, now, limit=1, cancelled=False)), None) if event.rrule else None
    sought = request.args.get("q", "").strip()[:100]
    found = [each for each in answered if _matches(each, sought)] if sought else answered
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "rsvps/of-event.html",
        event=event,
        counts=queries.counts_of([next_date or event])[event.id],
        next_date=next_date,
        dates=dates.of_each(event, {each.occurrence for each in shown}),
        with_email=queries.with_address(event, now),
        answered=answered,
        found=found,
        shown=shown,
        q=sought,
        page=page,
        pages=pages,
        page_url=lambda number: url_for("rsvps.of_event", slug=event.slug, q=sought or None, page=number),
        zone=ZoneInfo(event.timezone),
        erased_at=retention.erased_at(event),
        erases_at=retention.ends_at(event),
        kept_days=retention.days_of(event),
        now=now,
    )


@blueprint.get("/organize/events/<slug>/rsvps.csv")
@requires()
def download(slug: str) -> ResponseReturnValue:
    """Everybody who is counted, as CSV."""
    event = own_event(slug)
    response = Response(export.csv_of(event).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-rsvps.csv"'
    return response


def _matches(answered: queries.Answered, sought: str) -> bool:
    person = answered.answer.person
    return (bool(fold(sought)) and fold(sought) in fold(person.name)) or sought.lower() in person.email.lower()
