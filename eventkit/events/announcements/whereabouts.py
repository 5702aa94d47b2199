"""Where an event takes place: what is labelled, else what its line or sentence says, else what is nearest."""

from dataclasses import replace

from eventkit.events.announcements.addresses import Place
from eventkit.events.announcements.places import nearest
from eventkit.events.announcements.scene import Scene, Stop


def place_of(scene: Scene, stop: Stop, alone: bool) -> Place:
    """The place of one event: what is labelled, else what its line or sentence says, else what is nearest."""
    document = scene.document
    where = stop.group.first("where")
    both = stop.group.first("when_where")
    city = stop.group.first("city")
    place = Place()
    if stop.own_line and stop.end - stop.start <= 400:
        first, last = document.line_at(stop.start), stop.end
        line = document.lines[first]
        found = [it for it in scene.found_places() if stop.start <= it.start < last]
        begin, end = max(line.start, stop.start), min(line.end, stop.end)
        here = scene.places.parse(begin, end)
        place = nearest(found, stop.occasion.at, (begin, end)) or Place()
        if here.city is not None and not place.city:
            place = replace(place, city=here.city, country=place.country or here.country, timezone=here.timezone)
        tokens = document.token_range(begin, end)
        bare = not scene.document.has("event", *tokens) or (
            document.text[begin:end].count(",") >= 2 and not scene.document.has("call", *tokens)
        )
        if bare and here.known and end - begin <= 160 and _facts(here) >= _facts(place):
            place = here
    if not place.venue and not place.street and where is not None:
        stated = scene.places.parse(where.start, where.end)
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
        place = scene.places.parse(both.start, both.end)
    if not place.known or (where is None and both is None and not place.venue and not place.street):
        near = nearest(
            [it for it in scene.found_places() if stop.start <= it.start < stop.end] or scene.found_places(),
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
        stated = scene.places.parse(city.start, city.end)
        if stated.city is not None:
            place = replace(place, city=stated.city, country=place.country or stated.country, timezone=stated.timezone)
    if not place.online and where is None and _online(scene, stop, place):
        return (
            replace(place, online=True, city=None, venue=None, street=None, country=None, timezone=None)
            if not place.street
            else replace(place, online=True)
        )
    if place.online and not place.street and not place.postal_code:
        return replace(place, city=None, country=None, timezone=None, venue=None)
    if place.guessed:
        said = scene.places.cities.among(
            *document.token_range(*document.sentence_at(stop.occasion.at)), country=place.country, bare=False
        )
        if said is not None and said.name != place.city:
            place = replace(place, city=said.name, timezone=said.city.timezone)
    if place.city is None:
        place = _with_city(scene, place, stop)
    if place.country is None and place.known:
        place = replace(place, country=scene.country)
    return place


def _online(scene: Scene, stop: Stop, place: Place) -> bool:
    """Whether the event is a call on the screen: said in its sentence or heading, with no address beside it."""
    document = scene.document
    if place.street or place.postal_code:
        return False
    regions = [document.sentence_at(stop.occasion.at)]
    if not place.venue:
        regions.append((stop.start, stop.end))
    return any(scene.document.has("online", *document.token_range(*region)) for region in regions)


def _with_city(scene: Scene, place: Place, stop: Stop) -> Place:
    """The city that the sentence, a heading or the text around names, where the place does not."""
    document = scene.document
    regions: list[tuple[tuple[int, int], bool]] = []
    if stop.own_line:
        regions.append(((stop.start, min(stop.end, stop.start + 400)), True))
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
    if stop.own_line:
        regions.append(((0, min(len(document.text), 6000)), False))
    for (start, finish), bare in regions:
        named = scene.places.cities.among(*document.token_range(start, finish), country=place.country, bare=bare)
        if named is not None:
            return replace(
                place,
                city=named.name,
                country=place.country or named.city.country,
                timezone=named.city.timezone,
            )
    return place


def _facts(place: Place) -> int:
    return sum(it is not None for it in (place.venue, place.street, place.city, place.postal_code))
