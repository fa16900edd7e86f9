"""Ways of types that fly or walk, worked out anew: the great circle, and every road that can be walked."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from routing.road_network import RoadNetwork
from routing.verify.facts import AIR, Point, VehicleKind
from routing.verify.open_edges import OpenEdges, Stretch
from routing.verify.snapping import Snapping, great_circle_m

RANGE_NOISE_M = 1e-3


class FreeWays:
    """Least metres of single legs of aircraft, drones and porters, in whatever period they are shortest."""

    def __init__(self, network: RoadNetwork, edges: OpenEdges, snapping: Snapping) -> None:
        self._network = network
        self._edges = edges
        self._snapping = snapping
        self._graphs: dict[tuple[str, Stretch], nx.DiGraph[int]] = {}
        self._walked: dict[tuple[Point, str, Stretch], dict[int, float]] = {}

    def metres(self, begin: Point, end: Point, kind: VehicleKind) -> float:
        """Return the length of the shortest single leg, infinite where none is possible or within range."""
        if begin == end:
            return 0.0
        if kind.flies:
            found = straight_m(begin, end) if may_land(begin, kind) and may_land(end, kind) else math.inf
        else:
            found = min(self._on_foot(begin, end, kind, period) for period in self._edges.periods)
        return found if found <= kind.range_m + RANGE_NOISE_M else math.inf

    def _on_foot(self, begin: Point, end: Point, kind: VehicleKind, period: Stretch) -> float:
        near, reached = self._snapping.near(end, kind, period), self._walk(begin, kind, period)
        return min((reached.get(node, math.inf) + near[node] for node in near), default=math.inf)

    def _walk(self, begin: Point, kind: VehicleKind, period: Stretch) -> dict[int, float]:
        """Metres on foot from a point to every node in range."""
        key = (begin, kind.id, period)
        if key not in self._walked:
            graph = self._graph(kind, period)
            reached: dict[int, float] = {}
            for node, access_m in self._snapping.near(begin, kind, period).items():
                graph.add_node(node)
                cutoff = kind.range_m + RANGE_NOISE_M - access_m
                ways = nx.single_source_dijkstra_path_length(graph, node, cutoff=cutoff, weight="metres")
                for end, metres in ways.items():
                    reached[end] = min(reached.get(end, math.inf), metres + access_m)
            self._walked[key] = reached
        return self._walked[key]

    def _graph(self, kind: VehicleKind, period: Stretch) -> nx.DiGraph[int]:
        key = (kind.id, period)
        if key not in self._graphs:
            network = self._network
            graph: nx.DiGraph[int] = nx.DiGraph()
            for edge in np.flatnonzero(np.isfinite(self._edges.seconds(kind, period))).tolist():
                begin, end = int(network.edge_from[edge]), int(network.edge_to[edge])
                metres = float(network.length_m[edge])
                if not graph.has_edge(begin, end) or metres < graph.edges[begin, end]["metres"]:
                    graph.add_edge(begin, end, metres=metres)
            self._graphs[key] = graph
        return self._graphs[key]


def straight_m(begin: Point, end: Point) -> float:
    """Return the great circle between two points."""
    return float(great_circle_m(begin.lon, begin.lat, np.array([end.lon]), np.array([end.lat]))[0])


def may_land(point: Point, kind: VehicleKind) -> bool:
    """Whether the type can come down there: drones anywhere, aircraft at landing points."""
    return point.landing or kind.mode != AIR
