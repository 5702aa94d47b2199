"""What a phone's own camera opens at the entrance: whose code it is, and the button that lets them in."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventkit import clock, db
from eventkit.events import policy
from eventkit.events.models import Occurrence
from eventkit.events.organize.base import me
from eventkit.rsvps import check_in, dates, entrance, terms
from eventkit.rsvps.check_in import Tap
from eventkit.rsvps.models import Rsvp
from eventkit.rsvps.routes import blueprint
from eventkit.web import SignedInForm, requires


@blueprint.get("/organize/check-in/<code>")
@requires()
def check_in_by_code(code: str) -> ResponseReturnValue:
    """Who it is, and whether they have arrived. Opening it changes nothing."""
    rsvp, occurrence = _of_code(code)
    event, now = rsvp.event, clock.now()
    return render_template(
        "rsvps/code.html",
        event=event,
        dated=dates.of(event, occurrence),
        occurrence=occurrence,
        guest=check_in.guest_of(rsvp, occurrence),
        rsvp=rsvp,
        form=SignedInForm(),
        local=lambda moment: check_in.wall_time(event, moment),
        code=code,
        now=now,
    )


@blueprint.post("/organize/check-in/<code>")
@requires()
def check_in_code(code: str) -> ResponseReturnValue:
    """So many of them have arrived; none: that is taken back."""
    rsvp, occurrence = _of_code(code)
    people = request.form.get("arrived", "")
    if people.isascii() and people.isdigit() and len(people) < 10:
        now = clock.now()
        with db.transaction():
            check_in.take(rsvp.event, occurrence, [Tap(rsvp.id, int(people), now)], now=now)
    return redirect(url_for("rsvps.check_in_by_code", code=code), 303)


def _of_code(code: str) -> tuple[Rsvp, str]:
    """The RSVP, and the date of the series that is on. Of an event that is not one's own nothing is there: 404."""
    rsvp = entrance.by_code(code)
    if rsvp is None or not policy.can_edit(me(), rsvp.event) or not terms.of(rsvp.event).has_check_in:
        abort(404)
    dated = check_in.date_of(rsvp.event, rsvp.occurrence, clock.now())
    return rsvp, dated.recurrence_id if isinstance(dated, Occurrence) else ""
