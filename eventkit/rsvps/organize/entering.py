"""One person: entered by hand, or put right."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import clock, db, i18n
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import actions, dates, listing, queries, retention
from eventkit.rsvps.models import BY_ORGANIZER, PENDING, REFUSED, WAITING, Rsvp
from eventkit.rsvps.organize.base import head, hides_people, numbers, page_of
from eventkit.rsvps.organize.forms import CorrectionForm, WalkInForm
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires


@blueprint.route("/organize/events/<slug>/rsvps/walk-in", methods=["GET", "POST"])
@requires()
def walk_in(slug: str) -> ResponseReturnValue:
    """Somebody who stands at the door. Who finds no seat is told so here; nobody is seated past the capacity."""
    event, now = own_event(slug), clock.now()
    if retention.erased_at(event) is not None:
        abort(404)
    shown = numbers(event, now, request.args.get("date", "")[:15])
    form = WalkInForm.for_event(event, now, getattr(shown.date, "recurrence_id", ""))
    if form.validate_on_submit():
        answer = form.answer(event.language if event.language in i18n.languages() else i18n.SOURCE_LANGUAGE)
        try:
            with db.transaction():
                made = actions.register(event, answer, now=now, occurrence=form.date, entered_by=BY_ORGANIZER)
        except DomainError as error:
            form.place(error)
        else:
            if made.seat == WAITING:
                flash(_("It is full. They are on the waitlist, and move up when a place comes free."), "warn")
            else:
                flash(ngettext("One person more comes.", "%(num)d people more come.", answer.party_size), "ok")
            return redirect(url_for("rsvps.walk_in", slug=event.slug, date=form.date or None), 303)
    body = render_template("rsvps/organize/walk-in.html", **head(event, now, shown), form=form)
    return body, 422 if form.errors else 200


@blueprint.route("/organize/events/<slug>/rsvps/<int:rsvp_id>", methods=["GET", "POST"])
@requires()
def correct(slug: str, rsvp_id: int) -> ResponseReturnValue:
    """What one person answered, to be put right or moved; and the way to take them off the list."""
    event, now = own_event(slug), clock.now()
    rsvp = listing.by_id(event, rsvp_id)
    if rsvp is None or hides_people(event):
        abort(404)
    before = queries.answer_of(rsvp)
    form = CorrectionForm.for_rsvp(rsvp, before, now)
    if form.validate_on_submit():
        try:
            with db.transaction():
                _correct(event, rsvp_id, form)
        except DomainError as error:
            form.place(error)
        else:
            flash(_("That is how it stands now."), "ok")
            return redirect(page_of(event), 303)
    body = render_template(
        "rsvps/organize/correct.html",
        **head(event, now),
        rsvp=rsvp,
        person=before.person,
        date=dates.of(event, rsvp.occurrence) if rsvp.occurrence else None,
        standing=_standing(rsvp),
        form=form,
    )
    return body, 422 if form.errors else 200


def _correct(event: Event, rsvp_id: int, form: CorrectionForm) -> None:
    now = clock.now()
    rsvp = listing.by_id(event, rsvp_id, to_change=True)
    if rsvp is None:
        raise DomainError(_("Nobody is there any more: this RSVP was taken back in the meantime."))
    if rsvp.series_id is not None:
        actions.move(rsvp, form.partstat.data, now=now)
        return
    if form.date != rsvp.occurrence:
        actions.move_to_date(rsvp, form.date, now=now)
    after = form.answer(queries.answer_of(rsvp))
    if after != queries.answer_of(rsvp):
        actions.change(rsvp, after, now=now)


def _standing(rsvp: Rsvp) -> str:
    """One of listing.STANDINGS."""
    if rsvp.state in {PENDING, REFUSED}:
        return rsvp.state
    return WAITING if rsvp.seat == WAITING else listing.COUNTED
