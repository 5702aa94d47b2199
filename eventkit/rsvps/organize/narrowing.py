"""The form that narrows the list of who comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import Event
from eventkit.rsvps import dates, listing
from eventkit.rsvps.listing import Wanted
from eventkit.rsvps.models import PENDING, REFUSED, UNCONFIRMED, WAITING, RsvpShift
from eventkit.web import AnonymousForm

#: dates of a series to choose from, beside those that somebody answered for
DATES_OFFERED = 26


class NarrowingForm(AnonymousForm):
    """Sent by GET, so that what it finds has an address."""

    q = StringField(_l("Name or address"), [Optional()])
    date = SelectField(_l("Date"), [Optional()], validate_choice=False)
    answer = SelectField(_l("Answer"), [Optional()], validate_choice=False)
    standing = SelectField(_l("How it stands"), [Optional()], validate_choice=False)
    shift = SelectField(_l("Role"), [Optional()], validate_choice=False)
    address = SelectField(_l("E-mail"), [Optional()], validate_choice=False)
    day = SelectField(_l("On the day"), [Optional()], validate_choice=False)


def asked_for(event: Event, shifts: list[RsvpShift], now: datetime) -> tuple[NarrowingForm, Wanted]:
    """Reads the query string of this request."""
    wanted = Wanted.from_args(request.args)
    form = NarrowingForm(formdata=request.args)
    form.answer.choices = [
        ("", _("Everybody")),
        ("coming", _("coming")),
        ("maybe", _("maybe")),
        ("no", _("can’t")),
    ]
    form.standing.choices = [
        ("", _("Everybody")),
        (listing.COUNTED, _("counted")),
        (WAITING, _("waiting for a place")),
        (UNCONFIRMED, _("not confirmed yet")),
        (PENDING, _("waiting for your yes")),
        (REFUSED, _("refused")),
    ]
    form.address.choices = [
        ("", _("Everybody")),
        (listing.WITH, _("left an address")),
        (listing.WITHOUT, _("left none")),
    ]
    form.day.choices = [
        ("", _("Everybody")),
        (listing.ARRIVED, _("arrived")),
        (listing.NOT_ARRIVED, _("not arrived")),
        (listing.WALK_INS, _("walk-ins")),
    ]
    if shifts:
        form.shift.choices = [
            ("", _("Everybody")),
            *((str(shift.id), shift.name) for shift in shifts),
            (listing.NONE, _("without a role")),
        ]
    else:
        del form.shift
        wanted = replace(wanted, shift="")
    if event.rrule:
        form.date.choices = [("", _("All dates")), (listing.EVERY, _("Every time")), *_dates(event, now)]
        if wanted.date not in dict(form.date.choices):
            wanted = replace(wanted, date="")
    else:
        del form.date
        wanted = replace(wanted, date="")
    for field in form:
        field.data = getattr(wanted, field.name)
    return form, wanted


def _dates(event: Event, now: datetime) -> list[tuple[str, str]]:
    """What comes, and whatever somebody has answered for."""
    coming = {each.recurrence_id: each for each in events.coming_of(event, now, limit=DATES_OFFERED)}
    answered = dates.of_each(event, [one for one in listing.dates_answered(event) if one not in coming])
    offered = {**answered, **coming}
    return [(one, presentation.when(offered[one], now)) for one in sorted(offered)]
