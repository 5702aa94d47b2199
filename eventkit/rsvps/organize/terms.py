"""For the organizer: on what terms people come, and everything that they are asked."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from eventkit import clock, db
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.events.forms import ActForm
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import actions, asking, queries, retention, roles, suggestions, terms
from eventkit.rsvps.forms.asking import kinds
from eventkit.rsvps.forms.terms import RiskForm, TermsForm, risk_notes, version_of
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires


@blueprint.route("/organize/events/<slug>/rsvps/terms", methods=["GET", "POST"])
@requires()
def asked(slug: str) -> ResponseReturnValue:
    """What holds, and the form that changes it. Places that become free by that are given to those who wait. Whoever
    changed it meanwhile is not overwritten unseen."""
    event = own_event(slug)
    form = TermsForm.of(event)
    if not form.validate_on_submit():
        return _page(event, form)
    try:
        with db.transaction():
            terms.lock(event)
            is_latest = form.version.data == version_of(event)
            if is_latest:
                asking.set_terms(event, form.asked(), now=clock.now())
                actions.promote(event, now=clock.now())
    except DomainError as error:
        form.refuse(error)
        return _page(event, form)
    if not is_latest and (differences := form.differences()):
        return _page(event, form, differences)
    flash(_("Kept. It holds from now on."), "ok")
    return redirect(url_for("rsvps.asked", slug=event.slug), 303)


@blueprint.post("/organize/events/<slug>/rsvps/terms/risk")
@requires()
def set_risk(slug: str) -> ResponseReturnValue:
    """Chooses a level, and sets what it advises; all of that can be changed on the page afterwards."""
    event = own_event(slug)
    form = RiskForm()
    if form.validate_on_submit():
        try:
            with db.transaction():
                terms.lock(event)
                asking.set_risk(event, form.risk.data or "", now=clock.now())
        except DomainError as error:
            flash(error.message, "bad")
        else:
            flash(_("Set, with what this level advises. Change below what you need otherwise."), "ok")
    return redirect(url_for("rsvps.asked", slug=event.slug), 303)


def _page(event: Event, form: TermsForm, differences: Sequence[tuple[str, str]] = ()) -> ResponseReturnValue:
    """409 where somebody else changed it meanwhile (`differences`), 422 with errors."""
    now, row = clock.now(), terms.of(event)
    next_date = next(iter(events.coming_of(event, now, limit=1, cancelled=False)), None) if event.rrule else None
    questions = terms.questions(event)
    body = render_template(
        "rsvps/terms.html",
        event=event,
        form=form,
        differences=differences,
        terms=row,
        now=now,
        shown=next_date or event,
        counts=queries.counts_of([next_date or event])[event.id],
        risk_form=RiskForm(formdata=MultiDict(), risk=row.risk),
        risk_notes=risk_notes(),
        differing=_differing(event),
        erased=retention.erased_words(event),
        act=ActForm(),
        questions=questions,
        kinds=dict(kinds()),
        suggested_questions=_unused(suggestions.questions(), {each.label for each in questions}, event),
        shifts=terms.shifts(event),
        shift_hours=roles.hours,
        suggested_shifts=suggestions.shifts(),
        most_questions=asking.MOST_QUESTIONS,
        most_shifts=asking.MOST_SHIFTS,
    )
    return body, 409 if differences else 422 if form.errors else 200


def _unused(
    offered: dict[str, suggestions.SuggestedQuestion], used: set[str], event: Event
) -> dict[str, suggestions.SuggestedQuestion]:
    """Without those that are asked already, in the language of the event."""
    own = suggestions.questions(event)
    return {name: each for name, each in offered.items() if own[name].label not in used}


def _differing(event: Event) -> list[str]:
    """What is otherwise than the chosen level advises, in words."""
    row = terms.of(event)
    preset = terms.PRESETS[row.risk]
    compared = (
        (_("name"), event.ask_name, preset.ask_name),
        (_("e-mail"), event.ask_email, preset.ask_email),
        (_("days until it is erased"), row.retention_days, preset.retention_days),
        (_("check-in"), row.has_check_in, preset.has_check_in),
        (_("export"), row.can_export, preset.can_export),
    )
    return [label for label, now, advised in compared if now != advised]
