"""Everything that is stored about whoever answered, in words, for that person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _
from flask_babel import ngettext

from eventkit import db, i18n
from eventkit.events import presentation
from eventkit.mail import unsent
from eventkit.rsvps import dates, message_keys, queries, retention, terms
from eventkit.rsvps.answers import Answer
from eventkit.rsvps.forms import questions
from eventkit.rsvps.models import (
    ACCEPTED,
    BY_ORGANIZER,
    CLEAR,
    PENDING,
    REFUSED,
    TENTATIVE,
    UNCONFIRMED,
    WAITING,
    Rsvp,
    RsvpShift,
)


@dataclass(frozen=True)
class Fact:
    """One thing that is stored, and the columns of the RSVP that hold it."""

    label: str
    words: str
    columns: tuple[str, ...] = ()


def facts(rsvp: Rsvp, *, is_mailed: bool, now: datetime) -> list[Fact]:
    """What the row and what is sealed in it hold.

    What was sent to the address is told by a link that was mailed there alone (`is_mailed`): somebody who typed another
    person's address would learn by it that they have answered.
    """
    answer = queries.answer_of(rsvp)
    return [
        *_said(rsvp, answer, now),
        *_noted(rsvp),
        *_course(rsvp, has_email=bool(answer.person.email)),
        *(_mailed(rsvp) if is_mailed else _mailed_elsewhere(has_email=bool(answer.person.email))),
        *_row(rsvp),
    ]


def erased_words(rsvp: Rsvp) -> str:
    """When all of it is erased, if nobody does so before."""
    event, ends_at = rsvp.event, retention.ends_at(rsvp.event)
    if ends_at is None:
        days = retention.days_of(event)
        return ngettext("%(num)d day after it is over", "%(num)d days after it is over", days)
    return dates.moment_words(event, ends_at)


def _said(rsvp: Rsvp, answer: Answer, now: datetime) -> Iterator[Fact]:
    yield Fact(_("Your answer"), answer_words(rsvp), ("partstat",))
    yield Fact(_("People"), str(rsvp.party_size), ("party_size",))
    if rsvp.event.rrule:
        date = presentation.when(dates.of(rsvp.event, rsvp.occurrence), now) if rsvp.occurrence else _("Every time")
        yield Fact(_("Date"), date, ("occurrence", "series_id"))
    shift = db.session.get(RsvpShift, rsvp.shift_id) if rsvp.shift_id else None
    yield Fact(_("Role"), shift.name if shift else _("None"), ("shift_id",))
    person = answer.person
    yield Fact(_("Name, sealed"), person.name or _("None"), ("sealed",))
    yield Fact(_("E-mail, sealed"), person.email or _("None"), ("sealed",))
    if person.language:
        yield Fact(_("Language of our messages to you, sealed"), _language_words(person.language), ("sealed",))
    asked = {str(question.id): question for question in terms.questions(rsvp.event)}
    for number, said in person.answers.items():
        question = asked.get(number)
        if question is not None:
            yield Fact(question.label, questions.words(question, said), ("sealed",))
        else:
            words = said if isinstance(said, str) else _(", ").join(said)
            yield Fact(_("To a question that is not asked any more"), words, ("sealed",))
    for exception in queries.exceptions_of(rsvp):
        yield Fact(presentation.when(dates.of(rsvp.event, exception.occurrence), now), answer_words(exception))


def answer_words(rsvp: Rsvp) -> str:
    return {ACCEPTED: _("I’m coming"), TENTATIVE: _("Maybe")}.get(rsvp.partstat, _("I can’t"))


def _noted(rsvp: Rsvp) -> Iterator[Fact]:
    yield Fact(_("First answered"), dates.moment_words(rsvp.event, rsvp.created_at), ("created_at",))
    yield Fact(_("Last changed"), dates.moment_words(rsvp.event, rsvp.modified_at), ("modified_at",))
    by = _("The organizer") if rsvp.entered_by == BY_ORGANIZER else _("You")
    yield Fact(_("Who entered it"), by, ("entered_by",))
    if rsvp.withdrawn_at is not None:
        yield Fact(_("Taken back"), dates.moment_words(rsvp.event, rsvp.withdrawn_at), ("withdrawn_at",))
    if rsvp.source is not None:
        words = _("A number made from your network, to undo a flood. It leads nowhere after a day, and goes in three.")
        yield Fact(_("Where it came from"), words, ("source",))


def _course(rsvp: Rsvp, *, has_email: bool) -> Iterator[Fact]:
    yield Fact(_("Your place"), _("On the waitlist") if rsvp.seat == WAITING else _("Not on the waitlist"), ("seat",))
    if rsvp.waits_since is not None:
        yield Fact(_("Waits since"), dates.moment_words(rsvp.event, rsvp.waits_since), ("waits_since",))
    if rsvp.offered_until is not None:
        yield Fact(_("Can be given back until"), dates.moment_words(rsvp.event, rsvp.offered_until), ("offered_until",))
    states = {
        CLEAR: _("Nothing is left to do"),
        UNCONFIRMED: _("The address is not confirmed yet"),
        PENDING: _("The organizer has not decided yet"),
        REFUSED: _("The organizer said no"),
    }
    yield Fact(_("State"), states[rsvp.state], ("state",))
    if rsvp.expires_at is not None:
        yield Fact(_("Ends without being confirmed"), dates.moment_words(rsvp.event, rsvp.expires_at), ("expires_at",))
    arrived = ngettext("%(num)d person", "%(num)d people", rsvp.arrived)
    if rsvp.arrived_at is not None:
        arrived = _("%(people)s, at %(moment)s", people=arrived, moment=dates.moment_words(rsvp.event, rsvp.arrived_at))
    yield Fact(_("Checked in on the day"), arrived, ("arrived", "arrived_at"))
    if has_email:
        yield Fact(_("Reminders"), _yes_or_no(rsvp.wants_reminders), ("wants_reminders",))
        yield Fact(_("Any mail at all"), _yes_or_no(rsvp.wants_mail), ("wants_mail",))


def _mailed(rsvp: Rsvp) -> Iterator[Fact]:
    yield Fact(_("Counted"), _yes_or_no(rsvp.counted), ("counted",))
    yield Fact(
        _("Invitation in your calendar"),
        _("Sent, number %(number)d", number=rsvp.invited_sequence)
        if rsvp.holds_invitation and rsvp.invited_sequence is not None
        else _("None"),
        ("holds_invitation", "invited_sequence"),
    )
    if rsvp.sent_sequence is not None:
        yield Fact(_("Number of the last message to your calendar"), str(rsvp.sent_sequence), ("sent_sequence",))
    if rsvp.replied_at is not None:
        moment = dates.moment_words(rsvp.event, rsvp.replied_at)
        yield Fact(_("Last answer from your calendar"), moment, ("replied_at",))
    yield Fact(_("Messages to you that wait to be sent"), str(waiting_messages(rsvp)))


def _mailed_elsewhere(*, has_email: bool) -> Iterator[Fact]:
    if has_email:
        yield Fact(_("What was sent to your address"), _("The link in our messages shows it here."))


def _row(rsvp: Rsvp) -> Iterator[Fact]:
    yield Fact(_("Number of your answer, and of the event"), f"{rsvp.id}, {rsvp.event_id}", ("id", "event_id"))
    yield Fact(_("How often its links were renewed"), str(rsvp.generation), ("generation",))
    if queries.answer_of(rsvp).person.email:
        words = _("A number made from it with the event’s key, so that one person counts once. It goes with the key.")
        yield Fact(_("Fingerprint of your address"), words, ("person",))


def waiting_messages(rsvp: Rsvp) -> int:
    """How many messages to this person are on their way, by the keys under which they are queued."""
    return unsent.number(message_keys.beginnings(rsvp.owner))


def _language_words(code: str) -> str:
    try:
        return str(Locale.parse(code).get_language_name(i18n.current_locale()))
    except (ValueError, UnknownLocaleError):
        return code


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")
