"""Which days and times belong together, and which of them are events of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from eventkit.events.announcements.day_words import BYDAY, DateMention, Written
from eventkit.events.announcements.document import Document
from eventkit.events.announcements.times import TimeMention
from eventkit.events.announcements.years import Day, resolve

#: So far apart, in characters, a time still belongs to the date before it.
FAR = 500


@dataclass
class Occasion:
    """A day, perhaps with a time: one candidate for an event. ``at`` is where the text tells it."""

    at: int
    mention: DateMention | None = None
    time: TimeMention | None = None
    extra: list[TimeMention] = field(default_factory=list)
    day: Day | None = None
    last_day: Day | None = None
    rule: str | None = None
    until: date | None = None
    begins: Day | None = None
    impossible: bool = False
    listed: bool = False
    score: float = 0.0

    @property
    def key(self) -> tuple[date | None, str | None]:
        return (self.day.date if self.day else None, self.rule)


def paired(document: Document, moments: Sequence[DateMention | TimeMention]) -> list[Occasion]:
    """Each day with the time told beside it: after it, or before it where the text puts times first."""
    found: list[Occasion] = []
    pending: TimeMention | None = None
    leading = False  # times come before their days
    for n, moment in enumerate(moments):
        at = document.tokens[moment.first].start
        if isinstance(moment, DateMention):
            occasion = Occasion(at, moment)
            if pending is not None and at - document.tokens[pending.first].start <= FAR:
                occasion.time = pending
                leading = same_line(document, pending, moment)
                if leading:
                    occasion.at = document.tokens[pending.first].start
            pending = None
            found.append(occasion)
            continue
        following = moments[n + 1] if n + 1 < len(moments) else None
        close = (
            isinstance(following, DateMention)
            and following.first - moment.last <= 4
            and same_line(document, moment, following)
        )
        if not found:
            if pending is None or close:
                pending = moment
            continue
        before = found[-1]
        near = before.mention is not None and at - document.tokens[before.mention.last - 1].end <= FAR
        if close and (leading or before.time is not None or not near):
            pending = moment
        elif before.time is None and near:
            before.time = moment
        elif near or before.time is not None:
            before.extra.append(moment)
    if not found and pending is not None:
        found.append(Occasion(document.tokens[pending.first].start, None, pending))
    return found


def in_month(
    moments: Sequence[DateMention | TimeMention], month: tuple[int, int] | None
) -> list[DateMention | TimeMention]:
    """Days without a month in the month that a heading names, where their weekdays do not object."""
    if month is None:
        return list(moments)
    result: list[DateMention | TimeMention] = []
    for moment in moments:
        if isinstance(moment, DateMention):
            moment = replace(moment, days=tuple(_placed(day, month) for day in moment.days))
        result.append(moment)
    return result


def after_the_old(moments: Sequence[DateMention | TimeMention]) -> list[DateMention | TimeMention]:
    """ "From 28 November to the 3rd": a day of a month that is not told comes after the day before it."""
    result: list[DateMention | TimeMention] = []
    old: Written | None = None
    for moment in moments:
        if isinstance(moment, DateMention) and moment.dated and len(moment.days) == 1:
            day = moment.days[0]
            if day.month is None and day.weekday is None and old is not None and old.day and old.month:
                month = old.month if (day.day or 0) > old.day else old.month % 12 + 1
                year = old.year + (month < old.month) if old.year is not None else None
                moment = replace(moment, days=(replace(day, month=month, year=year),))
            old = moment.days[0]
        result.append(moment)
    return result


def _placed(day: Written, month: tuple[int, int]) -> Written:
    if day.day is None or day.month is not None:
        return day
    placed = replace(day, month=month[0], year=month[1])
    try:
        weekday = date(month[1], month[0], day.day).weekday()
    except ValueError:
        return day
    return placed if day.weekday in (None, weekday) else day


def same_line(document: Document, a: DateMention | TimeMention, b: DateMention | TimeMention) -> bool:
    return document.line_at(document.tokens[a.first].start) == document.line_at(document.tokens[b.first].start)


def years_written(moments: Sequence[DateMention | TimeMention], published: date) -> dict[tuple[int, int], int]:
    """The years that the text gives for a day and month, so that another mention of the same day need not guess."""
    years: dict[tuple[int, int], int] = {}
    for moment in moments:
        if isinstance(moment, DateMention):
            for day in moment.days:
                if (
                    day.day is not None
                    and day.month is not None
                    and day.year is not None
                    and day.year >= published.year - 1
                ):
                    years.setdefault((day.day, day.month), day.year)
    return years


def dated(document: Document, occasion: Occasion, published: date, years: dict[tuple[int, int], int]) -> list[Occasion]:
    """The occasion on the calendar: one for each day that its mention lists, one for a range or a rule."""
    mention = occasion.mention
    if mention is None:
        return [occasion]
    days = [
        replace(day, year=years.get((day.day or 0, day.month or 0)))
        if day.year is None and day.day is not None
        else day
        for day in mention.days
    ]
    if mention.rule is not None:
        first = first_of_rule(mention.rule, published)
        return [replace(occasion, day=Day(first, {"date_relative"}), rule=mention.rule)]
    if mention.through and len(days) > 1:
        start = resolve(days[0], published)
        if start is None:
            return [replace(occasion, impossible=True)]
        end = resolve(
            replace(days[-1], weekday=days[-1].weekday),
            max(start.date, published) if days[-1].year is None else published,
        )
        if end is not None and end.date < start.date:
            end = None
        return [replace(occasion, day=start, last_day=end)]
    listed: list[Occasion] = []
    for day in days:
        found = resolve(day, published)
        listed.append(replace(occasion, day=found, impossible=found is None, listed=len(days) > 1))
    return listed


def adjacent_years(moments: list[DateMention | TimeMention]) -> list[DateMention | TimeMention]:
    """ "30 September and 1 October 2016": a year that closes a row of dates holds for all of them."""
    result = list(moments)
    for n in range(len(result) - 2, -1, -1):
        this, following = result[n], result[n + 1]
        if (
            isinstance(this, DateMention)
            and isinstance(following, DateMention)
            and following.first - this.last <= 4
            and following.days[0].year is not None
            and this.dated
            and this.days[0].year is None
        ):
            result[n] = replace(this, days=tuple(replace(day, year=following.days[0].year) for day in this.days))
        elif isinstance(this, DateMention) and this.through and len(this.days) == 2 and this.days[0].year is None:
            first, last = this.days
            if last.year is not None and first.month is not None and last.month is not None:
                year = last.year - (first.month > last.month)
                result[n] = replace(this, days=(replace(first, year=year), last))
    return result


def first_of_rule(rule: str, published: date) -> date:
    """The first day on or after ``published`` that a rule of ours names."""
    if "BYDAY=" not in rule:
        return published
    values = rule.split("BYDAY=")[1].split(";")[0].split(",")
    for ahead in range(70):
        try:
            day = published + timedelta(days=ahead)
        except OverflowError:
            return published
        code = BYDAY[day.weekday()]
        for value in values:
            nth, weekday = value[:-2], value[-2:]
            if weekday != code:
                continue
            if not nth:
                return day
            week = (day.day - 1) // 7 + 1
            from_end = -((_month_length(day) - day.day) // 7 + 1)
            if int(nth) in (week, from_end):
                return day
    return published


def _month_length(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1) if day.year < 9999 else None
    return (following - timedelta(days=1)).day if following else 31
