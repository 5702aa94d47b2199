"""The organizations that take part: a group of rows, to which one can add and from which one can take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, SelectField, StringField, ValidationError

from eventkit.events.details import Part
from eventkit.events.forms import choices
from eventkit.events.forms.fields import line, text
from eventkit.events.models import HOST
from eventkit.text import fold

#: rows that a form takes
MOST = 100


class PartForm(Form):
    """One organization: its name, what it does, its sentence."""

    name = line(_l("Organization"))
    role = SelectField(
        _l("What it does"), choices=choices.roles, default=HOST, invalid_choice_message=_l("Choose from the list.")
    )
    statement = text(_l("What it says about it"))

    def validate_name(self, field: StringField) -> None:
        if fold(field.data):
            return
        if field.data or self.statement.data:
            raise ValidationError(_("Write the organization's name."))


class PartsField(FieldList):
    """Rows of PartForm. A row that says nothing is no part."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(FormField(PartForm, _l("Organization")), label, max_entries=MOST, **kwargs)

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        """The numbers of the rows that were sent. WTForms would take thousands of digits, and "²", for one."""
        row = re.compile(rf"{re.escape(prefix)}-[0-9]{{1,4}}-")
        return super()._extract_indices(prefix, filter(row.match, formdata))

    def parts(self) -> tuple[Part, ...]:
        rows = (row.form for row in self.entries)
        return tuple(Part(row.name.data, row.role.data, row.statement.data) for row in rows if row.name.data)

    def add(self, name: str = "", role: str = HOST) -> None:
        if len(self.entries) < MOST:
            self.append_entry({"name": name, "role": role, "statement": ""})

    def remove(self, index: int) -> None:
        if 0 <= index < len(self.entries):
            self.pop_entry(index)
