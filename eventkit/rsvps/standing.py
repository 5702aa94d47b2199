"""How somebody's own RSVP stands, and what its page says first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events import presentation
from eventkit.events.models import CANCELLED, Dated, Event
from eventkit.rsvps.models import ACCEPTED, CLEAR, PENDING, REFUSED, SEATED, TENTATIVE, UNCONFIRMED, WAITING, Rsvp

#: what the page of an RSVP may say beside the states of its event
TAKEN_OVER, GONE, COMING, OFFERED, MAYBE, NOT_COMING = "taken-over", "gone", "coming", "offered", "maybe", "not-coming"


def of(rsvp: Rsvp, state: str, now: datetime, *, taken_over: bool = False) -> str:
    """TAKEN_OVER (by the series that goes on from it), the state of the event where it is not open, GONE, REFUSED,
    WAITING, UNCONFIRMED, PENDING, OFFERED (a place that came free, to be given back or kept), COMING, MAYBE or
    NOT_COMING. One that is not counted because its person has another is as that of somebody new."""
    if taken_over:
        return TAKEN_OVER
    if state != presentation.OPEN:
        return state
    if rsvp.withdrawn_at is not None:
        return GONE
    if rsvp.state == REFUSED:
        return REFUSED
    if rsvp.seat == WAITING:
        return WAITING
    if rsvp.state in (UNCONFIRMED, PENDING):
        return rsvp.state
    if rsvp.partstat != ACCEPTED:
        return MAYBE if rsvp.partstat == TENTATIVE else NOT_COMING
    return OFFERED if rsvp.offered_until is not None and rsvp.offered_until > now else COMING


def may_read_note(rsvp: Rsvp) -> bool:
    """Whether the organizer's words to those who come are for this one too."""
    comes = rsvp.partstat == ACCEPTED and rsvp.seat == SEATED and rsvp.state == CLEAR
    return comes and rsvp.withdrawn_at is None


def heading(standing: str, dated: Dated, now: datetime) -> str:
    """What the page says largest."""
    if standing in (COMING, OFFERED):
        return _see_you(dated, now)
    return {
        TAKEN_OVER: _("You are not counted"),
        CANCELLED: _("It is cancelled"),
        presentation.PAST: _("It is over"),
        presentation.CHANGED: _("It is postponed"),
        GONE: _("You are not counted"),
        REFUSED: _("Not this time"),
        WAITING: _("You are on the waitlist"),
        UNCONFIRMED: _("One step more"),
        PENDING: _("The organizer decides"),
        MAYBE: _("You said maybe"),
        NOT_COMING: _("You can’t come"),
    }[standing]


def _see_you(dated: Dated, now: datetime) -> str:
    """`See you Saturday`, by the calendar at the venue."""
    if dated.starts_local is None or (isinstance(dated, Event) and dated.rrule):
        return _("See you there")
    day = dated.starts_local.date()
    days = (day - now.astimezone(ZoneInfo(dated.timezone)).date()).days
    if days <= 0:
        return _("See you there")
    if days == 1:
        return _("See you tomorrow")
    if days < 7:
        return _("See you %(weekday)s", weekday=format_date(day, "EEEE", locale=i18n.current_locale()))
    return _("See you on %(day)s", day=i18n.short_date(day))
