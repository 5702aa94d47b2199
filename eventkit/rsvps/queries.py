"""Reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from eventkit import clock, db, keys, links
from eventkit.config import Settings
from eventkit.events.models import Dated, Event, Occurrence
from eventkit.rsvps import counting, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import CLEAR, PENDING, WAITING, Rsvp, RsvpCount

#: purpose of the links with which a person changes or withdraws their answer
LINK = "rsvp"
#: purpose of the addresses to which calendars send replies: they move that RSVP, and tell and do nothing else
ORGANIZER = "organizer"


@dataclass(frozen=True)
class Counts:
    """People, not rows."""

    coming: int = 0
    maybe: int = 0
    not_coming: int = 0
    #: who would come if there were room
    waiting: int = 0
    #: who has a seat but is not counted yet: unconfirmed, or not approved
    held: int = 0

    @property
    def taken(self) -> int:
        """Seats that nobody else can have."""
        return self.coming + self.held

    def left_of(self, capacity: int, *, besides: int = 0) -> int:
        """Seats that are free; `besides` are taken that these counts know nothing of."""
        return max(0, capacity - self.taken - besides)

    @property
    def answers(self) -> int:
        return self.coming + self.maybe + self.not_coming

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


#: the highest SEQUENCE by which an invitation was taken back; an index leads to it, however many there are
_TAKEN_BACK = select(func.max(Rsvp.sent_sequence)).where(
    Rsvp.event_id == bindparam("event"), ~Rsvp.holds_invitation, Rsvp.sent_sequence.is_not(None)
)

_COLUMNS = tuple(getattr(RsvpCount, each.name) for each in fields(Counts))


def counts(event: Event, occurrence: str = "") -> Counts:
    """How many people come: to the event, or to that date of the series. Without a date, who said every time."""
    sums = select(*(func.sum(column) for column in _COLUMNS))
    found = db.session.execute(sums.where(RsvpCount.event_id == event.id, RsvpCount.occurrence.in_(("", occurrence))))
    return Counts(*(people or 0 for people in found.one()))


def counts_of(listed: Iterable[Dated]) -> dict[int, Counts]:
    """Counts by event id, of a date of a series as of `counts`; where nobody answered there are zeros."""
    listed = list(listed)
    of_dates = [(one.event_id, one.recurrence_id) for one in listed if isinstance(one, Occurrence)]
    ids = [one.event_id if isinstance(one, Occurrence) else one.id for one in listed]
    rows = db.session.execute(
        select(RsvpCount.event_id, *_COLUMNS).where(
            RsvpCount.event_id.in_(ids),
            or_(RsvpCount.occurrence == "", tuple_(RsvpCount.event_id, RsvpCount.occurrence).in_(of_dates)),
        )
    )
    found = dict.fromkeys(ids, Counts())
    for event_id, *people in rows:
        found[event_id] += Counts(*people)
    return found


def seats_left(event: Event, occurrence: str = "") -> int | None:
    """How many more people can come: to the event, or that date of the series; without a date every time, that is to
    the fullest to come. None: as many as like."""
    capacity = terms.of(event).capacity
    if capacity is None:
        return None
    besides = 0 if occurrence else counting.fullest(event, clock.now())
    return counts(event, occurrence).left_of(capacity, besides=besides)


def waiting_before(rsvp: Rsvp) -> int:
    """How many people wait longer for a seat that this one waits for too; 0 where it does not wait."""
    if rsvp.seat != WAITING:
        return 0
    ahead = or_(Rsvp.waits_since < rsvp.waits_since, and_(Rsvp.waits_since == rsvp.waits_since, Rsvp.id < rsvp.id))
    same = Rsvp.occurrence.in_(("", rsvp.occurrence)) if rsvp.occurrence else true()
    waiting = and_(Rsvp.event_id == rsvp.event_id, Rsvp.seat == WAITING, Rsvp.counted)
    return db.session.scalar(select(func.coalesce(func.sum(Rsvp.party_size), 0)).where(waiting, ahead, same)) or 0


def with_address(event: Event, now: datetime) -> int:
    """How many have left an address."""
    return db.session.scalar(select(func.count()).where(*concerned(event, now))) or 0


def to_be_told(event: Event, now: datetime, occurrence: str = "", *, and_following: bool = False) -> int:
    """How many are written to, if the event, or one date of it, or what follows from that date on, changes now."""
    meant = concerned(event, now, occurrence, and_following=and_following)
    return db.session.scalar(select(func.count()).where(*meant, Rsvp.wants_mail.is_(True))) or 0


def concerned(
    event: Event, now: datetime, occurrence: str = "", *, and_following: bool = False
) -> tuple[ColumnElement[bool], ...]:
    """Whom a change concerns, once each: of one date those who said something of it, and those of the series who said
    nothing of it; of the series everybody, and of a date that they have an invitation to beside it.

    With `and_following` it is about that date and all later ones. Who came to a date that is over is left out.
    """
    is_one = bool(occurrence) and not and_following
    other = aliased(Rsvp)
    has_other = exists().where(
        other.event_id == Rsvp.event_id,
        other.person == Rsvp.person,
        other.occurrence != Rsvp.occurrence,
        other.occurrence == (occurrence if is_one else ""),
        other.counted,
        other.state.in_((CLEAR, PENDING)),
    )
    of_date = Rsvp.occurrence == occurrence if is_one else and_(Rsvp.occurrence >= occurrence, is_to_come(event, now))
    return (
        Rsvp.event_id == event.id,
        or_(Rsvp.occurrence == "", of_date),
        Rsvp.counted.is_(True),
        Rsvp.state.in_((CLEAR, PENDING)),
        Rsvp.person.is_not(None),
        ~has_other if is_one else ~has_other | Rsvp.holds_invitation,
    )


def is_to_come(event: Event, now: datetime) -> ColumnElement[bool]:
    """That the date of an RSVP is not over; of one that the series has no more, by the rule that had it."""
    row = select(Occurrence.id).where(Occurrence.event_id == Rsvp.event_id, Occurrence.recurrence_id == Rsvp.occurrence)
    today = f"{now.astimezone(ZoneInfo(event.timezone)):%Y%m%d}"
    return or_(row.where(Occurrence.over_at > now).exists(), and_(~row.exists(), Rsvp.occurrence >= today))


def answer_of(rsvp: Rsvp) -> Answer:
    """What this RSVP says, about the person too where the key still exists."""
    return Answer(rsvp.partstat, rsvp.party_size, unseal(rsvp, sealer_if_there(rsvp.event)), rsvp.shift_id)


def sealer_if_there(event: Event) -> keys.Sealer | None:
    """None once the event's key is destroyed."""
    try:
        return keys.sealer(event.key_name)
    except keys.KeyDestroyed:
        return None


