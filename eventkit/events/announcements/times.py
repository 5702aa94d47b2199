"""Times of day: single times, ranges, and the same moment on several clocks."""

from dataclasses import dataclass

from eventkit.events.announcements.clock_times import DAY, Atom, ClockTimes
from eventkit.events.announcements.zones import zone_at


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


class Times(ClockTimes):
    """The grammar of times of day over the tokens of one text."""

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
            if i < len(tokens) and tokens[i].text in ",،:" and self._is_number(i + 1):
                i += 1  # "the same hour, three"
            if before_word is None and (period := lexicon.at("period_before", tokens, i)):
                before_word, i = period.value, i + period.length
        elif before_word is not None and not self._is_number(i):
            i, before_word = first, None
        start = self._atom(i, introduced or before_word is not None, strong)
        if start is None:
            return None
        if start.period is None and before_word is not None:
            start = Atom(start.last, start.hour, start.minute, before_word, True, start.literal)
        j = start.last
        end: Atom | None = None
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
        if end is None and (later := self._after_arrival(start)) is not None:
            start = Atom(later.last, start.hour, start.minute, later.period, True, start.literal)
            j = later.last
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
                other = other if other.period else Atom(k, other.hour, other.minute, other_end.period, True, False)
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

    def _after_arrival(self, start: Atom) -> Atom | None:
        """The second time of "7 for 7.30 pm": the first is when people are asked to be there."""
        arrive = self._lexicon.at("arrive", self._tokens, start.last)
        later = self._atom(start.last + arrive.length, True) if arrive is not None else None
        if later is None or not later.minute or start.hour * 60 >= later.hour * 60 + later.minute:
            return None
        apart = later.hour * 60 + later.minute - start.hour * 60 - start.minute
        return later if 0 < apart <= 60 and start.period in (None, later.period) else None

    def _settle(self, start: Atom, end: Atom | None) -> tuple[int | None, int | None, bool]:
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


def _minutes(atom: Atom, period: str | None) -> int:
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
