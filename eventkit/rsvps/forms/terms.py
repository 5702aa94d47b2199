"""What an organizer decides about RSVPs: the risk, and the terms on which people come."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from eventkit.errors import DomainError
from eventkit.events import schedule
from eventkit.events.forms import choices
from eventkit.events.forms.fields import DayField, HourField, text
from eventkit.events.forms.stored import differing
from eventkit.events.models import Event
from eventkit.rsvps import terms
from eventkit.rsvps.asking import SWITCHES, Asked
from eventkit.rsvps.models import ELEVATED, HIGH, ORDINARY
from eventkit.web import SignedInForm

LONGEST_WORDS = 2_000

_CHOOSE = _l("Choose from the list.")

#: what has a day and an hour in the form
_MOMENTS = ("opens", "closes", "place_public")
_HALVES = tuple(f"{prefix}_{half}" for prefix in _MOMENTS for half in ("on", "time"))


class NumberField(IntegerField):
    """A whole number; what is none is said in our words."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip()
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise ValueError(_("Write a whole number."))
        self.data = int(typed)


def risks() -> list[tuple[str, str]]:
    return [(ORDINARY, _("Ordinary")), (ELEVATED, _("Raised")), (HIGH, _("High"))]


def risk_notes() -> dict[str, str]:
    """What each level sets."""
    return {
        ORDINARY: _("Nobody is harmed by it. Name and e-mail if they like, check-in and export, erased after 14 days."),
        ELEVATED: _("Some would rather not be seen. Name and e-mail if they like, no export, erased after 3 days."),
        HIGH: _(
            "Who is seen there may be hurt. Any name or none, no e-mail, no check-in, no export, erased after one day."
        ),
    }


class RiskForm(SignedInForm):
    """How much harm it would do if it were known who comes."""

    risk = RadioField(_l("If it were known who comes"), choices=risks, validate_choice=False)


class TermsForm(SignedInForm):
    """On what terms people come. Days and hours are on the clock of the place."""

    takes_rsvps = BooleanField(_l("People can say here that they come"))
    opens_on = DayField(_l("From day"), [Optional()])
    opens_time = HourField(_l("Hour"), [Optional()])
    closes_on = DayField(_l("Until day"), [Optional()])
    closes_time = HourField(_l("Hour"), [Optional()])
    capacity = NumberField(_l("How many people there is room for"), [Optional()])
    has_waitlist = BooleanField(_l("When it is full, people can wait for a place"))
    largest_party = NumberField(_l("How many one answer may count"))

    headcount_only = BooleanField(_l("Headcount only: a tap, and nothing about the person"))
    ask_name = SelectField(_l("Ask for a name"), choices=choices.asking, invalid_choice_message=_CHOOSE)
    ask_email = SelectField(_l("Ask for an e-mail address"), choices=choices.asking, invalid_choice_message=_CHOOSE)
    confirmed_only = BooleanField(_l("Count only those who have confirmed their address"))
    by_approval = BooleanField(_l("You say yes or no to each"))

    note = text(_l("Only for those who come"), LONGEST_WORDS)
    thanks = text(_l("Afterwards"), LONGEST_WORDS)
    sends_reminders = BooleanField(_l("Send reminders to those who left an address"))

    place_public_on = DayField(_l("The exact place is told from day"), [Optional()])
    place_public_time = HourField(_l("Hour"), [Optional()])
    retention_days = NumberField(_l("Days until all of it is erased"))
    has_check_in = BooleanField(_l("Check people in on the day"))
    can_export = BooleanField(_l("The list can be downloaded"))

    #: of `version_of`, when the form was shown
    version = HiddenField()

    event: Event

    @classmethod
    def of(cls, event: Event, **source: Any) -> Self:
        """The form as things stand; what the request brings goes before. `source` is that of the form's class."""
        form = cls(data={**_stored(event), "version": version_of(event)}, **source)
        form.event = event
        return form

    def asked(self) -> Asked:
        """What the form says; call it when the form is valid."""
        return Asked(
            ask_name=self.ask_name.data,
            ask_email=self.ask_email.data,
            largest_party=self.largest_party.data or 0,
            opens_at=self._moment("opens"),
            closes_at=self._moment("closes"),
            capacity=self.capacity.data,
            retention_days=self.retention_days.data or 0,
            place_public_at=self._moment("place_public"),
            note=self.note.data,
            thanks=self.thanks.data,
            switches={name: self[name].data for name in SWITCHES},
        )

    def differences(self) -> list[tuple[str, str]]:
        """Label and value of what holds by now, and would be replaced by what was typed. What is typed stays, and is
        the latest word the next time."""
        self.version.data = version_of(self.event)
        stored = type(self).of(self.event, formdata=None)
        found = differing(self, stored, besides={"csrf_token", "version", *_HALVES})
        for prefix in _MOMENTS:
            if self._moment(prefix) != stored._moment(prefix):
                day, hour = (stored[name]._value() for name in (f"{prefix}_on", f"{prefix}_time"))
                found.append((str(stored[f"{prefix}_on"].label.text), f"{day} {hour}".strip() or _("nothing")))
        return found

    def refuse(self, error: DomainError) -> None:
        """Puts what an action said beside the field that it concerns."""
        name = "place_public_on" if error.field == "place_public_at" else error.field
        if name in self:
            self[name].errors = [*self[name].errors, error.message]
        else:
            self.form_errors.append(error.message)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for prefix in _MOMENTS:
            day, hour = self[f"{prefix}_on"], self[f"{prefix}_time"]
            if day.errors or hour.errors:
                continue
            if hour.data is not None and day.data is None:
                day.errors = [_("There is an hour, but no day.")]
            elif day.data is not None and hour.data is None:
                hour.errors = [_("At what hour?")]
            elif day.data is not None and schedule.is_skipped(
                datetime.combine(day.data, hour.data), _zone(self.event).key
            ):
                hour.errors = [_("The clock jumps over this hour in that night. Choose an earlier or a later one.")]
        return not self.errors

    def _moment(self, prefix: str) -> datetime | None:
        day, hour = self[f"{prefix}_on"].data, self[f"{prefix}_time"].data
        if day is None or hour is None:
            return None
        return schedule.instant(datetime.combine(day, hour), _zone(self.event).key)


def version_of(event: Event) -> str:
    """What a form brings back to be the latest word: it stands for all that the form decides."""
    return hashlib.sha256(repr(sorted(_stored(event).items())).encode()).hexdigest()[:32]


def _stored(event: Event) -> dict[str, Any]:
    """What holds, by the names of the form's fields."""
    row, zone = terms.of(event), _zone(event)
    data: dict[str, Any] = {name: getattr(row, name) for name in (*SWITCHES, "capacity", "retention_days")}
    data |= {name: getattr(event, name) for name in ("ask_name", "ask_email", "largest_party")}
    data |= {part: terms.text_of(row, part) for part in (terms.NOTE, terms.THANKS)}
    moments = (row.opens_at, row.closes_at, event.place_public_at)
    for prefix, moment in zip(_MOMENTS, moments, strict=True):
        local = moment.astimezone(zone) if moment else None
        data |= {f"{prefix}_on": local and local.date(), f"{prefix}_time": local and local.time()}
    return data


def _zone(event: Event) -> ZoneInfo:
    """That of the place; a draft may have none yet."""
    return ZoneInfo(event.timezone or "UTC")
