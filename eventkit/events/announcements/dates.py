"""Days: dates in words and numbers, lists and ranges of them, weekdays, "tomorrow", and what repeats."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eventkit.events.announcements.lexicon import Lexicon, Phrase, table
from eventkit.events.announcements.times import Times
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD, Token

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: Countries that write the month first in 10/1; Canada writes both ways.
MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "PR"})
EITHER_FIRST = frozenset({"CA"})


@dataclass(frozen=True, slots=True)
class Written:
    """One day as written; what was not written is None. ``other`` is the second reading of 10/1."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    other: tuple[int, int] | None = None
    unsure: bool = False
    relative: int | None = None


@dataclass(frozen=True, slots=True)
class DateMention:
    """``tokens[first:last]`` names days: each of them, or with ``through`` all from the first to the last.

    ``rule`` is set where they repeat: the parts of an RFC 5545 rule without UNTIL.
    """

    first: int
    last: int
    days: tuple[Written, ...]
    through: bool = False
    rule: str | None = None

    @property
    def dated(self) -> bool:
        return self.days[0].day is not None

    @property
    def relative(self) -> bool:
        return self.days[0].day is None


class Dates:
    """The grammar of days over the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon, times: Times, country: str | None) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._times = times
        self._capital_months = bool(table(lexicon.code or "en").get("capital_months"))
        english = (lexicon.code or "en") == "en"
        self._month_first = country in MONTH_FIRST or (english and (country is None or country in EITHER_FIRST))
        self._unsure = english and (country is None or country in EITHER_FIRST)

    def at(self, i: int) -> DateMention | None:
        """What begins at token ``i``: a rule, a date, a relative day or a weekday, in this order."""
        return self._rule(i) or self._date(i) or self._relative(i) or self._weekday_alone(i)

    # -- words

    def _weekday(self, i: int) -> Phrase | None:
        """A weekday's name; a short form only where a number follows, since "sun" and "mar" are words too."""
        if (found := self._lexicon.at("weekday", self._tokens, i)) is not None:
            return found
        found = self._lexicon.at("weekday_short", self._tokens, i)
        if found is None:
            return None
        token = self._tokens[i]
        if token.text.islower() and self._capital_months and token.text.isascii():
            return None
        j = i + found.length
        for _ in range(3):
            if j >= len(self._tokens):
                return None
            if self._tokens[j].kind == NUMBER or self._month(j) or self._lexicon.at("weekday_short", self._tokens, j):
                return found
            if self._lexicon.at("at", self._tokens, j) is not None and self._times.at(j) is not None:
                return found
            if self._tokens[j].kind != MARK and not self._lexicon.at("of", self._tokens, j):
                return None
            j += 1
        return None

    def _month(self, i: int) -> Phrase | None:
        found = self._lexicon.at("month", self._tokens, i)
        if found is None:
            return None
        token = self._tokens[i]
        if self._capital_months and token.text.islower() and self._line_has_capitals(i):
            return None  # "march", "may" are verbs
        return found

    def _line_has_capitals(self, i: int) -> bool:
        near = self._tokens[max(0, i - 12) : i + 12]
        return any(token.kind == WORD and token.capital for token in near)

    def _skip(self, i: int, *, breaks: int = 0, most: int = 4) -> int:
        """Past commas, dots, brackets and the small words that stand between the parts of a date."""
        tokens = self._tokens
        for _ in range(most):
            if i >= len(tokens):
                break
            if tokens[i].kind == BREAK:
                if breaks <= 0:
                    break
                breaks -= 1
                i += 1
            elif tokens[i].kind == MARK and tokens[i].text in ",.('’:|·":
                i += 1
            elif (word := self._lexicon.at("of", tokens, i)) is not None:
                i += word.length
            else:
                break
        return i

    def _joiner(self, i: int) -> tuple[int, bool]:
        """Past what joins two days: (next token, whether it means "through"); (i, False) when nothing does."""
        tokens = self._tokens
        if i >= len(tokens):
            return i, False
        if (to := self._lexicon.at("to", tokens, i)) is not None:
            return i + to.length, True
        if (also := self._lexicon.at("and", tokens, i)) is not None:
            return i + also.length, False
        if tokens[i].text in (",", "/"):
            j = i + 1
            if (also := self._lexicon.at("and", tokens, j)) is not None:
                j += also.length
            return j, False
        return i, False

    # -- dates

    def _date(self, i: int) -> DateMention | None:
        weekdays: list[int] = []
        through = False
        j = i
        while (weekday := self._weekday(j)) is not None:
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
        if found is None and weekdays:
            found = self._day_only(begin)
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

    def _day(self, i: int) -> int:
        """The token after a day of the month at ``i`` with its suffix; ``i`` when there is none."""
        tokens = self._tokens
        if i >= len(tokens) or tokens[i].kind != NUMBER or len(tokens[i].text) > 2 or not 1 <= tokens[i].value <= 31:
            return i
        j = i + 1
        if (suffix := self._lexicon.at("day_suffix", tokens, j)) is not None and (
            tokens[j].start == tokens[i].end or tokens[j].kind != WORD
        ):
            j += suffix.length
        return j

    def _clock_like(self, i: int) -> bool:
        """Whether the number at ``i`` is the hour of a time rather than a day: "7:30", "7 pm", "1-3 PM"."""
        mention = self._times.at(i)
        return mention is not None

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
            or self._times.at(i, loose=True) is not None
            and j == i + 1
            and (j < len(tokens) and tokens[j].text in "-–" and j + 1 < len(tokens) and tokens[j + 1].kind == NUMBER)
        ):
            return None
        if j == i + 1 and j < len(tokens) and tokens[j].kind != BREAK and tokens[j].text not in ",-–:;.)|":
            return None
        if j < len(tokens) and tokens[j].text in ":." and j + 1 < len(tokens) and tokens[j + 1].kind == NUMBER:
            return None
        return [Written(day=tokens[i].value)], j, False

    def _twin(self, i: int, month: str) -> int:
        """Past the second name of the same month, as Arabic papers print: "تشرين الأول / أكتوبر"."""
        tokens = self._tokens
        if i < len(tokens) and tokens[i].text in "./(-":
            twin = self._lexicon.at("month", tokens, i + 1)
            if twin is not None and twin.value == month:
                i += 1 + twin.length
                if i < len(tokens) and tokens[i].text == ")":
                    i += 1
        return i

    def _year(self, i: int) -> tuple[int | None, int]:
        tokens = self._tokens
        j = self._skip(i, most=3)
        if j < len(tokens) and tokens[j].kind == NUMBER:
            if (
                len(tokens[j].text) == 4
                and 1900 <= tokens[j].value <= 2150
                and not self._lexicon.at("clock", tokens, j + 1)
            ):
                return tokens[j].value, j + 1
            if len(tokens[j].text) == 2 and j > 0 and tokens[j - 1].text in "'’" and j - 1 >= i:
                return 2000 + tokens[j].value, j + 1
        return None, i

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

    def _weekday_before(self, i: int) -> bool:
        for j in range(i - 1, max(-1, i - 4), -1):
            if self._lexicon.at("weekday", self._tokens, j) or self._lexicon.at("weekday_short", self._tokens, j):
                return True
        return False

    def _date_like(self, i: int, last: int) -> bool:
        """10/1 without a year is a date beside a weekday, a time, a small word, or at the edge of a line."""
        tokens = self._tokens
        if i == 0 or tokens[i - 1].kind == BREAK or self._weekday_before(i) or tokens[i - 1].text in ":(":
            return True
        if self._lexicon.at("of", tokens, i - 1) or self._lexicon.at("at", tokens, i - 1):
            return True
        if last >= len(tokens) or tokens[last].kind == BREAK:
            return False
        k = self._skip(last, most=2)
        return self._weekday(k) is not None or self._times.at(k) is not None

    # -- days without a date

    def _relative(self, i: int) -> DateMention | None:
        found = self._lexicon.at("relative", self._tokens, i)
        if found is None:
            return None
        last = i + found.length
        if (suffix := self._lexicon.at("suffix", self._tokens, last)) is not None:
            last += suffix.length
        return DateMention(i, last, (Written(relative=int(found.value)),))

    def _weekday_alone(self, i: int) -> DateMention | None:
        if (found := self._lexicon.at("weekday", self._tokens, i)) is None and (found := self._weekday(i)) is None:
            return None
        days = [Written(weekday=int(found.value))]
        j = i + found.length
        through = False
        while len(days) < 7:
            k, spans = self._joiner(j)
            if k == j or (more := self._lexicon.at("weekday", self._tokens, k)) is None or self._date(k) is not None:
                break
            days.append(Written(weekday=int(more.value)))
            through = through or spans
            j = k + more.length
        if (suffix := self._lexicon.at("suffix", self._tokens, j)) is not None:
            j += suffix.length
        return DateMention(i, j, tuple(days), through)

    # -- what repeats

    def _rule(self, i: int) -> DateMention | None:
        tokens, lexicon = self._tokens, self._lexicon
        if (plural := lexicon.at("weekly", tokens, i)) is not None:
            days, j = [int(plural.value)], i + plural.length
            while (k := self._joiner(j)[0]) > j and (more := lexicon.at("weekly", tokens, k)) is not None:
                days.append(int(more.value))
                j = k + more.length
            return self._weekly(i, j, days, 1)
        every = lexicon.at("every", tokens, i)
        frequency = lexicon.at("frequency", tokens, i)
        if frequency is not None and (every is None or frequency.length > every.length):
            j = i + frequency.length
            if frequency.value == "MONTHLY":
                if (nth := self._nth(self._skip(j, most=2))) is not None:
                    return self._monthly(i, nth[1], nth[0])
                return None
            if frequency.value == "WEEKLY":
                days, k = self._weekdays(self._skip(j, most=2))
                return self._weekly(i, k, days, 1) if days else None
            if frequency.value == "WEEKDAYS":
                return self._weekly(i, j, [0, 1, 2, 3, 4], 1)
            if frequency.value == "DAILY":
                return DateMention(i, j, (Written(relative=0),), rule="FREQ=DAILY")
            return None
        if every is not None:
            j = self._skip(i + every.length, most=2)
            if (nth := self._nth(j)) is not None and every.value == "1":
                end = nth[1]
                k = self._skip(end, most=1)
                for position in (end, k):
                    if (month := lexicon.at("frequency", tokens, position)) is not None and month.value == "MONTHLY":
                        end = position + month.length
                        break
                return self._monthly(i, end, nth[0])
            if (dated := self._date(j)) is not None and dated.dated:
                return None
            days, j = self._weekdays(j)
            return self._weekly(i, j, days, int(every.value)) if days else None
        if (nth := self._nth(i)) is not None:
            for position in (nth[1], self._skip(nth[1], most=1)):
                if (month := lexicon.at("frequency", tokens, position)) is not None and month.value == "MONTHLY":
                    return self._monthly(i, position + month.length, nth[0])
        return None

    def _weekdays(self, i: int) -> tuple[list[int], int]:
        days: list[int] = []
        j = i
        while (
            found := self._lexicon.at("weekday", self._tokens, j) or self._lexicon.at("weekday_short", self._tokens, j)
        ) is not None:
            days.append(int(found.value))
            i = j + found.length
            j, through = self._joiner(i)
            if j == i:
                break
            if through and (last := self._lexicon.at("weekday", self._tokens, j)) is not None:
                day = days[-1]
                while day != int(last.value):
                    day = (day + 1) % 7
                    days.append(day)
                i = j + last.length
                break
        return days, i

    def _nth(self, i: int) -> tuple[list[str], int] | None:
        """ "first Friday", "2nd and 4th Tuesday", "son cuma": the BYDAY values and the token after."""
        nths: list[str] = []
        j = i
        while (ordinal := self._lexicon.at("ordinal", self._tokens, j)) is not None:
            nths.append(ordinal.value)
            i = j + ordinal.length
            j, _ = self._joiner(i)
            if j == i:
                break
        if not nths:
            return None
        k = self._skip(i, most=1)
        weekday = self._lexicon.at("weekday", self._tokens, k)
        if weekday is None:
            return None
        end = k + weekday.length
        if (suffix := self._lexicon.at("last_after", self._tokens, end)) is not None:
            end += suffix.length
        return [f"{nth}{BYDAY[int(weekday.value)]}" for nth in nths], end

    def _weekly(self, i: int, j: int, days: list[int], interval: int) -> DateMention:
        listed = sorted(set(days))
        rule = "FREQ=WEEKLY;" + (f"INTERVAL={interval};" if interval > 1 else "")
        rule += "BYDAY=" + ",".join(BYDAY[day] for day in listed)
        return DateMention(i, j, tuple(Written(weekday=day) for day in listed), rule=rule)

    def _monthly(self, i: int, j: int, nths: list[str]) -> DateMention:
        weekday = BYDAY.index(nths[0][-2:])
        return DateMention(i, j, (Written(weekday=weekday),), rule="FREQ=MONTHLY;BYDAY=" + ",".join(nths))
