"""Importing somebody else's calendar: choose it, wait for the worker, look at what is in it, make drafts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from eventkit import clock, db, i18n, keys
from eventkit.accounts.models import User
from eventkit.calendars import queries
from eventkit.calendars.actions import imports
from eventkit.calendars.imports import preview, wording
from eventkit.calendars.imports.forms import ChoiceForm, ImportForm
from eventkit.calendars.imports.vevents import ReadCalendar
from eventkit.calendars.models import FAILED, WAITING, CalendarImport
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.web import limiter, requires

blueprint = Blueprint("imports", __name__, url_prefix="/organize/import")

#: a page that waits looks again after these seconds
_LOOK_AGAIN = 3


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"import_words": wording}


@blueprint.route("", methods=["GET", "POST"])
@requires()
@limiter.limit("20 per hour", methods=["POST"])
def start() -> ResponseReturnValue:
    """Takes a file or an address, for the worker to read."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _start_page(form)
    is_address = form.target is not None
    try:
        with db.transaction():
            row = imports.request_import(
                form.target.url if form.target else form.content.decode("latin-1"),
                source=form.target.host if form.target else form.filename,
                is_address=is_address,
                by=_me(),
                now=clock.now(),
            )
    except DomainError as error:
        form.form_errors.append(error.message)
        return _start_page(form)
    return redirect(url_for("imports.show", import_id=row.id), 303)


@blueprint.get("/<int:import_id>")
@requires()
def show(import_id: int) -> ResponseReturnValue:
    """How far it is: waiting, failed and why, or what is in it."""
    row = _own_import(import_id)
    if row.state == WAITING:
        return render_template("calendars/waiting.html", row=row, now=clock.now(), seconds=_LOOK_AGAIN)
    if row.state == FAILED:
        return _failed_page(row)
    calendar = _calendar(row)
    home, _country = events.home_of(_me())
    form = ChoiceForm(formdata=None, data={"home_timezone": preview.home_of(calendar, home)})
    return _preview_page(row, calendar, form, ticked=None)


@blueprint.post("/<int:import_id>")
@requires()
@limiter.limit("60 per hour", methods=["POST"])
def take_over(import_id: int) -> ResponseReturnValue:
    """Makes drafts of what was ticked, and changes what was imported before."""
    row = _own_import(import_id)
    if row.state in {WAITING, FAILED}:
        return redirect(url_for("imports.show", import_id=row.id), 303)
    calendar = _calendar(row)
    form = ChoiceForm()
    if not form.validate_on_submit():
        return _preview_page(row, calendar, form, ticked=form.chosen.data or [])
    ticked = set(form.chosen.data)
    chosen = [read for number, read in enumerate(calendar.events) if str(number) in ticked]
    try:
        with db.transaction():
            made = imports.take_over(
                row,
                chosen[: preview.PER_PAGE],
                home_timezone=form.home_timezone.data or "",
                language=i18n.current_locale().language,
                now=clock.now(),
            )
    except DomainError as error:
        field = form.home_timezone if error.field == "home_timezone" else form.chosen
        field.errors = [*field.errors, error.message]
        return _preview_page(row, calendar, form, ticked=form.chosen.data)
    _tell(made)
    if len(calendar.events) > preview.PER_PAGE:  # the next page waits
        return redirect(url_for("imports.show", import_id=row.id, page=request.args.get("page", type=int)), 303)
    return redirect(url_for("organize.mine"), 303)


def _me() -> User:
    return cast(User, current_user._get_current_object())


def _own_import(import_id: int) -> CalendarImport:
    """Somebody else's is not there: 404."""
    row = queries.import_of(_me(), import_id)
    if row is None:
        abort(404)
    return row


def _calendar(row: CalendarImport) -> ReadCalendar:
    try:
        return queries.calendar_of(row)
    except keys.KeyDestroyed:
        abort(410)


def _start_page(form: ImportForm) -> ResponseReturnValue:
    recent = queries.imports_of(_me())
    return render_template("calendars/import.html", form=form, recent=recent), 422 if form.errors else 200


def _failed_page(row: CalendarImport) -> ResponseReturnValue:
    """The same form with the address that was typed, and what to do about it."""
    form = ImportForm(formdata=None)
    if row.is_address and row.sealed is not None:
        with suppress(keys.KeyDestroyed):
            form.address.data = queries.content_of(row)
    recent = queries.imports_of(_me())
    return render_template("calendars/import.html", form=form, recent=recent, failed=row)


def _preview_page(
    row: CalendarImport, calendar: ReadCalendar, form: ChoiceForm, *, ticked: Sequence[str] | None
) -> ResponseReturnValue:
    now = clock.now()
    every = preview.rows(calendar, _me(), home_timezone=form.home_timezone.data or "", now=now)
    pages = max(1, -(-len(every) // preview.PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = every[(page - 1) * preview.PER_PAGE : page * preview.PER_PAGE]
    chosen = {str(one.number) for one in shown if one.is_ticked} if ticked is None else set(ticked)
    body = render_template(
        "calendars/preview.html",
        row=row,
        calendar=calendar,
        form=form,
        rows=shown,
        total=len(every),
        fresh=sum(one.kind != preview.SAME for one in every),
        ticked=chosen,
        needs_clock=preview.needs_clock(shown),
        page=page,
        pages=pages,
        now=now,
    )
    return body, 422 if form.errors else 200


def _tell(made: imports.Made) -> None:
    if made.drafts:
        flash(
            ngettext(
                "One draft is made. Nothing is public yet.",
                "%(num)d drafts are made. Nothing is public yet.",
                made.drafts,
            ),
            "ok",
        )
    if made.changed:
        flash(
            ngettext("One event is brought up to date.", "%(num)d events are brought up to date.", made.changed), "ok"
        )
    if not made.drafts and not made.changed:
        flash(_("They are here already, as their calendar tells them. Nothing was changed."), "info")
