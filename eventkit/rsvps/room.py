"""Whether an event takes RSVPs at this moment, and how much room there is: what its page says of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventkit.rsvps import terms
from eventkit.rsvps.models import RsvpTerms
from eventkit.rsvps.queries import Counts

#: RSVPs are taken; no place is left, and one can wait for one, or not; not yet; not any more
TAKES, FULL, FULL_FOR_GOOD, NOT_YET, CLOSED = "takes", "full", "full-for-good", "not-yet", "closed"

#: places that are left are told from here on, or from this part of the capacity
FEW, FEW_OF = 10, 5


@dataclass(frozen=True)
class Room:
    """`left` are the places that are free where they are few, else None. `opens_at` and `closes_at` are UTC."""

    state: str
    left: int | None
    capacity: int | None
    waiting: int
    opens_at: datetime | None
    closes_at: datetime | None

    @property
    def takes(self) -> bool:
        """Whether the form is shown."""
        return self.state in (TAKES, FULL)


def of(limits: RsvpTerms, counts: Counts, now: datetime, *, has_other_dates: bool = False) -> Room:
    """Of the event, or of the date whose counts these are; with `has_other_dates` its being full closes nothing."""
    left = None if limits.capacity is None else counts.left_of(limits.capacity)
    if left == 0 and has_other_dates and not limits.has_waitlist:
        left = None
    few = left if left is not None and limits.capacity and left <= max(FEW, limits.capacity // FEW_OF) else None
    return Room(
        _state(limits, counts, left, now), few, limits.capacity, counts.waiting, limits.opens_at, limits.closes_at
    )


def _state(limits: RsvpTerms, counts: Counts, left: int | None, now: datetime) -> str:
    if not terms.is_open(limits, now):
        is_to_open = limits.takes_rsvps and limits.opens_at is not None and now < limits.opens_at
        return NOT_YET if is_to_open else CLOSED
    if left == 0:
        return FULL if limits.has_waitlist else FULL_FOR_GOOD
    return TAKES
