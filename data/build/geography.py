"""Plane geometry of a district on whole metres, so that every machine draws the same map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, floor, pi, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
GOLDEN_ANGLE = pi * (3 - sqrt(5))

Point = tuple[int, int]
LonLat = tuple[float, float]


def distance_km(a: LonLat, b: LonLat) -> float:
    """Great-circle distance of two WGS84 points in km (haversine)."""
    half_lat = radians(b[1] - a[1]) / 2
    half_lon = radians(b[0] - a[0]) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a[1])) * cos(radians(b[1])) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))


class Plane:
    """Metres east and north of an origin; good to a few metres over a district."""

    def __init__(self, origin: LonLat) -> None:
        self.origin = origin
        self.north_m = radians(1) * EARTH_RADIUS_KM * 1000
        self.east_m = self.north_m * cos(radians(origin[1]))

    def point(self, at: LonLat) -> Point:
        """Whole metres of a WGS84 point."""
        return (
            floor((at[0] - self.origin[0]) * self.east_m + 0.5),
            floor((at[1] - self.origin[1]) * self.north_m + 0.5),
        )

    def lon_lat(self, point: Point) -> LonLat:
        """WGS84 position of a point in metres, 5 decimals (about 1 m)."""
        return (
            round(self.origin[0] + point[0] / self.east_m, 5),
            round(self.origin[1] + point[1] / self.north_m, 5),
        )


def squared(a: Point, b: Point) -> int:
    """Squared distance in m2."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def inside(point: Point, outline: Sequence[Point]) -> bool:
    """Whether the point lies in the polygon (crossing count)."""
    x, y = point
    within = False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and (x - x1) * abs(y2 - y1) < (y - y1) * (x2 - x1) * (1 if y2 > y1 else -1):
            within = not within
    return within


def _turn(a: Point, b: Point, c: Point) -> int:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def crosses(a: Point, b: Point, line: Sequence[Point]) -> bool:
    """Whether the segment a-b properly crosses the polyline."""
    return any(
        _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0 for c, d in pairwise(line)
    )


def distance_to_line_m(point: Point, line: Sequence[Point]) -> float:
    """Shortest distance from a point to a polyline in metres."""
    return min(_distance_to_segment(point, c, d) for c, d in pairwise(line))


def _distance_to_segment(p: Point, a: Point, b: Point) -> float:
    length = squared(a, b)
    along = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return sqrt((a[0] + along * (b[0] - a[0]) - p[0]) ** 2 + (a[1] + along * (b[1] - a[1]) - p[1]) ** 2)


def sunflower(centre: Point, spacing_m: float, count: int) -> list[Point]:
    """``count`` points spread evenly around ``centre``, about ``spacing_m`` apart (Vogel's spiral)."""
    points = []
    for k in range(count):
        radius = spacing_m * sqrt(k + 0.5) / sqrt(pi)
        angle = k * GOLDEN_ANGLE
        points.append(
            (centre[0] + floor(radius * cos(angle) + 0.5), centre[1] + floor(radius * sin(angle) + 0.5))
        )
    return points


def gabriel_pairs(points: Sequence[Point], neighbours: int = 24) -> list[tuple[int, int]]:
    """Pairs whose diameter circle holds no third point, sought among the nearest ``neighbours``."""
    pairs = set()
    for i, a in enumerate(points):
        near = sorted((j for j in range(len(points)) if j != i), key=lambda j: (squared(a, points[j]), j))
        near = near[:neighbours]
        for j in near:
            b = points[j]
            apart = squared(a, b)
            if all(squared(a, points[k]) + squared(b, points[k]) >= apart for k in near if k != j):
                pairs.add((min(i, j), max(i, j)))
    return sorted(pairs)
