"""Takes an answer from a calendar: moves the RSVP, and writes down what came of it. Commits nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from eventkit import db, keys
from eventkit.calendars import itip
from eventkit.errors import DomainError
from eventkit.events.models import Event
from eventkit.mail import authentication, inbox, incoming
from eventkit.mail.models import InboxMessage
from eventkit.rsvps import actions
from eventkit.rsvps.models import APPLIED, STALE, TO_LOOK_AT, UNCLEAR, CalendarReply
from eventkit.rsvps.replies import judging, queries
from eventkit.rsvps.replies.judging import Judgement


def take(message: InboxMessage, *, authserv_id: str, now: datetime) -> None:
    """Reads a message and acts on every answer in it. Whatever is in it that is not clear is kept for a person."""
    raw = inbox.raw_of(message)
    came_of_it = _all_of(message, raw, authserv_id=authserv_id, now=now)
    waiting = [each for each in came_of_it if each.verdict in TO_LOOK_AT]
    if waiting:
        _keep(message, raw, next((each.event for each in waiting if each.event is not None), None))
    else:
        inbox.drop(message)


def fail(message: InboxMessage, *, now: datetime) -> None:
    """It could not be read, more than once: a person looks at it."""
    _keep(message, inbox.raw_of(message), None)
    _note(message, Judgement(UNCLEAR, "failed"), now=now)


def settle(reply: CalendarReply, *, now: datetime) -> None:
    """A person has looked at it. With the last answer in it, the message is forgotten."""
    reply.settled_at = reply.settled_at or now
    db.session.flush()
    message = db.session.get(InboxMessage, reply.inbox_message_id) if reply.inbox_message_id else None
    if message is not None and not queries.is_waited_for(message):
        inbox.drop(message)


def _all_of(message: InboxMessage, raw: bytes, *, authserv_id: str, now: datetime) -> list[Judgement]:
    """What came of each answer in the message, written down."""
    claimed = judging.Claim()
    automatic = False
    try:
        if message.size > incoming.LARGEST:
            raise incoming.Unreadable("too-large")
        parsed = incoming.parse(raw)
        envelope = incoming.envelope(parsed)
        automatic = envelope.automatic
        verified = authentication.verified_sender(parsed, authserv_id)
        claimed = judging.claim(envelope, (), verified)
        found = itip.read(parsed)
    except incoming.Unreadable as unreadable:
        if claimed.is_too_late:
            return [_note(message, Judgement(STALE, "erased"), now=now)]
        reason = "automatic" if automatic and str(unreadable) == "no-calendar" else str(unreadable)
        return [_note(message, Judgement(UNCLEAR, reason, event=claimed.event), now=now)]
    came_of_it = []
    # The answer for the series first: those for single dates differ from it.
    for each in sorted(found, key=lambda one: one.recurrence is not None):
        claimed = judging.claim(envelope, each.organizer, verified)
        judgement = _act(judging.judge(each, envelope, claimed, now=now), now=now)
        came_of_it.append(_note(message, judgement, now=now))
    return came_of_it


def _act(judgement: Judgement, *, now: datetime) -> Judgement:
    """Moves the RSVP where the answer is to be taken. An event that takes none any more leaves it as it is."""
    rsvp = judgement.rsvp
    if judgement.verdict != APPLIED or rsvp is None:
        return judgement
    try:
        with db.session.begin_nested():  # nothing is left of an answer that is refused halfway
            if judgement.occurrence != rsvp.occurrence:
                rsvp = actions.of_occurrence(rsvp, judgement.occurrence, now=now)
            actions.move(rsvp, judgement.partstat, now=now)
    except DomainError:
        return replace(judgement, verdict=STALE, reason="closed")
    if judgement.dtstamp is not None:
        # A clock that is ahead must not make all later answers old.
        rsvp.replied_at = min(judgement.dtstamp, now)
    return replace(judgement, rsvp=rsvp)


def _note(message: InboxMessage, judgement: Judgement, *, now: datetime) -> Judgement:
    db.session.add(
        CalendarReply(
            digest=judgement.digest or message.digest,
            inbox_message_id=message.id,
            event_id=judgement.event.id if judgement.event else None,
            rsvp_id=judgement.rsvp.id if judgement.rsvp else None,
            verdict=judgement.verdict,
            reason=judgement.reason,
            partstat=judgement.partstat,
            occurrence=judgement.occurrence,
            proposed_starts_at=judgement.proposed_starts_at,
            proposed_ends_at=judgement.proposed_ends_at,
            received_at=message.received_at,
            settled_at=None if judgement.verdict in TO_LOOK_AT else now,
        )
    )
    db.session.flush()
    return judgement


def _keep(message: InboxMessage, raw: bytes, event: Event | None) -> None:
    """With the event's key, so that it ends with what else is known of those who come."""
    try:
        inbox.keep(message, raw, key_name=event.key_name if event else keys.SITE)
    except keys.KeyDestroyed:
        inbox.keep(message, raw)
