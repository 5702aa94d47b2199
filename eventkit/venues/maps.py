"""Maps drawn by the server, as SVG that needs no script and nobody's tiles.

Land, lakes, rivers and borders come from the basemap, towns from the gazetteer. Streets are in neither: a map
shows where in a region something is, by coast, water and the towns around. Colours come from the page's style
sheet (``static/css/maps.css``), so a map follows light and dark; without one it shows in the colours of light.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel.units import format_unit
from markupsafe import Markup

from eventkit.venues import basemap, gazetteer, map_towns
from eventkit.venues.basemap import Point
from eventkit.venues.map_towns import Obstacle
from eventkit.venues.map_view import NORTHERNMOST, View, mercator

#: What a page that shows a map says beside it; the licences are in ``data/``.
ATTRIBUTION = "GeoNames (CC BY 4.0), GSHHG (LGPL)"

#: How exact a position must be for a pin; anything less is a ring, which claims no doorstep.
SHARP = frozenset({"pin", "exact", "street"})

_RING_KM = {"postcode": 2.5, "city": 8.0}


@dataclass(frozen=True)
class Pin:
    """A place on an overview: degrees, what its pin says (a day of the month), and what it is."""

    latitude: float
    longitude: float
    label: str
    title: str
    href: str | None = None


def locator_svg(
    latitude: float,
    longitude: float,
    *,
    title: str,
    precision: str,
    width: int = 640,
    height: int = 360,
    span_km: float = 90,
    locale: str = "en",
) -> Markup:
    """A map of the region around a venue as an inline SVG element; ``title`` tells what it shows.

    ``span_km`` is the map's width on the ground. A position known only to the ``"city"`` or ``"postcode"`` is
    shown as a ring, not as a pin. ``locale`` is the language of the scale's unit.
    """
    view = View(latitude, longitude, width, height, span_km)
    x, y = width / 2, height / 2
    if precision in SHARP:
        marks = [map_towns.draw(view, [_obstacle(x, y, 30)]), _pin(x, y, 30)]
    else:
        radius = max(26.0, min(view.units(_RING_KM.get(precision, 8.0)), height * 0.3))
        ring = Markup(
            '<circle class="map-ring" cx="{}" cy="{}" r="{:.0f}" fill="#ff6f30" fill-opacity=".25"'
            ' stroke="#0e0c09" stroke-width="3"/>'
        ).format(x, y, radius)
        marks = [ring, map_towns.draw(view, [])]
    return _frame(view, title, [*marks, _scale(view, locale)])


def overview_svg(
    points: Sequence[Pin],
    *,
    title: str,
    width: int = 640,
    height: int = 400,
    locale: str = "en",
) -> Markup:
    """A map that holds every pin, for a list of events; empty when there are none.

    The first pin is the list's lead: it is larger and stands in front. A pin with an ``href`` is a link. Pins
    that would hide one another become one: it says the first one's day and "+", and its title names them all.
    """
    if not points:
        return Markup("")
    # Neighbouring venues of one city are worth telling apart; a single one is better placed in its region.
    several = len({(pin.latitude, pin.longitude) for pin in points}) > 1
    view = _view_of(points, width, height, least_span_km=12 if several else 60)
    placed = _merged([(view.x(pin.longitude), view.y(pin.latitude), pin) for pin in points])
    marks = [_pin(x, y, 30 if number == 0 else 24, pin) for number, (x, y, pin) in reversed(list(enumerate(placed)))]
    taken = [_obstacle(x, y, 30 if number == 0 else 24) for number, (x, y, _) in enumerate(placed)]
    return _frame(view, title, [map_towns.draw(view, taken), *marks, _scale(view, locale)], group=True)


def surroundings(latitude: float, longitude: float, *, span_km: float = 120) -> dict[str, Any]:
    """The ground and the towns around a point as GeoJSON, for the map on which an organizer moves the pin.

    ``kind`` is land, river, border or town; a town has its ``name`` and ``population``, the largest first.
    """
    view = View(latitude, longitude, 100, 100, span_km)
    found = basemap.geojson(view.west, view.south, view.east, view.north)
    found["features"] += [
        {
            "type": "Feature",
            "properties": {"kind": "town", "name": city.name, "population": city.population},
            "geometry": {"type": "Point", "coordinates": [city.longitude, city.latitude]},
        }
        for city in map_towns.worth_naming(view)[:60]
    ]
    return found


def _merged(placed: Iterable[tuple[float, float, Pin]]) -> list[tuple[float, float, Pin]]:
    """One pin where several would stand within half a pin's width of the first."""
    kept: list[tuple[float, float, Pin]] = []
    for x, y, pin in placed:
        for number, (other_x, other_y, other) in enumerate(kept):
            if math.hypot(x - other_x, y - other_y) < 13:
                label = other.label if other.label == pin.label else other.label.removesuffix("+") + "+"
                kept[number] = (
                    other_x,
                    other_y,
                    replace(other, label=label, title=f"{other.title}\n{pin.title}"),
                )
                break
        else:
            kept.append((x, y, pin))
    return kept


