"""One time of day as written: "7", "7:30", "18.30", "18 h 30", "half past six", "noon"."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventkit.events.announcements.lexicon import Lexicon, table
from eventkit.events.announcements.tokens import BREAK, MARK, NUMBER, WORD, Token

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Atom:
    """One time as written. ``period`` is as in the tables, or None; ``marked`` that it can be nothing but a time."""

    last: int
    hour: int
    minute: int
    period: str | None
    marked: bool
    literal: bool
    spoken: bool = False  # in words, and so on the clock of twelve hours


class ClockTimes:
    """Single times of day over the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        self._tokens = tokens
        self._lexicon = lexicon
        self._dotted_times = bool(table(lexicon.code or "en").get("dotted_times"))
        self._twelve = bool(table(lexicon.code or "en").get("twelve_hours"))

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

    def _atom(self, i: int, introduced: bool, strong: bool = False) -> Atom | None:
        tokens, lexicon = self._tokens, self._lexicon
        if i >= len(tokens):
            return None
        if noon := lexicon.at("noon", tokens, i):
            value = 12 if noon.value == "noon" else 24
            return Atom(i + noon.length, value, 0, noon.value, True, True)
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
                marked = marked or tokens[j].text != "." or self._dotted(i, j)
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
            if not (shift or strong or self._closes_hour(j) or lexicon.at("hour_word", tokens, i)):
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
        return Atom(j, total // 60, total % 60, period, marked, literal, spoken)

    def _dotted(self, i: int, j: int) -> bool:
        """Whether "18.30" is a time without more: where the language writes so, and in the first column of a programme.

        No month is 00 or past 12, and few times end in other minutes than these.
        """
        tokens = self._tokens
        minutes = tokens[j + 1].value
        if len(tokens[i].text) != 2 or not (minutes == 0 or (minutes > 12 and minutes % 5 == 0)):
            return False
        after = tokens[j + 2] if j + 2 < len(tokens) else None
        if after is not None and (after.text in "%€$£₺" or after.kind == NUMBER):
            return False
        if self._dotted_times:
            return i == 0 or tokens[i - 1].text not in "$€£₺"
        return (i == 0 or tokens[i - 1].kind == BREAK) and after is not None and after.kind == WORD

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
