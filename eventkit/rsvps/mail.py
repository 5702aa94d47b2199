"""Messages to those who left an address. They are sealed with the event's key, as what it is about.

Whoever said that they come, or perhaps, is invited (RFC 6047): the message carries a REQUEST of their own, which a
CANCEL takes back. The row of the RSVP remembers what its calendar was sent, in the transaction that queues it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from eventkit import db, i18n
from eventkit.calendars import queries as calendars
from eventkit.calendars.invitations import CANCEL, REQUEST
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, Event
from eventkit.mail import outbox, unsent
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import counting, dates, letters, message_keys, queries, shifts
from eventkit.rsvps.answers import Person
from eventkit.rsvps.letters import Letter
from eventkit.rsvps.models import ACCEPTED, CLEAR, CONTINUED, DECLINED, PENDING, SEATED, UNCONFIRMED, Notice, Rsvp

#: messages about answers to one event that are queued for an address in a day: anybody may type it, again and again.
#: How many of them, and of those about other events, are sent is the outbox's to say
MOST_A_DAY = 3

#: after this it is too late for what waits until its reader may be written to again: else somebody who types an address
#: again and again would fill its mailbox for weeks
_WAITS_AT_MOST = timedelta(days=2)

_QUEUED = select(func.count()).where(OutboxMessage.key.in_(bindparam("keys", expanding=True)))


def confirm(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What was answered, with the link to change or withdraw it; once it counts and has a seat, with the invitation.

    Of who can't come the invitation is taken back. That is not counted: there is one of it for each invitation. But
    an invitation to a series can be taken back date by date, by whoever typed somebody's address.
    """
    is_settled = rsvp.state == CLEAR and rsvp.seat == SEATED
    method = "" if not is_settled else REQUEST if rsvp.partstat != DECLINED else CANCEL if rsvp.holds_invitation else ""
    if method == CANCEL and (rsvp.series is None or rsvp.owner.address_is_proven):
        _send("confirmation", rsvp, person, method=CANCEL, now=now, later=True)
        return
    unsettled = {UNCONFIRMED: "confirm", PENDING: "pending"}.get(rsvp.state, "waiting")
    today = _today(rsvp, now)
    keys = [f"{today}{name}" for name in ("already", *range(1, MOST_A_DAY + 1))]
    if rsvp.event.rrule:
        keys += [message_keys.taking_back(key) for key in keys]
    with db.session.no_autoflush:  # what is unsaved of this RSVP is in none of these numbers
        number = 1 + (db.session.scalar(_QUEUED, {"keys": keys}) or 0)
        if number <= MOST_A_DAY:
            template = "confirmation" if is_settled else unsettled
            _send(template, rsvp, person, method=method, key=f"{today}{number}", now=now, later=True)


def moved_up(rsvp: Rsvp, person: Person, *, has_shift: bool, now: datetime) -> None:
    """They have a seat after all, with the invitation, and until when they may give it back. Without `has_shift` there
    was no place left in the shift that they chose."""
    if person.email:
        _send("moved_up", rsvp, person, method=REQUEST, now=now, has_shift=has_shift)


