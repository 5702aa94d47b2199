"""The form of an event: what an organizer says about it, whether typed, pasted or stored before."""

from __future__ import annotations

import re
import secrets
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from eventkit import i18n
from eventkit.errors import DomainError
from eventkit.events import schedule
from eventkit.events.details import Details, VenueDetails
from eventkit.events.forms import choices, place, repetition, timing
from eventkit.events.forms.fields import DayField, DegreesField, HourField, cleaned, is_link, line, split_tags, text
from eventkit.events.forms.parts import PartsField
from eventkit.events.models import PUBLIC
from eventkit.text import clean_line, clean_text
from eventkit.venues import zones
from eventkit.venues.models import Venue
from eventkit.web import SignedInForm

LONGEST_ANNOUNCEMENT = 200_000
MOST_TAGS = 12

#: more zones than these are looked up in the list
_MOST_CLOCKS = 6

_CHOOSE = _l("Choose from the list.")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG = re.compile(r"[\w-]{1,40}")


class EventForm(SignedInForm):
    """All that can be said about an event, in the order of the poster: who, what, when, where, why; then the rest."""

    #: the pasted text, the day on which it appeared, and which of its events this is
    announcement = HiddenField(
        _l("The announcement"), [Length(max=LONGEST_ANNOUNCEMENT, message=_l("This is too long to be kept."))]
    )
    announced_on = DayField(widget=HiddenInput())
    chosen = HiddenField()
    #: what the reader assumed of places that the text does not tell
    home_timezone = HiddenField()
    home_country = HiddenField()
    #: the state of the event when the form was opened
    version = HiddenField()
    #: the same in every copy of one form that is sent, so that a double click makes one event
    token = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=40)])

    who = text(_l("Who calls, who comes"))
    parts = PartsField(_l("Organizations"))
    title = line(_l("Title"))
    what = text(_l("What happens"))
    starts_on = DayField(_l("Day"))
    starts_time = HourField(_l("From"))
    ends_time = HourField(_l("To"), [Optional()])
    ends_on = DayField(_l("Last day, if it is another"), [Optional()])
    all_day = BooleanField(_l("The whole day, or the hour is not known yet"))
    timezone = SelectField(_l("Time zone"), validate_choice=False)
    clock = RadioField(_l("Which clock?"), validate_choice=False, choices=[])
    rrule = SelectField(_l("Repeats"), validate_choice=False)
    repeat_days = repetition.days_field()
    repeat_until = DayField(_l("Last day of the series"), [Optional()])
    repeat_count = repetition.count_field()
    place_name = line(_l("Place"))
    street = line(_l("Street and number"))
    city = line(_l("City"), 120)
    region = line(_l("State or region"), 120)
    postal_code = line(_l("Postcode"), 20)
    country = SelectField(_l("Country"), choices=choices.countries, invalid_choice_message=_CHOOSE)
    directions = text(_l("How to find it, and how to get in"))
    latitude = DegreesField(_l("Latitude"), 90, validators=[Optional()])
    longitude = DegreesField(_l("Longitude"), 180, validators=[Optional()])
    online_url = line(_l("Link to join online"), 500)
    why = text(_l("Why people should come"))

    visibility = RadioField(
        _l("Who can see it"), choices=choices.visibilities, default=PUBLIC, invalid_choice_message=_CHOOSE
    )
    tags = line(_l("Tags"), 400)
    slug = StringField(
        _l("Web address"),
        [Optional(), Length(max=80, message=_l("This is too long: there is room for %(max)d characters."))],
        filters=[cleaned(clean_line)],
    )
    language = SelectField(_l("Language of the text"), choices=choices.languages, invalid_choice_message=_CHOOSE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = choices.timezones(self.timezone.data or "")
        self.rrule.choices = repetition.choices(self.starts_on.data, self.rrule.data or "")
        if not self.language.data:
            self.language.data = i18n.current_locale().language
        self.publishing = False
        #: the zone in which the event is already, when its place is as it was: nobody has to be asked again
        self.agreed_timezone = ""
        self._rule = ""

    @classmethod
    def from_details(cls, details: Details, **more: Any) -> Self:
        """The form filled in, whatever the request brings."""
        starts, ends = details.starts_local, details.ends_local
        venue = details.venue
        repeats = repetition.of_rule(details.rrule, starts, details.timezone or "UTC")
        several_days = starts is not None and ends is not None and ends.date() != starts.date()
        data: dict[str, Any] = {
            "title": details.title,
            "who": details.who,
            "what": details.what,
            "why": details.why,
            "language": details.language,
            "starts_on": starts.date() if starts else None,
            "starts_time": starts.time() if starts and not details.all_day else None,
            "ends_on": ends.date() if ends and several_days else None,
            "ends_time": ends.time() if ends and not details.all_day else None,
            "all_day": details.all_day,
            "timezone": details.timezone,
            "rrule": repeats.choice,
            "repeat_days": list(repeats.days),
            "repeat_until": repeats.until,
            "repeat_count": repeats.count,
            "place_name": venue.name,
            "street": venue.street,
            "city": venue.city,
            "region": venue.region,
            "postal_code": venue.postal_code,
            "country": venue.country,
            "directions": venue.directions,
            "latitude": venue.latitude,
            "longitude": venue.longitude,
            "online_url": details.online_url,
            "visibility": details.visibility,
            "tags": ", ".join(details.tags),
            "slug": details.slug,
            "parts": [
                {"name": part.name, "role": part.role, "statement": part.statement} for part in details.parts or ()
            ],
            "announcement": details.announcement,
            "announced_on": details.announced_on,
        }
        form = cls(formdata=None, data={**data, **more})
        form.tell_clock()
        return form

    def details(self) -> Details:
        """What the form says; call it when the form is valid. What people are asked is as for a new event."""
        times = self._typed_times()
        return Details(
            title=self.title.data,
            who=self.who.data,
            what=self.what.data,
            why=self.why.data,
            language=self.language.data,
            starts_local=times.starts,
            ends_local=times.ends,
            all_day=self.all_day.data,
            timezone=self.timezone.data or "",
            rrule=self._rule,
            online_url=self.online_url.data,
            visibility=self.visibility.data,
            slug=self.slug.data,
            tags=tuple(split_tags(self.tags.data)),
            venue=self._place(),
            parts=self.parts.parts(),
            announcement=clean_text(self.announcement.data or ""),
            announced_on=self.announced_on.data,
        )

    def refuse(self, error: DomainError) -> None:
        """Puts what an action said beside the field that it concerns."""
        field = self._fields.get("latitude" if error.field == "pin" else error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    def venue(self) -> Venue:
        """The place as the map can show it at once."""
        return place.located(self._place())

    def tell_clock(self) -> None:
        """Takes the time zone from the place, where no zone was chosen; asks where it may have several."""
        if self.clock.data:
            zone, _bar, country = self.clock.data.partition("|")
            if zones.is_zone(zone):
                self.timezone.data = zone
                if country in dict(choices.countries()) and not self.country.data:
                    self.country.data = country
        if self.timezone.data:
            return
        clocks = place.clocks_of(self.venue())
        if len(clocks) == 1:
            self.timezone.data = clocks[0].timezone
        elif len(clocks) <= _MOST_CLOCKS:
            self.clock.choices = [(clock.value, clock.label) for clock in clocks]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        self._check_times()
        self._check_place()
        return not self.errors

    def validate_title(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(_("Give it a title: what people will read first."))

    def validate_starts_on(self, field: DayField) -> None:
        if self.publishing and field.data is None:
            raise ValidationError(_("Say on which day it is. Without a date nobody can come."))

    def validate_online_url(self, field: StringField) -> None:
        if field.data and not is_link(field.data):
            raise ValidationError(_("Write the whole link, beginning with https://"))

    def validate_slug(self, field: StringField) -> None:
        if not _SLUG.fullmatch(field.data):
            raise ValidationError(_("Use small letters a to z, digits and single hyphens: hands-off-the-hospitals"))

    def validate_tags(self, field: StringField) -> None:
        tags = split_tags(field.data)
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("Twelve tags at most. Keep those that people look for."))
        for tag in tags:
            if not _TAG.fullmatch(tag):
                raise ValidationError(_("“%(tag)s” is not a tag: letters, digits and hyphens, 40 at most.", tag=tag))

    def _typed_times(self) -> timing.Typed:
        zone = self.timezone.data or ""
        return timing.Typed(
            self.starts_on.data,
            self.starts_time.data,
            self.ends_on.data,
            self.ends_time.data,
            self.all_day.data,
            zone if zones.is_zone(zone) else "",
        )

    def _place(self) -> VenueDetails:
        return VenueDetails(
            name=self.place_name.data,
            street=self.street.data,
            city=self.city.data,
            region=self.region.data,
            postal_code=self.postal_code.data,
            country=self.country.data or "",
            directions=self.directions.data,
            latitude=self.latitude.data,
            longitude=self.longitude.data,
        )

    def _check_times(self) -> None:
        if self.starts_time.data is not None:
            self.all_day.data = False  # who writes an hour knows it, and forgot the tick
        self.tell_clock()
        self._check_zone()
        try:
            self._rule = repetition.typed(self).rule(self.starts_on.data)
        except DomainError as error:
            self.refuse(error)
        for name, message in self._typed_times().problems():
            if not self._fields[name].errors:
                self._say(self._fields[name], message)

    def _check_zone(self) -> None:
        zone = self.timezone.data or ""
        if zone and not zones.is_zone(zone):
            self._say(self.timezone, _("There is no time zone “%(zone)s”. Choose one from the list.", zone=zone[:80]))
        elif not zone and self.starts_on.data is not None:
            if self.clock.choices:
                self._say(self.clock, _("This may be in several places. Whose clock do you mean?"))
            else:
                self._say(
                    self.timezone, _("We do not know this place well enough to tell its clock. Choose a time zone.")
                )
        elif zone != self.agreed_timezone and not self.clock.data:
            self._ask_where_place_and_clock_differ(zone)

    def _ask_where_place_and_clock_differ(self, zone: str) -> None:
        """A city that was corrected often leaves the zone of the former one behind."""
        venue, starts = self.venue(), self._typed_times().starts
        if starts is None or self.all_day.data or not venue.is_located:
            return
        clocks = place.clocks_of(venue)
        if not clocks or any(
            schedule.instant(starts, zone) == schedule.instant(starts, clock.timezone) for clock in clocks
        ):
            return
        offered = [*clocks[:_MOST_CLOCKS], place.Clock(zone, "")]
        self.clock.choices = [(clock.value, clock.label) for clock in offered]
        self._say(self.clock, _("The place keeps another clock than the time zone below. Whose do you mean?"))

    def _check_place(self) -> None:
        if (self.latitude.data is None) != (self.longitude.data is None):
            missing = self.latitude if self.latitude.data is None else self.longitude
            if not missing.errors:
                self._say(missing, _("A pin needs both numbers. Empty both for none."))
        told = (self.place_name, self.street, self.city, self.online_url)
        if self.publishing and not any(field.data for field in told):
            self._say(self.place_name, _("Say where. “Announced on the day” will do, or a link to join online."))

    def _say(self, field: Any, message: str) -> None:
        field.errors = [*field.errors, message]