def _view_of(points: Sequence[Pin], width: int, height: int, least_span_km: float) -> View:
    """The window around all pins, with room for a pin's body above its point."""
    latitudes = [max(-NORTHERNMOST, min(NORTHERNMOST, pin.latitude)) for pin in points]
    west, around = _narrowest([pin.longitude for pin in points])
    low, high = mercator(min(latitudes)), mercator(max(latitudes))
    middle = math.degrees(math.atan(math.sinh((low + high) / 2)))
    per_degree_km = gazetteer.KM_PER_DEGREE * math.cos(math.radians(middle))
    across = around * per_degree_km * width / (width - 80)
    down = math.degrees(high - low) * per_degree_km * width / (height - 110)
    span = max(least_span_km, across, down)
    # Half a pin lower than the middle of the points, since pins stand on theirs.
    shift = math.degrees(20 / width * span / gazetteer.KM_PER_DEGREE * math.pi / 180)
    return View(middle + shift, west + around / 2, width, height, span)


def _narrowest(longitudes: Sequence[float]) -> tuple[float, float]:
    """Start and width in degrees of the shortest stretch of the globe that holds all longitudes."""
    turned = sorted(longitude % 360 for longitude in longitudes)
    gaps = [
        ((after - before) % 360 if len(turned) > 1 else 360, after)
        for before, after in zip(turned, [*turned[1:], turned[0]], strict=True)
    ]
    gap, start = max(gaps)
    if gap == 0:  # all at one longitude
        return turned[0], 0.0
    return start, 360.0 - gap


def _frame(view: View, title: str, marks: Iterable[Markup], *, group: bool = False) -> Markup:
    """The element, its name, and the ground under the marks.

    A map without links is one picture; one with links must let a reader in to them.
    """
    land, borders = _path(view, basemap.LAND), _path(view, basemap.BORDERS)
    wide = view.span_km > 1500  # a continent drowns in its rivers, and its borders are too winding for dashes
    rivers = "" if wide else _path(view, basemap.RIVERS)
    border = Markup('stroke-width="7"') if wide else Markup('stroke-width="12" stroke-dasharray="60 40"')
    return Markup(
        '<svg class="map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}"'
        ' direction="ltr" xmlns="http://www.w3.org/2000/svg"><title>{title}</title>'
        '<rect class="map-water" width="{width}" height="{height}" fill="#c5ced0"/>'
        '<g transform="scale(.1)">'
        '<path class="map-land" fill="#e8dfce" d="{land}"/>'
        '<path class="map-river" fill="none" stroke="#c5ced0" stroke-width="16" stroke-linejoin="round"'
        ' d="{rivers}"/><path class="map-border" fill="none" stroke="#6b6355" {border}'
        ' d="{borders}"/>'
        "</g>{marks}</svg>"
    ).format(
        width=view.width, height=view.height, role="group" if group else "img", title=title,
        land=land, rivers=rivers, borders=borders, border=border, marks=Markup("").join(marks),
    )  # fmt: skip


