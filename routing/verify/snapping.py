"""Where points meet the network, found by plain search over all nodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.road_network import ROAD_CLASSES, RoadNetwork
from routing.verify.facts import WATER, Point, VehicleKind
from routing.verify.open_edges import OpenEdges, Stretch

EARTH_RADIUS_M = 6_371_008.8
ACCESS_KPH = 15.0
ACCESS_M_PER_S = ACCESS_KPH / 3.6
WHARF_REACH_M = 1500.0
TIE_M = 1.0

_Key = tuple[str, Stretch] | None
"""Boat and stretch of periods; None for whatever keeps to the roads."""


class Snapping:
    """Nodes at which vehicles of a type join the network from a point."""

    def __init__(self, network: RoadNetwork, edges: OpenEdges) -> None:
        self._network = network
        self._edges = edges
        self._nodes: dict[_Key, NDArray[np.int64]] = {}
        self._found: dict[tuple[Point, _Key], dict[int, float]] = {}

    def near(self, point: Point, kind: VehicleKind, stretch: Stretch) -> dict[int, float]:
        """Metres to the nearest node, and to any other as near within a metre; empty when none will do.

        Road vehicles join at a node of any road, open or not. Boats join at a node of an edge that is open to
        them all through the stretch of periods, from points with a wharf within 1,500 m.
        """
        key = (point, (kind.id, stretch) if kind.mode == WATER else None)
        if key not in self._found:
            self._found[key] = self._search(point, kind, stretch)
        return self._found[key]

    def _search(self, point: Point, kind: VehicleKind, stretch: Stretch) -> dict[int, float]:
        nodes = self._nodes_for(kind, stretch)
        if not nodes.size or (kind.mode == WATER and not point.wharf):
            return {}
        metres = great_circle_m(point.lon, point.lat, self._network.lon[nodes], self._network.lat[nodes])
        nearest = float(metres.min())
        if kind.mode == WATER and nearest > WHARF_REACH_M + TIE_M:
            return {}
        ties = np.flatnonzero(metres <= nearest + TIE_M)
        ties = ties[np.argsort(metres[ties], kind="stable")]
        return {int(nodes[tie]): float(metres[tie]) for tie in ties}

    def _nodes_for(self, kind: VehicleKind, stretch: Stretch) -> NDArray[np.int64]:
        key = (kind.id, stretch) if kind.mode == WATER else None
        if key not in self._nodes:
            if kind.mode == WATER:
                usable = np.isfinite(self._edges.seconds(kind, stretch))
            else:
                usable = self._network.road_class != ROAD_CLASSES.index("waterway")
            ends = (self._network.edge_from[usable], self._network.edge_to[usable])
            self._nodes[key] = np.unique(np.concatenate(ends)).astype(np.int64)
        return self._nodes[key]


def great_circle_m(
    lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres from one position to many (haversine), all in WGS84 degrees.

    >>> round(float(great_circle_m(0.0, 0.0, np.array([0.0]), np.array([1.0]))[0]))
    111195
    """
    north, norths = np.radians(lat), np.radians(lats)
    half = np.sin((norths - north) / 2) ** 2
    half += np.cos(north) * np.cos(norths) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
