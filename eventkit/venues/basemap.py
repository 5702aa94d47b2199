"""Land, water, rivers and borders of any part of the world, offline.

A read-only SQLite file compiled from GSHHG by ``tools/build_basemap.py`` (see ``data/LICENSE-GSHHG.txt``):
three levels of detail, each cut into tiles, so that a map of a town reads a few small rows, not a continent.
"""

import math
import os
import sqlite3
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

DATABASE = Path(__file__).with_name("data") / "basemap.sqlite"

LAND, RIVERS, BORDERS = 0, 1, 2

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Chain = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Level:
    """A level of detail: tiles ``size`` degrees wide, coordinates in 1/``scale`` degree."""

    number: int
    size: int
    scale: int


@dataclass(frozen=True)
class Tile:
    """A tile's chains (closed rings of land, or lines): columns of x and y from its south-west corner.

    ``west`` may lie beyond 180 degrees where a map crosses the date line.
    """

    west: float
    south: float
    scale: int
    chains: tuple[Chain, ...]


def level_for(units_per_degree: float) -> Level:
    """The roughest level that is still three times finer than a drawing with so many units to a degree."""
    return next((level for level in levels() if units_per_degree * 3 <= level.scale), levels()[-1])


def tiles(layer: int, level: Level, west: float, south: float, east: float, north: float) -> Iterator[Tile]:
    """The tiles of a layer that touch a box in degrees; ``west`` and ``east`` may lie beyond 180."""
    turn = 360 // level.size
    for column in range(math.floor(west / level.size), math.floor(east / level.size) + 1):
        x = (column + turn // 2) % turn - turn // 2
        for y in range(math.floor(south / level.size), math.floor(north / level.size) + 1):
            if chains := _chains(level.number, x, y, layer):
                yield Tile(column * level.size, y * level.size, level.scale, chains)


def geojson(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """The finest land, rivers and borders around a box in degrees, as a GeoJSON FeatureCollection (RFC 7946).

    Each feature's ``kind`` is land, river or border. Tiles come whole, so features reach beyond the box.
    """
    features = []
    for layer, kind in ((LAND, "land"), (RIVERS, "river"), (BORDERS, "border")):
        parts: list[Any] = []
        for tile in tiles(layer, levels()[-1], west, south, east, north):
            for xs, ys in tile.chains:
                points = [
                    [round(tile.west + x / tile.scale, 4), round(tile.south + y / tile.scale, 4)]
                    for x, y in zip(xs, ys, strict=True)
                ]
                if layer != LAND:
                    parts.append(points)
                # Outer rings are kept clockwise, each followed by its holes; RFC 7946 wants the reverse.
                elif _clockwise(points):
                    parts.append([[*points[::-1], points[-1]]])
                elif parts:
                    parts[-1].append([*points[::-1], points[-1]])
        if parts:
            geometry = {"type": "MultiPolygon" if layer == LAND else "MultiLineString", "coordinates": parts}
            properties = {"kind": kind}
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _clockwise(points: Sequence[Sequence[float]]) -> bool:
    """Whether a ring runs clockwise, with north up."""
    return sum((two[0] - one[0]) * (two[1] + one[1]) for one, two in pairwise([*points, points[0]])) > 0


@lru_cache(maxsize=1)
def _connection() -> sqlite3.Connection:
    """One per process, read only, shared by threads: SQLite serializes the calls."""
    return sqlite3.connect(f"{DATABASE.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


# SQLite's connections must not travel through fork().
os.register_at_fork(after_in_child=_connection.cache_clear)


@lru_cache(maxsize=1)
def levels() -> tuple[Level, ...]:
    """From the roughest to the finest."""
    return tuple(Level(*row) for row in _connection().execute("SELECT number, size, scale FROM level ORDER BY number"))


@lru_cache(maxsize=128)
def _chains(level: int, x: int, y: int, layer: int) -> tuple[Chain, ...]:
    row = (
        _connection()
        .execute("SELECT shapes FROM tile WHERE id = ?", (((level * 360 + x + 180) * 180 + y + 90) * 4 + layer,))
        .fetchone()
    )
    if row is None:
        return ()
    data = zlib.decompress(row[0])
    (chains,) = struct.unpack_from("<H", data)
    counts = struct.unpack_from(f"<{chains}H", data, 2)
    total = sum(counts)
    columns = struct.unpack_from(f"<{total * 2}h", data, 2 + 2 * chains)
    xs, ys = tuple(accumulate(columns[:total])), tuple(accumulate(columns[total:]))
    ends = tuple(accumulate(counts))
    return tuple((xs[end - count : end], ys[end - count : end]) for count, end in zip(counts, ends, strict=True))


def clip_ring(points: list[Point], box: Box) -> list[Point]:
    """A ring cut to a box (Sutherland and Hodgman), side by side."""
    west, north, east, south = box
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, north, 1), (1, south, -1)):
        values = [point[axis] for point in points]
        if sign > 0:
            if min(values, default=limit) >= limit:
                continue
        elif max(values, default=limit) <= limit:
            continue
        points = list(_cut(points, axis, limit, sign))
        if not points:
            break
    return points


def _cut(points: list[Point], axis: int, limit: float, sign: int) -> Iterator[Point]:
    before = points[-1]
    inside_before = (before[axis] - limit) * sign >= 0
    for point in points:
        inside = (point[axis] - limit) * sign >= 0
        if inside != inside_before:
            along = (limit - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + along * (point[1 - axis] - before[1 - axis])
            yield (limit, other) if axis == 0 else (other, limit)
        if inside:
            yield point
        before, inside_before = point, inside


def clip_line(points: list[Point], box: Box) -> list[list[Point]]:
    """The stretches of a line that touch a box; each keeps one point beyond, which the drawing hides."""
    west, north, east, south = box
    pieces: list[list[Point]] = []
    current: list[Point] = []
    for one, two in pairwise(points):
        beyond = (
            (one[0] < west and two[0] < west) or (one[0] > east and two[0] > east)
            or (one[1] < north and two[1] < north) or (one[1] > south and two[1] > south)
        )  # fmt: skip
        if beyond:
            current = []
        elif current:
            current.append(two)
        else:
            current = [one, two]
            pieces.append(current)
    return pieces
