"""From a pasted announcement to a form that is filled in, and to drafts of all its events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import clock, db
from eventkit.errors import DomainError
from eventkit.events import actions, flags, queries
from eventkit.events.announcements import ReadEvent, Reading
from eventkit.events.details import Details
from eventkit.events.drafting import details_of
from eventkit.events.forms import PasteForm
from eventkit.events.organize.base import blueprint, me
from eventkit.events.organize.editor import page
from eventkit.events.organize.pasted import Pasted, Text, hosted
from eventkit.web import requires

#: buttons that come back to the text, or to its events, instead of going on
_REWRITE, _AGAIN = "rewrite", "again"


@blueprint.route("/events/paste", methods=["GET", "POST"])
@requires()
def paste() -> ResponseReturnValue:
    """Takes the text; shows what was found in it, or asks which of its events is meant."""
    form = _form()
    if _REWRITE in request.form or not form.validate_on_submit():
        return _paste_page(form)
    text = _text(form)
    reading = text.read()
    if not reading.events:
        form.announcement.errors = [_nothing_found(reading)]
        return _paste_page(form)
    number = None if _AGAIN in request.form else form.chosen_number
    if number is None and len(reading.events) > 1:
        return _choice_page(form, reading)
    pasted = Pasted(text, reading, min(number or 0, len(reading.events) - 1))
    return page(pasted.form(by=me()), pasted=pasted)


@blueprint.post("/events/drafts")
@requires()
def drafts() -> ResponseReturnValue:
    """Makes drafts of all events of a text, or of none."""
    form = _form()
    if not form.validate_on_submit():
        return _paste_page(form)
    text = _text(form)
    reading = text.read()
    if not reading.events:
        form.announcement.errors = [_nothing_found(reading)]
        return _paste_page(form)
    try:
        with db.transaction():
            for found in reading.events:
                actions.create(_draft_of(found, reading, text), by=me(), now=clock.now())
    except DomainError as error:
        form.form_errors.append(error.message)
        return _choice_page(form, reading)
    made = ngettext(
        "One draft is made. Nothing is public yet.",
        "%(num)d drafts are made. Nothing is public yet.",
        len(reading.events),
    )
    flash(made, "ok")
    return redirect(url_for("organize.mine"), 303)


def _form() -> PasteForm:
    timezone, country = queries.home_of(me())
    form = PasteForm(data={"home_timezone": timezone, "home_country": country})
    if form.announced_on.data is None and not form.announced_on.raw_data:
        form.announced_on.data = _today(timezone)
    return form


def _today(timezone: str) -> date:
    """The day at home: near midnight it is not UTC's."""
    return clock.now().astimezone(ZoneInfo(timezone or "UTC")).date()


def _text(form: PasteForm) -> Text:
    assert form.announced_on.data is not None
    return Text(
        form.announcement.data, form.announced_on.data, form.home_timezone.data or "", form.home_country.data or ""
    )


def _nothing_found(reading: Reading) -> str:
    if "empty_input" in reading.flags:
        return _("There is nothing here yet. Paste the text that you sent around.")
    return _("We found no event in it. Paste another text, or write the five yourself.")


def _draft_of(found: ReadEvent, reading: Reading, text: Text) -> Details:
    """What a draft needs, and nothing that the text does not say."""
    details = details_of(found, published=text.published, language=reading.language, announcement=text.text)
    details = replace(details, title=details.title or flags.summary(found), parts=hosted(details.parts or (), me()))
    if details.starts_local is not None and not details.timezone:
        raise DomainError(
            _("“%(title)s” does not tell whose clock is meant. Choose a time zone below.", title=details.title)
        )
    return details


def _paste_page(form: PasteForm) -> ResponseReturnValue:
    return render_template("events/organize/paste.html", form=form), 422 if form.errors else 200


def _choice_page(form: PasteForm, reading: Reading) -> ResponseReturnValue:
    events = list(enumerate(reading.events))
    form.chosen.choices = [(str(number), found.title or found.what or _("An event")) for number, found in events]
    form.chosen.data = form.chosen.data if (form.chosen_number or 0) < len(events) and form.chosen.data else "0"
    notes = {str(number): flags.summary(found) for number, found in events}
    return render_template("events/organize/choose.html", form=form, notes=notes), 422 if form.errors else 200
