"""Answering an event, and keeping the answer in one's own hands. No account, no script, no cookie."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db, i18n
from eventkit.errors import DomainError
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import Dated, Event
from eventkit.events.routes import event_or_404
from eventkit.rsvps import actions, dates, erased_links, queries, retention
from eventkit.rsvps.forms import DateForm, RsvpForm
from eventkit.rsvps.models import Rsvp
from eventkit.web import by_link, limiter, public

blueprint = Blueprint("rsvps", __name__)

_LIMITS = "60 per minute; 300 per 10 minutes"


@blueprint.post("/events/<slug>/rsvps")
@limiter.limit(_LIMITS)
@public
def create(slug: str) -> ResponseReturnValue:
    """Counts an answer at once: `partstat` alone is one person. What is wrong comes back with what was typed."""
    event = event_or_404(slug)
    form = RsvpForm.for_event(event)
    try:
        actions.refuse_closed(event, clock.now())
        if not form.validate():
            return _answer_page(event, form), 422
        with db.transaction():
            answer = form.answer(language=_language())
            rsvp = actions.register(event, answer, now=clock.now(), occurrence=form.chosen)
    except DomainError as error:
        form.place(error)
        return _answer_page(event, form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.get("/events/<slug>/rsvps")
@public
def form_of(slug: str) -> ResponseReturnValue:
    """For whoever reloads a page that was sent back: the form is on the event's page."""
    return redirect(url_for("events.show", slug=event_or_404(slug).slug, _anchor="rsvp"))


@blueprint.get("/rsvps/<token>")
@limiter.limit(_LIMITS)
@by_link
def show(token: str) -> ResponseReturnValue:
    """What one has answered, and how to change it. Opening it changes nothing."""
    rsvp, _generation = _rsvp_or_404(token)
    return _page(rsvp, token, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)))


@blueprint.post("/rsvps/<token>")
@limiter.limit(_LIMITS)
@by_link
def change(token: str) -> ResponseReturnValue:
    """Another answer, or more about oneself."""
    rsvp, _generation = _rsvp_or_404(token)
    form = RsvpForm.for_rsvp(rsvp)
    if not form.validate():
        return _page(rsvp, token, form), 422
    try:
        with db.transaction():
            rsvp, generation = _rsvp_or_404(token, to_change=True)
            actions.prove(rsvp, generation, now=clock.now())
            actions.change(rsvp, form.answer(language=_language()), now=clock.now())
    except DomainError as error:
        form.place(error)
        return _page(rsvp, token, form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.post("/rsvps/<token>/dates")
@limiter.limit(_LIMITS)
@by_link
def change_date(token: str) -> ResponseReturnValue:
    """Another answer for one date of the series that one has answered."""
    rsvp, _generation = _rsvp_or_404(token)
    form = None if rsvp.occurrence else DateForm.for_series(rsvp.event)
    if form is None or rsvp.withdrawn_at is not None:
        return redirect(url_for("rsvps.show", token=token), 303)
    try:
        if not form.validate():
            return _page(rsvp, token, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)), form), 422
        with db.transaction():
            rsvp, generation = _rsvp_or_404(token, to_change=True)
            actions.prove(rsvp, generation, now=clock.now())
            actions.answer_for_date(rsvp, form.occurrence.data, form.partstat.data, now=clock.now())
    except DomainError as error:
        form.form_errors.append(error.message)
        return _page(rsvp, token, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)), form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp), _anchor="dates"), 303)


@blueprint.post("/rsvps/<token>/withdraw")
@limiter.limit(_LIMITS)
@by_link
def withdraw(token: str) -> ResponseReturnValue:
    """Takes the answer back, whenever one likes."""
    with db.transaction():
        rsvp, generation = _rsvp_or_404(token, to_change=True)
        actions.prove(rsvp, generation, now=clock.now(), tells=False)
        actions.withdraw(rsvp, now=clock.now())
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.get("/rsvps/<token>/dates")
@blueprint.get("/rsvps/<token>/withdraw")
@by_link
def reloaded(token: str) -> ResponseReturnValue:
    """For whoever reloads: nothing is changed by opening a page."""
    return redirect(url_for("rsvps.show", token=token))


def _answer_page(event: Event, form: RsvpForm) -> str:
    """It tells the date that is chosen in it."""
    now = clock.now()
    chosen = events.occurrence(event, form.occurrence.data or "") if "occurrence" in form else None
    shown = chosen or next(iter(events.coming_of(event, now, limit=1, cancelled=False)), event)
    return render_template(
        "rsvps/answer.html",
        event=event,
        form=form,
        shown=shown,
        counts=queries.counts_of([shown])[event.id],
        now=now,
        state=presentation.state_of(event, now),
    )


def _page(rsvp: Rsvp, token: str, form: RsvpForm, date_form: DateForm | None = None) -> str:
    """For one date it shows that date; for the series its rule, its next date, and what differs on single dates."""
    now, event = clock.now(), rsvp.event
    shown = dates.of(event, rsvp.occurrence)
    is_series = bool(event.rrule) and not rsvp.occurrence
    exceptions = queries.exceptions_of(rsvp)
    differing = events.occurrences_by_id(event, [each.occurrence for each in exceptions])
    coming = events.coming_of(event, now, limit=1, cancelled=False) if is_series else []
    return render_template(
        "rsvps/show.html",
        rsvp=rsvp,
        token=token,
        event=event,
        shown=shown,
        is_gone=dates.is_gone(shown),
        taken_over=_taken_over(event, rsvp) if dates.is_gone(shown) else None,
        next_date=coming[0] if coming else None,
        person=queries.answer_of(rsvp).person,
        form=form,
        exceptions=[(differing[each.occurrence], each) for each in exceptions if each.occurrence in differing],
        date_form=(date_form or DateForm.for_series(event)) if is_series else None,
        now=now,
        state=presentation.state_of(shown, now),
        see_you=_see_you(shown, now),
    )


def _taken_over(event: Event, rsvp: Rsvp) -> Dated | None:
    """The date that it is for, in the series that goes on from this one."""
    return presentation.leads_to(event, events.taken_over(event, rsvp.occurrence))


def _see_you(dated: Dated, now: datetime) -> str:
    """`See you Saturday`, by the calendar at the venue."""
    if dated.starts_local is None or (isinstance(dated, Event) and dated.rrule):
        return _("See you there")
    day = dated.starts_local.date()
    days = (day - now.astimezone(ZoneInfo(dated.timezone)).date()).days
    if days <= 0:
        return _("See you there")
    if days == 1:
        return _("See you tomorrow")
    if days < 7:
        return _("See you %(weekday)s", weekday=format_date(day, "EEEE", locale=i18n.current_locale()))
    return _("See you on %(day)s", day=i18n.short_date(day))


def _rsvp_or_404(token: str, *, to_change: bool = False) -> tuple[Rsvp, int]:
    """The RSVP of the link. Where what was known of it is erased, the answer is a page that says so, with 410."""
    found = queries.by_token(token, to_change=to_change)
    if found is None and not erased_links.led_to_rsvp(token):
        abort(404)
    if found is None or retention.erased_at(found[0].event) is not None:
        abort(Response(render_template("rsvps/erased.html"), 410))
    return found


def _language() -> str:
    return str(i18n.current_locale().language)
