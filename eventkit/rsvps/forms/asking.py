"""Forms of a question of the organizer's own, and of a role or shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, ValidationError
from wtforms.validators import Optional

from eventkit.errors import DomainError
from eventkit.events.forms.fields import DayField, HourField, line, text
from eventkit.events.models import Event
from eventkit.rsvps.forms.terms import NumberField
from eventkit.rsvps.models import ONE_OF, SEVERAL_OF, TEXT, YES_NO, RsvpQuestion, RsvpShift
from eventkit.text import clean_line
from eventkit.web import SignedInForm

LONGEST_OPTION = 80


def kinds() -> list[tuple[str, str]]:
    return [
        (TEXT, _("In their own words")),
        (YES_NO, _("Yes or no")),
        (ONE_OF, _("One of several")),
        (SEVERAL_OF, _("As many as apply")),
    ]


class _AskingForm(SignedInForm):
    def refuse(self, error: DomainError) -> None:
        """Puts what an action said beside the field that it concerns."""
        if error.field in self:
            self[error.field].errors = [*self[error.field].errors, error.message]
        else:
            self.form_errors.append(error.message)


class QuestionForm(_AskingForm):
    """A question. How it is answered is chosen once: answers of another kind would make no sense."""

    label = line(_l("The question"))
    kind = RadioField(_l("How it is answered"), choices=kinds, default=TEXT, validate_choice=False)
    options = text(_l("What can be chosen, a line each"), 1_200)
    is_required = BooleanField(_l("Nobody can come without answering it"))

    @classmethod
    def of(cls, question: RsvpQuestion) -> Self:
        """As it stands; its kind stays."""
        form = cls(obj=question)
        if question.kind not in (ONE_OF, SEVERAL_OF):
            del form.options
        del form.kind
        return form

    @property
    def offered(self) -> list[str]:
        if "options" not in self:
            return []
        return [option for typed in self.options.data.splitlines() if (option := clean_line(typed))]

    def said(self) -> dict[str, Any]:
        """What `asking.change_question` wants."""
        return {"label": self.label.data, "options": self.offered, "is_required": self.is_required.data}

    def validate_options(self, field: Any) -> None:
        if any(len(option) > LONGEST_OPTION for option in self.offered):
            raise ValidationError(_("One answer has %(most)d characters at most.", most=LONGEST_OPTION))


class ShiftForm(_AskingForm):
    """A role or shift. Hours are on the clock of the place."""

    name = line(_l("What people are needed as"), 120)
    details = line(_l("What it takes, where to meet"), 300)
    starts_on = DayField(_l("Day"), [Optional()])
    starts_time = HourField(_l("From"), [Optional()])
    ends_time = HourField(_l("To"), [Optional()])
    capacity = NumberField(_l("How many people"), [Optional()])

    event: Event

    @classmethod
    def of(cls, event: Event, shift: RsvpShift | None = None) -> Self:
        """As it stands, or empty. The day is asked where the event lasts several."""
        data: dict[str, Any] = {}
        if shift is not None:
            starts, ends = shift.starts_local, shift.ends_local
            data = {"name": shift.name, "details": shift.details, "capacity": shift.capacity}
            data |= {"starts_on": starts and starts.date(), "starts_time": starts and starts.time()}
            data |= {"ends_time": ends and ends.time()}
        form = cls(data=data)
        form.event = event
        starts, ends = event.starts_local, event.ends_local
        if event.rrule or starts is None or ends is None or starts.date() == ends.date():
            del form.starts_on
        return form

    def times(self) -> tuple[datetime | None, datetime | None]:
        """Local wall time at the venue. What ends before it begins ends after midnight."""
        if self.starts_time.data is None or self.event.starts_local is None:
            return None, None
        chosen = self.starts_on.data if "starts_on" in self else None
        day = chosen or self.event.starts_local.date()
        starts = datetime.combine(day, self.starts_time.data)
        if self.ends_time.data is None:
            return starts, None
        ends = datetime.combine(day, self.ends_time.data)
        return starts, ends if ends > starts else ends + timedelta(days=1)

    def said(self) -> dict[str, Any]:
        """What `asking.add_shift` and `asking.change_shift` want."""
        starts, ends = self.times()
        hours = {"starts_local": starts, "ends_local": ends}
        return {"name": self.name.data, "details": self.details.data, "capacity": self.capacity.data, **hours}

    def validate_ends_time(self, field: HourField) -> None:
        if field.data is not None and self.starts_time.data is None:
            raise ValidationError(_("There is an end, but no start."))

    def validate_starts_time(self, field: HourField) -> None:
        if field.data is not None and self.event.starts_local is None:
            raise ValidationError(_("The event has no day yet. Give it one first."))
