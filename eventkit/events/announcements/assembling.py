"""From what was found to events: one for each day, stop or slot, with the fields that it states or shares."""

from collections.abc import Sequence
from datetime import date

from eventkit.events.announcements.addresses import Place
from eventkit.events.announcements.cleaning import clean
from eventkit.events.announcements.combining import change_flags
from eventkit.events.announcements.document import open_document
from eventkit.events.announcements.groups import TIMED, grouped
from eventkit.events.announcements.hours import clock_of, rule_of, span_of
from eventkit.events.announcements.labelled_stops import labelled_stops
from eventkit.events.announcements.labels import Field
from eventkit.events.announcements.prose_stops import prose_stops
from eventkit.events.announcements.reading import ReadEvent, Reading, ReadOrganization, Span, in_order
from eventkit.events.announcements.scene import Scene, Stop, survey
from eventkit.events.announcements.whereabouts import place_of
from eventkit.events.announcements.zones import zone

#: A text announces no more than this; what goes on so is not meant to be read.
_MOST_EVENTS = 40
_SHORT = 90  # characters of a phrase that can stand as a title


def read(text: str, *, published: date, home_timezone: str | None = None, country: str | None = None) -> Reading:
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
    scene = survey(document, published, home_timezone if zone(home_timezone) else None, home_country)
    groups, shared = grouped(document, scene.fields)
    stops = labelled_stops(scene, groups) if any(group.has(TIMED) for group in groups) else []
    stops = stops or prose_stops(scene, groups)
    lines = frozenset(document.line_at(stop.occasion.at) for stop in stops if stop.own_line)
    events = [_event_of(scene, stop, shared, lines, alone=len(stops) == 1) for stop in stops[:_MOST_EVENTS]]
    flags: set[str] = set()
    if not events:
        flags.add("no_event")
    if len(events) > 1:
        flags.add("multiple_events")
    return Reading(tuple(events), in_order(flags), document.language, document.text)


def _event_of(scene: Scene, stop: Stop, shared: Sequence[Field], lines: frozenset[int], *, alone: bool) -> ReadEvent:
    document = scene.document
    occasion = stop.occasion
    flags = set(stop.flags)
    details: dict[str, dict[str, str]] = {}
    spans: list[Span] = []
    if alone and not flags:
        flags |= change_flags(scene, False)
    place = place_of(scene, stop, alone)
    if place.online:
        flags.add("online")
    moment, zone_name = clock_of(scene, occasion, place, flags, details)
    start, end, all_day = span_of(scene, occasion, moment, alone=alone)
    if occasion.day is not None:
        flags |= occasion.day.flags
        details |= occasion.day.details
        if occasion.last_day is not None:
            flags |= occasion.last_day.flags
            details |= {key: value for key, value in occasion.last_day.details.items() if key not in details}
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
        if last < scene.published:
            flags.add("past_event")
    if not place.known:
        flags.add("no_place")
    if moment is not None and moment.assumed:
        details["time_assumed"] = {"read": f"{moment.start // 60:02}:{moment.start % 60:02}"}
    who, what, why = _ws_of(scene, stop, shared, alone, spans)
    title = _title_of(scene, stop, shared, what, why, lines)
    if occasion.mention is not None:
        a, b = document.span(occasion.mention)
        spans.append(Span("when", a, b))
    if occasion.time is not None:
        a, b = document.span(occasion.time)
        spans.append(Span("when", a, b))
    if place.known and place.end > place.start:
        spans.append(Span("where", place.start, place.end))
    listed = _organizations_of(scene, stop, place)
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
        rrule=rule_of(scene, occasion, zone_name),
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


def _ws_of(
    scene: Scene, stop: Stop, shared: Sequence[Field], alone: bool, spans: list[Span]
) -> tuple[str | None, str | None, str | None]:
    start, end = (0, len(scene.document.text)) if alone or not stop.own_line else (stop.start, stop.end)
    at = stop.occasion.at
    values: list[str | None] = []
    for kind in ("who", "what", "why"):
        it = stop.group.first(kind) or next((f for f in shared if f.kind == kind), None)
        if it is not None:
            span: tuple[int, int] | None = (it.start, it.end)
        elif kind == "who":
            span = scene.prose.who(start, end)
        elif kind == "what":
            span = scene.prose.what(start, end, at) or (
                scene.prose.what(0, len(scene.document.text), at) if not alone else None
            )
        else:
            span = scene.prose.why(start, end, at) or (
                scene.prose.why(0, len(scene.document.text), at) if not alone else None
            )
        if span is None:
            values.append(None)
            continue
        values.append(" ".join(scene.document.text[span[0] : span[1]].split()) or None)
        spans.append(Span(kind, *span))
    return values[0], values[1], values[2]


def _title_of(
    scene: Scene,
    stop: Stop,
    shared: Sequence[Field],
    what: str | None,
    why: str | None,
    lines: frozenset[int],
) -> str | None:
    """The title that the text states or shows; else its demand, if that is short enough, or what happens."""
    it = stop.group.first("title") or next((f for f in shared if f.kind == "title"), None)
    if it is not None:
        return scene.headlines.cleaned(it.start, it.end) or " ".join(scene.document.text[it.start : it.end].split())
    labelled = stop.group.first("what") or next((f for f in shared if f.kind == "what"), None)
    at = stop.group.fields[0].at if stop.group.has(TIMED) else stop.occasion.at
    stated = what if labelled is not None else None
    title = scene.headlines.title(at, stated, lines)
    if title is None and why is not None and len(why) <= _SHORT and (what is None or len(what) > _SHORT):
        title = (why[0].upper() + why[1:]).rstrip(".")
    return title or what


def _organizations_of(scene: Scene, stop: Stop, place: Place) -> list[ReadOrganization]:
    """Those of the event's own part of the text and those of all; never the place that is protested at."""
    listed: list[ReadOrganization] = []
    for found in scene.organizations:
        if place.venue and found.organization.name.casefold() in place.venue.casefold():
            continue
        listed.append(found.organization)
    return listed
