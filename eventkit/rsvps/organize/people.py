"""Who comes, at a glance and in pictures, and the list to find somebody in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, db, i18n
from eventkit.events.forms import ActForm
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import course, dates, listing, queries, retention, summing, terms
from eventkit.rsvps.models import TEXT, RsvpQuestion, RsvpShift
from eventkit.rsvps.organize import narrowing
from eventkit.rsvps.organize.base import PAGE, head, hides_people, moment_words, numbers, page_of
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires


@blueprint.get("/organize/events/<slug>/rsvps")
@requires()
def of_event(slug: str) -> ResponseReturnValue:
    """Numbers and pictures, and everybody, the latest first, narrowed by what the query says.

    Where it narrows anything, or is a later page, the list alone: pictures are of all.
    """
    event, now = own_event(slug), clock.now()
    shifts = terms.shifts(event)
    form, wanted = narrowing.asked_for(event, shifts, now)
    hidden = hides_people(event)
    found = None if hidden else listing.find(event, wanted, page=request.args.get("page", 1, type=int), size=PAGE)
    is_whole = found is None or (not wanted.query() and found.page == 1)
    shown = numbers(event, now, wanted.date)
    return render_template(
        "rsvps/organize/people.html",
        **head(event, now, shown),
        **(_pictures(event, shifts, now) if is_whole else {}),
        hidden=hidden,
        zone=ZoneInfo(event.timezone),
        erases_at=retention.ends_at(event),
        kept_days=retention.days_of(event),
        is_whole=is_whole,
        wanted=wanted,
        narrowing=form,
        found=found,
        dates=dates.of_each(event, {each.occurrence for each in found.shown}) if found else {},
        shift_names={shift.id: shift.name for shift in shifts},
        tallies=listing.tallies(event),
        with_email=queries.with_address(event, now),
        page_url=lambda number: page_of(event, **wanted.query(), page=number),
        moment=lambda instant: moment_words(instant.astimezone(ZoneInfo(event.timezone))),
        form=ActForm(formdata=None),
    )


@blueprint.get("/organize/events/<slug>/rsvps/answers/<int:question_id>")
@requires()
def answers(slug: str, question_id: int) -> ResponseReturnValue:
    """What was written to a question of the organizer's own."""
    event, now = own_event(slug), clock.now()
    question = db.session.get(RsvpQuestion, question_id)
    if question is None or question.event_id != event.id or question.kind != TEXT or hides_people(event):
        abort(404)
    said = summing.texts(event, question)
    pages = max(1, -(-len(said) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "rsvps/organize/answers.html",
        **head(event, now),
        question=question,
        said=said[(page - 1) * PAGE : page * PAGE],
        total=len(said),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("rsvps.answers", slug=event.slug, question_id=question.id, page=number),
    )


def _pictures(event: Event, shifts: list[RsvpShift], now: datetime) -> dict[str, Any]:
    """Of everybody: the course of time, shifts, and what was answered."""
    grown = course.until(event, now)
    return {
        "course": [(_step_words(at, grown.by_hour), people) for at, people in grown.points] if grown else [],
        "by_hour": bool(grown and grown.by_hour),
        "shifts": shifts,
        "shift_times": {shift.id: _shift_times(shift) for shift in shifts},
        "summed": summing.of_each(event, terms.questions(event)),
    }


def _step_words(at: datetime, by_hour: bool) -> str:
    return moment_words(at) if by_hour else i18n.short_date(at.date())


def _shift_times(shift: RsvpShift) -> str:
    """`1–3 PM`; empty where it is as long as the event."""
    return i18n.time_range(shift.starts_local, shift.ends_local) if shift.starts_local else ""