def _pin(x: float, y: float, size: float, pin: Pin | None = None) -> Markup:
    """A square pin that stands on its point, as on the posters; it carries a label and leads to its event."""
    half, body, tall = size / 2 + 2, size + 1, size * 1.65
    shape = Markup(
        '<path class="map-pin" d="M{:.1f} {:.1f}h{:.1f}v{:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}z"'
        ' fill="#ff6f30" stroke="#0e0c09" stroke-width="3" stroke-linejoin="miter"/>'
    ).format(x - half, y - tall, half * 2, body, -half, tall - body, -half, body - tall)
    if pin is None:
        return shape
    inside = Markup(
        '<title>{}</title>{}<text class="map-day" x="{:.1f}" y="{:.1f}" text-anchor="middle"'
        ' font-weight="700" font-size="{:.0f}" fill="#0e0c09">{}</text>'
    ).format(pin.title, shape, x, y - tall + body * 0.76, size * 0.6, pin.label)
    if pin.href is None:
        return Markup("<g>{}</g>").format(inside)
    return Markup('<a href="{}">{}</a>').format(pin.href, inside)


def _scale(view: View, locale: str) -> Markup:
    """A bar as long as a round distance, at most a quarter of the map."""
    longest = view.span_km / 4
    power = 10.0 ** math.floor(math.log10(longest))
    km = max(step * power for step in (1, 2, 5) if step * power <= longest)
    amount = km if km < 1 else int(km)
    length = view.units(km)
    y = view.height - 16
    return Markup(
        '<g class="map-scale"><path d="M16 {:.0f}v6h{:.1f}v-6" fill="none" stroke="#0e0c09"'
        ' stroke-width="2"/><text x="{:.1f}" y="{:.0f}" font-size="15" fill="#0e0c09">{}</text></g>'
    ).format(y - 6, length, 24 + length, y, format_unit(amount, "length-kilometer", "short", locale=locale))


def _obstacle(x: float, y: float, size: float) -> Obstacle:
    """A pin as the names of towns see it: what it covers and a little air."""
    return Obstacle((x - size / 2 - 5, y - size * 1.65 - 4, x + size / 2 + 5, y + 5), x, y)


def _path(view: View, layer: int) -> str:
    """A layer's SVG path data in tenths of the drawing's units, cut to the view."""
    least = 1.5 if view.span_km < 1500 else 3.0  # smaller islands are specks
    box = (-12.0, -12.0, view.width + 12.0, view.height + 12.0)  # beyond the view, so that no cut edge shows
    parts: list[str] = []
    level = basemap.level_for(view.per_degree)
    for tile in basemap.tiles(layer, level, view.west, view.south, view.east, view.north):
        left = view.width / 2 + (tile.west - view.longitude) * view.per_degree
        step = view.per_degree / tile.scale
        heights: dict[int, float] = {}
        for xs, ys in tile.chains:
            if (max(xs) - min(xs)) * step < least and (max(ys) - min(ys)) * step < least:
                continue
            for unit in set(ys) - heights.keys():
                heights[unit] = view.y(tile.south + unit / tile.scale)
            points = [(left + x * step, heights[y]) for x, y in zip(xs, ys, strict=True)]
            if layer == basemap.LAND:
                parts.append(_data(basemap.clip_ring(points, box), closed=True))
            else:
                parts.extend(_data(piece, closed=False) for piece in basemap.clip_line(points, box))
    return "".join(parts)


def _data(points: Sequence[Point], *, closed: bool) -> str:
    """Path data of a chain, without the points that nobody could tell apart."""
    if len(points) < (3 if closed else 2):
        return ""
    before = (round(points[0][0] * 10), round(points[0][1] * 10))
    steps: list[str] = []
    last = len(points) - 1
    start = before
    for number, point in enumerate(points):
        at = (round(point[0] * 10), round(point[1] * 10))
        across, down = at[0] - before[0], at[1] - before[1]
        if abs(across) + abs(down) < 8 and (closed or number < last):
            continue
        steps.append(f"{across}{'' if down < 0 else ' '}{down}")
        before = at
    if len(steps) < (2 if closed else 1):
        return ""
    return f"M{start[0]} {start[1]}l{' '.join(steps)}{'z' if closed else ''}"
