"""The form in which an organizer writes to those who come."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.forms.fields import line, text
from eventkit.events.models import Event
from eventkit.rsvps import terms
from eventkit.rsvps.broadcasts import audiences
from eventkit.rsvps.broadcasts.sending import Words
from eventkit.web import SignedInForm

LONGEST_SUBJECT = 120
LONGEST_TEXT = 5_000

#: dates of a series that can be chosen
_DATES = 12

_NAMES = {
    audiences.ALL: _l("Everybody but those who can’t"),
    audiences.COMING: _l("Who comes"),
    audiences.MAYBE: _l("Who said maybe"),
    audiences.ON_WAITLIST: _l("Who waits for a place"),
    audiences.UNDECIDED: _l("Who waits for your yes"),
}


class BroadcastForm(SignedInForm):
    """To whom, and what. `token` is of this one message, however often it is sent."""

    audience = RadioField(_l("To whom?"), default=audiences.ALL, validate_choice=False)
    occurrence = SelectField(_l("For which date?"), default="", validate_choice=False)
    subject = line(_l("Subject"), LONGEST_SUBJECT)
    text = text(_l("Message"), LONGEST_TEXT)
    token = HiddenField()

    def offer(self, event: Event, now: datetime) -> None:
        """What can be chosen of this event, with how many have left an address."""
        shifts = terms.shifts(event)
        sizes = {name: audiences.size(event, name) for name in _NAMES}
        if not sizes[audiences.UNDECIDED] and not terms.of(event).by_approval:
            del sizes[audiences.UNDECIDED]
        names = {**{name: str(_NAMES[name]) for name in sizes}, **names_of_shifts(event)}
        self.audience.choices = [
            SelectChoice(name, f"{words}: {sizes[name]}" if name in sizes else words) for name, words in names.items()
        ]
        coming = events.coming_of(event, now, limit=_DATES, cancelled=False) if event.rrule else []
        dates = [SelectChoice(each.recurrence_id, presentation.when(each, now)) for each in coming]
        self.occurrence.choices = [SelectChoice("", _("All of them")), *dates]
        self._audiences = {*sizes, *(f"{audiences.SHIFT}{shift.id}" for shift in shifts)}
        self._occurrences = {"", *(each.recurrence_id for each in coming)}
        if not re.fullmatch(r"[\w-]{20,40}", self.token.data or ""):
            self.token.data = secrets.token_urlsafe(24)

    @property
    def words(self) -> Words:
        return Words(self.subject.data, self.text.data)

    def validate_audience(self, field: RadioField) -> None:
        if field.data not in self._audiences:
            raise ValidationError(_("Choose one of them."))

    def validate_occurrence(self, field: SelectField) -> None:
        if (field.data or "") not in self._occurrences:
            raise ValidationError(_("There is no such date. Choose one from the list."))

    def validate_subject(self, field: object) -> None:
        if not self.subject.data:
            raise ValidationError(_("Say in a few words what it is about."))

    def validate_text(self, field: object) -> None:
        if not self.text.data:
            raise ValidationError(_("There is nothing to send yet."))


def names_of_shifts(event: Event) -> dict[str, str]:
    """How those of each shift are called."""
    return {f"{audiences.SHIFT}{shift.id}": _("Role: %(name)s", name=shift.name) for shift in terms.shifts(event)}


def name_of(audience: str, shifts: dict[str, str]) -> str:
    """How it is called in the list of what was sent."""
    return str(_NAMES.get(audience) or shifts.get(audience) or _("A role that is no more"))
