"""Messages to those who left an address. They are sealed with the event's key, as what it is about.

Whoever said that they come, or perhaps, is invited (RFC 6047): the message carries a REQUEST of their own, which a
CANCEL takes back. The row of the RSVP remembers what its calendar was sent, in the transaction that queues it.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import func, select

from eventkit import db, i18n
from eventkit.calendars import invitations
from eventkit.calendars import queries as calendars
from eventkit.calendars.invitations import CANCEL, REQUEST, Invitation
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, POSTPONED, Dated, Occurrence
from eventkit.mail import outbox
from eventkit.mail.models import OutboxMessage
from eventkit.rsvps import dates, queries
from eventkit.rsvps.answers import Person
from eventkit.rsvps.models import ACCEPTED, CLEAR, CONTINUED, DECLINED, PENDING, SEATED, UNCONFIRMED, Notice, Rsvp
from eventkit.web import external_url

#: messages about answers to one event that an address gets in a day: anybody may type it, again and again
MOST_A_DAY = 3


def confirm(rsvp: Rsvp, person: Person, *, now: datetime) -> None:
    """What was answered, with the link to change or withdraw it; once it counts and has a seat, with the invitation.

    Of who can't come the invitation is taken back. That is not counted: there is one of it for each invitation. But
    an invitation to a series can be taken back date by date, by whoever typed somebody's address.
    """
    is_settled = rsvp.state == CLEAR and rsvp.seat == SEATED
    method = "" if not is_settled else REQUEST if rsvp.partstat != DECLINED else CANCEL if rsvp.holds_invitation else ""
    if method == CANCEL and (rsvp.series is None or rsvp.owner.address_is_proven):
        _send("confirmation", rsvp, person, method=CANCEL, now=now)
        return
    unsettled = {UNCONFIRMED: "confirm", PENDING: "pending"}.get(rsvp.state, "waiting")
    today = _today(rsvp, now)
    keys = [f"{today}{name}" for name in ("already", *range(1, MOST_A_DAY + 1))]
    number = 1 + (db.session.scalar(select(func.count()).where(OutboxMessage.key.in_(keys))) or 0)
    if number <= MOST_A_DAY:
        template = "confirmation" if is_settled else unsettled
        _send(template, rsvp, person, method=method, key=f"{today}{number}", now=now)


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
        _send("refused", rsvp, person, method=method, key=f"refused:{rsvp.id}:{now:%Y%m%d}", now=now)


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
    _send("already", rsvp, person, key=f"{_today(rsvp, now)}already", now=now)


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
    key = f"notice:{notice.id}:{rsvp.owner.id}"
    _send(kind, rsvp, person, method=method, occurrence=occurrence, key=key, now=now)


def _today(rsvp: Rsvp, now: datetime) -> str:
    """What the keys of all messages about this person's answers of a day begin with."""
    assert rsvp.owner.person is not None
    return f"rsvp:{rsvp.event_id}:{rsvp.owner.person.hex()[:32]}:{now:%Y%m%d}:"


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
) -> None:
    """Queues the message, once for each `key`, or for each SEQUENCE. `occurrence` is the date that it is about.

    Who wants none gets none but the one that they ask for themselves, to confirm an address.
    """
    if not rsvp.owner.wants_mail and template != "confirm":
        return
    about, owner, event = occurrence or rsvp.occurrence, rsvp.owner, rsvp.event
    dated = dates.of(event, about)
    exceptions = queries.exceptions_of(rsvp) if not about else []
    entry = calendars.entry_of(event) if method else None
    sequence = queries.next_sequence(owner)
    goes_on: Dated | None = None
    if template == CONTINUED:
        goes_on = presentation.leads_to(event, events.taken_over(event, about) or events.following(event))
    language = person.language if person.language in i18n.languages() else i18n.SOURCE_LANGUAGE
    message = outbox.compose(
        f"rsvps/{template}",
        to=person.email,
        language=language,
        reply_to=queries.organizer_address(owner) if entry else "",
        rsvp=rsvp,
        event=event,
        about=dated,
        shown=dated if about else next(iter(events.coming_of(event, now, limit=1, cancelled=False)), event),
        rrule="" if about else event.rrule,
        now=now,
        has_shift=has_shift,
        deadline=dates.moment_words(event, rsvp.offered_until) if rsvp.offered_until else "",
        expires=dates.moment_words(event, rsvp.expires_at) if rsvp.expires_at else "",
        invites=entry is not None and method == REQUEST,
        event_url=_page_of(event if dates.is_gone(dated) else dated, language),
        following=goes_on,
        following_url=_page_of(goes_on, language) if goes_on else "",
        rsvp_url=external_url("rsvps.show", language=language, token=queries.mailed_token(owner)),
    )
    if entry is not None:
        invitation = Invitation(
            method=method,
            address=person.email,
            organizer=queries.organizer_address(owner),
            sequence=sequence,
            sent_at=now,
            partstat=rsvp.partstat,
            name=person.name if owner.address_is_proven else "",
            wants_reply=event.status != POSTPONED,
            left_out=tuple(each.occurrence for each in exceptions if each.partstat == DECLINED),
        )
        _attach(message, invitations.compose(invitation, entry, dated), method)
    queued = outbox.queue(message, key=key or f"invitation:{owner.id}:{sequence}", key_name=event.key_name, now=now)
    if entry is not None and queued:
        owner.sent_sequence = sequence
        if about == rsvp.occurrence:
            rsvp.invited_sequence, rsvp.holds_invitation = sequence, method == REQUEST
        for each in exceptions:
            each.holds_invitation = method == REQUEST and each.partstat != DECLINED


def _page_of(dated: Dated, language: str) -> str:
    """The address of the event's page, or of that of one date."""
    if isinstance(dated, Occurrence):
        place = {"slug": dated.event.slug, "recurrence_id": dated.recurrence_id}
        return external_url("events.date", language=language, **place)
    return external_url("events.show", language=language, slug=dated.slug)


def _attach(message: EmailMessage, calendar: bytes, method: str) -> None:
    """As an alternative, which mail programs show with buttons (RFC 6047, 2.4), and as a file, which others open."""
    message.add_alternative(
        calendar.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method}
    )
    message.add_attachment(
        calendar,
        maintype="application",
        subtype="ics",
        cte="base64",
        filename="invite.ics",
        params={"name": "invite.ics"},
    )
