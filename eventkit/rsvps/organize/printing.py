"""The list on paper: names by the alphabet, and a box to tick for each."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from eventkit import clock
from eventkit.events.organize.base import own_event
from eventkit.rsvps import listing, terms
from eventkit.rsvps.listing import COUNTED, Listed, Wanted
from eventkit.rsvps.organize.base import head, hides_people, numbers
from eventkit.rsvps.routes import blueprint
from eventkit.text import fold
from eventkit.web import requires


@blueprint.get("/organize/events/<slug>/rsvps/print")
@requires()
def printed(slug: str) -> ResponseReturnValue:
    """Whoever comes, of a series on one date; no addresses. Nothing where the terms let no list leave the page."""
    event, now = own_event(slug), clock.now()
    holds = terms.of(event)
    if not holds.can_export or hides_people(event):
        abort(404)
    shown = numbers(event, now, request.args.get("date", "")[:15])
    wanted = Wanted(answer="coming", standing=COUNTED, date=getattr(shown.date, "recurrence_id", ""))
    coming = listing.everybody(event, wanted)
    named = sorted((each for each in coming if each.person.name), key=_alphabetical)
    nameless = [each for each in coming if not each.person.name]
    return render_template(
        "rsvps/organize/print.html",
        **head(event, now, shown),
        named=named,
        nameless=len(nameless),
        nameless_people=sum(each.party_size for each in nameless),
        shift_names={shift.id: shift.name for shift in terms.shifts(event)},
    )


def _alphabetical(listed: Listed) -> tuple[str, int]:
    """Without accents and case, each script by its own letters."""
    return fold(listed.person.name) or listed.person.name, listed.id
