"""The events of a text without labels: which of its days are events, which contradict, which are asides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from eventkit.events.announcements.combining import change_flags, changed, merged, slots
from eventkit.events.announcements.groups import PLACED, Group
from eventkit.events.announcements.occasions import (
    Occasion,
    dated,
    first_of_rule,
    paired,
)
from eventkit.events.announcements.scene import Scene, Stop
from eventkit.events.announcements.times import TimeMention
from eventkit.events.announcements.weighing import announces, is_heading, names_event, weight

#: What a mention of a day must weigh for an event to be read from prose.
_EVIDENCE = 2.0


def prose_stops(scene: Scene, groups: list[Group]) -> list[Stop]:
    document = scene.document
    group = groups[0] if groups else Group(end=len(document.text))
    whole = Group(list(group.fields), 0, len(document.text))
    pairs = merged(scene, paired(document, document.moments))
    weighed: list[Occasion] = []
    for pair in pairs:
        for it in dated(document, pair, scene.published, scene.years):
            it.score = weight(scene, it)
            if it.rule is not None and it.begins is not None:
                it.day = replace(it.begins, date=first_of_rule(it.rule, it.begins.date))
            weighed.append(it)
    if not announces(scene):
        return []
    eligible = [it for it in weighed if it.score >= _EVIDENCE]
    if not eligible:
        return _dateless(scene, whole, weighed)
    change = changed(scene, eligible)
    if change is not None:
        chosen, flags = change
        if chosen.time is None:
            chosen.time = next((it.time for it in weighed if it.time is not None), None)
        return [Stop(chosen, whole, 0, len(document.text), flags=flags)]
    stops = _tour(scene, eligible, whole)
    if stops:
        return stops
    return _distinct(scene, eligible, whole)


def _dateless(scene: Scene, whole: Group, weighed: list[Occasion]) -> list[Stop]:
    """An event whose day the text does not tell, or tells impossibly."""
    document = scene.document
    impossible = next((it for it in weighed if it.impossible), None)
    if impossible is not None:
        return [Stop(impossible, whole, 0, len(document.text))]
    timed = next((it for it in weighed if it.mention is None and it.time is not None), None)
    for start, end in document.sentences:
        first, last = document.token_range(start, end)
        event = scene.document.has("event", first, last)
        call = scene.document.has("call", first, last)
        heading = is_heading(scene, start) and event
        hosted = call and any(it.organization.role == "host" for it in scene.organizations)
        placed = any(start <= place.start < end for place in scene.found_places()) if event or call else False
        if scene.document.has("aside", first, last):
            continue
        if (event and (call or placed or (heading and timed is not None))) or (placed and hosted):
            flags = change_flags(scene, False)
            return [Stop(timed or Occasion(start), whole, 0, len(document.text), flags=flags)]
    if whole.has(PLACED) and timed is None and announces(scene):
        return [Stop(Occasion(whole.fields[0].at), whole, 0, len(document.text))]
    return []


def _tour(scene: Scene, eligible: list[Occasion], whole: Group) -> list[Stop]:
    """Stops of one day in several cities, each with its own line and time."""
    document = scene.document
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
        place = scene.places.parse(line.start, line.end)
        if place.city is None or place.city in seen or last - first > 40:
            continue
        lines.add(n)
        seen.add(place.city)
        stops.append((moment, line.start, line.end))
    if len(stops) < 2:
        return []
    return [
        Stop(replace(base, time=moment, at=start, extra=[]), whole, start, end, own_line=True)
        for moment, start, end in stops
    ]


def _distinct(scene: Scene, eligible: list[Occasion], whole: Group) -> list[Stop]:
    """One stop for each day that is an event of its own; what merely contradicts becomes an alternative."""
    document = scene.document
    eligible = slots(scene, eligible)
    by_key: dict[tuple[object, ...], list[Occasion]] = {}
    for it in eligible:
        by_key.setdefault((*it.key, *_told_apart(scene, it)), []).append(it)
    for key in [key for key in by_key if key[2:] == (None, None)]:
        # A bare mention of a day that another tells in full is the same day.
        full = next((other for other in by_key if other[:2] == key[:2] and other != key), None)
        if full is not None:
            by_key[full] += by_key.pop(key)
    groups = list(by_key.values())
    mains: list[Occasion] = []
    for group in groups:
        best = max(group, key=lambda it: it.score)
        if best.time is None:
            best.time = next((it.time for it in group if it.time is not None), None)
        best.until = best.until or next((it.until for it in group if it.until is not None), None)
        if best.day is not None and any(it.day and "year_inferred" not in it.day.flags for it in group):
            best.day.flags.discard("year_inferred")
        mains.append(best)
    # A weekday or "tomorrow" that falls on no date of the text is an aside once there are dates.
    if any(it.mention is not None and it.mention.dated for it in mains):
        _lend_times(mains)
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
        return [Stop(mains[0], whole, 0, len(document.text), flags=change_flags(scene, False))]
    several = [it for it in mains if it.listed]
    if len(several) < 2:
        timed = [it for it in mains if it.time is not None]
        placed = [it for it in mains if _own_place(scene, it)]
        if len({_own_place(scene, it) for it in placed}) < 2:
            placed = []
        starts = {it.time.start for it in timed if it.time}
        if len(placed) >= 2:
            several = placed
        elif len(timed) >= 2 and (
            len(starts) >= 2 or len(timed) >= 3 or _bulleted(scene, timed) or _together(scene, timed)
        ):
            several = timed
        elif len(mains) >= 2 and (_bulleted(scene, mains) or _together(scene, mains)):
            several = mains
    if len(several) >= 2:
        keep = [it for it in mains if it in several or (it.time is not None and it.score >= 4.0)]
        times = [it.time for it in keep if it.time is not None]
        if len({time.start for time in times}) == 1 and len(times) < len(keep):
            line = document.line_at(document.tokens[times[0].first].start)
            common = sum(document.line_at(it.at) == line for it in keep) != 1 or _together(scene, keep)
            for it in keep:
                if it.time is None and (it.listed or common):
                    it.time = times[0]
        return _apart(scene, keep, whole)
    best = max(mains, key=lambda it: it.score)
    stop = Stop(best, whole, 0, len(document.text), flags=change_flags(scene, False))
    span_end = best.last_day.date if best.last_day else None
    for it in mains:
        if it is best or it.day is None or it.rule is not None or it.score < 2.5:
            continue
        if best.day is not None and span_end is not None and best.day.date <= it.day.date <= span_end:
            continue
        if it.day.date >= scene.published and (it.time is not None or names_event(scene, it.at)):
            stop.alternatives.append(it.day.date)
    return [stop]


def _lend_times(mains: Sequence[Occasion]) -> None:
    """ "8 March, night march! Monday 19:30": the time beside a weekday is that of the one date that falls on it."""
    bare = [it for it in mains if it.mention is not None and it.mention.dated and it.time is None]
    for it in mains:
        if it.mention is None or it.mention.dated or it.time is None or len(bare) != 1 or it.rule is not None:
            continue
        day = bare[0].day
        if day is not None and it.mention.days[0].weekday == day.date.weekday():
            bare[0].time = it.time


def _told_apart(scene: Scene, it: Occasion) -> tuple[int | None, str | None]:
    """What makes a second event of a second mention of a day: a line of its own with time, or with time and place."""
    if it.mention is None or it.time is None:
        return None, None
    if it.listed and len(it.mention.days) == 1:
        return it.time.start, None
    document = scene.document
    n = document.line_at(it.at)
    line = document.lines[n]
    if line.end - line.start > 120 or document.line_at(document.tokens[it.time.first].start) != n or it.extra:
        return None, None
    alone = line.end - line.start <= 60
    return (it.time.start if alone else None), (None if alone else _own_place(scene, it))


def _own_place(scene: Scene, it: Occasion) -> str | None:
    """What the line of a day names as its place: two days at two places are two events."""
    line = scene.document.lines[scene.document.line_at(it.at)]
    if line.end - line.start > 220:
        return None
    place = next((place for place in scene.found_places() if line.start <= place.start <= line.end), None)
    if place is None and line.end - line.start <= 120:
        place = scene.places.parse(line.start, line.end)
        return place.city
    return (place.venue or place.street or place.city) if place is not None else None


def _bulleted(scene: Scene, occasions: Sequence[Occasion]) -> bool:
    lines = [scene.document.lines[scene.document.line_at(it.at)] for it in occasions]
    short = all(line.end - line.start <= 140 for line in lines)
    apart = len({line.start for line in lines}) == len(lines)
    return apart and short and (all(line.bullet for line in lines) or len(lines) >= 3)


def _together(scene: Scene, occasions: Sequence[Occasion]) -> bool:
    """Whether the days stand in one sentence, joined by "and" or commas."""
    tokens, lexicon = scene.document.tokens, scene.document.lexicon
    ordered = sorted((it for it in occasions if it.mention is not None), key=lambda it: it.mention.first)  # type: ignore[union-attr]
    if len(ordered) < 2:
        return False
    for a, b in pairwise(ordered):
        if a.mention is None or b.mention is None or a.mention is b.mention:
            continue
        between = range(a.mention.last, b.mention.first)
        if len(between) > 16 or scene.document.sentence_at(a.at) != scene.document.sentence_at(
            tokens[b.mention.first].start
        ):
            return False
        if not any(lexicon.at("and", tokens, k) or tokens[k].text in ",;/" for k in between):
            return False
    return True


def _apart(scene: Scene, occasions: list[Occasion], whole: Group) -> list[Stop]:
    """Stops with the part of the text that belongs to each: from its line to the next one's."""
    document = scene.document
    ordered = sorted(occasions, key=lambda it: (it.at, it.day.date if it.day else date.max))
    starts = [document.lines[document.line_at(it.at)].start for it in ordered]
    stops: list[Stop] = []
    for it, start in zip(ordered, starts, strict=True):
        following = next((other for other in starts if other > start), None)
        own = starts.count(start) == 1
        end = following if following is not None else len(document.text)
        if own:
            stops.append(Stop(it, whole, start, end, own_line=True))
            continue
        # Several days in one line: each has what stands between it and the next, if that names a place.
        beside = [other.at for other, other_start in zip(ordered, starts, strict=True) if other_start == start]
        bounds = [*beside, document.lines[document.line_at(start)].end]
        pieces = list(pairwise(bounds))
        placed = all(any(a <= place.start < b for place in scene.found_places()) for a, b in pieces)
        if placed and len(set(beside)) == len(beside):
            stops.append(Stop(it, whole, it.at, next(b for a, b in pieces if a == it.at), own_line=True))
        else:
            stops.append(Stop(it, whole, 0, len(document.text)))
    for change in scene.changes:
        near = [stop for stop in stops if stop.own_line and stop.start <= change.at < stop.end]
        for stop in near[:1] or stops:
            stop.flags.add(change.kind)
    return stops
