"""The forms by which somebody else's calendar is taken in."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError

from eventkit.calendars.imports import wording
from eventkit.calendars.imports.targets import RefusedAddress, Target, target
from eventkit.events.forms import choices
from eventkit.text import clean_line
from eventkit.venues import zones
from eventkit.web import SignedInForm


def _whole_address(typed: str | None) -> str:
    """People leave out what browsers leave out."""
    address = clean_line(typed or "")
    return f"https://{address}" if address and "://" not in address else address


class ImportForm(SignedInForm):
    """A file, or the address of a calendar. Neither is looked into here: the worker does that."""

    address = StringField(_l("The address of a calendar"), filters=[_whole_address])
    file = FileField(_l("Or a file"))

    #: where the address leads, once the form is valid
    target: Target | None = None
    #: the bytes of the file, once the form is valid
    content: bytes = b""

    def validate_address(self, field: StringField) -> None:
        if not field.data:
            if not self.file.data:
                raise ValidationError(_("Write the address of a calendar, or choose a file."))
            return
        try:
            self.target = target(field.data)
        except RefusedAddress as error:
            raise ValidationError(wording.reason(error.reason)) from error

    def validate_file(self, field: FileField) -> None:
        if field.data is None or self.address.data:
            return
        self.content = field.data.read()
        if not self.content:
            raise ValidationError(wording.reason("empty"))

    @property
    def filename(self) -> str:
        return (self.file.data.filename if self.file.data else "") or _("a file")


class ChoiceForm(SignedInForm):
    """Which events to take over, and whose clock is meant where the calendar does not say."""

    chosen = SelectMultipleField(_l("Which ones?"), validate_choice=False)
    home_timezone = SelectField(_l("Time zone"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home_timezone.choices = choices.timezones(self.home_timezone.data or "")

    def validate_chosen(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Tick at least one of them."))

    def validate_home_timezone(self, field: SelectField) -> None:
        if field.data and not zones.is_zone(field.data):
            raise ValidationError(
                _("There is no time zone “%(zone)s”. Choose one from the list.", zone=field.data[:80])
            )
