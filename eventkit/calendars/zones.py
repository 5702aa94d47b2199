"""VTIMEZONE (RFC 5545, 3.6.5), in the form that calendar applications agree on.

One STANDARD or DAYLIGHT for each transition and no RDATE lists, of which some parsers read only the first
date. For a series without end the last pair carries the rule by which the zone goes on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from eventkit.calendars.tzfile import Period, Transition, Yearly, Zone, read

_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
#: what was before is told as if it had always been so: old offsets have seconds, which parsers stumble over
_EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time
_COMMON_YEAR = 2001


@lru_cache(maxsize=512)
def vtimezone(name: str, first_year: int, last_year: int | None) -> str:
    """The component of an IANA zone, true from the start of `first_year` to the end of `last_year`.

    Without `last_year` it is true for ever.
    """
    zone = read(name)
    component = Timezone()
    component.add("TZID", name)
    start = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    if last_year is not None:
        end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=1)
        shown = _between(zone, start, end)
        rules: list[tuple[Transition, Yearly]] = []
    else:
        irregular_until = max(start, _last_irregular(zone))
        shown = _between(zone, start, irregular_until)
        rules = _rules_after(zone, irregular_until)
    for transition in shown:
        component.add_component(_observance(transition))
    for transition, rule in rules:
        observance = _observance(transition)
        observance.add("RRULE", vRecur.from_ical(_rrule(rule)))
        component.add_component(observance)
    return component.to_ical().decode()


def _between(zone: Zone, start: datetime, end: datetime) -> list[Transition]:
    """The transition that is in force at `start`, and all until `end`."""
    known = list(zone.transitions)
    last_year = known[-1].at.year if known else 1970
    for year in range(max(last_year, start.year - 1), end.year + 1):
        known += [each for each in zone.transitions_of(year) if not known or each.at > known[-1].at]
    before = [each for each in known if each.at <= start]
    if before and before[-1].local >= _EARLIEST:
        in_force = before[-1]
    else:
        period = before[-1].after if before else zone.first
        in_force = _always(period)
    return [in_force, *(each for each in known if start < each.at <= end)]


def _always(period: Period) -> Transition:
    at = (_EARLIEST - period.offset).replace(tzinfo=UTC)
    return Transition(at, period, period)


def _last_irregular(zone: Zone) -> datetime:
    """The last listed transition that does not follow the footer's rule."""
    for transition in reversed(zone.transitions):
        if transition not in zone.transitions_of(transition.local.year):
            return transition.at
    return datetime(1970, 1, 1, tzinfo=UTC)


def _rules_after(zone: Zone, moment: datetime) -> list[tuple[Transition, Yearly]]:
    """For each yearly rule, its first transition after `moment`."""
    if zone.yearly is None or zone.daylight is None:
        return []
    coming = [
        transition
        for year in range(moment.year, moment.year + 3)
        for transition in zone.transitions_of(year)
        if transition.at > moment
    ]
    starts, ends = zone.yearly
    first_start = next(each for each in coming if each.after == zone.daylight)
    first_end = next(each for each in coming if each.after == zone.standard)
    return sorted([(first_start, starts), (first_end, ends)], key=lambda pair: pair[0].at)


def _observance(transition: Transition) -> TimezoneStandard | TimezoneDaylight:
    before, after = transition.before, transition.after
    forward = after.offset > before.offset and (after.is_dst or before.is_dst)
    observance = TimezoneDaylight() if forward else TimezoneStandard()
    observance.add("TZNAME", after.name)
    observance.add("DTSTART", transition.local)
    observance.add("TZOFFSETFROM", before.offset)
    observance.add("TZOFFSETTO", after.offset)
    return observance


def _rrule(rule: Yearly) -> str:
    """The yearly rule as RRULE. Where its hour is before midnight or past it, the day is moved with it."""
    moved = rule.at // timedelta(days=1)
    weekday = _WEEKDAYS[(rule.weekday + moved) % 7]
    if moved == 0:
        week = "-1" if rule.week == 5 else str(rule.week)
        return f"FREQ=YEARLY;BYMONTH={rule.month};BYDAY={week}{weekday}"
    month = date(_COMMON_YEAR, rule.month, 1)
    after_month = (month + timedelta(days=31)).replace(day=1)
    first = after_month - timedelta(weeks=1) if rule.week == 5 else month + timedelta(weeks=rule.week - 1)
    days = [first + timedelta(days=moved + number) for number in range(7)]
    if days[0].month == days[-1].month == rule.month:
        numbers = ",".join(str(day.day) for day in days)
        return f"FREQ=YEARLY;BYMONTH={rule.month};BYDAY={weekday};BYMONTHDAY={numbers}"
    year_end = date(_COMMON_YEAR + 1, 1, 1)  # counted from the end, a leap day does not matter
    numbers = ",".join(str(-(year_end - day).days) for day in days)
    return f"FREQ=YEARLY;BYDAY={weekday};BYYEARDAY={numbers}"
