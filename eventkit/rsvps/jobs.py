"""Work for the worker, in steps: notices, RSVPs that nobody confirmed, and who moves up from the waitlist."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from eventkit import clock, db
from eventkit.events import sealing
from eventkit.events.models import CANCELLED, Event
from eventkit.rsvps import actions, counting, dates, mail, queries, waiting
from eventkit.rsvps.models import CONTINUED, Notice, Rsvp

NOTIFY = "rsvps.notify"
EXPIRE = "rsvps.expire"

#: messages composed in one transaction: others wait for the database meanwhile
STEP = 25


def notify() -> None:
    """Writes every notice out. What was written before a worker died is not written again."""
    while _step():
        pass


def expire() -> None:
    """Ends what nobody has confirmed in time. Nothing rings for it: the sweep comes every minute."""
    while True:
        now = clock.now()
        if not waiting.are_due(now):
            return
        with db.transaction():
            if not actions.expire(now=now):
                return


def promote() -> None:
    """Goes on where there was too much for one transaction, and finds whoever was left out because their answer was
    being changed. Only where somebody fits does it keep others from writing."""
    for event_id in waiting.events_with_room(clock.now()):
        more = True
        while more:
            with db.transaction() as session:
                more = actions.promote(session.get_one(Event, event_id), now=clock.now())


def _step() -> bool:
    """The next messages of the oldest notice; False when none is left."""
    now = clock.now()
    with db.transaction() as session:
        notice = session.scalar(
            select(Notice)
            .where(Notice.done_at.is_(None))
            .order_by(Notice.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if notice is None:
            return False
        event = session.get_one(Event, notice.event_id)
        sealer = sealing.sealer_of(event)
        if _is_overtaken(notice, event):
            notice.done_at = now
            return True
        rows = session.scalars(
            select(Rsvp)
            .where(
                *queries.concerned(event, now, notice.occurrence, and_following=notice.kind == CONTINUED),
                Rsvp.id > notice.last_rsvp_id,
                Rsvp.created_at <= notice.created_at,
            )
            .order_by(Rsvp.id)
            .limit(STEP)
        ).all()
        held = counting.lock_rows(rows)  # whoever leaves has done so, or drops this too
        for rsvp in rows:
            person = queries.unseal(rsvp, sealer)
            if rsvp in held and person.email:
                mail.tell(notice, rsvp, person, now=now)
            notice.last_rsvp_id = rsvp.id
        if len(rows) < STEP:
            notice.done_at = now
        return True


def _is_overtaken(notice: Notice, event: Event) -> bool:
    """A later notice of the same tells how things stand now; the rest need not hear of what held in between.

    That a series was divided is news of its own: it overtakes none, and none overtakes it. Of a date that the series
    has no more, the notice that took it away tells.
    """
    if notice.kind == CONTINUED:
        return False
    if dates.is_gone(dates.of(event, notice.occurrence)):
        return True
    later = aliased(Notice)
    same = exists().where(
        later.event_id == notice.event_id,
        later.id > notice.id,
        later.kind != CONTINUED,
        or_(later.occurrence == notice.occurrence, (later.occurrence == "") & (later.kind == CANCELLED)),
    )
    return bool(db.session.scalar(select(same)))
