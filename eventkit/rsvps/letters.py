"""What a message to one person says, kept until it is composed.

Rendering a message takes longer than all else of an answer, so that the worker does it. What is kept tells how things
stood when the message was queued; what the event says is read when it is composed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any, Self

from eventkit import db, i18n
from eventkit.calendars import invitations
from eventkit.calendars import queries as calendars
from eventkit.calendars.invitations import CANCEL, REQUEST, Invitation
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import POSTPONED, Dated, Event, Occurrence
from eventkit.mail import outbox
from eventkit.rsvps import dates, entrance, queries, roles, unsubscribing
from eventkit.rsvps.models import CONTINUED, Rsvp
from eventkit.web import external_url

#: composes it when it is sent
COMPOSER = "rsvps.letter"

#: what answers those who come
_TELLS_ROLE = {"confirmation", "confirm", "pending", "approved", "moved_up"}

_INSTANTS = ("now", "offered_until", "expires_at")


@dataclass(frozen=True)
class Letter:
    """`now` is the instant of what it answers, `about` the RECURRENCE-ID of the date that it is about.

    `method` is REQUEST or CANCEL where it carries an invitation, whose SEQUENCE is `sequence`; that invites to the
    dates of a series without those `left_out`. The rest is as the RSVP had it.
    """

    template: str
    rsvp_id: int
    now: datetime
    email: str
    #: only where the address is known to be this person's
    name: str
    language: str
    method: str
    about: str
    sequence: int
    left_out: tuple[str, ...]
    #: of the links in it
    generation: int
    partstat: str
    party_size: int
    seat: str
    state: str
    offered_until: datetime | None
    expires_at: datetime | None
    has_shift: bool
    #: the role that was chosen then: by now somebody else's address may stand there
    shift_id: int | None

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        instants = {name: at.isoformat() for name in _INSTANTS if (at := getattr(self, name)) is not None}
        return asdict(self) | instants

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        instants = {name: datetime.fromisoformat(facts[name]) for name in _INSTANTS if facts[name]}
        known = {each.name: facts[each.name] for each in fields(cls)}
        return cls(**known | instants | {"left_out": tuple(facts["left_out"])})


def compose_later(facts: Mapping[str, Any]) -> EmailMessage | None:
    """The message, as the outbox wants it when it is sent; None where the RSVP is gone, or taken back, unless it takes
    the invitation back."""
    letter = Letter.from_facts(facts)
    rsvp = db.session.get(Rsvp, letter.rsvp_id)
    if rsvp is None or (rsvp.withdrawn_at is not None and letter.method != CANCEL):
        return None
    return compose(letter, rsvp)


def compose(letter: Letter, rsvp: Rsvp) -> EmailMessage:
    """The message, with its invitation where it carries one and the event has an entry."""
    owner, event, language, now = rsvp.owner, rsvp.event, letter.language, letter.now
    dated = dates.of(event, letter.about)
    entry = calendars.entry_of(event) if letter.method else None
    organizer = queries.organizer_address(owner, letter.generation) if entry else ""
    goes_on: Dated | None = None
    if letter.template == CONTINUED:
        goes_on = presentation.leads_to(event, events.taken_over(event, letter.about) or events.following(event))
    with i18n.in_language(language):
        deadline = dates.moment_words(event, letter.offered_until) if letter.offered_until else ""
        role = roles.named(letter.shift_id, event) if letter.template in _TELLS_ROLE else ""
        expires = dates.moment_words(event, letter.expires_at) if letter.expires_at else ""
    shows_code = letter.template == "confirmation" and entrance.is_shown(rsvp)
    message = outbox.compose(
        f"rsvps/{letter.template}",
        to=letter.email,
        language=language,
        reply_to=organizer,
        rsvp=SimpleNamespace(
            partstat=letter.partstat, party_size=letter.party_size, seat=letter.seat, state=letter.state, owner=owner
        ),
        event=event,
        about=dated,
        shown=dated if letter.about else next(iter(events.coming_of(event, now, limit=1, cancelled=False)), event),
        rrule="" if letter.about else event.rrule,
        now=now,
        has_shift=letter.has_shift,
        shows_code=shows_code,
        role=role,
        deadline=deadline,
        expires=expires,
        invites=entry is not None and letter.method == REQUEST,
        event_url=_page_of(event if dates.is_gone(dated) else dated, language),
        following=goes_on,
        following_url=_page_of(goes_on, language) if goes_on else "",
        rsvp_url=external_url("rsvps.show", language=language, token=queries.mailed_token(owner, letter.generation)),
        stop_url=unsubscribing.url_of(owner, language, letter.generation),
    )
    if letter.template != "withdrawn":  # after that one nothing more is sent
        unsubscribing.add_headers(message, owner, language, letter.generation)
    if entry is not None:
        invitation = Invitation(
            method=letter.method,
            address=letter.email,
            organizer=organizer,
            sequence=letter.sequence,
            sent_at=now,
            partstat=letter.partstat,
            name=letter.name,
            wants_reply=event.status != POSTPONED,
            left_out=letter.left_out,
        )
        _attach(message, invitations.compose(invitation, entry, dated), letter.method)
    if shows_code:
        entrance.attach(message, rsvp)
    return message


def _page_of(dated: Dated, language: str) -> str:
    """The address of the event's page, or of that of one date."""
    if isinstance(dated, Occurrence):
        place = {"slug": dated.event.slug, "recurrence_id": dated.recurrence_id}
        return external_url("events.date", language=language, **place)
    assert isinstance(dated, Event)
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
