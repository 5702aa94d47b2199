"""Days: dates in words and numbers, lists and ranges of them, weekdays, "tomorrow", and what repeats."""

from eventkit.events.announcements.calendar_dates import CalendarDates
from eventkit.events.announcements.day_words import BYDAY, DateMention, Written


class Dates(CalendarDates):
    """The grammar of days over the tokens of one text."""

    def at(self, i: int) -> DateMention | None:
        """What begins at token ``i``: a rule, a date, a relative day or a weekday, in this order."""
        return self._rule(i) or self._date(i) or self._relative(i) or self._weekday_alone(i)

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
        while len(nths) < 5 and (ordinal := self._lexicon.at("ordinal", self._tokens, j)) is not None:
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
