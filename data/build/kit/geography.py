"""Plane geometry of a region on whole metres, so that every machine draws the same map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import asin, cos, floor, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kit.csv_files import Row

EARTH_RADIUS_KM = 6371.0088
GOLDEN_ANGLE = pi * (3 - sqrt(5))

Point = tuple[int, int]
LonLat = tuple[float, float]
Metres = NDArray[np.int64]


def distance_km(a: LonLat, b: LonLat) -> float:
    """Great-circle distance of two WGS84 points in km (haversine)."""
    half_lat = radians(b[1] - a[1]) / 2
    half_lon = radians(b[0] - a[0]) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a[1])) * cos(radians(b[1])) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))


def stated_point(row: Row) -> LonLat:
    """The WGS84 point of an input row."""
    return (float(row["lon"]), float(row["lat"]))


def mean_point(points: Sequence[LonLat]) -> LonLat:
    """The mean of some WGS84 points, 5 decimals."""
    lon, lat = (sum(at[axis] for at in points) / len(points) for axis in (0, 1))
    return (round(lon, 5), round(lat, 5))


def lon_lat_cells(at: LonLat) -> dict[str, object]:
    """The two position columns."""
    return {"lon": f"{at[0]:.5f}", "lat": f"{at[1]:.5f}"}


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

    def offset(self, at: LonLat, east_m: float, north_m: float) -> LonLat:
        """A position some metres east and north of another."""
        x, y = self.point(at)
        return self.lon_lat((x + round(east_m), y + round(north_m)))

    def lines(self, rows: Iterable[Row], key: str) -> dict[str, list[Point]]:
        """Polylines by name, vertices in file order."""
        lines: dict[str, list[Point]] = {}
        for row in rows:
            lines.setdefault(row[key], []).append(self.point(stated_point(row)))
        return lines


def squared(a: Point, b: Point) -> int:
    """Squared distance in m2."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def inside(points: Metres, outline: Sequence[Point]) -> NDArray[np.bool_]:
    """Which of the points, (n, 2), lie in the polygon (crossing count)."""
    x, y = points[:, 0], points[:, 1]
    within = np.zeros(len(points), dtype=bool)
    for (x1, y1), (x2, y2) in pairwise([*outline, outline[0]]):
        side = (x - x1) * abs(y2 - y1) < (y - y1) * (x2 - x1) * (1 if y2 > y1 else -1)
        within ^= ((y1 > y) != (y2 > y)) & side
    return within


def segments(lines: Iterable[Sequence[Point]]) -> Metres:
    """The segments of polylines: x and y of the first end, then of the second, (n, 4)."""
    rows = [(*a, *b) for line in lines for a, b in pairwise(line)]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def crosses(a: Point, b: Point, over: Metres) -> bool:
    """Whether the segment a-b properly crosses one of the segments."""
    cx, cy, dx, dy = over.T
    ends_apart = _turn(*a, *b, cx, cy) * _turn(*a, *b, dx, dy) < 0
    return bool((ends_apart & (_turn(cx, cy, dx, dy, *a) * _turn(cx, cy, dx, dy, *b) < 0)).any())


def _turn(ax: object, ay: object, bx: object, by: object, cx: object, cy: object) -> Metres:
    """Sign of the turn from a over b to c; numbers or arrays of whole metres."""
    a_x, a_y, b_x, b_y, c_x, c_y = (np.asarray(value, dtype=np.int64) for value in (ax, ay, bx, by, cx, cy))
    turn: Metres = np.sign((b_x - a_x) * (c_y - a_y) - (b_y - a_y) * (c_x - a_x))
    return turn


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


class Nearest:
    """Named points by nearness, exact to the metre: ties go to the point named first."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = np.array(points, dtype=np.int64).reshape(-1, 2)
        self.tree = cKDTree(self.points)

    def around(self, point: Point, count: int) -> list[int]:
        """Indices of the ``count`` nearest points, nearest first."""
        apart, _ = self.tree.query(point, k=[min(count, len(self.points))])
        # A little more than the reach, so that every point of a tie is weighed in whole metres.
        found = self.tree.query_ball_point(point, float(np.max(apart)) + 1e-3)
        order = sorted(found, key=lambda j: (_squared_to(self.points[j], point), j))
        return order[:count]

    def only(self, points: Metres, index: int) -> NDArray[np.bool_]:
        """Which of the points, (n, 2), lie nearer to point ``index`` than to any other."""
        count = min(2, len(self.points))
        _, near = self.tree.query(points, k=list(range(1, count + 1)))
        apart = ((self.points[near] - points[:, None, :]) ** 2).sum(axis=2)
        own = ((self.points[index] - points) ** 2).sum(axis=1)
        return np.asarray(((near == index) | (own[:, None] < apart)).all(axis=1))


def _squared_to(at: Metres, point: Point) -> int:
    return (int(at[0]) - point[0]) ** 2 + (int(at[1]) - point[1]) ** 2


def gabriel_pairs(points: Sequence[Point], neighbours: int = 24) -> list[tuple[int, int]]:
    """Pairs whose diameter circle holds no third point, sought among the nearest ``neighbours``."""
    nearest = Nearest(points)
    pairs = set()
    for i, a in enumerate(points):
        near = [j for j in nearest.around(a, neighbours + 1) if j != i][:neighbours]
        at = nearest.points[near]
        apart = ((at - np.array(a)) ** 2).sum(axis=1)
        between = ((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=2)
        free = apart[None, :] + between >= apart[:, None]
        np.fill_diagonal(free, val=True)
        pairs |= {(min(i, near[k]), max(i, near[k])) for k in np.flatnonzero(free.all(axis=1))}
    return sorted(pairs)
