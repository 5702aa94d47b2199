"""Making an event and changing it. A validation error stores nothing and loses nothing."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventkit import clock, db, i18n
from eventkit.errors import DomainError
from eventkit.events import actions, presentation, queries
from eventkit.events.details import ASKED, Details, stored_details
from eventkit.events.forms import EventForm
from eventkit.events.forms.stored import differences, version_of
from eventkit.events.models import POSTPONED, PUBLISHED, Event
from eventkit.events.organize.base import blueprint, me, own_event
from eventkit.events.organize.editor import page, rework
from eventkit.events.organize.pasted import carried_by, offer_host, source_of
from eventkit.venues import actions as venues
from eventkit.web import requires

_PUBLISH = "publish"


@blueprint.route("/events/new", methods=["GET", "POST"])
@requires()
def new() -> ResponseReturnValue:
    """Makes an event, typed in or corrected from a text: a draft, or public at once."""
    if request.method == "GET":
        return page(_blank())
    form = EventForm()
    form.publishing = _is_to_publish()
    if rework(form) or not form.validate_on_submit():
        return page(form, pasted=carried_by(form))
    try:
        with db.transaction():
            event = queries.by_form(me(), form.token.data or "") or actions.create(
                form.details(), by=me(), token=form.token.data or "", now=clock.now()
            )
            if form.publishing:
                actions.publish(event, now=clock.now())
    except DomainError as error:
        form.refuse(error)
        return page(form, pasted=carried_by(form))
    _tell(event)
    return redirect(url_for("organize.show", slug=event.slug), 303)


@blueprint.route("/events/<slug>/edit", methods=["GET", "POST"])
@requires()
def edit(slug: str) -> ResponseReturnValue:
    """Changes what an event says. Whoever changed it meanwhile is not overwritten unseen."""
    event = own_event(slug)
    if request.method == "GET":
        return page(_form_of(event), event=event, pasted=source_of(event))
    form = EventForm()
    form.publishing = _is_to_publish() or event.status == PUBLISHED
    if venues.address(form.venue()) == venues.address(event.venue):
        form.agreed_timezone = event.timezone
    if rework(form) or not form.validate_on_submit():
        return page(form, event=event, pasted=source_of(event))
    dropped: list[str] = []
    try:
        with db.transaction():
            queries.lock(event)
            if form.version.data == version_of(event):
                undone = actions.edit(event, _details(form, event), now=clock.now())
                dropped = [presentation.planned_words(occurrence) for occurrence in undone if occurrence.recurrence_id]
                if _is_to_publish():
                    actions.publish(event, now=clock.now())
                saved = True
            else:
                saved = False
    except DomainError as error:
        form.refuse(error)
        return page(form, event=event, pasted=source_of(event))
    if not saved:
        return _changed_meanwhile(form, event)
    _tell(event)
    if dropped:
        days = _(", ").join(dropped)
        flash(_("No dates of the series any more; what you decided about them is gone: %(days)s", days=days), "warn")
    return redirect(url_for("organize.show", slug=event.slug), 303)


def _blank() -> EventForm:
    """Nothing but who asks, and in which country they are at home."""
    _timezone, country = queries.home_of(me())
    form = EventForm(formdata=None, data={"language": i18n.current_locale().language, "country": country})
    offer_host(form, me())
    if not form.parts.entries:
        form.parts.add()
    return form


def _form_of(event: Event) -> EventForm:
    form = EventForm.from_details(stored_details(event), version=version_of(event))
    if not form.parts.entries:
        form.parts.add()
    return form


def _details(form: EventForm, event: Event) -> Details:
    """What people are asked is decided on another page, and stays."""
    return replace(form.details(), **{name: getattr(event, name) for name in ASKED})


def _changed_meanwhile(form: EventForm, event: Event) -> ResponseReturnValue:
    """What was typed stays, what differs is said, and saving once more is meant."""
    form.version.data = version_of(event)
    form.version.raw_data = None
    return page(form, event=event, differences=differences(form, _form_of(event)))


def _is_to_publish() -> bool:
    return request.form.get("action") == _PUBLISH


def _tell(event: Event) -> None:
    if event.status == PUBLISHED:
        flash(_("It is public. Pass on the link."), "ok")
    elif event.status == POSTPONED:
        flash(_("Kept. It is still put off: publish it when the new day is certain."), "ok")
    else:
        flash(_("Kept as a draft. Only you and those who host it with you see it."), "ok")
