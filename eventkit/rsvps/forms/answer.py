"""The form with which people answer."""

from __future__ import annotations

import unicodedata
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import EmailField, Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import NumberInput

from eventkit import clock
from eventkit.errors import DomainError
from eventkit.events import presentation, recurrence
from eventkit.events import queries as events
from eventkit.events.models import NOT_ASKED, OPTIONAL, REQUIRED, Event
from eventkit.mail import addresses
from eventkit.rsvps import roles, terms
from eventkit.rsvps.answers import Answer, Person
from eventkit.rsvps.forms import questions
from eventkit.rsvps.forms.dates import ANSWERS, coming
from eventkit.rsvps.models import ACCEPTED, PARTSTATS, Rsvp, RsvpQuestion, RsvpShift, RsvpTerms
from eventkit.text import clean_line, clean_text
from eventkit.web import StrangersForm

LONGEST_NAME = 80

#: what stands for the whole series among its dates
EVERY = "every"
#: up to here a party is one tap; the last segment stands for "this many and more"
_SEGMENTS = 5


def _whole(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _has_unseen(text: str) -> bool:
    """Control and bidi-override characters, and others that make a name read otherwise than it is stored."""
    normal = unicodedata.normalize("NFC", text)
    return clean_text(normal) != normal or any(unicodedata.category(char) == "Cc" for char in normal)


class RsvpForm(StrangersForm):
    """What may be said about oneself: no more than the organizer asks for. One tap sends `partstat` alone."""

    partstat = RadioField(_l("Are you coming?"), choices=ANSWERS, default=ACCEPTED, validate_choice=False)
    #: RECURRENCE-ID of a date of the series, or EVERY
    occurrence = SelectField(_l("Which date?"), validate_choice=False)
    party_size = RadioField(_l("How many of you?"), coerce=_whole, default=1, validate_choice=False)
    party_more = StringField(_l("Five or more: how many exactly?"), widget=NumberInput(min=_SEGMENTS))
    name = StringField(_l("Name"))
    email = EmailField(_l("E-mail"))
    shift = RadioField(_l("Do you take on a role?"), validate_choice=False, default="")

    event: Event
    terms: RsvpTerms
    questions: list[RsvpQuestion]
    shifts: list[RsvpShift]
    #: number of the one that was chosen before
    own_shift: int | None

    @classmethod
    def for_event(cls, event: Event, *, occurrence: str = "") -> Self:
        """The form on the event's page. A series offers every time and its next dates: `occurrence`, or else the next,
        is chosen already. A date that was chosen is offered as long as it is to come."""
        form, now = cls._plain(event, None), clock.now()
        if form.terms.headcount_only:
            del form.party_size
        offered = coming(event, now)
        asked_for = events.occurrence(event, form.occurrence.data if form.occurrence.raw_data else occurrence)
        if asked_for is not None and presentation.state_of(asked_for, now) != presentation.OPEN:
            asked_for = None
        if asked_for is not None and asked_for not in offered:
            offered = sorted([*offered, asked_for], key=lambda each: each.starts_at)
        if not offered:
            del form.occurrence
            return form
        form.occurrence.choices = [
            SelectChoice(EVERY, recurrence.words(event.rrule)),
            *(SelectChoice(each.recurrence_id, presentation.when(each, now)) for each in offered),
        ]
        if not form.occurrence.raw_data:  # a tap says no date: the one that stands on the page
            form.occurrence.data = (asked_for or offered[0]).recurrence_id
        return form

    @classmethod
    def for_rsvp(cls, rsvp: Rsvp, answer: Answer | None = None) -> Self:
        """The form with what was answered before: for which date stays."""
        form = cls._plain(rsvp.event, answer)
        del form.occurrence
        return form

    @classmethod
    def _plain(cls, event: Event, answer: Answer | None) -> Self:
        row = terms.of(event)
        asked = [] if row.headcount_only else terms.questions(event)
        data = {**answer.as_data(), **questions.data(asked, answer.person.answers)} if answer else None
        form = (type(cls.__name__, (cls,), questions.fields(asked)) if asked else cls)(data=data)
        form.event, form.terms, form.questions = event, row, asked
        form.shifts = [] if row.headcount_only else terms.shifts(event)
        form._offer_people()
        form.own_shift = answer.shift_id if answer else None
        form._offer_shifts()
        for name, asking in (("name", event.ask_name), ("email", event.ask_email)):
            if asking == NOT_ASKED or row.headcount_only:
                delattr(form, name)
            elif asking == OPTIONAL:
                form[name].flags.optional = True
        form._complete()
        return form

    def _offer_people(self) -> None:
        shown = min(self.event.largest_party, _SEGMENTS)
        self.party_size.choices = [SelectChoice(number, str(number)) for number in range(1, shown + 1)]
        if self.event.largest_party > _SEGMENTS and not self.terms.headcount_only:
            self.party_size.choices[-1] = SelectChoice(_SEGMENTS, _("%(number)d+", number=_SEGMENTS))
        else:
            del self.party_more

    def _offer_shifts(self) -> None:
        """One that is full cannot be chosen, but by whoever has it."""
        if not self.shifts:
            del self.shift
            return
        self.shift.choices = [SelectChoice("", _("No, I just come"))]
        for shift in self.shifts:
            is_full = roles.left(shift) == 0 and shift.id != self.own_shift
            name = Markup("<bdi>{}</bdi>").format(shift.name)
            self.shift.choices.append(SelectChoice(str(shift.id), name, {"disabled": True} if is_full else None))

    @property
    def shift_notes(self) -> dict[str, str]:
        """What is said of each role, by the value of its choice."""
        return {str(shift.id): roles.note(shift, self.event) for shift in self.shifts}

    @property
    def question_fields(self) -> list[Field]:
        """Those of the organizer's own questions, in their order."""
        return [self[questions.name_of(question)] for question in self.questions]

    @property
    def required_fields(self) -> list[Field]:
        """Those of the questions without whose answer nobody can come."""
        return [self[questions.name_of(question)] for question in self.questions if question.is_required]

    @property
    def needs_more(self) -> bool:
        """Whether a tap is not enough: something has to be said about oneself first."""
        asked = () if self.terms.headcount_only else (self.event.ask_name, self.event.ask_email)
        return REQUIRED in asked or any(question.is_required for question in self.questions)

    def _complete(self) -> None:
        """A party of more than the last segment has its number in the field beside it; a tap means one person."""
        if "party_size" not in self:
            return
        if self.party_size.data is None and not self.party_size.raw_data:
            self.party_size.data = 1
        if "party_more" in self and not self.party_more.data and (self.party_size.data or 0) > _SEGMENTS:
            self.party_more.data = str(self.party_size.data)
            self.party_size.data = _SEGMENTS

    @property
    def chosen(self) -> str:
        """RECURRENCE-ID of the chosen date, after validation; empty for the whole series and for a single event."""
        chosen = self.occurrence.data if "occurrence" in self else EVERY
        return "" if chosen == EVERY else str(chosen)

    @property
    def chosen_shift(self) -> int | None:
        """The number of the role, after validation. Who does not come has none."""
        if "shift" not in self or not self.shift.data or self.partstat.data != ACCEPTED:
            return None
        return int(self.shift.data)

    @property
    def people(self) -> int | None:
        """The number of people as chosen; None when it is no number."""
        if "party_size" not in self:
            return 1
        if self.party_size.data == _SEGMENTS and "party_more" in self and self.party_more.data:
            return _whole(self.party_more.data)
        number: int | None = self.party_size.data
        return number

    def answer(self, *, language: str) -> Answer:
        """What was said, after validation. `language` is the one that it was said in."""
        person = Person(
            name=clean_line(self.name.data or "") if "name" in self else "",
            email=addresses.parse(self.email.data) if "email" in self and self.email.data else "",
            language=language,
            answers=questions.answers(self.questions, self),
        )
        return Answer(self.partstat.data, self.people or 1, person, self.chosen_shift)

    def place(self, error: DomainError) -> None:
        """Puts what an action refused beside the field that it concerns, and offers what there still is: the organizer
        may have deleted a role or a question meanwhile."""
        asked = terms.questions(self.event) if self.questions else []
        self.questions = [question for question in self.questions if question in asked]
        if "shift" in self:
            self.shifts = terms.shifts(self.event)
            self._offer_shifts()
        if error.field in self:
            self[error.field].errors = [*self[error.field].errors, error.message]
        else:
            self.form_errors.append(error.message)

    def validate_partstat(self, field: RadioField) -> None:
        if not field.raw_data or field.data not in PARTSTATS:  # a body that says nothing counts nobody
            raise ValidationError(_("Choose one of the three."))

    def validate_occurrence(self, field: SelectField) -> None:
        if field.data != EVERY and events.occurrence(self.event, field.data or "") is None:
            raise ValidationError(_("There is no such date. Choose one from the list."))

    def validate_party_size(self, field: RadioField) -> None:
        people = self.people
        if people is None or people < 1:
            raise ValidationError(_("Say with a number how many you are."))
        if people > self.event.largest_party:
            raise ValidationError(
                _(
                    "One answer counts %(most)d people at most. Ask the others to answer for themselves.",
                    most=self.event.largest_party,
                )
            )

    def validate_shift(self, field: RadioField) -> None:
        if field.data not in {"", *(str(shift.id) for shift in self.shifts)}:
            raise ValidationError(_("There is no such role any more. Choose from the list."))

    def validate_name(self, field: StringField) -> None:
        typed = (field.data or "").strip()
        if not typed and self.event.ask_name == REQUIRED:
            raise ValidationError(_("The organizer asks for a name. Any name that you go by will do."))
        if len(typed) > LONGEST_NAME:
            raise ValidationError(_("A name has %(most)d letters at most here.", most=LONGEST_NAME))
        if _has_unseen(typed):
            raise ValidationError(_("There are characters in it that cannot be seen. Type the name again."))

    def validate_email(self, field: EmailField) -> None:
        if not (field.data or "").strip():
            if self.event.ask_email == REQUIRED:
                raise ValidationError(_("The organizer asks for an address, to tell you when plans change."))
            return
        try:
            addresses.parse(field.data)
        except DomainError as error:
            raise ValidationError(error.message) from error
