"""From degrees to the units of a drawing and back."""

import math

from eventkit.venues import gazetteer

NORTHERNMOST = 85.0  # Mercator has no poles


class View:
    """A Mercator window on the world: degrees in, units of the drawing out."""

    def __init__(self, latitude: float, longitude: float, width: int, height: int, span_km: float) -> None:
        """Centre, size of the drawing, and kilometres from its left to its right edge along the middle."""
        self.width, self.height, self.span_km = width, height, span_km
        self.latitude = max(-NORTHERNMOST, min(NORTHERNMOST, latitude))
        self.longitude = longitude
        narrowing = math.cos(math.radians(self.latitude))
        self.degrees = min(360.0, span_km / (gazetteer.KM_PER_DEGREE * narrowing))
        self.per_degree = width / self.degrees
        self.per_radian = self.per_degree * 180 / math.pi
        self._middle = mercator(self.latitude)
        self.west = longitude - self.degrees / 2
        self.east = longitude + self.degrees / 2
        self.north = self.latitude_at(0)
        self.south = self.latitude_at(height)

    def x(self, longitude: float) -> float:
        """Horizontal position; the turn of the world that is nearest to the middle."""
        away = (longitude - self.longitude + 180) % 360 - 180
        return self.width / 2 + away * self.per_degree

    def y(self, latitude: float) -> float:
        """Vertical position, downwards."""
        return self.height / 2 - (mercator(latitude) - self._middle) * self.per_radian

    def latitude_at(self, y: float) -> float:
        """The latitude of a vertical position."""
        return math.degrees(math.atan(math.sinh(self._middle + (self.height / 2 - y) / self.per_radian)))

    def units(self, km: float) -> float:
        """The length of a distance at the middle of the map."""
        return km * self.width / self.span_km


def mercator(latitude: float) -> float:
    return math.asinh(math.tan(math.radians(max(-NORTHERNMOST, min(NORTHERNMOST, latitude)))))