def approved(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """The organizer has said yes: with the invitation, or, where they have to wait for a seat, with that."""
    if person.email and rsvp.seat == SEATED and rsvp.partstat == ACCEPTED:
        _send("approved", rsvp, person, method=REQUEST, now=now)
    elif person.email:
        confirm(rsvp, person, now=now)


def refused(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """The organizer has said no. An invitation that they have is taken back."""
    if person.email:
        method = CANCEL if rsvp.holds_invitation else ""
        key = message_keys.to_rsvp(rsvp.owner, "refused", rsvp.id, f"{now:%Y%m%d}")
        _send("refused", rsvp, person, method=method, key=key, now=now)


def take_back(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """The invitation that this person has is cancelled: the answer is taken back, or has another address now."""
    if rsvp.holds_invitation and person.email and not dates.of(rsvp.event, rsvp.occurrence).is_over(now):
        _send("withdrawn", rsvp, person, method=CANCEL, now=now)
    rsvp.holds_invitation = False


def answered_already(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """Somebody answered again with this address: their link, once a day. The invitation that they have holds. Who has
    not confirmed it yet is asked to, as at first."""
    if rsvp.state == UNCONFIRMED:
        confirm(rsvp, person, now=now)
        return
    _send("already", rsvp, person, key=f"{_today(rsvp, now)}already", now=now, later=True)


def unsend(event: Event, leaving: Iterable[Rsvp]) -> None:
    """Whoever holds these RSVPs is taken off the list: what waits to be sent to them is dropped. What takes an
    invitation back is sent, also to strangers, whose calendar has it.

    The counts are locked first: whoever answers holds them, and may be about to queue one of these messages.
    """
    counting.lock(event)
    unsent.drop(message_keys.beginnings_for_nobody(event, leaving))


def tell(notice: Notice, rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What has changed, why, and the link to change the answer.

    Calendars keep a postponed event, on its former day and with the word in its title, so that the new day finds it.
    To whoever comes to a date that the series has no more, that is what has changed: it is cancelled, unless it belongs
    to the series that goes on from this one.
    """
    kind, continues = notice.kind, notice.kind == CONTINUED
    occurrence = rsvp.occurrence or ("" if continues else notice.occurrence)
    exceptions = queries.exceptions_of(rsvp)
    rsvp = next((each for each in exceptions if each.occurrence == occurrence), rsvp)
    if dates.is_gone(dates.of(rsvp.event, occurrence)):
        is_new = rsvp.holds_invitation or rsvp.invited_sequence is None
        if not continues and (not is_new or events.taken_over(rsvp.event, occurrence) is not None):
            return
        kind = kind if continues else CANCELLED
    if kind == CANCELLED or (continues and occurrence):
        has_one = rsvp.holds_invitation or (not occurrence and any(each.holds_invitation for each in exceptions))
        method = CANCEL if has_one else ""
    else:
        is_settled = rsvp.state == CLEAR and rsvp.seat == SEATED
        method = REQUEST if rsvp.holds_invitation or (is_settled and rsvp.partstat != DECLINED) else ""
    key = message_keys.to_rsvp(rsvp.owner, "notice", notice.id)
    is_urgent = not continues and rsvp.owner.address_is_proven
    _send(kind, rsvp, person, method=method, occurrence=occurrence, key=key, now=now, is_urgent=is_urgent)


def _today(rsvp: Rsvp, now: datetime) -> str:
    """What the keys of all messages about this person's answers of a day begin with."""
    assert rsvp.owner.person is not None
    return message_keys.to_person(rsvp.event_id, rsvp.owner.person, f"{now:%Y%m%d}", "")


def _send(
    template: str,
    rsvp: Rsvp,
    person: Person,
    *,
    now: datetime,
    method: str = "",
    occurrence: str = "",
    key: str = "",
    has_shift: bool = True,
    later: bool = False,
    is_urgent: bool = False,
) -> None:
    """Queues the message, once for each `key`, or for each SEQUENCE. `occurrence` is the date that it is about.

    `later` has it composed when it is sent: for somebody is waiting. Who wants none gets none but the one that they ask
    for themselves, to confirm an address; and the one with the link to an answer that a stranger may have given for
    them, and may have silenced.
    """
    asked_for = template == "confirm" or (template == "already" and not rsvp.owner.address_is_proven)
    if not rsvp.owner.wants_mail and not asked_for:
        return
    about, owner, event = occurrence or rsvp.occurrence, rsvp.owner, rsvp.event
    exceptions = queries.exceptions_of(rsvp) if event.rrule and not about else []
    invites = bool(method) and calendars.has_entry(event)
    letter = Letter(
        template=template,
        rsvp_id=rsvp.id,
        now=now,
        email=person.email,
        name=person.name if owner.address_is_proven else "",
        language=person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE,
        method=method if invites else "",
        about=about,
        sequence=queries.next_sequence(owner),
        left_out=tuple(each.occurrence for each in exceptions if each.partstat == DECLINED),
        generation=owner.generation | 1,
        partstat=rsvp.partstat,
        party_size=rsvp.party_size,
        seat=rsvp.seat,
        state=rsvp.state,
        offered_until=rsvp.offered_until,
        expires_at=rsvp.expires_at,
        has_shift=has_shift,
        shift_id=shifts.chosen(rsvp),
    )
    key = key or message_keys.to_rsvp(owner, "invitation", letter.sequence)
    options: dict[str, Any] = {
        "key": message_keys.taking_back(key) if letter.method == CANCEL else key,
        "key_name": event.key_name,
        "now": now,
        "is_urgent": is_urgent,
        "drop_after": None if is_urgent else now + _WAITS_AT_MOST,
    }
    if later:
        queued = outbox.queue_later(letters.COMPOSER, letter.facts(), **options)
    else:
        queued = outbox.queue(letters.compose(letter, rsvp), **options)
    if invites and queued:
        owner.sent_sequence = letter.sequence
        if about == rsvp.occurrence:
            rsvp.invited_sequence, rsvp.holds_invitation = letter.sequence, method == REQUEST
        for each in exceptions:
            each.holds_invitation = method == REQUEST and each.partstat != DECLINED
