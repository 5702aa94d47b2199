"""Writes. Each takes objects and plain values and `now=`, and leaves the commit to its edge: what raises DomainError
has changed some of it, and is rolled back."""

from eventkit.rsvps.actions.answering import change, move, register
from eventkit.rsvps.actions.clearing import approve, prove, refuse
from eventkit.rsvps.actions.closing import refuse_closed
from eventkit.rsvps.actions.dates import answer_for_date, of_occurrence
from eventkit.rsvps.actions.leaving import expire, remove, remove_all, withdraw
from eventkit.rsvps.actions.mailing import set_mail
from eventkit.rsvps.actions.waitlist import PROMOTE, promote, seat

__all__ = [
    "PROMOTE",
    "answer_for_date",
    "approve",
    "change",
    "expire",
    "move",
    "of_occurrence",
    "promote",
    "prove",
    "refuse",
    "refuse_closed",
    "register",
    "remove",
    "remove_all",
    "seat",
    "set_mail",
    "withdraw",
]
