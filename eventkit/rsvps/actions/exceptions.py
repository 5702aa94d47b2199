"""What somebody says of one date of a series beside what they said for all of it: a row that points at that one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from eventkit import db
from eventkit.rsvps import queries
from eventkit.rsvps.models import WAITING, Rsvp


def make(series: Rsvp, occurrence: str, *, now: datetime) -> Rsvp:
    """One that says what is said for the series. It is not counted where the person has an answer for that date."""
    made = Rsvp(
        event=series.event,
        series=series,
        occurrence=occurrence,
        partstat=series.partstat,
        party_size=series.party_size,
        counted=series.counted and queries.own_for(series, occurrence) is None,
        seat=series.seat,
        state=series.state,
        waits_since=series.waits_since,
        entered_by=series.entered_by,
        generation=0,
        holds_invitation=series.holds_invitation,
        created_at=now,
        modified_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def keep_off(own: Rsvp, person: bytes, *, now: datetime) -> None:
    """This person comes every time, and took back what they said for the date of `own`: they wait for a seat there."""
    series = db.session.scalar(
        select(Rsvp).where(Rsvp.event_id == own.event_id, Rsvp.occurrence == "", Rsvp.person == person, Rsvp.counted)
    )
    if series is None or not own.occurrence:
        return
    of_date = select(Rsvp).where(Rsvp.series_id == series.id, Rsvp.occurrence == own.occurrence)
    waiting = db.session.scalar(of_date) or make(series, own.occurrence, now=now)
    waiting.partstat, waiting.party_size, waiting.counted = series.partstat, series.party_size, True
    waiting.seat, waiting.waits_since = WAITING, now
