"""Who gets a seat. Whoever changes an RSVP notes first what it took (`note`), and settles it afterwards.

The counts of the event are locked before anything else that others may want: first the counts, then the shifts, then
whoever moves up, then messages. So no two wait for each other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from eventkit.errors import DomainError
from eventkit.rsvps import counting, shifts, terms
from eventkit.rsvps.actions import exceptions, waitlist
from eventkit.rsvps.actions.closing import CLOSED
from eventkit.rsvps.counting import Standing
from eventkit.rsvps.models import ACCEPTED, REFUSED, SEATED, WAITING, Rsvp, RsvpTerms
from eventkit.rsvps.shifts import InShifts


@dataclass(frozen=True)
class Before:
    """What an RSVP took before it is changed, and on which terms."""

    limits: RsvpTerms
    standing: Standing
    in_shifts: InShifts
    #: the same of one that does not count, as if it did: whoever made it is answered as if it did
    alone: Standing
    alone_in_shifts: InShifts
    counted: bool
    is_new: bool
    seat: str
    state: str
    waits_since: datetime | None

    def has_seat(self, rsvp: Rsvp) -> bool:
        """Whether the person may take it that they have a seat: then they keep it, or hear that there are not more."""
        return self.counted == rsvp.counted and counting.takes_seats(self.alone)


def note(rsvp: Rsvp, *people: bytes | None, limits: RsvpTerms | None = None, is_new: bool = False) -> Before:
    """`people` are the fingerprints of who it was and of who it will be, in this order, here as in `settle`; nothing of
    theirs is moved by others until the transaction ends."""
    counting.hold(rsvp.event, rsvp.owner.person, *people)
    is_new = is_new or rsvp.withdrawn_at is not None
    return Before(
        limits=limits or terms.of(rsvp.event),
        standing=counting.standing(rsvp, *people),
        in_shifts=shifts.standing(rsvp),
        alone=Counter() if is_new else counting.alone(rsvp),
        alone_in_shifts=Counter() if is_new else shifts.alone(rsvp),
        counted=rsvp.counted,
        is_new=is_new,
        seat=rsvp.seat,
        state=rsvp.state,
        waits_since=rsvp.waits_since,
    )


def settle(rsvp: Rsvp, before: Before, *people: bytes | None, now: datetime) -> None:
    """Gives it a seat, or a place in the waitlist, counts it, and lets others have what it gives back.

    Raises DomainError when there is no room and nobody can wait, when there is none for a larger party, and when the
    shift is full.
    """
    if rsvp.partstat != ACCEPTED or rsvp.state == REFUSED:
        rsvp.seat, rsvp.shift_id, rsvp.waits_since, rsvp.offered_until = SEATED, None, None, None
        give_back(rsvp, before, *people, now=now)
    elif _gets_seat(rsvp, before, *people, now=now):
        rsvp.waits_since = None
    elif before.has_seat(rsvp):
        raise too_many()
    elif not before.limits.has_waitlist:
        raise no_room()
    else:
        rsvp.seat, rsvp.waits_since, rsvp.offered_until = WAITING, before.waits_since or now, None
        give_back(rsvp, before, *people, now=now)
    _move_shifts(rsvp, before)
    if counting.gives_back(before.standing, counting.standing(rsvp, *people)):
        waitlist.promote(rsvp.event, now=now, besides=rsvp)


def give_back(rsvp: Rsvp, before: Before, *people: bytes | None, now: datetime) -> None:
    """Counts it as it is by now, where it needs no seat of its own more than before.

    What somebody said for one date alone may have kept them off it, and what they said for every time holds there
    again. Where others have taken their seat meanwhile, they wait for one at that date. Raises DomainError when what
    they say for single dates needs seats that are not there; never of one that is taken back.
    """
    event, capacity = rsvp.event, before.limits.capacity
    if counting.move(event, before.standing, counting.standing(rsvp, *people), now=now, capacity=capacity):
        return
    former = people[0] if people else None
    if former is not None and former != rsvp.person:
        exceptions.keep_off(rsvp, former, now=now)
    if rsvp.withdrawn_at is not None:
        capacity = None
    if not counting.move(event, before.standing, counting.standing(rsvp, *people), now=now, capacity=capacity):
        raise too_many()


def too_many() -> DomainError:
    return DomainError(_("There is no room for so many. Your answer stays as it was."), field="party_size")


def no_room() -> DomainError:
    return DomainError(_("All places are taken. Places do come free: look again later."), status=CLOSED)


def _gets_seat(rsvp: Rsvp, before: Before, *people: bytes | None, now: datetime) -> bool:
    """Takes a seat for it, where there is one. Those who wait come first, as far as they fit."""
    rsvp.seat = SEATED
    if _takes(rsvp, before, *people, unless_waiting=True, now=now):
        return True
    if waitlist.promote(rsvp.event, now=now, besides=rsvp):
        return False
    return _takes(rsvp, before, *people, unless_waiting=False, now=now)


def _takes(rsvp: Rsvp, before: Before, *people: bytes | None, unless_waiting: bool, now: datetime) -> bool:
    """Of one that does not count the same is asked, and no seat is taken: it gets the answer that another gets."""
    if rsvp.counted:
        return counting.move(
            rsvp.event,
            before.standing,
            counting.standing(rsvp, *people),
            now=now,
            capacity=before.limits.capacity,
            unless_waiting=unless_waiting,
        )
    has_room = counting.fits(
        rsvp.event,
        before.alone,
        counting.alone(rsvp),
        now=now,
        capacity=before.limits.capacity,
        unless_waiting=unless_waiting,
    )
    if has_room:
        give_back(rsvp, before, *people, now=now)
    return has_room


def _move_shifts(rsvp: Rsvp, before: Before) -> None:
    """Puts it into the shift that was chosen. Raises DomainError when there is no place left in it."""
    wanted = shifts.standing(rsvp)
    if not rsvp.counted and not shifts.fits(before.alone_in_shifts, shifts.alone(rsvp)):
        raise shift_is_full()
    if wanted != before.in_shifts:
        counting.lock(rsvp.event)
        if not shifts.move(before.in_shifts, wanted):
            raise shift_is_full()


def shift_is_full() -> DomainError:
    return DomainError(_("There is no place left in that role. Choose another."), field="shift")
