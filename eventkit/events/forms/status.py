"""Forms behind the verbs: cancel, move, postpone, publish, duplicate, delete."""

from __future__ import annotations

from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from eventkit.events.forms.fields import DayField, HourField, line
from eventkit.events.forms.timing import Typed
from eventkit.events.models import Dated
from eventkit.web import SignedInForm


class ReasonForm(SignedInForm):
    """Why it does not take place as announced."""

    reason = line(_l("Say why, in one line"), 500)


class ActForm(SignedInForm):
    """A button and nothing else."""


class MoveForm(SignedInForm):
    """When a time of a series takes place instead, on the clock of its place; and why."""

    starts_on = DayField(_l("Day"))
    starts_time = HourField(_l("From"))
    ends_time = HourField(_l("To"), [Optional()])
    ends_on = DayField(_l("Last day, if it is another"), [Optional()])
    reason = line(_l("Say why, in one line"), 500)

    def __init__(self, *args: Any, dated: Dated, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dated = dated

    @classmethod
    def filled(cls, dated: Dated) -> Self:
        """As it stands now."""
        starts, ends = dated.starts_local, dated.ends_local
        data: dict[str, Any] = {"starts_on": starts.date() if starts else None}
        if starts and not dated.all_day:
            data |= {"starts_time": starts.time(), "ends_time": ends.time() if ends else None}
        if starts and ends and ends.date() != starts.date():
            data["ends_on"] = ends.date()
        return cls(dated=dated, data=data)

    def typed(self) -> Typed:
        return Typed(
            self.starts_on.data,
            None if self._dated.all_day else self.starts_time.data,
            self.ends_on.data,
            None if self._dated.all_day else self.ends_time.data,
            self._dated.all_day,
            self._dated.timezone,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        typed = self.typed()
        found = typed.problems() if typed.starts_on else [("starts_on", _("On which day is it instead?"))]
        for name, message in found:
            field = self._fields[name]
            if not field.errors:
                field.errors = [*field.errors, message]
        return not self.errors
