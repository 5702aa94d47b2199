"""Mentions that say one thing together, and mentions that say several: rules, programmes, slots, changes."""

from dataclasses import replace

from eventkit.events.announcements import changes
from eventkit.events.announcements.clock_times import DAY
from eventkit.events.announcements.occasions import Occasion, dated
from eventkit.events.announcements.scene import Scene
from eventkit.events.announcements.times import TimeMention


def merged(scene: Scene, pairs: list[Occasion]) -> list[Occasion]:
    """Without the weekday or "tomorrow" that only accompanies a date; with the end and start of a rule."""
    result: list[Occasion] = []
    tokens, lexicon = scene.document.tokens, scene.document.lexicon
    for pair in pairs:
        before = result[-1] if result else None
        if before is not None and before.mention is not None and pair.mention is not None:
            gap = pair.mention.first - before.mention.last
            if before.mention.rule is not None and pair.mention.rule is None and pair.mention.dated and gap <= 24:
                leads = range(max(0, pair.mention.first - 4), pair.mention.first)
                days = dated(scene.document, pair, scene.published, scene.years)
                day = days[0].day if days else None
                if any(lexicon.at("until", tokens, k) for k in leads):
                    before.until = day.date if day is not None else None
                    before.time = before.time or pair.time
                    continue
                if day is not None and any(lexicon.at("beginning", tokens, k) for k in leads):
                    before.begins = day
                    before.time = before.time or pair.time
                    continue
            if pair.mention.rule == "FREQ=DAILY" and before.mention.dated and len(before.mention.days) > 1:
                before.time = before.time or pair.time  # "27, 28 and 29 May, every day from 10 to 17"
                continue
            if pair.mention.rule is not None and before.mention.rule is None and before.mention.dated and gap <= 30:
                a, b = before.mention.first, before.mention.last
                around = (*range(max(0, a - 4), a), *range(b, b + 3))
                days = dated(scene.document, before, scene.published, scene.years)
                day = days[0].day if days else None
                if day is not None and any(lexicon.at("beginning", tokens, k) for k in around):
                    pair.begins = day
                    pair.time = pair.time or before.time
                    result[-1] = pair
                    continue
            if before.mention.dated and pair.mention.dated and _ends_the_first(scene, before, pair):
                first, last = before.mention.days[0], pair.mention.days[0]
                before.mention = replace(before.mention, days=(first, last), through=True)
                if before.time is not None and pair.time is not None:
                    before.time = replace(before.time, end=pair.time.start)
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
                kept = before if before.mention.days[0].relative is not None else pair  # "tomorrow, Saturday"
                kept.time = before.time or pair.time
                result[-1] = kept
                continue
        result.append(pair)
    return result


def _ends_the_first(scene: Scene, before: Occasion, pair: Occasion) -> bool:
    """ "It begins on Friday at 8 and ends at the same spot on Sunday at 6": the second day is when the first ends."""
    a, b = before.mention, pair.mention
    if a is None or b is None or len(a.days) + len(b.days) != 2 or a.rule is not None or b.rule is not None:
        return False
    tokens, document = scene.document.tokens, scene.document
    if document.sentence_at(tokens[a.first].start) != document.sentence_at(tokens[b.first].start):
        return False
    return document.has("ends", max(a.last, b.first - 8), b.first)


def slots(scene: Scene, occasions: list[Occasion]) -> list[Occasion]:
    """ "At 10 am and 2 pm" is twice; what else follows a time on the same day is its programme."""
    result: list[Occasion] = []
    tokens, lexicon = scene.document.tokens, scene.document.lexicon
    for occasion in occasions:
        result.append(occasion)
        _close(scene, occasion)
        before = occasion.time
        if before is not None and before.elsewhere:
            continue  # "1 pm ET / 10 am PT / 6 pm London" is one time
        if before is not None and (others := _twice(scene, occasion)):
            result += [replace(occasion, time=it, extra=[], at=tokens[it.first].start, listed=True) for it in others]
            occasion.at, occasion.listed = tokens[before.first].start, True
            continue
        for extra in occasion.extra:
            if before is None or extra.first - before.last > 2:
                break
            between = range(before.last, extra.first)
            joined = (not between and lexicon.at("and", tokens, extra.first) is not None) or all(
                lexicon.at("and", tokens, k) is not None or tokens[k].text in ",;/" for k in between
            )
            if not joined or (not list(between)) or lexicon.at("agenda", tokens, extra.first - 1):
                break
            result.append(replace(occasion, time=extra, extra=[], at=tokens[extra.first].start, listed=True))
            before = extra
    return result


def _twice(scene: Scene, occasion: Occasion) -> list[TimeMention]:
    """The further times of a day on which the text says that it happens twice."""
    if occasion.time is None or occasion.mention is None or not occasion.extra:
        return []
    document = scene.document
    sentence = document.sentence_at(document.tokens[occasion.mention.first].start)
    if not document.has("twice", *document.token_range(*sentence)):
        return []
    return [it for it in occasion.extra if sentence[0] <= document.tokens[it.first].start < sentence[1]]


def _close(scene: Scene, occasion: Occasion) -> None:
    """ "Ends at 4 pm", said later, is the end of what began before."""
    if occasion.time is None or occasion.time.end is not None:
        return
    tokens, lexicon = scene.document.tokens, scene.document.lexicon
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


def changed(scene: Scene, occasions: list[Occasion]) -> tuple[Occasion, set[str]] | None:
    """The day that holds after a postponement or a move, and the flags that say so."""
    kinds = {it.kind for it in scene.changes}
    if not kinds & {"postponed", "rescheduled"} or not occasions:
        return None
    if any(it.mention is not None and it.mention.dated for it in occasions):
        occasions = [it for it in occasions if it.mention is not None and it.mention.dated]
    if len({it.key for it in occasions}) > 2:
        return None
    chosen, new = changes.chosen(scene.document, occasions)
    return chosen, change_flags(scene, new)


def change_flags(scene: Scene, new: bool) -> set[str]:
    flags = {it.kind for it in scene.changes}
    if new and "postponed" in flags:
        flags = (flags - {"postponed"}) | {"rescheduled"}
    if "rescheduled" in flags:
        flags.discard("postponed")
        flags.discard("cancelled")
    return flags
