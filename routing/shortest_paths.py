"""Fastest paths on one state of the roads: costs between many nodes, and the edges of single routes."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.elimination import Costs, Eliminated, eliminate
from routing.road_network import Floats, Indices, RoadNetwork

STEP_S = 2.0**-30
"""Seconds are multiples of this (a nanosecond), so that sums up to 97 days are exact in any order."""

STEP_M = 2.0**-20
"""Metres are multiples of this (a micrometre), so that sums up to 8 million km are exact in any order."""

TIE_S_PER_M = 2.0**-27
"""Seconds that a metre counts extra while paths are chosen: of equally fast ones the shorter wins.

Seven milliseconds in 1,000 km, so that a path is never slower than the fastest by more than a millionth.
"""

KEPT_TREES = 64
"""Origins whose path trees are kept in memory, the latest asked for."""


class ShortestPaths:
    """Fastest paths on the open edges; of equally fast ones the shortest.

    Edge times are rounded to STEP_S and lengths to STEP_M. Sums are then exact whatever the order in
    which they are made: the same ties arise in every method, and a route adds up to the times stated for
    it. `network` are the roads and `seconds` (E,) the rounded edge times.
    """

    def __init__(self, network: RoadNetwork, seconds_by_edge: Floats) -> None:
        """Take the seconds of every edge, inf where it is impassable, shape (E,)."""
        self.network = network
        self._nodes = len(network.node_ids)
        self.seconds = exact_seconds(seconds_by_edge)
        self._metres = np.round(network.length_m / STEP_M) * STEP_M
        self._weight = exact_seconds(self.seconds + TIE_S_PER_M * self._metres)
        self._trees: dict[int, Indices] = {}

    def prepare(self) -> None:
        """Do the work that all starts and ends share now, and not when `between` is first called."""
        _ = self._eliminated

    def between(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Seconds and metres from every start to every end, shape (S, T); both inf where no path leads."""
        start, start_of = np.unique(starts, return_inverse=True)
        end, end_of = np.unique(ends, return_inverse=True)
        cost = self._eliminated.fastest(start.astype(np.int64), end.astype(np.int64))
        cost = cost[np.ix_(start_of, end_of)]
        metres = np.where(np.isfinite(cost.real), cost.imag, np.inf)
        return cost.real - TIE_S_PER_M * np.where(np.isfinite(metres), metres, 0.0), metres

    def route(self, start: int, end: int) -> tuple[int, ...]:
        """Edges from one node to another in driving order.

        Raises:
            ValueError: no path leads from start to end.
        """
        entered_by = self._tree(start)
        edges: list[int] = []
        node = end
        while node != start:
            edges.append(int(entered_by[node]))
            if edges[-1] < 0:
                raise ValueError(f"no path leads from node {start} to node {end}")
            node = int(self.network.edge_from[edges[-1]])
        return tuple(reversed(edges))

    @cached_property
    def _eliminated(self) -> Eliminated:
        cost: Costs = np.empty(len(self.seconds), dtype=np.complex128)
        cost.real, cost.imag = self._weight, self._metres
        tail, head = self.network.edge_from, self.network.edge_to
        return eliminate(tail.astype(np.int64), head.astype(np.int64), cost, self._nodes)

    @cached_property
    def best_edges(self) -> Indices:
        """Choose the best open edge of each ordered pair of nodes, sorted by first then last node."""
        network = self.network
        passable = np.flatnonzero(np.isfinite(self.seconds)).astype(np.int32)
        tail, head = network.edge_from[passable], network.edge_to[passable]
        # lexsort is stable: equal edges stay in the order of the network.
        order = np.lexsort((self._weight[passable], head, tail))
        tail, head = tail[order], head[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return passable[order[first]]

    def _tree(self, start: int) -> Indices:
        """Edge by which each node is entered on the best path from `start`, -1 where there is none, (N,)."""
        if start not in self._trees:
            if len(self._trees) >= KEPT_TREES:
                del self._trees[next(iter(self._trees))]
            self._trees[start] = self._grow(start)
        return self._trees[start]

    def _grow(self, start: int) -> Indices:
        edges = self.best_edges
        tail, head = self.network.edge_from[edges], self.network.edge_to[edges]
        graph = csr_array((self._weight[edges], (tail, head)), shape=(self._nodes, self._nodes))
        _, trees = dijkstra(graph, indices=np.array([start]), return_predecessors=True)
        before = trees[0]
        key = tail.astype(np.int64) * self._nodes + head
        entered_by = np.full(self._nodes, -1, dtype=np.int32)
        reached = np.flatnonzero(before >= 0)
        entered_by[reached] = edges[
            np.searchsorted(key, before[reached].astype(np.int64) * self._nodes + reached)
        ]
        return entered_by


def exact_seconds(seconds: Floats) -> Floats:
    """Round to STEP_S, so that sums are exact."""
    return np.asarray(np.round(seconds / STEP_S) * STEP_S)
