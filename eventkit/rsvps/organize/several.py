"""Several people at once: let in, refused, moved up, taken off the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import clock, db
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.events.organize.base import own_event
from eventkit.rsvps import actions, listing
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import PENDING, REFUSED, WAITING, Rsvp
from eventkit.rsvps.organize.base import chosen_ids, head, hides_people, page_of
from eventkit.rsvps.organize.forms import RemovalForm
from eventkit.rsvps.routes import blueprint
from eventkit.web import requires

APPROVE, REFUSE, SEAT, REMOVE = "approve", "refuse", "seat", "remove"


@blueprint.post("/organize/events/<slug>/rsvps/several")
@requires()
def several(slug: str) -> ResponseReturnValue:
    """Does with each chosen RSVP what the button says, in a transaction each: who is done is done."""
    event = own_event(slug)
    ids = chosen_ids(request.form)
    query = _query()
    if not ids:
        flash(_("Choose somebody first: tick the box beside the name."), "warn")
    elif request.form.get("do") == REMOVE:
        return redirect(url_for("rsvps.remove", slug=event.slug, rsvp=ids, **query), 303)
    elif request.form.get("do") == APPROVE:
        _each(event, ids, _approve, lambda n: ngettext("One is let in.", "%(num)d are let in.", n))
    elif request.form.get("do") == REFUSE:
        _each(event, ids, _refuse, lambda n: ngettext("One is refused.", "%(num)d are refused.", n))
    elif request.form.get("do") == SEAT:
        _each(event, ids, _seat, lambda n: ngettext("One has moved up.", "%(num)d have moved up.", n))
    return redirect(page_of(event, **query), 303)


@blueprint.route("/organize/events/<slug>/rsvps/removal", methods=["GET", "POST"])
@requires()
def remove(slug: str) -> ResponseReturnValue:
    """Asks first, for what is known of them is deleted, and nobody can bring it back."""
    event, now = own_event(slug), clock.now()
    if hides_people(event):
        abort(404)
    ids = chosen_ids(request.args)
    form = RemovalForm()
    if form.validate_on_submit():
        _each(
            event,
            ids,
            lambda rsvp: _take_off(rsvp, tells=form.tells.data),
            lambda n: ngettext("One is off the list.", "%(num)d are off the list.", n),
        )
        return redirect(page_of(event, **_query()), 303)
    chosen = listing.of_ids(event, ids)
    if not chosen:
        flash(_("They are off the list already."), "info")
        return redirect(page_of(event, **_query()), 303)
    return render_template(
        "rsvps/organize/remove.html",
        **head(event, now),
        chosen=chosen,
        people=sum(each.party_size for each in chosen),
        here=url_for("rsvps.remove", slug=event.slug, rsvp=ids, **_query()),
        back=page_of(event, **_query()),
        form=form,
    )


def _each(event: Event, ids: list[int], act: Callable[[Rsvp], bool], done: Callable[[int], str]) -> None:
    """What was done already is done no second time: those are left out of the number."""
    number = 0
    for rsvp_id in ids:
        try:
            with db.transaction():
                rsvp = listing.by_id(event, rsvp_id, to_change=True)
                number += rsvp is not None and act(rsvp)
        except DomainError as error:
            flash(error.message, "warn")
            break
    if number:
        flash(done(number), "ok")


def _take_off(rsvp: Rsvp, *, tells: bool) -> bool:
    actions.take_off(rsvp, tells=tells, now=clock.now())
    return True


def _approve(rsvp: Rsvp) -> bool:
    if rsvp.state not in {PENDING, REFUSED}:
        return False
    actions.approve(rsvp, now=clock.now())
    return True


def _refuse(rsvp: Rsvp) -> bool:
    if rsvp.state != PENDING:
        return False
    actions.refuse(rsvp, now=clock.now())
    return True


def _seat(rsvp: Rsvp) -> bool:
    if rsvp.seat != WAITING:
        return False
    actions.seat(rsvp, now=clock.now())
    return True


def _query() -> dict[str, Any]:
    """What the list was narrowed to, and its page."""
    page = request.args.get("page", 1, type=int)
    return {**Wanted.from_args(request.args).query(), **({"page": page} if page > 1 else {})}
