"""The form that takes an announcement."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField, ValidationError

from eventkit.events.forms import choices
from eventkit.events.forms.event import LONGEST_ANNOUNCEMENT
from eventkit.events.forms.fields import DayField, cleaned, whole
from eventkit.venues import zones
from eventkit.web import SignedInForm


class PasteForm(SignedInForm):
    """A text, the day on which it appeared, and where its sender is at home."""

    # The reader cleans the text itself, for what it reads must be what its offsets count.
    announcement = TextAreaField(_l("The announcement"), filters=[cleaned(str)])
    announced_on = DayField(_l("This text is dated"))
    home_country = SelectField(
        _l("Country"), choices=choices.countries, default="", invalid_choice_message=_l("Choose from the list.")
    )
    home_timezone = SelectField(_l("Time zone"), validate_choice=False)
    chosen = RadioField(_l("Which one?"), validate_choice=False, choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home_timezone.choices = choices.timezones(self.home_timezone.data or "")

    @property
    def chosen_number(self) -> int | None:
        """Which event of the text, counted from 0; None where no choice was made."""
        return whole(self.chosen.data or "", None)

    def validate_announcement(self, field: TextAreaField) -> None:
        if not field.data.strip():
            raise ValidationError(_("There is nothing here yet. Paste the text that you sent around."))
        if len(field.data) > LONGEST_ANNOUNCEMENT:
            raise ValidationError(
                _("This is too long: 200,000 characters at most. Paste the part that tells of the event.")
            )

    def validate_announced_on(self, field: DayField) -> None:
        if field.data is None:
            raise ValidationError(_("Say on which day the text appeared: it decides the year."))

    def validate_home_timezone(self, field: SelectField) -> None:
        if field.data and not zones.is_zone(field.data):
            raise ValidationError(
                _("There is no time zone “%(zone)s”. Choose one from the list.", zone=field.data[:80])
            )
