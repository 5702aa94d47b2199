"""The pages of whoever answers: what came back with errors, their own RSVP, and what is stored about them."""

from __future__ import annotations

from flask import render_template

from eventkit import clock, db
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import Dated, Event
from eventkit.rsvps import dates, queries, roles, room, standing, terms
from eventkit.rsvps import stored as facts
from eventkit.rsvps.forms import DateForm, MailForm, RsvpForm
from eventkit.rsvps.models import REFUSED, UNCONFIRMED, WAITING, Rsvp, RsvpShift


def answer(event: Event, form: RsvpForm) -> str:
    """An answer that could not be counted. It tells the date that is chosen in it."""
    now = clock.now()
    chosen = events.occurrence(event, form.occurrence.data or "") if "occurrence" in form else None
    shown = chosen or next(iter(events.coming_of(event, now, limit=1, cancelled=False)), event)
    counts = queries.counts_of([shown])[event.id]
    return render_template(
        "rsvps/answer.html",
        event=event,
        form=form,
        shown=shown,
        counts=counts,
        room=room.of(form.terms, counts, now, has_other_dates="occurrence" in form),
        now=now,
        state=presentation.state_of(event, now),
    )


def own(rsvp: Rsvp, token: str, generation: int, form: RsvpForm, date_form: DateForm | None = None) -> str:
    """For one date it shows that date; for the series its rule, its next date, and what differs on single dates.

    `generation` is that of the link: one that was mailed may confirm the address.
    """
    now, event = clock.now(), rsvp.event
    shown = dates.of(event, rsvp.occurrence)
    is_gone = dates.is_gone(shown)
    taken_over = _taken_over(event, rsvp) if is_gone else None
    is_series = bool(event.rrule) and not rsvp.occurrence
    exceptions = queries.exceptions_of(rsvp)
    differing = events.occurrences_by_id(event, [each.occurrence for each in exceptions])
    coming = events.coming_of(event, now, limit=1, cancelled=False) if is_series else []
    state = presentation.state_of(shown, now)
    is_open = terms.is_open(form.terms, now)
    how = standing.of(rsvp, state, now, taken_over=taken_over is not None)
    return render_template(
        "rsvps/show.html",
        rsvp=rsvp,
        token=token,
        event=event,
        shown=shown,
        is_gone=is_gone,
        taken_over=taken_over,
        next_date=coming[0] if coming else None,
        person=queries.answer_of(rsvp).person,
        form=form,
        exceptions=[(differing[each.occurrence], each) for each in exceptions if each.occurrence in differing],
        date_form=(date_form or DateForm.for_series(event)) if is_series else None,
        mail_form=MailForm.of(rsvp),
        now=now,
        state=state,
        standing=how,
        heading=standing.heading(how, shown, now),
        is_open=is_open,
        can_change=how not in {state, standing.TAKEN_OVER, REFUSED} and (is_open or rsvp.withdrawn_at is None),
        can_confirm=how == UNCONFIRMED and generation % 2 == 1,
        before=queries.waiting_before(rsvp) if how == WAITING else 0,
        role=_role(rsvp),
        note=terms.text_of(form.terms, terms.NOTE) if standing.may_read_note(rsvp) else "",
        moment_words=lambda moment: dates.moment_words(event, moment),
    )


def stored(rsvp: Rsvp, token: str, generation: int) -> str:
    """Everything that is stored about somebody, for that person."""
    now = clock.now()
    return render_template(
        "rsvps/stored.html",
        rsvp=rsvp,
        token=token,
        event=rsvp.event,
        facts=facts.facts(rsvp, is_mailed=generation % 2 == 1, now=now),
        erased=facts.erased_words(rsvp),
        now=now,
    )


def _role(rsvp: Rsvp) -> list[str]:
    """The role that was taken on, and its hours; empty without one."""
    shift = db.session.get(RsvpShift, rsvp.shift_id) if rsvp.shift_id else None
    return [] if shift is None else [part for part in (shift.name, roles.hours(shift, rsvp.event)) if part]


def _taken_over(event: Event, rsvp: Rsvp) -> Dated | None:
    """The date that it is for, in the series that goes on from this one."""
    return presentation.leads_to(event, events.taken_over(event, rsvp.occurrence))
