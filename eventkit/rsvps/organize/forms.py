"""The organizer's forms about those who come."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import NumberInput

from eventkit.errors import DomainError
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.forms.fields import line, whole
from eventkit.events.models import NOT_ASKED, Event
from eventkit.mail import addresses
from eventkit.rsvps import dates, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.models import ACCEPTED, DECLINED, PARTSTATS, TENTATIVE, Rsvp
from eventkit.web import SignedInForm

LONGEST_NAME = 80
DATES_OFFERED = 26

#: what stands for the whole series among its dates, and for no shift
EVERY, NONE = "every", ""


class _PartyForm(SignedInForm):
    """How many, and for what."""

    name = line(_l("Name"), LONGEST_NAME)
    party_size = StringField(_l("How many people?"), widget=NumberInput(min=1), default="1")
    shift = SelectField(_l("Role"), [Optional()], validate_choice=False)
    occurrence = SelectField(_l("Date"), [Optional()], validate_choice=False)

    event: Event

    def _offer(self, event: Event, now: datetime, *, occurrence: str = EVERY) -> None:
        """Leaves out what the event does not ask; `occurrence` is offered whatever has become of it."""
        self.event = event
        shifts = terms.shifts(event)
        self.shift.choices = [SelectChoice(NONE, _("None")), *(SelectChoice(str(one.id), one.name) for one in shifts)]
        if not shifts:
            del self.shift
        if not event.rrule:
            del self.occurrence
            return
        coming = {one.recurrence_id: one for one in events.coming_of(event, now, limit=DATES_OFFERED, cancelled=False)}
        if occurrence and occurrence != EVERY and occurrence not in coming:
            coming = {occurrence: dates.of(event, occurrence), **coming}  # type: ignore[dict-item]
        self.occurrence.choices = [
            SelectChoice(EVERY, _("Every time")),
            *(SelectChoice(one, presentation.when(date, now)) for one, date in coming.items()),
        ]

    @property
    def people(self) -> int:
        return whole((self.party_size.data or "").strip(), 0)

    @property
    def shift_id(self) -> int | None:
        return int(self.shift.data) if "shift" in self and self.shift.data else None

    @property
    def date(self) -> str:
        """RECURRENCE-ID; empty for the whole series and for a single event."""
        chosen = self.occurrence.data if "occurrence" in self else EVERY
        return "" if chosen == EVERY else str(chosen)

    def place(self, error: DomainError) -> None:
        """Puts what an action refused beside the field that it concerns."""
        name = {"shift_id": "shift"}.get(str(error.field), str(error.field))
        if name in self:
            self[name].errors = [*self[name].errors, error.message]
        else:
            self.form_errors.append(error.message)

    def validate_party_size(self, field: StringField) -> None:
        if self.people < 1:
            raise ValidationError(_("Say with a number how many they are."))

    def validate_shift(self, field: SelectField) -> None:
        _among(field)

    def validate_occurrence(self, field: SelectField) -> None:
        _among(field)


class WalkInForm(_PartyForm):
    """Somebody who says to the organizer that they come: at the door, on the telephone, without a device."""

    email = EmailField(_l("E-mail"), [Optional()])

    @classmethod
    def for_event(cls, event: Event, now: datetime, date: str) -> Self:
        """`date` is the RECURRENCE-ID that is chosen already."""
        form = cls(data={"party_size": "1", "occurrence": date or EVERY})
        form._offer(event, now, occurrence=date)
        holds = terms.of(event)
        if holds.headcount_only:
            for name in ("name", "email", "shift"):
                if name in form:
                    delattr(form, name)
        elif event.ask_email == NOT_ASKED:
            del form.email
        return form

    def answer(self, language: str) -> Answer:
        """What was said, after validation. `language` is the one in which they are written to."""
        typed = self.email.data if "email" in self else ""
        person = Person(
            name=self.name.data if "name" in self else "",
            email=addresses.parse(typed) if typed else "",
            language=language,
        )
        return Answer(ACCEPTED, self.people, person, self.shift_id)

    def validate_email(self, field: EmailField) -> None:
        try:
            addresses.parse(field.data)
        except DomainError as error:
            raise ValidationError(error.message) from error


class CorrectionForm(_PartyForm):
    """What somebody answered, put right. Their address stays theirs to change."""

    partstat = RadioField(_l("Answer"), validate_choice=False)

    @classmethod
    def for_rsvp(cls, rsvp: Rsvp, answer: Answer, now: datetime) -> Self:
        """Of an exception to a series the answer alone: the rest is that of the series."""
        form = cls(
            data={
                "name": answer.person.name,
                "party_size": str(answer.party_size),
                "partstat": answer.partstat,
                "shift": str(answer.shift_id or NONE),
                "occurrence": rsvp.occurrence or EVERY,
            }
        )
        form._offer(rsvp.event, now, occurrence=rsvp.occurrence)
        form.partstat.choices = [
            SelectChoice(ACCEPTED, _("coming")),
            SelectChoice(TENTATIVE, _("maybe")),
            SelectChoice(DECLINED, _("can’t")),
        ]
        if rsvp.series_id is not None:
            for name in ("name", "party_size", "shift", "occurrence"):
                if name in form:
                    delattr(form, name)
        return form

    def answer(self, before: Answer) -> Answer:
        """What holds now, after validation."""
        person = before.person
        corrected = Person(self.name.data, person.email, person.language, person.answers)
        shift_id = self.shift_id if "shift" in self else before.shift_id
        return Answer(self.partstat.data, self.people, corrected, shift_id)

    def validate_partstat(self, field: RadioField) -> None:
        if field.data not in PARTSTATS:
            raise ValidationError(_("Choose one of the three."))


class RemovalForm(SignedInForm):
    """Whether those who are taken off the list hear of it."""

    tells = BooleanField(_l("Take the event out of their calendars, with a message"), default=True)


class FloodForm(SignedInForm):
    """Which RSVPs go: a window of time at the venue, a source, or both."""

    starts = StringField(_l("Arrived from"), [Optional()])
    ends = StringField(_l("Arrived up to"), [Optional()])
    source = StringField(_l("Source"), [Optional()])
    spares_confirmed = BooleanField(_l("Keep those whose address is confirmed"), default=True)

    @classmethod
    def of_query(cls) -> Self:
        """As the address of the page says it. It spares unless it says otherwise: an unchecked box sends nothing."""
        form = cls(formdata=request.args)
        form.spares_confirmed.data = request.args.get("all") != "yes"
        return form


def _among(field: Field) -> None:
    if field.data and field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(_("Choose one of the list."))


def typed_minute(text: str) -> datetime | None:
    """Local wall time of `2026-09-01T14:03`; None for what is none. Years without instants are none."""
    try:
        found = datetime.fromisoformat(text.strip()).replace(second=0, microsecond=0)
    except ValueError:
        return None
    return found if found.tzinfo is None and 1971 <= found.year <= 2199 else None


__all__: list[Any] = ["CorrectionForm", "FloodForm", "RemovalForm", "WalkInForm", "typed_minute"]
