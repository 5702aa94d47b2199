"""Days as they are written, and the words and marks of which dates are made."""

from collections.abc import Sequence
from dataclasses import dataclass

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


class DayWords:
    """Weekdays, months, years, and what joins them, over the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon, times: Times, country: str | None) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._times = times
        self._capital_months = bool(table(lexicon.code or "en").get("capital_months"))
        english = (lexicon.code or "en") == "en"
        self._month_first = country in MONTH_FIRST or (english and (country is None or country in EITHER_FIRST))
        self._unsure = english and (country is None or country in EITHER_FIRST)
        self._hours: dict[int, bool] = {}

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
            elif (word := self._lexicon.at("of", tokens, i)) is not None:
                i += word.length
            elif tokens[i].kind == MARK and tokens[i].text in ",.('’:|·":
                i += 1
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
        if i not in self._hours:  # a list of days asks for each of them, from each of them
            self._hours[i] = self._times.at(i) is not None
        return self._hours[i]

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

    def _weekday_before(self, i: int) -> bool:
        for j in range(i - 1, max(-1, i - 4), -1):
            if self._lexicon.at("weekday", self._tokens, j) or self._lexicon.at("weekday_short", self._tokens, j):
                return True
        return False
