"""The events whose day or time a label gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from eventkit.events.announcements.clock_times import DAY
from eventkit.events.announcements.combining import changed, merged, slots
from eventkit.events.announcements.day_words import DateMention
from eventkit.events.announcements.groups import TIMED, Group
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.occasions import (
    Occasion,
    dated,
    paired,
)
from eventkit.events.announcements.scene import Scene, Stop
from eventkit.events.announcements.times import TimeMention
from eventkit.events.announcements.weighing import names_event, weight


def labelled_stops(scene: Scene, groups: list[Group]) -> list[Stop]:
    stops: list[Stop] = []
    last_occasions: list[Occasion] = []
    for group in groups:
        occasions = _occasions_of(scene, group)
        if not any(it.mention or it.time for it in occasions):
            occasions = [replace(it) for it in last_occasions] or _elsewhere(scene, group)
        elif all(it.day is None and not it.impossible for it in occasions):
            # Only a time: the day stands in a heading, or is the one of the event before.
            days = _elsewhere(scene, group) or last_occasions
            moment = occasions[0].time
            occasions = [replace(it, time=it.time or moment) for it in days] or occasions
        last_occasions = occasions
        if not occasions and not any(it.kind in ("who", "what", "where", "when", "when_where") for it in group.fields):
            continue
        change = changed(scene, occasions)
        if change is not None:
            occasions = [change[0]]
        lines = {scene.document.line_at(it.at) for it in occasions}
        for occasion in occasions or [Occasion(group.fields[0].at)]:
            stop = Stop(occasion, group, group.lead, group.end)
            if len(occasions) > 1 and len(lines) == len(occasions):
                line = scene.document.lines[scene.document.line_at(occasion.at)]
                timed = next((it for it in group.fields if it.start <= occasion.at < it.end), None)
                stop.start = max(line.start, timed.start) if timed else line.start
                stop.end = line.end
                stop.own_line = True
            if change is not None:
                stop.flags |= change[1]
            if len(occasions) == 1 and change is None:
                stop.alternatives = _contradicting(scene, group, occasion)
            stops.append(stop)
    return stops


def _occasions_of(scene: Scene, group: Group) -> list[Occasion]:
    """The days and times that the labelled values of one event state."""
    moments: list[DateMention | TimeMention] = []
    end_time: TimeMention | None = None
    for it in sorted((it for it in group.fields if it.kind in TIMED), key=lambda it: it.start):
        here = scene.document.moments_in(it.start, it.end)
        if it.kind == "end":
            end_time = next((m for m in here if isinstance(m, TimeMention)), None) or _loose(scene, it, here)
            continue
        if not any(isinstance(m, TimeMention) for m in here) and it.kind in (
            "time",
            "when",
            "when_where",
        ):
            loose = _loose(scene, it, here)
            if loose is not None:
                here = sorted([*here, loose], key=lambda m: m.first)
        if it.kind == "time" and moments and any(isinstance(m, TimeMention) for m in moments):
            here = [m for m in here if isinstance(m, DateMention)] + [m for m in here if isinstance(m, TimeMention)]
        moments += here
    place_moments = [
        m for it in group.fields if it.kind == "where" for m in scene.document.moments_in(it.start, it.end)
    ]
    if not any(isinstance(m, TimeMention) for m in moments):
        moments += [m for m in place_moments if isinstance(m, TimeMention)]
    pairs = merged(scene, paired(scene.document, moments))
    result = [day for pair in pairs for day in dated(scene.document, pair, scene.published, scene.years)]
    one_line = len({scene.document.line_at(it.at) for it in result}) == 1
    if len(result) > 1 and one_line and all(it.time is None for it in result[:-1]):
        for earlier in result[:-1]:  # "Friday 30 and Saturday 1, 7 pm"
            earlier.time = result[-1].time
    if end_time is not None and len(result) == 1 and result[0].time is not None and result[0].time.end is None:
        begin = result[0].time.start
        end = end_time.start if end_time.start > begin else end_time.start + DAY if begin >= 17 * 60 else None
        result[0].time = replace(result[0].time, end=end)
    return slots(scene, result)


def _loose(scene: Scene, it: Field, here: Sequence[DateMention | TimeMention]) -> TimeMention | None:
    """A bare "1-3" or "18" that only the label makes a time."""
    first, last = scene.document.token_range(it.start, it.end)
    dates = [m for m in here if isinstance(m, DateMention)]
    if dates:
        first = dates[-1].last
    for i in range(first, min(last, first + 12)):
        mention = scene.document.times.at(i, loose=True)
        if mention is None:
            continue
        start, end = scene.document.span(mention)
        if it.kind in ("time", "end") or mention.end is not None or end - start >= 4:  # "11.00"
            return mention
    return None


def _elsewhere(scene: Scene, group: Group) -> list[Occasion]:
    """The days outside the labels, where these give none: in the heading before them, else anywhere."""
    own = [scene.document.token_range(it.start, it.end) for it in group.fields]
    moments = [m for m in scene.document.moments if not any(a <= m.first < b for a, b in own)]
    head = [m for m in moments if scene.document.tokens[m.first].start < group.fields[0].at]
    for choice in (head[-4:], moments):
        pairs = merged(scene, paired(scene.document, [m for m in choice if isinstance(m, DateMention)]))
        weighed = [
            it
            for pair in pairs
            for it in dated(scene.document, pair, scene.published, scene.years)
            if it.day is not None and weight(scene, it) >= 1
        ]
        if weighed:
            return weighed[-1:]
    return []


def _contradicting(scene: Scene, group: Group, occasion: Occasion) -> list[date]:
    """Other days that the text gives for a labelled event: in its headings and where it is called by name."""
    if occasion.day is None or occasion.rule is not None:
        return []
    span = (occasion.day.date, occasion.last_day.date if occasion.last_day else occasion.day.date)
    timed = [scene.document.token_range(it.start, it.end) for it in group.fields if it.kind in TIMED]
    found: list[date] = []
    for moment in scene.document.moments:
        if not isinstance(moment, DateMention) or not moment.dated or moment.rule is not None:
            continue
        start = scene.document.tokens[moment.first].start
        if not group.lead <= start < group.end or any(a <= moment.first < b for a, b in timed):
            continue
        for other in dated(scene.document, Occasion(start, moment), scene.published, scene.years):
            if other.day is None or span[0] <= other.day.date <= span[1] or other.day.date < scene.published:
                continue
            if other.last_day is not None and other.day.date <= span[0] <= other.last_day.date:
                continue
            if weight(scene, other) >= 3.5 and names_event(scene, start) and other.day.date not in found:
                found.append(other.day.date)
    return found
