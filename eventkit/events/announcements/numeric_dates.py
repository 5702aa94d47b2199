"""Dates in figures."""

from eventkit.events.announcements.day_words import DayWords, Written
from eventkit.events.announcements.tokens import BREAK, NUMBER


class NumericDates(DayWords):
    """10/1/2016, 1.10.2016, 2016-10-01; and the two readings of the first."""

    def _numeric(self, i: int) -> tuple[list[Written], int, bool] | None:
        """10/1/2016, 1.10.2016, 2016-10-01, 10/1; not 24/7, not 18.30."""
        tokens = self._tokens
        if i + 2 >= len(tokens) or tokens[i].kind != NUMBER or tokens[i + 2].kind != NUMBER:
            return None
        separator = tokens[i + 1].text
        if separator not in ("/", ".", "-", "–"):
            return None
        touching = tokens[i].end == tokens[i + 1].start and tokens[i + 1].end == tokens[i + 2].start
        if not touching and not (separator == "." and i + 3 < len(tokens) and tokens[i + 3].text == "."):
            return None
        if i > 0 and tokens[i - 1].text in "/.-+#" and tokens[i - 1].end == tokens[i].start:
            return None
        first, second = tokens[i], tokens[i + 2]
        third = None
        if (
            i + 4 < len(tokens)
            and tokens[i + 3].text == separator
            and tokens[i + 4].kind == NUMBER
            and (tokens[i + 4].start - tokens[i + 3].end <= 1)
        ):
            third = tokens[i + 4]
        if len(first.text) == 4:
            if third is None or len(second.text) > 2 or len(third.text) > 2 or not 1900 <= first.value <= 2150:
                return None
            if not 1 <= second.value <= 12 or not 1 <= third.value <= 31:
                return None
            last = i + 5
            if last < len(tokens) and tokens[last].text.lower() == "t":
                last += 1
            return [Written(third.value, second.value, first.value)], last, False
        if len(first.text) > 2 or len(second.text) > 2:
            return None
        last = i + 3
        year: int | None = None
        if third is not None:
            if len(third.text) == 4 and 1900 <= third.value <= 2150:
                year, last = third.value, i + 5
            elif len(third.text) == 2 and separator != ":":
                year, last = 2000 + third.value, i + 5
            else:
                return None
        elif separator == "-":
            return None
        elif separator == ".":
            closed = last < len(tokens) and tokens[last].text == "." and tokens[last].start == tokens[last - 1].end
            if not closed and not (self._weekday_before(i) and len(second.text) == 2 and second.value <= 12):
                return None
            if self._lexicon.at("clock", tokens, last) or self._lexicon.at("period", tokens, last):
                return None
            if closed:
                last += 1
                year, last = self._year(last)
        elif not self._date_like(i, last):
            return None
        a, b = first.value, second.value
        month_first = self._month_first and separator != "."
        unsure = self._unsure and separator != "."
        day, month = (b, a) if month_first else (a, b)
        other: tuple[int, int] | None = (month, day)
        if month > 12 >= day:
            day, month, other = month, day, None
        elif day > 12 or day == month:
            other = None
        if not 1 <= day <= 31 or not 1 <= month <= 12:
            return None
        return [Written(day, month, year, other=other, unsure=unsure and other is not None)], last, False

    def _date_like(self, i: int, last: int) -> bool:
        """10/1 without a year is a date beside a weekday, a time, a small word, or at the edge of a line."""
        tokens = self._tokens
        if i == 0 or tokens[i - 1].kind == BREAK or self._weekday_before(i) or tokens[i - 1].text in ":(":
            return True
        if self._lexicon.at("of", tokens, i - 1) or self._lexicon.at("at", tokens, i - 1):
            return True
        if last >= len(tokens) or tokens[last].kind == BREAK:
            return False
        if tokens[i - 1].fold in self._lexicon.common and tokens[last].text in "!.,;)" and tokens[i].value != 24:
            return True  # "Mark your calendars for 12/5!"
        k = self._skip(last, most=2)
        return self._weekday(k) is not None or self._times.at(k) is not None
