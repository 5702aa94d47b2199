"""What an answer from a calendar is worth: whose it is, which date it is about, whether it is news. Changes nothing.

An answer proves itself by the address that it was sent to, which only that invitation names; or by a From that our
own mail server found to be true. PARTSTAT decides, never a subject. It is older or newer by the last invitation sent
to that RSVP and the last answer taken from it: SEQUENCE of the event moves without a message.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from eventkit import db, keys
from eventkit.calendars.itip import Attendee, Found, Moment
from eventkit.errors import DomainError
from eventkit.events import queries as events
from eventkit.events.models import CANCELLED, Event, Occurrence
from eventkit.mail import addresses
from eventkit.mail.incoming import Envelope
from eventkit.rsvps import erased_links, queries, retention
from eventkit.rsvps.models import APPLIED, DUPLICATE, PARTSTATS, PROPOSAL, STALE, UNCLEAR, CalendarReply, Rsvp

_MOST_ADDRESSES = 60


@dataclass(frozen=True)
class Judgement:
    """`verdict` is a reply's; `reason` a word that the page puts into a sentence.

    `rsvp` is locked where something may come of it.
    """

    verdict: str
    reason: str = ""
    event: Event | None = None
    rsvp: Rsvp | None = None
    #: RECURRENCE-ID as an RSVP keeps it; empty for the whole event
    occurrence: str = ""
    partstat: str = ""
    #: of what it says, where that is known
    digest: str = ""
    dtstamp: datetime | None = None
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """Whose answer a message may be, before what it says is looked at."""

    #: what its addresses name; several contradict each other
    rsvps: tuple[Rsvp, ...] = ()
    #: ours that it names, in lower case
    ours: frozenset[str] = frozenset()
    #: From, where our own server found it to be true
    verified: str = ""
    #: what it was sent to belonged to an RSVP that is erased
    is_too_late: bool = False

    @property
    def event(self) -> Event | None:
        return self.rsvps[0].event if len(self.rsvps) == 1 else None


class _NoSuchDate(Exception):
    """The series has no such date."""


def claim(envelope: Envelope, organizers: tuple[str, ...], verified: str) -> Claim:
    """`organizers` are the addresses that the answer names as ORGANIZER."""
    found: dict[int, Rsvp] = {}
    ours: set[str] = set()
    is_too_late = False
    for address in [*organizers, *envelope.recipients][:_MOST_ADDRESSES]:
        rsvp = queries.by_organizer_address(address)
        if rsvp is not None:
            found[rsvp.id] = rsvp
            ours.add(addresses.same(address))
        else:
            is_too_late = is_too_late or erased_links.was_organizer_address(address)
    return Claim(tuple(found.values()), frozenset(ours), verified, is_too_late)


def judge(found: Found, envelope: Envelope, claimed: Claim, *, now: datetime) -> Judgement:
    """What is to become of one answer of a message."""
    whose = replace(_whose(found, claimed), partstat=_said(found))
    if whose.rsvp is None or whose.event is None:
        return whose
    event, rsvp = whose.event, _lock(whose.rsvp)
    if found.method not in {"REPLY", "COUNTER"}:
        return replace(whose, reason="not-an-answer")
    person = queries.answer_of(rsvp).person
    if rsvp.withdrawn_at is not None or not person.email:
        return replace(whose, verdict=STALE, reason="withdrawn")
    answering = _answering(found, envelope, claimed, person.email)
    if answering is None:
        return replace(whose, reason="somebody-else")
    partstat = answering.partstat
    whose = replace(whose, rsvp=rsvp, partstat=partstat)
    try:
        date = _occurrence(event, found)
    except _NoSuchDate:
        return replace(whose, reason="unknown-date")
    if rsvp.occurrence and date is not None and date.recurrence_id != rsvp.occurrence:
        return replace(whose, reason="unknown-date")
    date = date or events.occurrence(event, rsvp.occurrence)
    occurrence = date.recurrence_id if date else rsvp.occurrence
    whose = replace(
        whose, occurrence=occurrence, digest=_digest(rsvp, occurrence, found, partstat), dtstamp=found.dtstamp
    )
    if _is_known(whose.digest):
        return replace(whose, verdict=DUPLICATE)
    if reason := _is_stale(found, rsvp, occurrence):
        return replace(whose, verdict=STALE, reason=reason)
    if date is not None and (date.state == CANCELLED or date.over_at <= now):
        return replace(whose, verdict=STALE, reason="closed")
    if found.method == "COUNTER":
        starts, ends = _proposed(found, event)
        return replace(whose, verdict=PROPOSAL, proposed_starts_at=starts, proposed_ends_at=ends)
    if partstat not in PARTSTATS:
        return replace(whose, reason="no-answer")
    return replace(whose, verdict=APPLIED)


def _whose(found: Found, claimed: Claim) -> Judgement:
    """UNCLEAR in any case; with an RSVP where it is proved whose answer it is."""
    if len(claimed.rsvps) > 1:
        return Judgement(UNCLEAR, "contradictory")
    if claimed.rsvps:
        rsvp = claimed.rsvps[0]
        if found.uid != rsvp.event.uid:
            return Judgement(UNCLEAR, "other-event", event=rsvp.event)
        if retention.erased_at(rsvp.event) is not None:
            return Judgement(STALE, "erased", event=rsvp.event)
        return Judgement(UNCLEAR, event=rsvp.event, rsvp=rsvp)
    event = db.session.scalar(select(Event).where(Event.uid == found.uid)) if 0 < len(found.uid) <= 120 else None
    if claimed.is_too_late or (event is not None and retention.erased_at(event) is not None):
        return Judgement(STALE, "erased", event=event)  # so that what it says is not kept, for anybody to look at
    if event is None:
        return Judgement(UNCLEAR, "unknown-event")
    if not claimed.verified:
        return Judgement(UNCLEAR, "unproven", event=event)
    theirs = _by_address(event, claimed.verified, found)
    return Judgement(UNCLEAR, "" if theirs else "nobody", event=event, rsvp=theirs)


def _by_address(event: Event, address: str, found: Found) -> Rsvp | None:
    """The one RSVP of this address that counts: of the series, or else of the date that it answers for.

    An answer that names no date is for the one that this person comes to, if there is no other.
    """
    try:
        fingerprint = keys.sealer(event.key_name).fingerprint(addresses.same(address))
    except keys.KeyDestroyed:
        return None
    theirs = select(Rsvp).where(Rsvp.event_id == event.id, Rsvp.person == fingerprint)
    by_date = {rsvp.occurrence: rsvp for rsvp in db.session.scalars(theirs)}
    if "" in by_date:
        return by_date[""]
    if found.recurrence is not None and event.rrule:
        return by_date.get(_recurrence_id(event, found.recurrence))
    return next(iter(by_date.values())) if len(by_date) == 1 else None


def _lock(rsvp: Rsvp) -> Rsvp:
    """Reads it anew, and lets nobody else change it until the transaction ends."""
    wanted = select(Rsvp).where(Rsvp.id == rsvp.id).with_for_update(of=Rsvp)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def _answering(found: Found, envelope: Envelope, claimed: Claim, email: str) -> Attendee | None:
    """The attendee who is this person; None when somebody else answers, such as whom an invitation was forwarded to."""
    theirs = [each for each in found.attendees if any(_same(address) == _same(email) for address in each.addresses)]
    if not theirs and envelope.sender and _same(envelope.sender) == _same(email):
        hosts = claimed.ours | {addresses.same(address) for address in found.organizer}
        theirs = [each for each in found.attendees if not hosts & {addresses.same(one) for one in each.addresses}]
        if len(theirs) > 1:
            return None
    return theirs[0] if len({each.partstat for each in theirs}) == 1 else None


def _said(found: Found) -> str:
    """What somebody answers, whoever it is; empty where several answer."""
    return found.attendees[0].partstat if len(found.attendees) == 1 else ""


def _same(address: str) -> str:
    """As a message carries it: a calendar may write the domain in its own letters."""
    try:
        return addresses.same(addresses.parse(address) if not address.isascii() else address)
    except DomainError:
        return addresses.same(address)


def _occurrence(event: Event, found: Found) -> Occurrence | None:
    """The date that it is about; None for the whole event. Raises _NoSuchDate."""
    if found.recurrence_is_unclear:
        raise _NoSuchDate
    if found.recurrence is None:
        return None
    date = events.occurrence(event, _recurrence_id(event, found.recurrence))
    if date is None or not event.rrule:
        raise _NoSuchDate
    return date


def _recurrence_id(event: Event, moment: Moment) -> str:
    """As the event writes it; of a DATE, with the hour at which the series begins."""
    local = moment.at(ZoneInfo(event.timezone))
    if moment.is_date and event.starts_local is not None:
        local = datetime.combine(local.date(), event.starts_local.time())
    return f"{local:%Y%m%dT%H%M%S}"


def _digest(rsvp: Rsvp, occurrence: str, found: Found, partstat: str) -> str:
    proposed = (found.starts, found.ends) if found.method == "COUNTER" else ()
    said = (rsvp.id, occurrence, found.method, partstat, found.dtstamp, found.sequence, *proposed)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _is_known(digest: str) -> bool:
    return db.session.scalar(select(CalendarReply.id).where(CalendarReply.digest == digest).limit(1)) is not None


def _is_stale(found: Found, rsvp: Rsvp, occurrence: str) -> str:
    """Why it is older than what we know; empty when it is not. Clocks differ: only answers of one RSVP are compared."""
    of_date = queries.for_date(rsvp, occurrence) or Rsvp()
    invited = max(rsvp.invited_sequence or 0, of_date.invited_sequence or 0)
    if found.sequence is not None and found.sequence < invited:
        return "older-invitation"
    if found.dtstamp is not None and of_date.replied_at is not None and found.dtstamp < of_date.replied_at:
        return "older-answer"
    return ""


def _proposed(found: Found, event: Event) -> tuple[datetime | None, datetime | None]:
    """The instants that it proposes; of whole days the beginning of the first and of the last one."""
    venue = ZoneInfo(event.timezone)
    starts, ends = found.starts, found.ends
    if starts is None:
        return None, None
    if ends is not None and ends.is_date:
        ends = replace(ends, local=ends.local - timedelta(days=1))
    if ends is not None and ends.instant(venue) <= starts.instant(venue):
        ends = None
    return starts.instant(venue), ends.instant(venue) if ends else None
