"""The dates of a series that can be chosen, and the form that says another thing for one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from eventkit import clock
from eventkit.events import presentation
from eventkit.events import queries as events
from eventkit.events.models import Event, Occurrence
from eventkit.rsvps.models import ACCEPTED, DECLINED, PARTSTATS, TENTATIVE
from eventkit.web import AnonymousForm

#: how many of the next dates of a series can be chosen
DATES_OFFERED = 12

ANSWERS = [
    SelectChoice(ACCEPTED, _l("I’m coming")),
    SelectChoice(TENTATIVE, _l("Maybe")),
    SelectChoice(DECLINED, _l("I can’t")),
]


class DateForm(AnonymousForm):
    """Another answer for one date than for the series. `occurrence` and `partstat` as in RsvpForm."""

    occurrence = SelectField(_l("Which date?"), validate_choice=False)
    partstat = RadioField(_l("Are you coming then?"), choices=ANSWERS, default=DECLINED, validate_choice=False)

    event: Event

    @classmethod
    def for_series(cls, event: Event) -> Self | None:
        """None where no date comes."""
        now = clock.now()
        offered = coming(event, now)
        if not offered:
            return None
        form = cls(prefix="date")  # it stands on a page with an RsvpForm
        form.event = event
        form.occurrence.choices = [SelectChoice(each.recurrence_id, presentation.when(each, now)) for each in offered]
        return form

    def validate_occurrence(self, field: SelectField) -> None:
        if events.occurrence(self.event, field.data or "") is None:
            raise ValidationError(_("There is no such date. Choose one from the list."))

    def validate_partstat(self, field: RadioField) -> None:
        if not field.raw_data or field.data not in PARTSTATS:
            raise ValidationError(_("Choose one of the three."))


def coming(event: Event, now: datetime) -> list[Occurrence]:
    """The dates of a series that can be chosen; a single event has none."""
    return events.coming_of(event, now, limit=DATES_OFFERED, cancelled=False) if event.rrule else []