def unseal(rsvp: Rsvp, sealer: keys.Sealer | None) -> Person:
    """Whom it is about, as `person_in`."""
    owner = rsvp.owner
    return person_in(owner.sealed, owner.id, sealer)


def person_in(sealed: bytes | None, number: int, sealer: keys.Sealer | None) -> Person:
    """The person in the row of this number. Nobody, when it cannot be read any more: it was sealed with a key that is
    destroyed."""
    if sealed is None or sealer is None:
        return Person()
    try:
        return Person.from_text(sealer.unseal(sealed, about_row(number)))
    except keys.KeyDestroyed:
        return Person()


def about(rsvp: Rsvp) -> str:
    """What a sealed text is bound to."""
    return about_row(rsvp.id)


def about_row(number: int) -> str:
    """As `about`, by the number of the row."""
    return f"rsvp:{number}"


def by_token(token: str, *, to_change: bool = False) -> tuple[Rsvp, int] | None:
    """The RSVP of this link and the link's generation; None when the link is not ours, or revoked.

    With `to_change` nobody else changes it until the transaction ends.
    """
    verified = links.verify(LINK, token)
    rsvp = of_verified(verified, to_change=to_change)
    return (rsvp, verified[1]) if rsvp is not None and verified is not None else None


def exceptions_of(rsvp: Rsvp) -> list[Rsvp]:
    """What the same person said for single dates of the series, in the order of the dates."""
    return list(db.session.scalars(select(Rsvp).where(Rsvp.series_id == rsvp.id).order_by(Rsvp.occurrence)))


