"""What becomes of an event: public, put off, cancelled, made once more, thrown away."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db, keys
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.forms import ActForm, ReasonForm
from eventkit.events.models import DRAFT, Event
from eventkit.events.organize.base import blueprint, me, own_event
from eventkit.rsvps import queries as rsvps
from eventkit.web import requires


@blueprint.post("/events/<slug>/publication")
@requires()
def publish(slug: str) -> ResponseReturnValue:
    """Makes it public as it stands. What is missing is told on the form, where it can be written."""
    event = own_event(slug)
    if ActForm().validate_on_submit():
        try:
            with db.transaction():
                actions.publish(event, now=clock.now())
        except DomainError as error:
            flash(error.message, "bad")
            return redirect(url_for("organize.edit", slug=event.slug), 303)
        flash(_("It is public. Pass on the link."), "ok")
    return redirect(url_for("organize.show", slug=event.slug), 303)


@blueprint.route("/events/<slug>/cancellation", methods=["GET", "POST"])
@requires()
def cancel(slug: str) -> ResponseReturnValue:
    """Asks first, for it cannot be undone."""
    return _disrupt(own_event(slug), actions.cancel, "events/organize/cancel.html", _("It is cancelled."))


@blueprint.route("/events/<slug>/postponement", methods=["GET", "POST"])
@requires()
def postpone(slug: str) -> ResponseReturnValue:
    """Asks first, for people are written to."""
    return _disrupt(own_event(slug), actions.postpone, "events/organize/postpone.html", _("It is put off."))


@blueprint.post("/events/<slug>/duplicate")
@requires()
def duplicate(slug: str) -> ResponseReturnValue:
    """The same, a month later, as a draft that opens for a look at its date."""
    event = own_event(slug)
    if not ActForm().validate_on_submit():
        return redirect(url_for("organize.show", slug=event.slug), 303)
    with db.transaction():
        copy = actions.duplicate(event, by=me(), now=clock.now())
    flash(_("This is the same, a month later. Look at the date, then publish it."), "ok")
    return redirect(url_for("organize.edit", slug=copy.slug), 303)


@blueprint.route("/events/<slug>/deletion", methods=["GET", "POST"])
@requires()
def delete(slug: str) -> ResponseReturnValue:
    """Throws a draft away. What was public once is cancelled instead: people may be on their way."""
    event = own_event(slug)
    if event.status != DRAFT:
        abort(404)
    form = ActForm()
    if not form.validate_on_submit():
        return render_template("events/organize/delete.html", event=event, form=form)
    key = event.key_name
    with db.transaction():
        actions.delete_draft(event)
    keys.destroy(key)
    flash(_("The draft is deleted."), "ok")
    return redirect(url_for("organize.mine"), 303)


def _disrupt(event: Event, act: Callable[..., None], template: str, done: str) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                act(event, reason=form.reason.data, now=clock.now())
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            flash(done, "ok")
            return redirect(url_for("organize.show", slug=event.slug), 303)
    now = clock.now()
    body = render_template(
        template,
        event=event,
        form=form,
        counts=rsvps.counts_of([queries.next_of_each([event], now).get(event.id, event)])[event.id],
        with_address=rsvps.to_be_told(event, now),
    )
    return body, 422 if form.errors else 200
