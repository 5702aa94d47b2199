"""For the organizer: questions of their own, roles and shifts."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import db
from eventkit.errors import DomainError
from eventkit.events.forms import ActForm
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import asking, suggestions, terms
from eventkit.rsvps.forms.asking import QuestionForm, ShiftForm
from eventkit.rsvps.models import RsvpQuestion, RsvpShift
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires

_PATH = "/organize/events/<slug>/rsvps/terms"
_UP, _DOWN = "up", "down"


@blueprint.route(f"{_PATH}/questions/new", methods=["GET", "POST"])
@requires()
def new_question(slug: str) -> ResponseReturnValue:
    """Asks one thing more."""
    event = own_event(slug)
    form = QuestionForm()
    if _is_stored(form, lambda: asking.add_question(event, kind=form.kind.data, **form.said())):
        return _back(event, "questions")
    return render_template("rsvps/question.html", event=event, form=form, question=None), 422 if form.errors else 200


@blueprint.post(f"{_PATH}/questions/suggested")
@requires()
def add_suggested_question(slug: str) -> ResponseReturnValue:
    """Adds one of those that many need: `name` says which."""
    event = own_event(slug)
    found = suggestions.questions(event).get(request.form.get("name", ""))
    if ActForm().validate_on_submit() and found is not None:
        try:
            with db.transaction():
                asking.add_question(event, kind=found.kind, label=found.label, options=found.options)
        except DomainError as error:
            flash(error.message, "bad")
    return _back(event, "questions")


@blueprint.route(f"{_PATH}/questions/<int:question_id>", methods=["GET", "POST"])
@requires()
def change_question(slug: str, question_id: int) -> ResponseReturnValue:
    """Words it otherwise."""
    event = own_event(slug)
    question = _question(event, question_id)
    form = QuestionForm.of(question)
    if _is_stored(form, lambda: asking.change_question(_question(event, question_id), **form.said())):
        return _back(event, "questions")
    body = render_template("rsvps/question.html", event=event, form=form, question=question)
    return body, 422 if form.errors else 200


@blueprint.post(f"{_PATH}/questions/<int:question_id>/place")
@requires()
def move_question(slug: str, question_id: int) -> ResponseReturnValue:
    """Up or down among the others."""
    event = own_event(slug)
    if ActForm().validate_on_submit():
        with db.transaction():
            asking.move(_question(event, question_id), _places())
    return _back(event, "questions")


@blueprint.route(f"{_PATH}/questions/<int:question_id>/deletion", methods=["GET", "POST"])
@requires()
def delete_question(slug: str, question_id: int) -> ResponseReturnValue:
    """Asks first: what was answered to it is lost. The answers are taken out in steps, the question with the last."""
    event = own_event(slug)
    question = _question(event, question_id)
    form = ActForm()
    if not form.validate_on_submit():
        answers = asking.answers_to(question, event)
        return render_template("rsvps/delete-question.html", event=event, question=question, form=form, answers=answers)
    after: int | None = 0
    while after is not None:
        with db.transaction():
            after = asking.forget_answers(_question(event, question_id), event, after=after)
    return _back(event, "questions")


@blueprint.route(f"{_PATH}/shifts/new", methods=["GET", "POST"])
@requires()
def new_shift(slug: str) -> ResponseReturnValue:
    """One role or shift more."""
    event = own_event(slug)
    form = ShiftForm.of(event)
    if _is_stored(form, lambda: asking.add_shift(event, **form.said())):
        return _back(event, "shifts")
    return render_template("rsvps/shift.html", event=event, form=form, shift=None), 422 if form.errors else 200


@blueprint.post(f"{_PATH}/shifts/suggested")
@requires()
def add_suggested_shift(slug: str) -> ResponseReturnValue:
    """Adds one of those that many need: `name` says which."""
    event = own_event(slug)
    found = suggestions.shifts(event).get(request.form.get("name", ""))
    if ActForm().validate_on_submit() and found is not None:
        try:
            with db.transaction():
                asking.add_shift(event, name=found.name, details=found.details, capacity=found.capacity)
        except DomainError as error:
            flash(error.message, "bad")
    return _back(event, "shifts")


@blueprint.route(f"{_PATH}/shifts/<int:shift_id>", methods=["GET", "POST"])
@requires()
def change_shift(slug: str, shift_id: int) -> ResponseReturnValue:
    """Its name, its hours, how many people it takes."""
    event = own_event(slug)
    shift = _shift(event, shift_id)
    form = ShiftForm.of(event, shift)
    if _is_stored(form, lambda: asking.change_shift(_shift(event, shift_id), **form.said())):
        return _back(event, "shifts")
    return render_template("rsvps/shift.html", event=event, form=form, shift=shift), 422 if form.errors else 200


@blueprint.post(f"{_PATH}/shifts/<int:shift_id>/place")
@requires()
def move_shift(slug: str, shift_id: int) -> ResponseReturnValue:
    """Up or down among the others."""
    event = own_event(slug)
    if ActForm().validate_on_submit():
        with db.transaction():
            asking.move(_shift(event, shift_id), _places())
    return _back(event, "shifts")


@blueprint.route(f"{_PATH}/shifts/<int:shift_id>/deletion", methods=["GET", "POST"])
@requires()
def delete_shift(slug: str, shift_id: int) -> ResponseReturnValue:
    """Asks first: whoever chose it comes without a role then, and is not told."""
    event = own_event(slug)
    shift = _shift(event, shift_id)
    form = ActForm()
    if not form.validate_on_submit():
        return render_template("rsvps/delete-shift.html", event=event, shift=shift, form=form)
    with db.transaction():
        asking.close_shift(_shift(event, shift_id))
    with db.transaction():
        asking.delete_shift(_shift(event, shift_id))
    return _back(event, "shifts")


def _is_stored(form: QuestionForm | ShiftForm, act: Callable[[], object]) -> bool:
    """Whether it was sent and is stored now; what speaks against it stands in the form."""
    if not form.validate_on_submit():
        return False
    try:
        with db.transaction():
            act()
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def _question(event: Event, number: int) -> RsvpQuestion:
    found = next((each for each in terms.questions(event) if each.id == number), None)
    return found or abort(404)


def _shift(event: Event, number: int) -> RsvpShift:
    found = next((each for each in terms.shifts(event) if each.id == number), None)
    return found or abort(404)


def _places() -> int:
    return {_UP: -1, _DOWN: 1}.get(request.form.get("direction", ""), 0)


def _back(event: Event, part: str) -> ResponseReturnValue:
    return redirect(url_for("rsvps.asked", slug=event.slug, _anchor=part), 303)
