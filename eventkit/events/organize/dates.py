"""Single times of a series: cancelled, moved, brought back, left out; and the series divided before one of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db
from eventkit.errors import DomainError
from eventkit.events import actions, queries
from eventkit.events.forms import ActForm, MoveForm, ReasonForm
from eventkit.events.models import DRAFT, PUBLISHED, Event, Occurrence
from eventkit.events.organize.base import blueprint, own_event
from eventkit.rsvps import queries as rsvps
from eventkit.web import SignedInForm, requires

_PATH = "/events/<slug>/dates/<recurrence_id>"


@blueprint.route(f"{_PATH}/cancellation", methods=["GET", "POST"])
@requires()
def cancel_date(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """Asks first, for people are written to."""
    event, occurrence = _one(slug, recurrence_id)
    form = ReasonForm()

    def act() -> None:
        actions.cancel_occurrence(event, recurrence_id, reason=form.reason.data, now=clock.now())

    return _decide(occurrence, form, act, "events/organize/cancel-date.html", _("This date is cancelled."))


@blueprint.route(f"{_PATH}/move", methods=["GET", "POST"])
@requires()
def move_date(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """Asks when it is instead, this once."""
    event, occurrence = _one(slug, recurrence_id)
    form = MoveForm.filled(occurrence)

    def act() -> None:
        typed = form.typed()
        assert typed.starts is not None
        actions.move_occurrence(
            event,
            recurrence_id,
            starts_local=typed.starts,
            ends_local=typed.ends,
            reason=form.reason.data,
            now=clock.now(),
        )

    return _decide(occurrence, form, act, "events/organize/move-date.html", _("This date is moved."))


@blueprint.route(f"{_PATH}/restoration", methods=["GET", "POST"])
@requires()
def restore_date(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """Asks first, for people are written to; in a draft it is done at once."""
    event, occurrence = _one(slug, recurrence_id)

    def act() -> None:
        actions.restore_occurrence(event, recurrence_id, now=clock.now())

    done = _("It is as the series says again.")
    return _decide(occurrence, ActForm(), act, "events/organize/restore-date.html", done)


@blueprint.post(f"{_PATH}/exclusion")
@requires()
def exclude_date(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """Leaves it out of a draft, of which nobody knows."""
    event, _occurrence = _one(slug, recurrence_id)
    if ActForm().validate_on_submit():
        try:
            with db.transaction():
                actions.exclude_occurrence(event, recurrence_id, now=clock.now())
        except DomainError as error:
            flash(error.message, "bad")
        else:
            flash(_("This date is left out."), "ok")
    return _back(event)


@blueprint.route(f"{_PATH}/following", methods=["GET", "POST"])
@requires()
def following(slug: str, recurrence_id: str) -> ResponseReturnValue:
    """Divides the series before this time; what follows opens for its change."""
    event, occurrence = _one(slug, recurrence_id)
    made: list[Event] = []

    def act() -> None:
        made.append(actions.split(event, recurrence_id, now=clock.now()))

    done = _("From this date on it is a series of its own. Change what is different, then keep it.")
    answer = _decide(occurrence, ActForm(), act, "events/organize/following.html", done, and_following=True)
    return redirect(url_for("organize.edit", slug=made[0].slug), 303) if made else answer


def _one(slug: str, recurrence_id: str) -> tuple[Event, Occurrence]:
    event = own_event(slug)
    occurrence = queries.occurrence(event, recurrence_id, excluded=True)
    if occurrence is None:
        abort(404)
    return event, occurrence


def _decide(
    occurrence: Occurrence,
    form: SignedInForm,
    act: Callable[[], None],
    template: str,
    done: str,
    *,
    and_following: bool = False,
) -> ResponseReturnValue:
    """The question; and what was answered is done. What cannot be is said beside its field."""
    event, now = occurrence.event, clock.now()
    if form.validate_on_submit():
        try:
            with db.transaction():
                act()
        except DomainError as error:
            field = form[error.field] if error.field and error.field in form else None
            if field is None:
                form.form_errors.append(error.message)
            else:
                field.errors = [*field.errors, error.message]
        else:
            flash(done, "ok")
            return _back(event)
    body = render_template(
        template,
        event=event,
        occurrence=occurrence,
        form=form,
        now=now,
        is_draft=event.status == DRAFT,
        with_address=rsvps.to_be_told(event, now, occurrence.recurrence_id, and_following=and_following)
        if event.status == PUBLISHED
        else 0,
    )
    return body, 422 if form.errors else 200


def _back(event: Event) -> ResponseReturnValue:
    return redirect(url_for("organize.show", slug=event.slug, _anchor="dates"), 303)
