"""Fields that say what is wrong in our own words, and take out of a text what does not belong into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FloatField, StringField, TextAreaField, TimeField
from wtforms.validators import Length

from eventkit.text import clean_line, clean_text

LONGEST_TITLE = 200
LONGEST_TEXT = 5_000

Otherwise = TypeVar("Otherwise")

#: days outside of these are slips of the finger, and instants of them do not fit every calendar
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)

_TOO_LONG = _l("This is too long: there is room for %(max)d characters.")


def cleaned(clean: Callable[[str], str]) -> Callable[[str | None], str]:
    """A filter of a field: absent is empty."""
    return lambda typed: clean(typed or "")


def line(label: Any, longest: int = LONGEST_TITLE, **kwargs: Any) -> StringField:
    """One line of text."""
    return StringField(label, [Length(max=longest, message=_TOO_LONG)], filters=[cleaned(clean_line)], **kwargs)


def text(label: Any, longest: int = LONGEST_TEXT, **kwargs: Any) -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(label, [Length(max=longest, message=_TOO_LONG)], filters=[cleaned(clean_text)], **kwargs)


def whole(typed: str, otherwise: Otherwise) -> int | Otherwise:
    """A number that counts rows; `otherwise` for everything else, thousands of digits included."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else otherwise


class DayField(DateField):
    """A day of the calendar; empty is None."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip()
        self.data = None
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError as error:
            raise ValueError(_("There is no such day. Write it like 2026-11-14.")) from error
        if not EARLIEST <= self.data <= LATEST:
            raise ValueError(_("Look at the year again."))


class HourField(TimeField):
    """An hour of the day; empty is None."""

    data: time | None

    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("There is no such hour. Write it like 13:30.")) from error


class DegreesField(FloatField):
    """A latitude or a longitude (WGS 84 degrees, `most` at the utmost); empty is None."""

    data: float | None

    def __init__(self, label: Any, most: float, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self._most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip().replace(",", ".")
        self.data = None
        if not typed:
            return
        try:
            self.data = float(typed)
        except ValueError as error:
            raise ValueError(_("Write degrees as a number, such as 43.6716.")) from error
        if not -self._most <= self.data <= self._most:
            self.data = None
            raise ValueError(_("There is no such place on Earth."))


def split_tags(typed: str) -> list[str]:
    """`Climate justice, #rent` -> `climate-justice`, `rent`; each once."""
    tags = ("-".join(tag.strip().lstrip("#").casefold().split()) for tag in re.split(r"[,;،؛]", typed))
    return list(dict.fromkeys(tag for tag in tags if tag))


def is_link(typed: str) -> bool:
    """Whether it is an address of the web. Others (javascript:, data:) could act instead of lead somewhere."""
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and " " not in typed
