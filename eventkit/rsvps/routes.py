"""Answering an event, and keeping the answer in one's own hands. No account, no script, no cookie."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, db, i18n, sources
from eventkit.errors import DomainError
from eventkit.events.routes import event_or_404
from eventkit.rsvps import actions, erased_links, guard, pages, queries, retention
from eventkit.rsvps.forms import DateForm, MailForm, RsvpForm
from eventkit.rsvps.models import DECLINED, Rsvp
from eventkit.web import by_link, limiter, public

blueprint = Blueprint("rsvps", __name__)


@blueprint.post("/events/<slug>/rsvps")
@limiter.limit(guard.REQUESTS)
@public
def create(slug: str) -> ResponseReturnValue:
    """Counts an answer at once: `partstat` alone is one person. What is wrong comes back with what was typed."""
    event = event_or_404(slug, whole=False)
    form = RsvpForm.for_event(event)
    try:
        actions.refuse_closed(event, clock.now(), limits=form.terms)
        if not form.validate():
            return pages.answer(event, form), 422
        answer = form.answer(language=_language())
        if (asked := guard.check(event, answer.person.email)) is not None:
            return asked
        source = sources.of_event(event)
        with db.transaction():
            rsvp = actions.register(event, answer, now=clock.now(), occurrence=form.chosen, source=source)
    except DomainError as error:
        form.place(error)
        return pages.answer(event, form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.get("/events/<slug>/rsvps")
@public
def form_of(slug: str) -> ResponseReturnValue:
    """For whoever reloads a page that was sent back: the form is on the event's page."""
    return redirect(url_for("events.show", slug=event_or_404(slug).slug, _anchor="rsvp"))


@blueprint.get("/rsvps/<token>")
@limiter.limit(guard.REQUESTS)
@by_link
def show(token: str) -> ResponseReturnValue:
    """What one has answered, and how to change it. Opening it changes nothing."""
    rsvp, generation = _rsvp_or_404(token)
    return pages.own(rsvp, token, generation, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)))


@blueprint.post("/rsvps/<token>")
@limiter.limit(guard.REQUESTS)
@by_link
def change(token: str) -> ResponseReturnValue:
    """Another answer, or more about oneself."""
    rsvp, generation = _rsvp_or_404(token)
    form = RsvpForm.for_rsvp(rsvp)
    if not form.validate():
        return pages.own(rsvp, token, generation, form), 422
    try:
        answer = form.answer(language=_language())
        email = answer.person.email
        # Another address is written to, as that of a new answer is.
        is_other = email not in {"", queries.answer_of(rsvp).person.email}
        if is_other and (asked := guard.check(rsvp.event, email)) is not None:
            return asked
        with db.transaction():
            rsvp, generation = _rsvp_or_404(token, to_change=True)
            actions.prove(rsvp, generation, now=clock.now())
            actions.change(rsvp, answer, now=clock.now())
    except DomainError as error:
        form.place(error)
        return pages.own(rsvp, token, generation, form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.post("/rsvps/<token>/dates")
@limiter.limit(guard.REQUESTS)
@by_link
def change_date(token: str) -> ResponseReturnValue:
    """Another answer for one date of the series that one has answered."""
    rsvp, generation = _rsvp_or_404(token)
    form = None if rsvp.occurrence else DateForm.for_series(rsvp.event)
    if form is None or rsvp.withdrawn_at is not None:
        return redirect(url_for("rsvps.show", token=token), 303)
    try:
        if not form.validate():
            return pages.own(rsvp, token, generation, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)), form), 422
        with db.transaction():
            rsvp, generation = _rsvp_or_404(token, to_change=True)
            actions.prove(rsvp, generation, now=clock.now())
            actions.answer_for_date(rsvp, form.occurrence.data, form.partstat.data, now=clock.now())
    except DomainError as error:
        form.form_errors.append(error.message)
        return pages.own(rsvp, token, generation, RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp)), form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp), _anchor="dates"), 303)


@blueprint.post("/rsvps/<token>/withdraw")
@limiter.limit(guard.REQUESTS)
@by_link
def withdraw(token: str) -> ResponseReturnValue:
    """Takes the answer back, whenever one likes."""
    with db.transaction():
        rsvp, generation = _rsvp_or_404(token, to_change=True)
        actions.prove(rsvp, generation, now=clock.now(), tells=False)
        actions.withdraw(rsvp, now=clock.now())
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.post("/rsvps/<token>/confirmation")
@limiter.limit(guard.REQUESTS)
@by_link
def confirm(token: str) -> ResponseReturnValue:
    """Says that the address is one's own, by the link that was mailed there. By another link it says nothing."""
    with db.transaction():
        rsvp, generation = _rsvp_or_404(token, to_change=True)
        actions.prove(rsvp, generation, now=clock.now())
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.post("/rsvps/<token>/place")
@limiter.limit(guard.REQUESTS)
@by_link
def place(token: str) -> ResponseReturnValue:
    """Keeps a place that came free, or gives it back (`answer`)."""
    try:
        with db.transaction():
            rsvp, generation = _rsvp_or_404(token, to_change=True)
            gives_back = request.form.get("answer") == "give-back"
            actions.prove(rsvp, generation, now=clock.now(), tells=not gives_back)
            if gives_back:
                actions.move(rsvp, DECLINED, now=clock.now())
            elif request.form.get("answer") == "keep":
                actions.keep(rsvp, now=clock.now())
    except DomainError as error:
        form = RsvpForm.for_rsvp(rsvp, queries.answer_of(rsvp))
        form.place(error)
        return pages.own(rsvp, token, generation, form), error.status
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp)), 303)


@blueprint.post("/rsvps/<token>/messages")
@limiter.limit(guard.REQUESTS)
@by_link
def set_mail(token: str) -> ResponseReturnValue:
    """Whether reminders are sent, and whether anything is."""
    form = MailForm()
    with db.transaction():
        rsvp, generation = _rsvp_or_404(token, to_change=True)
        actions.prove(rsvp, generation, now=clock.now(), tells=form.anything.data)
        actions.set_mail(rsvp, reminders=form.reminders.data, mail=form.anything.data, now=clock.now())
    return redirect(url_for("rsvps.show", token=queries.browser_token(rsvp), _anchor="mail"), 303)


@blueprint.get("/rsvps/<token>/stored")
@limiter.limit(guard.REQUESTS)
@by_link
def show_stored(token: str) -> ResponseReturnValue:
    """Everything that is stored about oneself, and the button that erases it."""
    rsvp, generation = _rsvp_or_404(token)
    return pages.stored(rsvp, token, generation)


@blueprint.get("/rsvps/<token>/confirmation")
@blueprint.get("/rsvps/<token>/place")
@blueprint.get("/rsvps/<token>/messages")
@blueprint.get("/rsvps/<token>/dates")
@blueprint.get("/rsvps/<token>/withdraw")
@by_link
def reloaded(token: str) -> ResponseReturnValue:
    """For whoever reloads: nothing is changed by opening a page."""
    return redirect(url_for("rsvps.show", token=token))


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
