"""Times of day: single times, ranges, and the same moment on several clocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventkit.events.announcements.lexicon import Lexicon, table
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD, Token
from eventkit.events.announcements.zones import zone_at

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TimeMention:
    """``tokens[first:last]`` says a time of day. Minutes after midnight; an ``end`` past `DAY` is the next morning.

    ``zone`` is what the text says after it; ``elsewhere`` the same moment on other clocks, (start, zone) each.
    ``assumed`` says that morning or afternoon was not written.
    """

    first: int
    last: int
    start: int
    end: int | None = None
    zone: str | None = None
    label: str | None = None
    elsewhere: tuple[tuple[int, str, str], ...] = ()
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class _Atom:
    """One time as written. ``period`` is as in the tables, or None; ``marked`` that it can be nothing but a time."""

    last: int
    hour: int
    minute: int
    period: str | None
    marked: bool
    literal: bool
    spoken: bool = False  # in words, and so on the clock of twelve hours


class Times:
    """The grammar of times of day over the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._twelve = bool(table(lexicon.code or "en").get("twelve_hours"))

    def at(self, i: int, *, loose: bool = False) -> TimeMention | None:
        """The time of day that begins at token ``i``. ``loose`` also takes bare numbers, as after a "Time:" label."""
        first = i
        lexicon, tokens = self._lexicon, self._tokens
        introduced = loose
        strong = loose
        before_word: str | None = None
        if period := lexicon.at("period_before", tokens, i):
            before_word, i = period.value, i + period.length
        if prefix := lexicon.at("at", tokens, i):
            introduced = True
            strong = loose or prefix.value == "strong"
            i += prefix.length
            if (second := lexicon.at("at", tokens, i)) is not None:
                strong = strong or second.value == "strong"
                i += second.length
            if before_word is None and (period := lexicon.at("period_before", tokens, i)):
                before_word, i = period.value, i + period.length
        elif before_word is not None and lexicon.at("at", tokens, i) is None and not self._is_number(i):
            return None
        start = self._atom(i, introduced, strong)
        if start is None:
            return None
        if start.period is None and before_word is not None:
            start = _Atom(start.last, start.hour, start.minute, before_word, True, start.literal)
        j = start.last
        end: _Atom | None = None
        if (to := lexicon.at("to", tokens, self._past_comma(j))) is not None:
            k = self._past_comma(j) + to.length
            if (again := lexicon.at("at", tokens, k)) is not None:
                k += again.length
            end = self._atom(k, True)
            if end is not None:
                marked = start.marked or end.marked
                if (not marked and not ((introduced and self._ends_plainly(end.last)) or loose)) or (
                    not end.marked and not self._ends_plainly(end.last)
                ):
                    end = None
        closed = self._ends_plainly(start.last) or (strong and self._may_follow(start.last))
        if end is None and not start.marked and not (introduced and closed):
            return None
        if end is not None:
            j = end.last
        begin_minutes, end_minutes, assumed = self._settle(start, end)
        if begin_minutes is None:
            return None
        label, zone, j = zone_at(lexicon, tokens, j)
        elsewhere: list[tuple[int, str, str]] = []
        while zone is not None and j < len(tokens) and tokens[j].text in ("/", "|", ",", "(", "=", ";", "-"):
            other = self._atom(j + 1, True)
            if other is None:
                break
            k = other.last
            if (to := lexicon.at("to", tokens, k)) is not None and (
                other_end := self._atom(k + to.length, True)
            ) is not None:
                other = other if other.period else _Atom(k, other.hour, other.minute, other_end.period, True, False)
                k = other_end.last
            other_label, other_zone, k = zone_at(lexicon, tokens, k)
            if other_zone is None or other_label is None:
                break
            minutes, _, _ = self._settle(other, None)
            if minutes is None:
                break
            elsewhere.append((minutes, other_zone, other_label))
            j = k
        if (suffix := lexicon.at("suffix", tokens, j)) is not None and self._touching(j):
            j += suffix.length
        return TimeMention(first, j, begin_minutes, end_minutes, zone, label, tuple(elsewhere), assumed)

    def _is_number(self, i: int) -> bool:
        return i < len(self._tokens) and (
            self._tokens[i].kind == NUMBER or self._lexicon.at("number", self._tokens, i) is not None
        )

    def _past_comma(self, i: int) -> int:
        return i + 1 if i < len(self._tokens) and self._tokens[i].text == "," else i

    def _touching(self, i: int) -> bool:
        """Whether token ``i`` follows the one before it without a space."""
        return 0 < i < len(self._tokens) and self._tokens[i].start == self._tokens[i - 1].end

    def _ends_plainly(self, i: int) -> bool:
        """Whether what follows a bare number lets it be a time: the end, a mark, a weekday or a small word."""
        tokens = self._tokens
        if i >= len(tokens) or tokens[i].kind == BREAK:
            return True
        token = tokens[i]
        if token.kind == MARK:
            return token.text in ",.;!?)-|" and not (
                token.text in ".-" and i + 1 < len(tokens) and self._touching(i + 1) and tokens[i + 1].kind == NUMBER
            )
        if token.kind != WORD:
            return False
        return (
            token.fold in self._lexicon.common
            or self._lexicon.at("weekday", tokens, i) is not None
            or self._lexicon.at("place_before", tokens, i) is not None
            or self._lexicon.at("and", tokens, i) is not None
        )

    def _may_follow(self, i: int) -> bool:
        """After a word that only times follow ("um", "saat"), all but another number or a month may come."""
        tokens = self._tokens
        return i >= len(tokens) or (
            tokens[i].kind != NUMBER and self._lexicon.at("month", tokens, i) is None and tokens[i].text not in "%/"
        )

    def _closes_hour(self, i: int) -> bool:
        """Whether what follows a number in words shows that it is an hour: "six o'clock", "six on Friday"."""
        tokens, lexicon = self._tokens, self._lexicon
        if i >= len(tokens) or tokens[i].kind in (BREAK, MARK):
            return True
        return any(
            lexicon.at(category, tokens, i) is not None
            for category in ("clock", "period", "hour_part", "weekday", "place_before", "to")
        )

    def _atom(self, i: int, introduced: bool, strong: bool = False) -> _Atom | None:
        tokens, lexicon = self._tokens, self._lexicon
        if i >= len(tokens):
            return None
        if noon := lexicon.at("noon", tokens, i):
            value = 12 if noon.value == "noon" else 24
            return _Atom(i + noon.length, value, 0, noon.value, True, True)
        shift = 0
        if half := lexicon.at("half", tokens, i):
            shift = int(half.value)
            i += half.length
            introduced = True
            if i >= len(tokens):
                return None
        token = tokens[i]
        minute = 0
        marked = spoken = shift != 0
        literal = False
        if token.kind == NUMBER and 1 <= len(token.text) <= 2 and 0 <= token.value <= 24:
            hour, j = token.value, i + 1
            literal = hour > 12 or (len(token.text) == 2 and token.text[0] in "0٠۰")
            if (
                j + 1 < len(tokens)
                and (tokens[j].text in ":." or lexicon.at("clock", tokens, j))
                and tokens[j + 1].kind == NUMBER
                and len(tokens[j + 1].text) == 2
                and tokens[j + 1].value < 60
                and self._touching(j)
                and self._touching(j + 1)
                and not (tokens[j].text == "." and self._dotted_on(j + 2))
            ):
                minute = tokens[j + 1].value
                marked = marked or tokens[j].text != "."
                literal = literal or tokens[j].kind == WORD
                j += 2
                if (
                    j + 1 < len(tokens)
                    and tokens[j].text == ":"
                    and tokens[j + 1].kind == NUMBER
                    and self._touching(j + 1)
                ):
                    j += 2
        elif (
            token.kind == NUMBER
            and len(token.text) == 4
            and 0 <= token.value <= 2400
            and lexicon.at("clock", tokens, i + 1)
        ):
            hour, minute, j = token.value // 100, token.value % 100, i + 1
            literal = True
            if minute > 59:
                return None
        elif introduced and (word := lexicon.at("number", tokens, i)) is not None:
            hour, j = int(word.value), i + word.length
            spoken = True
            if not (shift or strong or self._closes_hour(j)):
                return None
            if (rest := lexicon.at("hour_part", tokens, j)) is not None:
                shift += int(rest.value)
                j += rest.length
                marked = True
        else:
            return None
        if (rest := lexicon.at("hour_part", tokens, j)) is not None and not minute:
            shift += int(rest.value)
            j += rest.length
            marked = True
        if (clock := lexicon.at("clock", tokens, j)) is not None and not self._capital_unit(j):
            if lexicon.at("duration", tokens, i - 1) is not None and not minute and len(tokens[j].text) > 2:
                return None
            marked = True
            literal = literal or not self._twelve
            j += clock.length
            if self._touching(j) and tokens[j].kind == NUMBER and len(tokens[j].text) != 2:
                return None  # "K1P 5H9" is a postal code
            if (
                not minute
                and j < len(tokens)
                and tokens[j].kind == NUMBER
                and len(tokens[j].text) == 2
                and tokens[j].value < 60
                and tokens[j].start - tokens[j - 1].end <= 1
            ):  # "13 h 30", "18 Uhr 30"
                minute = tokens[j].value
                j += 1
                if (minutes := lexicon.at("minutes", tokens, j)) is not None:
                    j += minutes.length
        period: str | None = None
        if (found := lexicon.at("period", tokens, j)) is not None and (hour <= 12 or found.value in ("pm", "am")):
            period, j = found.value, j + found.length
            marked = True
        if hour == 24 and minute:
            return None
        total = hour * 60 + minute + shift
        if total < 0 or total > DAY:
            return None
        return _Atom(j, total // 60, total % 60, period, marked, literal, spoken)

    def _dotted_on(self, j: int) -> bool:
        """Whether "10.11" goes on as a date: "10.11.2026" or "10.11."."""
        tokens = self._tokens
        return (
            j < len(tokens)
            and tokens[j].text == "."
            and self._touching(j)
            and (j + 1 < len(tokens) and tokens[j + 1].kind == NUMBER and self._touching(j + 1))
        )

    def _capital_unit(self, i: int) -> bool:
        """ "H Street" after a number is not an hour."""
        return self._tokens[i].text == "H" and not self._touching(i)

    def _settle(self, start: _Atom, end: _Atom | None) -> tuple[int | None, int | None, bool]:
        """Minutes of start and end, and whether morning or afternoon had to be assumed."""
        period = start.period
        assumed = False
        if period is None and end is not None and end.period in ("am", "pm") and not start.literal and start.hour <= 12:
            # "1-3 PM" is the afternoon; "11-1 PM" begins in the morning.
            finish = _minutes(end, end.period)
            for guess in (end.period, "am" if end.period == "pm" else "pm"):
                begin = _minutes(start, guess)
                if begin < finish or (guess == "pm" and end.period == "am"):
                    return begin, finish if begin < finish else finish + DAY, False
        if period is None and not start.literal and (self._twelve or start.spoken) and 1 <= start.hour <= 12:
            period = "pm" if start.hour <= 7 or start.hour == 12 else "am"
            if end is not None and end.literal and end.hour > 12 and 8 <= start.hour < 12:
                period = "am"
            assumed = True
        begin = _minutes(start, period)
        if begin == DAY:
            begin = 0  # "midnight" and "24:00" begin the day that is named; only as an end do they close it
        if end is None:
            return begin, None, assumed
        finish = _minutes(end, end.period)
        if end.period is None and not end.literal and end.hour < 12 and finish <= begin < finish + DAY // 2:
            finish += DAY // 2
        if finish <= begin:
            # Past midnight, if it begins in the evening; otherwise the two contradict each other.
            if begin >= 17 * 60 and finish <= 12 * 60:
                finish += DAY
            else:
                return begin, None, assumed
        return begin, finish, assumed


def _minutes(atom: _Atom, period: str | None) -> int:
    hour = atom.hour
    if period == "pm" and hour < 12:
        hour += 12
    elif period == "am" and hour == 12:
        hour = 0
    elif period == "noon" and hour < 6:
        hour += 12
    elif period == "night":
        hour = hour + 12 if 6 <= hour < 12 else 0 if hour == 12 else hour
    elif period == "midnight" and hour == 12:
        hour = 24
    return hour * 60 + atom.minute
