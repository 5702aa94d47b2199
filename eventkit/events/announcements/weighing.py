"""How much speaks for it that a mention of a day is when an event takes place."""

from eventkit.events.announcements.day_words import DateMention
from eventkit.events.announcements.occasions import Occasion
from eventkit.events.announcements.scene import Scene
from eventkit.events.announcements.times import TimeMention


def announces(scene: Scene) -> bool:
    """Whether the text calls to anything at all."""
    tokens = scene.document.tokens
    return (
        scene.document.has("event", 0, len(tokens))
        or scene.document.has("call", 0, len(tokens))
        or any(it.organization.role == "host" for it in scene.organizations)
        or _several_stops(scene)
        or (
            any(isinstance(it, TimeMention) or it.dated for it in scene.document.moments)
            and any(it.venue and (it.street or it.city) for it in scene.found_places())
        )
    )


def _several_stops(scene: Scene) -> bool:
    """Whether two lines or more name day, time and city each, as the dates of a tour do."""
    document = scene.document
    found = 0
    for line in document.lines:
        if not 0 < line.end - line.start <= 160:
            continue
        moments = document.moments_in(line.start, line.end)
        if any(isinstance(it, TimeMention) for it in moments) and any(
            isinstance(it, DateMention) and it.dated for it in moments
        ):
            found += scene.places.parse(line.start, line.end).city is not None
            if found >= 2:
                return True
    return False


def weight(scene: Scene, occasion: Occasion) -> float:
    """How much speaks for it that an event takes place then."""
    document, tokens = scene.document, scene.document.tokens
    mention = occasion.mention
    if mention is None:
        return 1.0 if occasion.time is not None and not aside(scene, occasion.time.first) else -3.0
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
    if scene.document.has("event", first, last):
        weight += 1.5
    if scene.document.has("call", first, last):
        weight += 1.0
    if end - start <= 80 and document.line_at(start) == document.line_at(max(start, end - 1)):
        weight += 1.0
    if occasion.day is not None and occasion.day.date < scene.published:
        weight -= 2.5 if (scene.published - occasion.day.date).days <= 31 else 5.0
    elif occasion.day is not None and "year_inferred" in occasion.day.flags and not occasion.day.weekday_written:
        # Without year and weekday, most of a year away: rather what was than what will be.
        weight -= 3.0 if (occasion.day.date - scene.published).days > 300 else 0.0
    if aside(scene, mention.first):
        weight -= 4.0
    elif scene.document.has("aside", first, last):
        weight -= 2.5
    return weight


def aside(scene: Scene, i: int) -> bool:
    """Whether the words directly before a mention say that it is about something else: "posted on", "since"."""
    tokens, lexicon = scene.document.tokens, scene.document.lexicon
    for k in range(max(0, i - 5), i):
        found = lexicon.at("aside", tokens, k)
        if (
            found is not None
            and i - (k + found.length) <= 2
            and all(t.text not in ".;\n" for t in tokens[k + found.length : i])
        ):
            return True
    return False


def names_event(scene: Scene, at: int) -> bool:
    first, last = scene.document.token_range(*scene.document.sentence_at(at))
    return scene.document.has("event", first, last) or is_heading(scene, at)


def is_heading(scene: Scene, at: int) -> bool:
    n = scene.document.line_at(at)
    line = scene.document.lines[n]
    text = scene.document.text[line.start : line.end]
    first = next((k for k, it in enumerate(scene.document.lines) if it.end > it.start), 0)
    return line.heading or (n <= first + 1 and len(text) <= 90) or (text.isupper() and len(text) <= 90)
