"""What the reader of announcements found and doubted, said to a person: one remark or more beside each of the five."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_time, get_day_names, get_timezone_name
from flask_babel import gettext as _

from eventkit import i18n
from eventkit.events.announcements import ReadEvent
from eventkit.text import fold
from eventkit.venues import gazetteer, zones

#: the five, in the order of the poster
WHO, WHAT, WHEN, WHERE, WHY = FIVE = ("who", "what", "when", "where", "why")

FOUND, CHECK, MISSING = "found", "check", "missing"

#: a year that was not written is hardly another one when the day comes this soon
_SOON = timedelta(days=92)

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Alternative:
    """The other day that may be meant."""

    label: str
    day: date


@dataclass(frozen=True)
class Remark:
    """Something to say beside a row. `kind` is found, check or missing."""

    kind: str
    text: str
    alternatives: tuple[Alternative, ...] = ()


Remarks = Mapping[str, tuple[Remark, ...]]


def remarks(read: ReadEvent, *, published: date, own: Collection[str] = ()) -> Remarks:
    """What to say of each of the five. `own` are names of organizations that the reader may speak for."""
    said = {
        WHO: _who(read, own),
        WHAT: _what(read),
        WHEN: _when(read, published),
        WHERE: _where(read),
        WHY: _why(read),
    }
    return {row: tuple(found) or (Remark(FOUND, _("From your text.")),) for row, found in said.items()}


def headline(said: Remarks) -> str:
    """What is to be done: `We found all five. Two need your eye.`"""
    kinds = [{remark.kind for remark in said[row]} for row in FIVE]
    missing = sum(MISSING in row for row in kinds)
    unsure = sum(CHECK in row and MISSING not in row for row in kinds)
    found = (
        _("We found none of the five."),
        _("We found one of the five."),
        _("We found two of the five."),
        _("We found three of the five."),
        _("We found four of the five."),
        _("We found all five."),
    )[len(FIVE) - missing]
    eye = (
        _("Look once more, then publish.") if not missing else "",
        _("One needs your eye."),
        _("Two need your eye."),
        _("Three need your eye."),
        _("Four need your eye."),
        _("All need your eye."),
    )[unsure]
    return f"{found} {eye}".strip()


def summary(read: ReadEvent) -> str:
    """When and where, in a line: to tell the events of a text from one another."""
    start = read.start_local
    words = _("No date")
    if start is not None:
        moment = datetime.fromisoformat(start)
        words = i18n.day_words(moment.date(), year=True)
        if "T" in start:
            words = f"{words}, {i18n.time_range(moment, None)}"
    place = ", ".join(part for part in (read.street or read.venue_name, read.city) if part)
    return f"{words}. {place or _('No place')}"


def changes(read: ReadEvent) -> list[str]:
    """What the text says of the fate of the event, for the top of the page."""
    words = {
        "cancelled": _("Your text says that it does not take place. Publish it only if people must hear of it here."),
        "postponed": _("Your text says that it is put off. Save it as a draft until the new day is known."),
        "rescheduled": _("Your text moves it to another day. We took the new one."),
    }
    return [words[flag] for flag in read.flags if flag in words]


def _who(read: ReadEvent, own: Collection[str]) -> list[Remark]:
    mine = {fold(name) for name in own}
    for organization in read.organizations:
        if fold(organization.name) in mine:
            return [Remark(FOUND, _("Your organization. You may publish in its name."))]
    if read.who or read.organizations:
        return []
    if own:
        return [Remark(FOUND, _("The text does not say who calls. We put in your organization."))]
    return [Remark(MISSING, _("The text does not say who calls, or whom. One line is enough."))]


def _what(read: ReadEvent) -> list[Remark]:
    if not read.title:
        return [Remark(MISSING, _("The text has no title. Write what people will read first."))]
    if len(read.title) > 60:
        return [Remark(FOUND, _("From your text. Shorter titles print larger."))]
    return []


def _why(read: ReadEvent) -> list[Remark]:
    return [] if read.why else [Remark(MISSING, _("The text does not say why. One sentence is enough."))]


def _where(read: ReadEvent) -> list[Remark]:
    if "online" in read.flags:
        return [Remark(CHECK, _("It takes place online. Is the link to join there?"))]
    if "no_place" in read.flags:
        return [Remark(MISSING, _("The text names no place. “Announced on the day” will do."))]
    if not read.city:
        return [Remark(CHECK, _("The text names no city. Without one nobody finds it on the map."))]
    if read.country is None:
        return [Remark(CHECK, _("The text names no country."))]
    if not gazetteer.cities(read.city, country=read.country):
        return [Remark(CHECK, _("We do not know this city. Look at its name, or put the pin yourself."))]
    return []


def _when(read: ReadEvent, published: date) -> list[Remark]:
    if "no_date" in read.flags or read.start_local is None:
        return [Remark(MISSING, _("The text does not say on which day."))]
    day = datetime.fromisoformat(read.start_local).date()
    return [
        *_contradictions(read, day),
        *_inferred(read, day, published),
        *_hour(read),
        *_clock(read),
    ]


def _contradictions(read: ReadEvent, day: date) -> list[Remark]:
    found = []
    if "weekday_mismatch" in read.flags:
        stated = read.details.get("weekday_mismatch", {}).get("stated", "")
        if stated in _WEEKDAYS:
            found.append(
                Remark(
                    CHECK,
                    _(
                        "The text says %(stated)s, but %(day)s is a %(actual)s. We took the date.",
                        stated=_weekday(_WEEKDAYS.index(stated)),
                        day=_date(day),
                        actual=_weekday(day.weekday()),
                    ),
                    (_other_day(_nearest(day, _WEEKDAYS.index(stated))),),
                )
            )
        else:
            found.append(Remark(CHECK, _("Weekday and date of the text do not fit together. We took the date.")))
    if "date_conflict" in read.flags:
        others = _days(read.details.get("date_conflict", {}).get("others", ""))
        found.append(
            Remark(
                CHECK,
                _("The text names more than one day. We took %(day)s.", day=_date(day)),
                tuple(_other_day(other) for other in others if other != day)[:4],
            )
        )
    if "ambiguous_date" in read.flags:
        others = _days(read.details.get("ambiguous_date", {}).get("other", ""))
        found.append(
            Remark(
                CHECK,
                _("The date can be read in two ways. We took %(day)s.", day=_date(day)),
                tuple(_other_day(other) for other in others if other != day),
            )
        )
    return found


def _inferred(read: ReadEvent, day: date, published: date) -> list[Remark]:
    if "date_relative" in read.flags:
        return [
            Remark(
                CHECK,
                _(
                    "The text names no date. We counted from %(published)s and took %(day)s.",
                    published=_date(published),
                    day=_date(day),
                ),
                (_other_day(day + timedelta(days=7)),),
            )
        ]
    if "past_event" in read.flags:
        return [Remark(CHECK, _("This day is before the day of the text. Look at both."))]
    if "year_inferred" in read.flags:
        if published <= day <= published + _SOON:
            return [Remark(FOUND, _("The text names no year. %(year)d fits the day.", year=day.year))]
        return [Remark(CHECK, _("The text names no year. %(day)s is the next that fits.", day=_date(day)))]
    return []


def _hour(read: ReadEvent) -> list[Remark]:
    if "no_time" in read.flags:
        return [Remark(CHECK, _("The text names no hour. Write when people should be there."))]
    assumed = read.details.get("time_assumed", {}).get("read")
    if assumed:
        hour = datetime.strptime(assumed, "%H:%M")  # noqa: DTZ007 - a wall time
        words = format_time(hour.time(), "short", locale=i18n.current_locale())
        return [Remark(CHECK, _("The text does not say morning or afternoon. We took %(hour)s.", hour=words))]
    return []


def _clock(read: ReadEvent) -> list[Remark]:
    if "tz_label_mismatch" in read.flags:
        facts = read.details.get("tz_label_mismatch", {})
        label, zone = facts.get("label", ""), facts.get("timezone", "")
        return [
            Remark(
                CHECK,
                _(
                    "The text says “%(label)s”, which is not what clocks show there on that day. We took %(zone)s.",
                    label=label,
                    zone=get_timezone_name(zone, locale=i18n.current_locale()) if zones.is_zone(zone) else zone,
                ),
            )
        ]
    if read.timezone is None:
        return [Remark(CHECK, _("The text does not tell whose clock is meant. Choose a time zone."))]
    if read.city is None and "online" not in read.flags:
        return [Remark(CHECK, _("The text does not tell whose clock is meant. We took the one where you are at home."))]
    return []


def _other_day(day: date) -> Alternative:
    return Alternative(_("Take %(day)s", day=_date(day)), day)


def _nearest(day: date, weekday: int) -> date:
    """The day of that weekday at most three days away."""
    ahead = (weekday - day.weekday()) % 7
    return day + timedelta(days=ahead if ahead <= 3 else ahead - 7)


def _days(written: str) -> list[date]:
    return [date.fromisoformat(day) for day in written.split()]


def _date(day: date) -> str:
    return i18n.day_words(day, year=True)


def _weekday(index: int) -> str:
    return str(get_day_names("wide", context="stand-alone", locale=i18n.current_locale())[index])
