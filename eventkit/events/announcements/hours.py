"""The times of an event on the clock of its place, and its rule of recurrence."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from eventkit.events.announcements.addresses import Place
from eventkit.events.announcements.clock_times import DAY
from eventkit.events.announcements.occasions import Occasion
from eventkit.events.announcements.scene import Scene
from eventkit.events.announcements.times import TimeMention
from eventkit.events.announcements.zones import CLAIMS, offset, zone, zone_of_country


def clock_of(
    scene: Scene, occasion: Occasion, place: Place, flags: set[str], details: dict[str, dict[str, str]]
) -> tuple[TimeMention | None, str | None]:
    """The time on the clock of the place, and the name of that clock."""
    moment = occasion.time
    here = place.timezone
    if here is None and place.country is not None and (scene.home is None or place.country != scene.country):
        here = zone_of_country(place.country)
    if moment is None or moment.zone is None:
        return moment, here or scene.home
    day = occasion.day.date if occasion.day else scene.published
    choices = [(moment.start, moment.zone, moment.label or ""), *moment.elsewhere]
    if here is None:
        # Without a place: the reader's own clock if the text gives it, else the first.
        here = (
            scene.home
            if scene.home
            and any(offset(name, day, minutes) == offset(scene.home, day, minutes) for minutes, name, _ in choices)
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
    return replace(moment, start=minutes + shift, end=None if moment.end is None else moment.end + shift), here


def span_of(
    scene: Scene, occasion: Occasion, moment: TimeMention | None, *, alone: bool
) -> tuple[str | None, str | None, bool]:
    if occasion.day is None:
        return None, None, False
    first = occasion.day.date
    last = occasion.last_day.date if occasion.last_day else None
    if moment is None:
        region = (0, len(scene.document.text)) if alone else scene.document.sentence_at(occasion.at)
        a, b = scene.document.token_range(*region)
        all_day = scene.document.has("all_day", a, b)
        return first.isoformat(), last.isoformat() if last and last > first else None, all_day
    begin = _at(first, moment.start)
    finish = _at(last or first, moment.end) if moment.end is not None else None
    return begin, finish, False


def rule_of(scene: Scene, occasion: Occasion, zone_name: str | None) -> str | None:
    if occasion.rule is None:
        return None
    if occasion.until is None:
        return occasion.rule
    info = zone(zone_name) or UTC
    if occasion.time is None:
        return f"{occasion.rule};UNTIL={occasion.until:%Y%m%d}"
    last = datetime.combine(occasion.until, time(0), info) + timedelta(minutes=min(occasion.time.start, DAY - 1))
    return f"{occasion.rule};UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _at(day: date, minutes: int) -> str | None:
    try:
        moment = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    except OverflowError:
        return None
    return moment.isoformat(timespec="minutes")
