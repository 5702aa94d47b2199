"""Which day is meant: the year that was not written, "Saturday", "tomorrow", and what contradicts itself."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from eventkit.events.announcements.day_words import BYDAY, Written

#: A date that the weekday contradicts is still the one meant when it comes within these days: nobody announces the
#: next year's rally then, but many look at the wrong line of the calendar.
SOON = 60
#: A text may speak of what was a moment ago: up to so many days, with a fitting weekday or without one.
JUST_PAST_WITH_WEEKDAY = 31
JUST_PAST = 14
_CALENDAR_CYCLE = 12  # a date falls on each weekday within 11 years; 29 February needs its 28


@dataclass
class Day:
    """A day on the calendar, and what must be said about how it was found."""

    date: date
    flags: set[str] = field(default_factory=set)
    details: dict[str, dict[str, str]] = field(default_factory=dict)
    weekday_written: bool = False


def resolve(written: Written, published: date) -> Day | None:
    """The day that is meant in a text of ``published``; None where no calendar has it (31 February)."""
    if written.relative is not None:
        return Day(_later(published, written.relative), {"date_relative"})
    if written.day is not None and written.month is None:
        return _day_of_some_month(written.day, written.weekday, published)
    if written.day is None or written.month is None:
        if written.weekday is None:
            return None
        ahead = (written.weekday - published.weekday()) % 7
        return Day(_later(published, ahead), {"date_relative"}, weekday_written=True)
    readings = [(written.day, written.month)]
    if written.other is not None:
        readings.append(written.other)
    days = [day for reading in readings if (day := _reading(*reading, written, published)) is not None]
    if not days:
        return None
    best = days[0]
    if len(days) == 2:
        fitting = [day for day in days if "weekday_mismatch" not in day.flags]
        if written.weekday is not None and fitting:
            # The weekday tells which of the two was meant; where the year is open as well, the nearer one.
            best = min(fitting, key=lambda day: day.date) if written.year is None else fitting[0]
            unsure = len(fitting) == 2 and written.unsure
        else:
            coming = [day for day in days if day.date >= published]
            best = coming[0] if coming and written.unsure else days[0]
            unsure = written.unsure
        if unsure:
            best.flags.add("ambiguous_date")
            best.details["ambiguous_date"] = {
                "read": best.date.isoformat(),
                "other": next(day.date for day in days if day is not best).isoformat(),
            }
    return best


def _day_of_some_month(day: int, weekday: int | None, published: date) -> Day | None:
    """The next day of that number; with a weekday, the next that falls on it."""
    ahead = [it for n in range(400) if (it := _later(published, n)).day == day]
    chosen = next((it for it in ahead if weekday is None or it.weekday() == weekday), None)
    if chosen is None:
        return None
    return Day(
        chosen,
        {"year_inferred"},
        {"year_inferred": {"year": str(chosen.year)}},
        weekday_written=weekday is not None,
    )


def _reading(day: int, month: int, written: Written, published: date) -> Day | None:
    if written.year is not None:
        found = _date(written.year, month, day)
        if found is None:
            return None
        result = Day(found, weekday_written=written.weekday is not None)
    else:
        chosen = _without_year(day, month, written.weekday, published)
        if chosen is None:
            return None
        result = Day(chosen, {"year_inferred"}, weekday_written=written.weekday is not None)
        result.details["year_inferred"] = {"year": str(chosen.year)}
    if written.weekday is not None and result.date.weekday() != written.weekday:
        result.flags.add("weekday_mismatch")
        result.details["weekday_mismatch"] = {
            "stated": BYDAY[written.weekday],
            "actual": BYDAY[result.date.weekday()],
        }
    return result


def _without_year(day: int, month: int, weekday: int | None, published: date) -> date | None:
    years = range(published.year - 1, published.year + (29 if (day, month) == (29, 2) else _CALENDAR_CYCLE))
    every = [found for year in years if (found := _date(year, month, day)) is not None]
    ahead = [it for it in every if it >= published]
    behind = [it for it in every if it < published]
    if weekday is None:
        if behind and (published - behind[-1]).days <= JUST_PAST:
            return behind[-1]
        return ahead[0] if ahead else None
    if ahead and ahead[0].weekday() == weekday:
        return ahead[0]
    if behind and behind[-1].weekday() == weekday and (published - behind[-1]).days <= JUST_PAST_WITH_WEEKDAY:
        return behind[-1]
    if ahead and (ahead[0] - published).days <= SOON:
        return ahead[0]
    return next((it for it in ahead if it.weekday() == weekday), ahead[0] if ahead else None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day
