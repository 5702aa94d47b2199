"""A role or shift as people are told of it: its hours at the venue, and what is left of it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from eventkit import db, i18n
from eventkit.events.models import Event
from eventkit.rsvps import shifts
from eventkit.rsvps.models import Rsvp, RsvpShift


def hours(shift: RsvpShift, event: Event) -> str:
    """`1–3 PM`; with the day where the event lasts several. Empty where it is as long as the event."""
    if shift.starts_local is None:
        return ""
    told = i18n.time_range(shift.starts_local, shift.ends_local)
    starts, ends = event.starts_local, event.ends_local
    if event.rrule or starts is None or ends is None or starts.date() == ends.date():
        return told
    return _("%(day)s, %(time)s", day=i18n.day_words(shift.starts_local.date()), time=told)


def of(rsvp: Rsvp) -> str:
    """The role that somebody chose, as `named`."""
    return named(shifts.chosen(rsvp), rsvp.event)


def named(number: int | None, event: Event) -> str:
    """The role of this number, with its hours where it has its own; empty where there is none."""
    shift = db.session.get(RsvpShift, number) if number is not None else None
    return ", ".join(filter(None, (shift.name, hours(shift, event)))) if shift is not None else ""


def left(shift: RsvpShift) -> int | None:
    """How many people it still needs; None where it takes as many as come."""
    return None if shift.capacity is None else max(0, shift.capacity - shift.taken)


def note(shift: RsvpShift, event: Event) -> Markup:
    """Hours, what it takes, and the places that are left, in one line. Each keeps its own direction."""
    places = left(shift)
    parts = [hours(shift, event), shift.details]
    if places is not None:
        parts.append(ngettext("%(num)d place left", "%(num)d places left", places) if places else _("Full"))
    return Markup(". ").join(Markup("<bdi>{}</bdi>").format(part.rstrip(".")) for part in parts if part)
