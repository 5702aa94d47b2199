"""What one is sent: no reminders of an event, or nothing at all. By the link in every message, or a button of a mail
program."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import AnyOf

from eventkit import clock, db
from eventkit.mail import suppressions
from eventkit.rsvps import actions, dates, queries, unsubscribing
from eventkit.rsvps.models import Rsvp
from eventkit.rsvps.routes import blueprint
from eventkit.web import AnonymousForm, by_link, limiter

#: the servers of one mail provider press the button for very many people
_LIMITS = "600 per minute"

STOP, RESUME, SUPPRESS, LIFT = "stop", "resume", "suppress", "lift"

#: the only field of what a mail program sends (RFC 8058, 3.2)
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


class ChoiceForm(AnonymousForm):
    """One of the buttons."""

    choice = StringField(validators=[AnyOf((STOP, RESUME, SUPPRESS, LIFT))])


@blueprint.get("/rsvps/<token>/mail")
@limiter.limit(_LIMITS)
@by_link
def mail_choices(token: str) -> ResponseReturnValue:
    """What is sent, and what may be stopped. Opening it changes nothing: mail scanners follow links."""
    return _page(_rsvp_or_404(token), token)


@blueprint.post("/rsvps/<token>/mail")
@limiter.limit(_LIMITS)
@by_link
def choose_mail(token: str) -> ResponseReturnValue:
    """Does what was chosen. A mail program's own button stops reminders, and is answered without a redirect."""
    name, value = _ONE_CLICK
    form = ChoiceForm()
    is_one_click = request.form.get(name) == value
    if not is_one_click and not form.validate():
        return _page(_rsvp_or_404(token), token), 422
    with db.transaction():
        rsvp = _rsvp_or_404(token, to_change=True)
        _do(STOP if is_one_click else form.choice.data or "", rsvp)
    return _page(rsvp, token) if is_one_click else redirect(url_for("rsvps.mail_choices", token=token), 303)


def _do(choice: str, rsvp: Rsvp) -> None:
    now, address = clock.now(), queries.answer_of(rsvp).person.email
    if choice in {STOP, RESUME}:
        actions.set_mail(rsvp, reminders=choice == RESUME, mail=rsvp.wants_mail or choice == RESUME, now=now)
    elif choice == SUPPRESS and address:
        suppressions.add(address, now)
    elif choice == LIFT and address:
        suppressions.lift(address)


def _page(rsvp: Rsvp, token: str) -> str:
    address = queries.answer_of(rsvp).person.email
    return render_template(
        "rsvps/mail-choices.html",
        rsvp=rsvp,
        token=token,
        about=dates.of(rsvp.event, rsvp.occurrence),
        has_address=bool(address),
        is_suppressed=bool(address) and suppressions.is_suppressed(address),
        now=clock.now(),
    )


def _rsvp_or_404(token: str, *, to_change: bool = False) -> Rsvp:
    found = unsubscribing.by_token(token, to_change=to_change)
    if found is None:
        abort(404)
    return found
