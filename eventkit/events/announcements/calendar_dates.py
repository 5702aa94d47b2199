"""Dates in words: one, a list, a range, with weekdays before, between or after them."""

from dataclasses import replace

from eventkit.events.announcements.day_words import DateMention, Written
from eventkit.events.announcements.numeric_dates import NumericDates
from eventkit.events.announcements.tokens import BREAK, NUMBER


class CalendarDates(NumericDates):
    """Days of a month, over the tokens of one text."""

    def _date(self, i: int) -> DateMention | None:
        weekdays: list[int] = []
        through = False
        j = i
        while len(weekdays) < 7 and (weekday := self._weekday(j)) is not None:
            weekdays.append(int(weekday.value))
            j += weekday.length
            if j < len(self._tokens) and self._tokens[j].text == ".":
                j += 1
            k, spans = self._joiner(j)
            if k > j and self._weekday(k) is not None:
                j, through = k, through or spans
            else:
                break
        begin = self._skip(j, breaks=1) if weekdays else j
        found = self._numeric(begin) or self._day_month(begin) or self._month_day(begin)
        if found is None:
            found = self._day_only(begin) if weekdays else self._day_of_change(begin)
        if found is None:
            return None
        days, last, spans = found
        through = through or spans
        if len(weekdays) == len(days):
            days = [
                replace(day, weekday=weekday) if day.weekday is None else day
                for day, weekday in zip(days, weekdays, strict=True)
            ]
        elif weekdays:
            days[0] = replace(days[0], weekday=days[0].weekday if days[0].weekday is not None else weekdays[0])
        elif days[-1].weekday is None:
            k = self._skip(last, most=2)
            after = self._weekday(k)
            if after is not None and self._date_follows(k + after.length) is None:
                if len(days) == 1:
                    days[0] = replace(days[0], weekday=int(after.value))
                last = k + after.length
                if last < len(self._tokens) and self._tokens[last].text == ")":
                    last += 1
        if (suffix := self._lexicon.at("suffix", self._tokens, last)) is not None:
            last += suffix.length
        return DateMention(i, last, tuple(days), through)

    def _date_follows(self, i: int) -> object:
        k = self._skip(i)
        return self._numeric(k) or self._day_month(k) or self._month_day(k)

    def _days(self, i: int) -> tuple[list[Written], int, bool] | None:
        """A list or range of days of the month: "1", "1 & 2", "19-21", "Sat 1 and Sun 2"."""
        j = self._day(i)
        if j == i:
            return None
        days = [Written(day=self._tokens[i].value)]
        through = False
        while len(days) < 31:
            k, spans = self._joiner(j)
            if k == j:
                break
            weekday = self._weekday(k)
            n = self._skip(k + weekday.length, most=2) if weekday is not None else k
            n = self._skip(n, most=1) if n == k else n
            after = self._day(n)
            if after == n or self._clock_like(n):
                break
            days.append(Written(day=self._tokens[n].value, weekday=int(weekday.value) if weekday else None))
            through = through or spans
            j = after
        return days, j, through

    def _day_month(self, i: int) -> tuple[list[Written], int, bool] | None:
        listed = self._days(i)
        if listed is None:
            if (word := self._lexicon.at("ordinal", self._tokens, i)) is None or word.value != "1":
                return None
            listed = [Written(day=1)], i + word.length, False
        days, j, through = listed
        k = self._skip(j, most=3)
        month = self._month(k)
        if month is None:
            return None
        j = k + month.length
        j = self._twin(j, month.value)
        year, j = self._year(j)
        return [replace(day, month=int(month.value), year=year) for day in days], j, through

    def _month_day(self, i: int) -> tuple[list[Written], int, bool] | None:
        month = self._month(i)
        if month is None:
            return None
        j = self._skip(i + month.length, most=2)
        tokens = self._tokens
        listed = self._days(j)
        if listed is None:
            return None
        days, j, through = listed
        if len(days) == 1 and j < len(tokens):
            if tokens[j].text == ":" and j + 1 < len(tokens) and tokens[j + 1].kind == NUMBER:
                return None
            if self._lexicon.at("period", tokens, j) is not None:
                return None
        year, j = self._year(j)
        return [replace(day, month=int(month.value), year=year) for day in days], j, through

    def month_of_year(self, i: int) -> tuple[int, int] | None:
        """ "October 2026" without a day: the month that a tour's heading gives to the days below it."""
        month = self._month(i)
        if month is None or (i > 0 and self._tokens[i - 1].kind == NUMBER):
            return None
        year, _ = self._year(i + month.length)
        return (int(month.value), year) if year is not None else None

    def _day_only(self, i: int) -> tuple[list[Written], int, bool] | None:
        """ "Fri 23 -": a day of the month beside a weekday; the weekday tells the month."""
        tokens = self._tokens
        j = self._day(i)
        if (
            j == i
            or self._clock_like(i)
            or (j + 1 < len(tokens) and tokens[j].fold == "-" and tokens[j + 1].kind == NUMBER)  # "Sat 1-3"
        ):
            return None
        if j == i + 1 and j < len(tokens) and tokens[j].kind != BREAK and tokens[j].text not in ",-–:;.)|":
            return None
        if j < len(tokens) and tokens[j].text in ":." and j + 1 < len(tokens) and tokens[j + 1].kind == NUMBER:
            return None
        return [Written(day=tokens[i].value)], j, False

    def _day_of_change(self, i: int) -> tuple[list[Written], int, bool] | None:
        """ "Postponed to the 25th": a day of the month alone, after a change and a word that leads to a new day."""
        tokens, lexicon = self._tokens, self._lexicon
        j = self._day(i)
        if j == i or self._clock_like(i):
            return None
        changes = range(max(0, i - 8), i)
        leads = range(max(0, i - 4), i)
        if not any(lexicon.at("change", tokens, k) for k in changes) or not any(
            (lead := lexicon.at("new", tokens, k)) is not None and self._skip(k + lead.length, most=2) >= i
            for k in leads
        ):
            return None
        if j < len(tokens) and not (
            tokens[j].kind == BREAK or tokens[j].text in ",.;!?)" or lexicon.at("at", tokens, j)
        ):
            return None
        if (
            j + 1 < len(tokens)
            and tokens[j].text in ".,"
            and tokens[j + 1].kind == NUMBER
            and tokens[j + 1].start == tokens[j].end
        ):
            return None
        return [Written(day=tokens[i].value)], j, False
