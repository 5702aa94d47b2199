"""The towns on a map: which ones, and where their names find room."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eventkit.venues import gazetteer
from eventkit.venues.basemap import Box
from eventkit.venues.gazetteer import City
from eventkit.venues.map_view import View

_LETTER = 22 * 0.56  # width that a letter of a name gets, as the largest style sheet sets it
_MOST = 12  # names on a map; more would be noise


@dataclass(frozen=True)
class Obstacle:
    """What a pin covers of the drawing, and where it points."""

    box: Box
    x: float
    y: float


def draw(view: View, pins: Sequence[Obstacle]) -> Markup:
    """Dots and names of the towns in view, the largest first, none on top of another or of a pin."""
    drawn: list[Markup] = []
    taken = [*(pin.box for pin in pins), (8.0, view.height - 34.0, view.width / 4 + 100, float(view.height))]
    for city in worth_naming(view):
        x, y = view.x(city.longitude), view.y(city.latitude)
        if len(drawn) == _MOST or not (8 < x < view.width - 8 and 8 < y < view.height - 8):
            continue
        dot = (x - 6, y - 6, x + 6, y + 6)
        # A pin may stand in a town and hide its dot: then the name is written beside the pin instead.
        hiding = next((pin for pin in pins if _overlap(dot, pin.box)), None)
        if hiding and math.hypot(x - hiding.x, y - hiding.y) > view.units(_radius_km(city)):
            continue
        if not hiding and any(_overlap(dot, other) for other in taken):
            continue
        place = _place_for_name(view, city.name, hiding.box if hiding else dot, taken)
        if place is None:
            continue
        box, anchor, at, baseline = place
        taken += [box, dot]
        mark = Markup('<circle class="map-town" cx="{:.1f}" cy="{:.1f}" r="4" fill="#0e0c09"/>').format(x, y)
        drawn.append((Markup("") if hiding else mark) + _name(city, anchor, at, baseline))
    return Markup('<g class="map-towns">{}</g>').format(Markup("").join(drawn))


def _in_view(view: View) -> list[City]:
    """Cities that may be in view, the most populous first."""
    if view.span_km > 2500:  # a continent needs no gazetteer: nothing but noise would fit
        return []
    reach = view.span_km * math.hypot(view.width, view.height) / view.width / 2
    found = gazetteer.nearby(view.latitude, view.longitude, within_km=reach, limit=4000)
    return sorted(found, key=lambda city: -city.population)[:250]


def worth_naming(view: View) -> list[City]:
    """The cities in view without the quarters that GeoNames lists as places of their own.

    A map that is narrow enough to tell quarters apart keeps them.
    """
    kept: list[City] = []
    for city in _in_view(view):
        if not any(_is_part_of(city, other, view.span_km / 5) for other in kept):
            kept.append(city)
    return kept


def _is_part_of(town: City, city: City, within_km: float) -> bool:
    if city.population < 4 * town.population:
        return False
    away = gazetteer.distance_km(city.latitude, city.longitude, town.latitude, town.longitude)
    return away < min(within_km, _radius_km(city))


def _radius_km(city: City) -> float:
    """How far a city may reach: 10 km for a million people."""
    return math.sqrt(city.population) / 100


def _name(city: City, anchor: str, x: float, y: float) -> Markup:
    large = city.population >= 300_000
    return Markup(
        '<text class="map-name" x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="16" font-weight="{}"'
        ' fill="#0e0c09" stroke="#e8dfce" stroke-width="4" stroke-linejoin="round"'
        ' paint-order="stroke">{}</text>'
    ).format(x, y, anchor, 700 if large else 400, city.name)


def _place_for_name(view: View, name: str, around: Box, taken: Sequence[Box]) -> tuple[Box, str, float, float] | None:
    """(space, text-anchor, x, baseline) of a name around a dot or a pin; None without room."""
    long = len(name) * _LETTER
    left, top, right, bottom = around
    level, centre = (top + bottom) / 2 + 6, (left + right) / 2
    for anchor, at, baseline in (
        ("start", right + 4, level),
        ("end", left - 4, level),
        ("middle", centre, bottom + 18),
        ("middle", centre, top - 5),
    ):
        start = {"start": at, "end": at - long, "middle": at - long / 2}[anchor]
        box = (start - 2, baseline - 17, start + long + 2, baseline + 6)
        inside = box[0] >= 2 and box[2] <= view.width - 2 and box[1] >= 2 and box[3] <= view.height - 2
        if inside and not any(_overlap(box, other) for other in taken):
            return box, anchor, at, baseline
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