def own_for(rsvp: Rsvp, occurrence: str) -> Rsvp | None:
    """What the same person answered for that date on its own, apart from the series."""
    own = (Rsvp.event_id == rsvp.event_id, Rsvp.occurrence == occurrence, Rsvp.person == rsvp.person)
    return db.session.scalar(select(Rsvp).where(*own)) if rsvp.person else None


def for_date(rsvp: Rsvp, occurrence: str) -> Rsvp | None:
    """What holds this person's answer for that date, where it is not that of the series: their own one once the address
    is known to be theirs, else an exception."""
    if rsvp.occurrence == occurrence:
        return rsvp
    own = own_for(rsvp, occurrence) if rsvp.address_is_proven else None
    exception = select(Rsvp).where(Rsvp.series_id == rsvp.id, Rsvp.occurrence == occurrence)
    return own or db.session.scalar(exception)


def next_sequence(rsvp: Rsvp) -> int:
    """SEQUENCE of the next message to the calendar of this person: higher than any that it has seen.

    Who took an answer back is forgotten, and may answer anew; so the first message of a new RSVP is above every
    one by which an invitation to this event was taken back.
    """
    sent = rsvp.sent_sequence
    if sent is None:
        sent = db.session.scalar(_TAKEN_BACK, {"event": rsvp.event_id})
    return rsvp.event.sequence if sent is None else max(rsvp.event.sequence, sent + 1)


def organizer_address(rsvp: Rsvp, generation: int | None = None) -> str:
    """Where its calendar sends a reply: the address of the site with a token for this RSVP (RFC 5233).

    `generation` is that of `mailed_token`.
    """
    local, _at, domain = _mail_from().rpartition("@")
    return f"{local}+{links.sign_for_address(ORGANIZER, rsvp.id, generation or rsvp.generation | 1)}@{domain}"


def by_organizer_address(address: str, *, to_change: bool = False) -> Rsvp | None:
    """The RSVP of an `organizer_address` in any case, also as `mailto:`; None when it is not ours, or revoked.

    An invitation is forwarded, and with it this address: it may set PARTSTAT, and read or change nothing else.
    With `to_change` nobody else changes it until the transaction ends.
    """
    return of_verified(verified_address(address), to_change=to_change)


def verified_address(address: str) -> tuple[int, int] | None:
    """Row and generation of an `organizer_address`; None when it is not ours."""
    plain = address.strip()
    if plain[:7].lower() == "mailto:":
        plain = unquote(plain[7:])
    mailbox, _at, domain = plain.rpartition("@")
    local, _plus, token = mailbox.rpartition("+")
    if f"{local}@{domain}".lower() != _mail_from().lower():
        return None
    return links.verify_address(ORGANIZER, token)


def of_verified(verified: tuple[int, int] | None, *, to_change: bool = False) -> Rsvp | None:
    """The RSVP of this row, unless a later generation has revoked the link. `verified` is what `links` found in it.

    With `to_change` nobody else changes it until the transaction ends.
    """
    if verified is None:
        return None
    row, generation = verified
    wanted = select(Rsvp).where(Rsvp.id == row)
    if to_change:
        wanted = wanted.with_for_update(of=Rsvp).execution_options(populate_existing=True)
    rsvp = db.session.scalar(wanted)
    return None if rsvp is None or generation < rsvp.generation else rsvp


def _mail_from() -> str:
    settings: Settings = current_app.extensions["eventkit.settings"]
    return settings.mail_from


def browser_token(rsvp: Rsvp) -> str:
    """For whoever has answered: it opens their page right away."""
    return links.sign(LINK, rsvp.id, rsvp.generation)


def mailed_token(rsvp: Rsvp, generation: int | None = None) -> str:
    """For whoever reads the mail of the address. Acting by it proves that the address is theirs.

    A generation is even until then and odd afterwards, so that this link outlives the ones in a browser.
    `generation` is the one of when it was mailed, where that is over.
    """
    return links.sign(LINK, rsvp.id, generation or rsvp.generation | 1)
