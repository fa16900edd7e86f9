"""Ways of types that fly or walk, worked out anew: the great circle, and every road that can be walked."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from routing.road_network import ROAD_CLASSES
from routing.verify.context import PlanContext
from routing.verify.facts import AIR, Point, VehicleKind
from routing.verify.snapping import Snapping, great_circle_m

RANGE_NOISE_M = 1e-3


class FreeWays:
    """Least metres of single legs of aircraft, drones and porters."""

    def __init__(self, context: PlanContext, snapping: Snapping) -> None:
        self._context = context
        self._snapping = snapping
        self._graphs: dict[str, nx.DiGraph[int]] = {}
        self._walked: dict[tuple[Point, str], dict[int, float]] = {}

    def metres(self, begin: Point, end: Point, kind: VehicleKind) -> float:
        """Return the length of the shortest single leg, infinite where none is possible or within range."""
        if begin == end:
            return 0.0
        if kind.flies:
            found = straight_m(begin, end) if may_land(begin, kind) and may_land(end, kind) else math.inf
        else:
            near, reached = self._snapping.near(end, kind), self._walk(begin, kind)
            found = min((reached.get(node, math.inf) + near[node] for node in near), default=math.inf)
        return found if found <= kind.range_m + RANGE_NOISE_M else math.inf

    def _walk(self, begin: Point, kind: VehicleKind) -> dict[int, float]:
        """Metres on foot from a point to every node in range."""
        key = (begin, kind.id)
        if key not in self._walked:
            graph = self._graph(kind)
            reached: dict[int, float] = {}
            for node, access_m in self._snapping.near(begin, kind).items():
                graph.add_node(node)
                cutoff = kind.range_m + RANGE_NOISE_M - access_m
                ways = nx.single_source_dijkstra_path_length(graph, node, cutoff=cutoff, weight="metres")
                for end, metres in ways.items():
                    reached[end] = min(reached.get(end, math.inf), metres + access_m)
            self._walked[key] = reached
        return self._walked[key]

    def _graph(self, kind: VehicleKind) -> nx.DiGraph[int]:
        if kind.id not in self._graphs:
            network = self._context.network
            graph: nx.DiGraph[int] = nx.DiGraph()
            for edge in np.flatnonzero(np.isfinite(seconds_on_foot(self._context, kind))).tolist():
                begin, end = int(network.edge_from[edge]), int(network.edge_to[edge])
                metres = float(network.length_m[edge])
                if not graph.has_edge(begin, end) or metres < graph.edges[begin, end]["metres"]:
                    graph.add_edge(begin, end, metres=metres)
            self._graphs[kind.id] = graph
        return self._graphs[kind.id]


def straight_m(begin: Point, end: Point) -> float:
    """Return the great circle between two points."""
    return float(great_circle_m(begin.lon, begin.lat, np.array([end.lon]), np.array([end.lat]))[0])


def may_land(point: Point, kind: VehicleKind) -> bool:
    """Whether the type can come down there: drones anywhere, aircraft at landing points."""
    return point.landing or kind.mode != AIR


def seconds_on_foot(context: PlanContext, kind: VehicleKind) -> NDArray[np.float64]:
    """Return the seconds of every edge (E,) for a porter, infinite where nobody walks.

    Not on waterways, through water deeper than they wade, over closed bridges or through closed tunnels.
    """
    network, state = context.network, context.state
    dry = (network.road_class != ROAD_CLASSES.index("waterway")) & (state.depth_m <= kind.wade_depth_m)
    broken = state.blocked & (network.bridge | network.tunnel)
    return np.where(dry & ~broken, network.length_m / kind.m_per_s, np.inf)
