"""From what was found to events: one for each day, stop or slot, with the fields that it states or shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, UTC

from eventkit.events.announcements import changes, labels, organizations
from eventkit.events.announcements.cleaning import clean
from eventkit.events.announcements.dates import DateMention
from eventkit.events.announcements.document import Document, open_document
from eventkit.events.announcements.groups import PLACED, TIMED, Group, grouped
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.occasions import (
    Occasion,
    adjacent_years,
    dated,
    first_of_rule,
    in_month,
    paired,
    years_written,
)
from eventkit.events.announcements.places import Place, Places, nearest
from eventkit.events.announcements.prose import Prose
from eventkit.events.announcements.reading import ReadEvent, Reading, ReadOrganization, Span, in_order
from eventkit.events.announcements.times import DAY, TimeMention
from eventkit.events.announcements.zones import CLAIMS, offset, zone

_MOST_EVENTS = 40
#: What a mention of a day must weigh for an event to be read from prose.
_EVIDENCE = 2.0


@dataclass
class _Stop:
    """One event in the making."""

    occasion: Occasion
    group: Group
    start: int
    end: int
    alternatives: list[date] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    own_line: bool = False


def read(
    text: str, *, published: date, home_timezone: str | None = None, country: str | None = None
) -> Reading:
    """Read the events that a pasted text announces.

    ``published`` is the day on which the text appeared; it decides years and "tomorrow". ``home_timezone`` (IANA) is
    the clock where the text names no place, ``country`` (ISO 3166-1 alpha-2) tells cities of one name apart and says
    whether 10/1 begins with the month. Never raises on any text; needs no network.
    """
    cleaned = clean(text)
    if not cleaned.text.strip():
        return Reading((), ("empty_input",), None, "")
    home_country = country.upper() if country else None
    document = open_document(cleaned, home_country)
    if not document.tokens:
        return Reading((), ("no_event",), document.language, document.text)
    reader = _Reader(document, published, home_timezone if zone(home_timezone) else None, home_country)
    events = reader.events()
    flags = set()
    if not events:
        flags.add("no_event")
    if len(events) > 1:
        flags.add("multiple_events")
    return Reading(tuple(events), in_order(flags), document.language, document.text)


class _Reader:
    def __init__(self, document: Document, published: date, home: str | None, country: str | None) -> None:
        self.document = document
        self.published = published
        self.home = home
        self.country = country
        self.fields = labels.find(document)
        self.places = Places(document, country)
        self.changes = changes.find(document)
        months = (document.dates.month_of_year(i) for i in range(len(document.tokens)))
        document.moments = in_month(adjacent_years(document.moments), next(filter(None, months), None))
        self.years = years_written(document.moments, published)
        self.prose = Prose(document, self.fields, self._is_place)
        self.organizations = organizations.Organizations(document, self.fields).find()
        self._candidates: list[Place] | None = None

    def events(self) -> list[ReadEvent]:
        groups, shared = grouped(self.document, self.fields)
        stops = self._labelled_stops(groups) if any(group.has(TIMED) for group in groups) else []
        if not stops:
            stops = self._prose_stops(groups)
        return [self._event(stop, shared, alone=len(stops) == 1) for stop in stops[:_MOST_EVENTS]]

    def _is_place(self, first: int, last: int) -> bool:
        """Whether tokens say where rather than what: a city, a street, a code."""
        if first >= last:
            return False
        tokens = self.document.tokens
        place = self.places.parse(tokens[first].start, tokens[last - 1].end)
        return place.venue is None and place.known

    # -- labelled

    def _labelled_stops(self, groups: list[Group]) -> list[_Stop]:
        stops: list[_Stop] = []
        last_occasions: list[Occasion] = []
        for group in groups:
            occasions = self._occasions_of(group)
            if not any(it.mention or it.time for it in occasions):
                occasions = [replace(it) for it in last_occasions] or self._elsewhere(group)
            elif all(it.day is None and not it.impossible for it in occasions):
                # Only a time: the day stands in a heading, or is the one of the event before.
                days = self._elsewhere(group) or last_occasions
                moment = occasions[0].time
                occasions = [replace(it, time=it.time or moment) for it in days] or occasions
            last_occasions = occasions
            if not occasions and not any(it.kind in ("who", "what", "where", "when", "when_where") for it in group.fields):
                continue
            changed = self._changed(occasions)
            if changed is not None:
                occasions = [changed[0]]
            lines = {self.document.line_at(it.at) for it in occasions}
            for occasion in occasions or [Occasion(group.fields[0].at)]:
                stop = _Stop(occasion, group, group.lead, group.end)
                if len(occasions) > 1 and len(lines) == len(occasions):
                    line = self.document.lines[self.document.line_at(occasion.at)]
                    timed = next((it for it in group.fields if it.start <= occasion.at < it.end), None)
                    stop.start = max(line.start, timed.start) if timed else line.start
                    stop.end = line.end
                    stop.own_line = True
                if changed is not None:
                    stop.flags |= changed[1]
                if len(occasions) == 1 and changed is None:
                    stop.alternatives = self._contradicting(group, occasion)
                stops.append(stop)
        return stops

    def _occasions_of(self, group: Group) -> list[Occasion]:
        """The days and times that the labelled values of one event state."""
        moments: list[DateMention | TimeMention] = []
        end_time: TimeMention | None = None
        for it in sorted((it for it in group.fields if it.kind in TIMED), key=lambda it: it.start):
            here = self.document.moments_in(it.start, it.end)
            if it.kind == "end":
                end_time = next((m for m in here if isinstance(m, TimeMention)), None) or self._loose(
                    it, here
                )
                continue
            if not any(isinstance(m, TimeMention) for m in here) and it.kind in (
                "time",
                "when",
                "when_where",
            ):
                loose = self._loose(it, here)
                if loose is not None:
                    here = sorted([*here, loose], key=lambda m: m.first)
            if it.kind == "time" and moments and any(isinstance(m, TimeMention) for m in moments):
                here = [m for m in here if isinstance(m, DateMention)] + [
                    m for m in here if isinstance(m, TimeMention)
                ]
            moments += here
        place_moments = [
            m for it in group.fields if it.kind == "where" for m in self.document.moments_in(it.start, it.end)
        ]
        if not any(isinstance(m, TimeMention) for m in moments):
            moments += [m for m in place_moments if isinstance(m, TimeMention)]
        pairs = self._merged(paired(self.document, moments))
        result = [day for pair in pairs for day in dated(self.document, pair, self.published, self.years)]
        if (
            end_time is not None
            and len(result) == 1
            and result[0].time is not None
            and result[0].time.end is None
        ):
            begin = result[0].time.start
            end = (
                end_time.start
                if end_time.start > begin
                else end_time.start + DAY
                if begin >= 17 * 60
                else None
            )
            result[0].time = replace(result[0].time, end=end)
        return self._slots(result)

    def _loose(self, it: Field, here: Sequence[DateMention | TimeMention]) -> TimeMention | None:
        """A bare "1-3" or "18" that only the label makes a time."""
        first, last = self.document.token_range(it.start, it.end)
        dates = [m for m in here if isinstance(m, DateMention)]
        if dates:
            first = dates[-1].last
        for i in range(first, min(last, first + 12)):
            mention = self.document.times.at(i, loose=True)
            if mention is not None and (it.kind in ("time", "end") or mention.end is not None):
                return mention
        return None

    def _merged(self, pairs: list[Occasion]) -> list[Occasion]:
        """Without the weekday or "tomorrow" that only accompanies a date; with the end and start of a rule."""
        result: list[Occasion] = []
        tokens, lexicon = self.document.tokens, self.document.lexicon
        for pair in pairs:
            before = result[-1] if result else None
            if before is not None and before.mention is not None and pair.mention is not None:
                gap = pair.mention.first - before.mention.last
                if (
                    before.mention.rule is not None
                    and pair.mention.rule is None
                    and pair.mention.dated
                    and gap <= 24
                ):
                    leads = [k for k in range(max(0, pair.mention.first - 4), pair.mention.first)]
                    days = dated(self.document, pair, self.published, self.years)
                    day = days[0].day.date if days and days[0].day else None
                    if any(lexicon.at("until", tokens, k) for k in leads):
                        before.until = day
                        before.time = before.time or pair.time
                        continue
                    if day is not None and any(lexicon.at("beginning", tokens, k) for k in leads):
                        before.score = float(day.toordinal())  # the day on which the rule begins
                        before.time = before.time or pair.time
                        continue
                if (
                    gap <= 3
                    and before.mention.relative != pair.mention.relative
                    and before.mention.rule is None
                    and pair.mention.rule is None
                ):
                    weekday_or_tomorrow = before if before.mention.relative else pair
                    kept = pair if weekday_or_tomorrow is before else before
                    kept.time = kept.time or weekday_or_tomorrow.time
                    result[-1] = kept
                    continue
                if (
                    gap <= 3
                    and before.mention.relative
                    and pair.mention.relative
                    and before.mention.rule is None
                    and pair.mention.rule is None
                    and ((before.mention.days[0].relative is None) != (pair.mention.days[0].relative is None))
                ):
                    kept = (
                        before if before.mention.days[0].relative is not None else pair
                    )  # "tomorrow, Saturday"
                    kept.time = before.time or pair.time
                    result[-1] = kept
                    continue
            result.append(pair)
        return result

    def _slots(self, occasions: list[Occasion]) -> list[Occasion]:
        """ "At 10 am and 2 pm" is twice; what else follows a time on the same day is its programme."""
        result: list[Occasion] = []
        tokens, lexicon = self.document.tokens, self.document.lexicon
        for occasion in occasions:
            result.append(occasion)
            self._close(occasion)
            before = occasion.time
            for extra in occasion.extra:
                if before is None or extra.first - before.last > 2:
                    break
                between = range(before.last, extra.first)
                joined = (not between and lexicon.at("and", tokens, extra.first) is not None) or all(
                    lexicon.at("and", tokens, k) is not None or tokens[k].text in ",;/" for k in between
                )
                if not joined or (not list(between)) or lexicon.at("agenda", tokens, extra.first - 1):
                    break
                result.append(
                    replace(occasion, time=extra, extra=[], at=tokens[extra.first].start, listed=True)
                )
                before = extra
        return result

    def _close(self, occasion: Occasion) -> None:
        """"Ends at 4 pm", said later, is the end of what began before."""
        if occasion.time is None or occasion.time.end is not None:
            return
        tokens, lexicon = self.document.tokens, self.document.lexicon
        for extra in occasion.extra:
            if extra.start > occasion.time.start and any(
                lexicon.at("ends_after", tokens, k) is not None for k in range(extra.last, extra.last + 3)
            ):  # "5 pm: finish"
                occasion.time = replace(occasion.time, end=extra.start)
                return
            for k in range(max(0, extra.first - 3), extra.first + 1):
                found = lexicon.at("ends", tokens, k)
                if found is None or not extra.first <= k + found.length <= extra.last:
                    continue
                end = extra.start if extra.start > occasion.time.start else extra.start + DAY
                if end - occasion.time.start <= 14 * 60:
                    occasion.time = replace(occasion.time, end=end)
                    return

    def _elsewhere(self, group: Group) -> list[Occasion]:
        """The days outside the labels, where these give none: in the heading before them, else anywhere."""
        own = [self.document.token_range(it.start, it.end) for it in group.fields]
        moments = [m for m in self.document.moments if not any(a <= m.first < b for a, b in own)]
        head = [m for m in moments if self.document.tokens[m.first].start < group.fields[0].at]
        for choice in (head[-4:], moments):
            pairs = self._merged(paired(self.document, [m for m in choice if isinstance(m, DateMention)]))
            weighed = [
                it
                for pair in pairs
                for it in dated(self.document, pair, self.published, self.years)
                if it.day is not None and self._weight(it) >= 1
            ]
            if weighed:
                return weighed[-1:]
        return []

    def _contradicting(self, group: Group, occasion: Occasion) -> list[date]:
        """Other days that the text gives for a labelled event: in its headings and where it is called by name."""
        if occasion.day is None or occasion.rule is not None:
            return []
        span = (occasion.day.date, occasion.last_day.date if occasion.last_day else occasion.day.date)
        timed = [self.document.token_range(it.start, it.end) for it in group.fields if it.kind in TIMED]
        found: list[date] = []
        for moment in self.document.moments:
            if not isinstance(moment, DateMention) or not moment.dated or moment.rule is not None:
                continue
            start = self.document.tokens[moment.first].start
            if not group.lead <= start < group.end or any(a <= moment.first < b for a, b in timed):
                continue
            for other in dated(self.document, Occasion(start, moment), self.published, self.years):
                if (
                    other.day is None
                    or span[0] <= other.day.date <= span[1]
                    or other.day.date < self.published
                ):
                    continue
                if other.last_day is not None and other.day.date <= span[0] <= other.last_day.date:
                    continue
                if self._weight(other) >= 3.5 and self._names_event(start) and other.day.date not in found:
                    found.append(other.day.date)
        return found

    def _names_event(self, at: int) -> bool:
        first, last = self.document.token_range(*self.document.sentence_at(at))
        return self.document.has("event", first, last) or self._is_heading(at)

    def _is_heading(self, at: int) -> bool:
        n = self.document.line_at(at)
        line = self.document.lines[n]
        text = self.document.text[line.start : line.end]
        first = next((k for k, it in enumerate(self.document.lines) if it.end > it.start), 0)
        return line.heading or (n <= first + 1 and len(text) <= 90) or (text.isupper() and len(text) <= 90)

    # -- prose

    def _prose_stops(self, groups: list[Group]) -> list[_Stop]:
        document = self.document
        group = groups[0] if groups else Group(end=len(document.text))
        whole = Group(list(group.fields), 0, len(document.text))
        pairs = self._merged(paired(document, document.moments))
        weighed: list[Occasion] = []
        for pair in pairs:
            for it in dated(document, pair, self.published, self.years):
                start = it.score
                it.score = self._weight(it)
                if it.rule is not None and start:
                    it.day = it.day and replace(
                        it.day, date=first_of_rule(it.rule, date.fromordinal(int(start)))
                    )
                weighed.append(it)
        if not self._announces():
            return []
        eligible = [it for it in weighed if it.score >= _EVIDENCE]
        if not eligible:
            return self._dateless(whole, weighed)
        changed = self._changed(eligible)
        if changed is not None:
            chosen, flags = changed
            if chosen.time is None:
                chosen.time = next((it.time for it in weighed if it.time is not None), None)
            return [_Stop(chosen, whole, 0, len(document.text), flags=flags)]
        stops = self._tour(eligible, whole)
        if stops:
            return stops
        return self._distinct(eligible, whole)

    def _announces(self) -> bool:
        """Whether the text calls to anything at all."""
        tokens, lexicon = self.document.tokens, self.document.lexicon
        return (
            self.document.has("event", 0, len(tokens))
            or self.document.has("call", 0, len(tokens))
            or any(it.organization.role == "host" for it in self.organizations)
            or (
                any(isinstance(it, TimeMention) for it in self.document.moments)
                and any(it.venue and (it.street or it.city) for it in self._places())
            )
        )

    def _weight(self, occasion: Occasion) -> float:
        """How much speaks for it that an event takes place then."""
        document, tokens, lexicon = self.document, self.document.tokens, self.document.lexicon
        mention = occasion.mention
        if mention is None:
            return 1.0 if occasion.time is not None and not self._aside(occasion.time.first) else -3.0
        start, end = document.sentence_at(tokens[mention.first].start)
        first, last = document.token_range(start, end)
        weight = 0.0
        if occasion.time is not None:
            near = abs(occasion.time.first - mention.last) <= 30
            weight += 3.0 if near else 1.5
        if mention.rule is not None:
            weight += 0.0 if occasion.time is None else 1.0
        elif mention.dated:
            weight += 1.0
            weight += 1.5 if any(day.weekday is not None for day in mention.days) else 0.0
        elif mention.days[0].relative is not None:
            weight += 0.5
        else:
            weight -= 0.5
        if self.document.has("event", first, last):
            weight += 1.5
        if self.document.has("call", first, last):
            weight += 1.0
        if end - start <= 80 and document.line_at(start) == document.line_at(max(start, end - 1)):
            weight += 1.0
        if occasion.day is not None and occasion.day.date < self.published:
            weight -= 2.5 if (self.published - occasion.day.date).days <= 31 else 5.0
        elif occasion.day is not None and "year_inferred" in occasion.day.flags and not occasion.day.weekday_written:
            # Without year and weekday, most of a year away: rather what was than what will be.
            weight -= 3.0 if (occasion.day.date - self.published).days > 300 else 0.0
        if self._aside(mention.first):
            weight -= 4.0
        elif self.document.has("aside", first, last):
            weight -= 2.5
        return weight

    def _aside(self, i: int) -> bool:
        """Whether the words directly before a mention say that it is about something else: "posted on", "since"."""
        tokens, lexicon = self.document.tokens, self.document.lexicon
        for k in range(max(0, i - 5), i):
            found = lexicon.at("aside", tokens, k)
            if (
                found is not None
                and i - (k + found.length) <= 2
                and all(t.text not in ".;\n" for t in tokens[k + found.length : i])
            ):
                return True
        return False

    def _dateless(self, whole: Group, weighed: list[Occasion]) -> list[_Stop]:
        """An event whose day the text does not tell, or tells impossibly."""
        document, tokens, lexicon = self.document, self.document.tokens, self.document.lexicon
        impossible = next((it for it in weighed if it.impossible), None)
        if impossible is not None:
            return [_Stop(impossible, whole, 0, len(document.text))]
        timed = next((it for it in weighed if it.mention is None and it.time is not None), None)
        for start, end in document.sentences:
            first, last = document.token_range(start, end)
            event = self.document.has("event", first, last)
            call = self.document.has("call", first, last)
            heading = self._is_heading(start) and event
            hosted = call and any(it.organization.role == "host" for it in self.organizations)
            placed = any(start <= place.start < end for place in self._places()) if event or call else False
            if self.document.has("aside", first, last):
                continue
            if (event and (call or placed or (heading and timed is not None))) or (placed and hosted):
                flags = self._change_flags(False)
                return [_Stop(timed or Occasion(start), whole, 0, len(document.text), flags=flags)]
        if whole.has(PLACED) and timed is None and self._announces():
            return [_Stop(Occasion(whole.fields[0].at), whole, 0, len(document.text))]
        return []

    def _changed(self, occasions: list[Occasion]) -> tuple[Occasion, set[str]] | None:
        """The day that holds after a postponement or a move, and the flags that say so."""
        kinds = {it.kind for it in self.changes}
        if not kinds & {"postponed", "rescheduled"} or not occasions:
            return None
        if any(it.mention is not None and it.mention.dated for it in occasions):
            occasions = [it for it in occasions if it.mention is not None and it.mention.dated]
        if len({it.key for it in occasions}) > 2:
            return None
        chosen, new = changes.chosen(self.document, occasions)
        return chosen, self._change_flags(new)

    def _change_flags(self, new: bool) -> set[str]:
        flags = {it.kind for it in self.changes}
        if new and "postponed" in flags:
            flags = (flags - {"postponed"}) | {"rescheduled"}
        if "rescheduled" in flags:
            flags.discard("postponed")
            flags.discard("cancelled")
        return flags

    def _tour(self, eligible: list[Occasion], whole: Group) -> list[_Stop]:
        """Stops of one day in several cities, each with its own line and time."""
        document = self.document
        days = {it.key for it in eligible}
        if len(days) != 1:
            return []
        base = max(eligible, key=lambda it: it.score)
        times = [m for m in document.moments if isinstance(m, TimeMention)]
        stops: list[tuple[TimeMention, int, int]] = []
        seen: set[str] = set()
        lines: set[int] = set()
        for moment in times:
            n = document.line_at(document.tokens[moment.first].start)
            if n in lines:
                continue
            line = document.lines[n]
            first, last = document.token_range(line.start, line.end)
            if line.end - line.start > 160:
                continue
            place = self.places.parse(line.start, line.end)
            if place.city is None or place.city in seen or last - first > 40:
                continue
            lines.add(n)
            seen.add(place.city)
            stops.append((moment, line.start, line.end))
        if len(stops) < 2:
            return []
        return [
            _Stop(replace(base, time=moment, at=start, extra=[]), whole, start, end, own_line=True)
            for moment, start, end in stops
        ]

    def _distinct(self, eligible: list[Occasion], whole: Group) -> list[_Stop]:
        """One stop for each day that is an event of its own; what merely contradicts becomes an alternative."""
        document = self.document
        eligible = self._slots(eligible)
        by_key: dict[object, list[Occasion]] = {}
        for it in eligible:
            key = (
                *it.key,
                it.time.start if it.listed and it.time and it.mention and len(it.mention.days) == 1 else None,
            )
            by_key.setdefault(key, []).append(it)
        groups = list(by_key.values())
        mains: list[Occasion] = []
        for group in groups:
            best = max(group, key=lambda it: it.score)
            if best.time is None:
                best.time = next((it.time for it in group if it.time is not None), None)
            if best.day is not None and any(it.day and "year_inferred" not in it.day.flags for it in group):
                best.day.flags.discard("year_inferred")
            mains.append(best)
        # A weekday or "tomorrow" that falls on no date of the text is an aside once there are dates.
        if any(it.mention is not None and it.mention.dated for it in mains):
            mains = [
                it
                for it in mains
                if it.mention is None
                or it.mention.dated
                or it.rule is not None
                or (it.time is not None and it.score >= 4.5)
            ]
        ranges = [it for it in mains if it.last_day is not None]
        if ranges:
            covered = [
                it
                for it in mains
                if it.last_day is None
                and it.day is not None
                and it.time is None
                and any(r.day and r.last_day and r.day.date <= it.day.date <= r.last_day.date for r in ranges)
            ]
            mains = [it for it in mains if it not in covered]
        if len(mains) == 1:
            return [_Stop(mains[0], whole, 0, len(document.text), flags=self._change_flags(False))]
        several = [it for it in mains if it.listed]
        if len(several) < 2:
            timed = [it for it in mains if it.time is not None]
            placed = [it for it in mains if self._own_place(it)]
            if len({self._own_place(it) for it in placed}) < 2:
                placed = []
            starts = {it.time.start for it in timed if it.time}
            if len(placed) >= 2:
                several = placed
            elif len(timed) >= 2 and (
                len(starts) >= 2 or len(timed) >= 3 or self._bulleted(timed) or self._together(timed)
            ):
                several = timed
            elif len(mains) >= 2 and (self._bulleted(mains) or self._together(mains)):
                several = mains
        if len(several) >= 2:
            keep = [it for it in mains if it in several or (it.time is not None and it.score >= 4.0)]
            times = [it.time for it in keep if it.time is not None]
            if len({time.start for time in times}) == 1 and len(times) < len(keep):
                line = document.line_at(document.tokens[times[0].first].start)
                common = sum(document.line_at(it.at) == line for it in keep) != 1 or self._together(keep)
                for it in keep:
                    if it.time is None and (it.listed or common):
                        it.time = times[0]
            return self._apart(keep, whole)
        best = max(mains, key=lambda it: it.score)
        stop = _Stop(best, whole, 0, len(document.text), flags=self._change_flags(False))
        span_end = best.last_day.date if best.last_day else None
        for it in mains:
            if it is best or it.day is None or it.rule is not None or it.score < 2.5:
                continue
            if best.day is not None and span_end is not None and best.day.date <= it.day.date <= span_end:
                continue
            if it.day.date >= self.published and (it.time is not None or self._names_event(it.at)):
                stop.alternatives.append(it.day.date)
        return [stop]

    def _own_place(self, it: Occasion) -> str | None:
        """What the line of a day names as its place: two days at two places are two events."""
        line = self.document.lines[self.document.line_at(it.at)]
        if line.end - line.start > 220:
            return None
        place = next((place for place in self._places() if line.start <= place.start <= line.end), None)
        if place is None and line.end - line.start <= 120:
            place = self.places.parse(line.start, line.end)
            return place.city
        return place and (place.venue or place.street or place.city)

    def _bulleted(self, occasions: Sequence[Occasion]) -> bool:
        lines = [self.document.lines[self.document.line_at(it.at)] for it in occasions]
        short = all(line.end - line.start <= 140 for line in lines)
        apart = len({line.start for line in lines}) == len(lines)
        return apart and short and (all(line.bullet for line in lines) or len(lines) >= 3)

    def _together(self, occasions: Sequence[Occasion]) -> bool:
        """Whether the days stand in one sentence, joined by "and" or commas."""
        tokens, lexicon = self.document.tokens, self.document.lexicon
        ordered = sorted((it for it in occasions if it.mention is not None), key=lambda it: it.mention.first)  # type: ignore[union-attr]
        if len(ordered) < 2:
            return False
        for a, b in zip(ordered, ordered[1:], strict=False):
            assert a.mention is not None and b.mention is not None
            if a.mention is b.mention:
                continue
            between = range(a.mention.last, b.mention.first)
            if len(between) > 16 or self.document.sentence_at(a.at) != self.document.sentence_at(
                tokens[b.mention.first].start
            ):
                return False
            if not any(lexicon.at("and", tokens, k) or tokens[k].text in ",;/" for k in between):
                return False
        return True

    def _apart(self, occasions: list[Occasion], whole: Group) -> list[_Stop]:
        """Stops with the part of the text that belongs to each: from its line to the next one's."""
        document = self.document
        ordered = sorted(occasions, key=lambda it: (it.at, it.day.date if it.day else date.max))
        starts = [document.lines[document.line_at(it.at)].start for it in ordered]
        stops: list[_Stop] = []
        for it, start in zip(ordered, starts, strict=True):
            following = next((other for other in starts if other > start), None)
            own = starts.count(start) == 1
            end = following if following is not None else len(document.text)
            flags = set()
            stops.append(
                _Stop(
                    it,
                    whole,
                    start if own else 0,
                    end if own else len(document.text),
                    own_line=own,
                    flags=flags,
                )
            )
        for change in self.changes:
            near = [stop for stop in stops if stop.own_line and stop.start <= change.at < stop.end]
            for stop in near[:1] or stops:
                stop.flags.add(change.kind)
        return stops

    # -- one event

    def _event(self, stop: _Stop, shared: Sequence[Field], *, alone: bool) -> ReadEvent:
        document = self.document
        occasion = stop.occasion
        flags = set(stop.flags)
        details: dict[str, dict[str, str]] = {}
        spans: list[Span] = []
        if alone and not flags:
            flags |= self._change_flags(False)
        place = self._place(stop, alone)
        if place.online:
            flags.add("online")
        moment, zone_name = self._clock(occasion, place, flags, details)
        start, end, all_day = self._span_of_time(occasion, moment, alone=alone)
        if occasion.day is not None:
            flags |= occasion.day.flags
            details |= occasion.day.details
            if occasion.last_day is not None:
                flags |= occasion.last_day.flags
                details |= {
                    key: value for key, value in occasion.last_day.details.items() if key not in details
                }
        if start is None:
            flags.add("no_date")
        elif moment is None and not all_day:
            flags.add("no_time")
        if stop.alternatives and occasion.day is not None:
            flags.add("date_conflict")
            details["date_conflict"] = {
                "read": occasion.day.date.isoformat(),
                "others": " ".join(sorted({it.isoformat() for it in stop.alternatives})),
            }
        if occasion.day is not None and occasion.rule is None:
            last = occasion.last_day.date if occasion.last_day else occasion.day.date
            if last < self.published:
                flags.add("past_event")
        if not place.known:
            flags.add("no_place")
        if moment is not None and moment.assumed:
            details["time_assumed"] = {"read": f"{moment.start // 60:02}:{moment.start % 60:02}"}
        who, what, why = self._ws(stop, shared, alone, spans)
        title = self._title(stop, shared, what, alone)
        if occasion.mention is not None:
            a, b = document.span(occasion.mention)
            spans.append(Span("when", a, b))
        if occasion.time is not None:
            a, b = document.span(occasion.time)
            spans.append(Span("when", a, b))
        if place.known and place.end > place.start:
            spans.append(Span("where", place.start, place.end))
        listed = self._organizations(stop, place)
        if who is None:
            hosts = [it.name for it in listed if it.role in ("host", "cohost")]
            who = ", ".join(hosts) or None
        return ReadEvent(
            title=title,
            who=who,
            what=what,
            why=why,
            start_local=start,
            end_local=end,
            timezone=zone_name,
            all_day=all_day,
            rrule=self._rule(occasion, zone_name),
            venue_name=place.venue,
            street=place.street,
            city=place.city,
            postal_code=place.postal_code,
            country=place.country,
            organizations=tuple(listed),
            flags=in_order(flags),
            spans=tuple(sorted(spans, key=lambda it: (it.start, it.end, it.field))),
            details=details,
        )

    def _clock(
        self, occasion: Occasion, place: Place, flags: set[str], details: dict[str, dict[str, str]]
    ) -> tuple[TimeMention | None, str | None]:
        """The time on the clock of the place, and the name of that clock."""
        moment = occasion.time
        here = place.timezone
        if moment is None or moment.zone is None:
            return moment, here or self.home
        day = occasion.day.date if occasion.day else self.published
        choices = [(moment.start, moment.zone, moment.label or ""), *moment.elsewhere]
        if here is None:
            # Without a place: the reader's own clock if the text gives it, else the first.
            here = (
                self.home
                if self.home
                and any(
                    offset(name, day, minutes) == offset(self.home, day, minutes)
                    for minutes, name, _ in choices
                )
                else moment.zone
            )
        length = moment.end - moment.start if moment.end is not None else None
        for minutes, name, label in choices:
            if offset(name, day, minutes) == offset(here, day, minutes):
                claim = CLAIMS.get(label.upper().replace(" ", ""))
                if claim is not None and claim != offset(here, day, minutes):
                    flags.add("tz_label_mismatch")
                    details["tz_label_mismatch"] = {"label": label, "timezone": here}
                end = minutes + length if length is not None else None
                return replace(moment, start=minutes, end=end), here
        minutes, name, label = choices[0]
        claim = CLAIMS.get(label.upper())
        shift = offset(here, day, minutes) - (claim if claim is not None else offset(name, day, minutes))
        flags.add("tz_label_mismatch")
        details["tz_label_mismatch"] = {"label": label, "timezone": here}
        if not 0 <= minutes + shift < DAY:
            return moment, name
        return replace(
            moment, start=minutes + shift, end=None if moment.end is None else moment.end + shift
        ), here

    def _span_of_time(
        self, occasion: Occasion, moment: TimeMention | None, *, alone: bool
    ) -> tuple[str | None, str | None, bool]:
        if occasion.day is None:
            return None, None, False
        first = occasion.day.date
        last = occasion.last_day.date if occasion.last_day else None
        if moment is None:
            region = (0, len(self.document.text)) if alone else self.document.sentence_at(occasion.at)
            a, b = self.document.token_range(*region)
            all_day = self.document.has("all_day", a, b)
            return first.isoformat(), last.isoformat() if last and last > first else None, all_day
        begin = _at(first, moment.start)
        finish = _at(last or first, moment.end) if moment.end is not None else None
        return begin, finish, False

    def _rule(self, occasion: Occasion, zone_name: str | None) -> str | None:
        if occasion.rule is None:
            return None
        if occasion.until is None:
            return occasion.rule
        info = zone(zone_name) or UTC
        if occasion.time is None:
            return f"{occasion.rule};UNTIL={occasion.until:%Y%m%d}"
        last = datetime.combine(occasion.until, time(0), info) + timedelta(
            minutes=min(occasion.time.start, DAY - 1)
        )
        return f"{occasion.rule};UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def _places(self) -> list[Place]:
        if self._candidates is None:
            self._candidates = self.places.candidates(0, min(len(self.document.text), 30_000))
        return self._candidates

    def _place(self, stop: _Stop, alone: bool) -> Place:
        """The place of one event: what is labelled, else what its line or sentence says, else what is nearest."""
        document = self.document
        where = stop.group.first("where")
        both = stop.group.first("when_where")
        city = stop.group.first("city")
        place = Place()
        if stop.own_line and stop.end - stop.start <= 400:
            first, last = document.line_at(stop.start), stop.end
            line = document.lines[first]
            found = [it for it in self._places() if stop.start <= it.start < last]
            here = self.places.parse(line.start, min(line.end, stop.end))
            place = nearest(found, stop.occasion.at, (line.start, line.end)) or Place()
            if here.city is not None and not place.city:
                place = replace(
                    place, city=here.city, country=place.country or here.country, timezone=here.timezone
                )
            tokens = document.token_range(line.start, line.end)
            bare = not self.document.has("event", *tokens) or (
                document.text[line.start : line.end].count(",") >= 2 and not self.document.has("call", *tokens)
            )
            if bare and here.known and line.end - line.start <= 160 and _facts(here) >= _facts(place):
                place = here
        if not place.venue and not place.street and where is not None:
            stated = self.places.parse(where.start, where.end)
            place = (
                replace(
                    stated,
                    city=place.city or stated.city,
                    country=place.country or stated.country,
                    timezone=place.timezone or stated.timezone,
                )
                if place.city
                else stated
            )
        elif not place.known and both is not None:
            place = self.places.parse(both.start, both.end)
        if not place.known or (where is None and both is None and not place.venue and not place.street):
            near = nearest(
                [it for it in self._places() if stop.start <= it.start < stop.end] or self._places(),
                stop.occasion.at,
                document.sentence_at(stop.occasion.at),
                *([document.sentence_at(document.span(stop.occasion.time)[0])] if stop.occasion.time else []),
            )
            if near is not None:
                place = replace(
                    near,
                    city=near.city or place.city,
                    country=near.country or place.country,
                    timezone=near.timezone or place.timezone,
                    online=near.online or place.online,
                )
        if city is not None:
            stated = self.places.parse(city.start, city.end)
            if stated.city is not None:
                place = replace(
                    place, city=stated.city, country=place.country or stated.country, timezone=stated.timezone
                )
        if not place.online and where is None and self._online(stop, place):
            return (
                replace(place, online=True, city=None, venue=None, street=None, country=None, timezone=None)
                if not place.street
                else replace(place, online=True)
            )
        if place.online and not place.street and not place.postal_code:
            return replace(place, city=None, country=None, timezone=None, venue=None)
        if place.city is None:
            place = self._with_city(place, stop)
        if place.country is None and place.known:
            place = replace(place, country=self.country)
        return place

    def _online(self, stop: _Stop, place: Place) -> bool:
        """Whether the event is a call on the screen: said in its sentence or heading, with no address beside it."""
        document, lexicon = self.document, self.document.lexicon
        if place.street or place.postal_code:
            return False
        regions = [document.sentence_at(stop.occasion.at)]
        if not place.venue:
            regions.append((stop.start, stop.end))
        return any(
            self.document.has("online", *document.token_range(*region)) for region in regions
        )

    def _with_city(self, place: Place, stop: _Stop) -> Place:
        """The city that the sentence, a heading or the text around names, where the place does not."""
        document = self.document
        regions = []
        if place.end > place.start:
            regions.append((document.sentence_at(place.start), True))
        regions.append((document.sentence_at(stop.occasion.at), True))
        n = document.line_at(stop.group.fields[0].at if stop.group.fields else stop.occasion.at)
        heads = [line for line in document.lines[max(0, n - 12) : n + 1] if 0 < line.end - line.start <= 120]
        regions += [((line.start, line.end), True) for line in reversed(heads)]
        first = next((line for line in document.lines if line.end > line.start), None)
        if first is not None and first.end - first.start <= 160:
            regions.append(((first.start, first.end), True))
        end = stop.end if stop.own_line else len(document.text)
        regions.append(((stop.start, min(end, stop.start + 6000)), False))
        regions.append(((stop.start, min(end, stop.start + 1000)), True))
        for (start, finish), bare in regions:
            named = self.places.cities.among(
                *document.token_range(start, finish), country=place.country, bare=bare
            )
            if named is not None:
                return replace(
                    place,
                    city=named.name,
                    country=place.country or named.city.country,
                    timezone=named.city.timezone,
                )
        return place

    # -- the other Ws

    def _ws(
        self, stop: _Stop, shared: Sequence[Field], alone: bool, spans: list[Span]
    ) -> tuple[str | None, str | None, str | None]:
        start, end = (0, len(self.document.text)) if alone or not stop.own_line else (stop.start, stop.end)
        at = stop.occasion.at
        values: list[str | None] = []
        for kind in ("who", "what", "why"):
            it = stop.group.first(kind) or next((f for f in shared if f.kind == kind), None)
            if it is not None:
                span: tuple[int, int] | None = (it.start, it.end)
            elif kind == "who":
                span = self.prose.who(start, end)
            elif kind == "what":
                span = self.prose.what(start, end, at) or (
                    self.prose.what(0, len(self.document.text), at) if not alone else None
                )
            else:
                span = self.prose.why(start, end, at) or (
                    self.prose.why(0, len(self.document.text), at) if not alone else None
                )
            if span is None:
                values.append(None)
                continue
            values.append(" ".join(self.document.text[span[0] : span[1]].split()) or None)
            spans.append(Span(kind, *span))
        return values[0], values[1], values[2]

    def _title(self, stop: _Stop, shared: Sequence[Field], what: str | None, alone: bool) -> str | None:
        it = stop.group.first("title") or next((f for f in shared if f.kind == "title"), None)
        if it is not None:
            return " ".join(self.document.text[it.start : it.end].split())
        labelled = stop.group.first("what") or next((f for f in shared if f.kind == "what"), None)
        at = stop.group.fields[0].at if stop.group.has(TIMED) else stop.occasion.at
        stated = what if labelled is not None else None
        return self.prose.title(at, stated) or what

    def _organizations(self, stop: _Stop, place: Place) -> list[ReadOrganization]:
        """Those of the event's own part of the text and those of all; never the place that is protested at."""
        listed: list[ReadOrganization] = []
        for found in self.organizations:
            if place.venue and found.organization.name.casefold() in place.venue.casefold():
                continue
            listed.append(found.organization)
        return listed


def _facts(place: Place) -> int:
    return sum(it is not None for it in (place.venue, place.street, place.city, place.postal_code))


def _at(day: date, minutes: int) -> str | None:
    try:
        moment = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    except OverflowError:
        return None
    return moment.isoformat(timespec="minutes")
