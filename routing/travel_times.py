"""Travel times between all points of a region, and the roads that each journey takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.fleet import ROAD, Mode
from routing.road_network import (
    KPH_PER_M_PER_S,
    Flags,
    Floats,
    Indices,
    RoadNetwork,
    freeze_arrays,
    nearest_nodes,
)

ACCESS_SPEED_KPH = 15.0
"""Speed over the straight line between a point and its node, km/h (assumed: lanes, yards and walking)."""

WHARF_REACH_M = 1500.0
"""Farthest a wharf may lie from water that carries a boat, m (assumed)."""

ROUNDING_S = 1e-6
"""Seconds of floating-point noise that do not push a journey up to the next whole second."""


@dataclass(frozen=True, eq=False)
class Points:
    """Places that vehicles visit (P): warehouses, depots, sites, bases. Boats serve those with a wharf."""

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    wharf: Flags


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Fastest journeys between P points for one vehicle type.

    `seconds` (P, P) are whole numbers, rounded up, inf where no journey exists, 0 on the diagonal; `metres`
    (P, P) is the length of that journey. Both hold the access at either end. `node` (P,) is the node where
    each point meets the network (-1: none) and `access_m` (P,) the straight distance to it (inf: none).

    `reached_by` (S, N) and `tree` (P,) hold the fastest paths: row `tree[a]` of `reached_by` gives the edge
    by which each node is reached from point a, -1 at the start and where nothing leads; `tree` is -1 for a
    point off the network. `edge_from` (E,) is the node each edge leaves.
    """

    seconds: Floats
    metres: Floats
    node: Indices
    access_m: Floats
    tree: Indices
    reached_by: Indices
    edge_from: Indices

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def route(self, a: int, b: int) -> tuple[int, ...]:
        """Edges from point a to point b in driving order, empty when both meet the network at one node.

        Raises:
            ValueError: no journey leads from a to b.
        """
        if not np.isfinite(self.seconds[a, b]):
            raise ValueError(f"no journey leads from point {a} to point {b}")
        edges: list[int] = []
        node = self.node[b]
        while node != self.node[a]:
            edges.append(int(self.reached_by[self.tree[a], node]))
            node = self.edge_from[edges[-1]]
        return tuple(reversed(edges))


def travel_times(
    network: RoadNetwork,
    seconds_by_edge: Floats,
    points: Points,
    *,
    mode: Mode,
) -> TravelTimes:
    """Fastest journeys between all points, given the seconds each edge takes (inf: impassable).

    By road every point meets the nearest node of any road, passable or not: a village whose own road is under
    water is cut off. By water only points with a wharf take part; they meet the nearest node of an edge that
    carries the boat now, within WHARF_REACH_M. Access is covered at ACCESS_SPEED_KPH at both ends; two points
    at one node need their access only.
    """
    if mode == ROAD:
        node, access_m = nearest_nodes(network, network.nodes_of(~network.waterway), points.lon, points.lat)
    else:
        node, access_m = _wharf_nodes(network, np.isfinite(seconds_by_edge), points)
    starts = np.unique(node[node >= 0])
    tree = np.where(node >= 0, np.searchsorted(starts, node), -1).astype(np.int32)
    driving_s, reached_by = _fastest_paths(network, seconds_by_edge, starts)
    driving_m = _path_metres(network, reached_by)
    seconds = _between_points(driving_s[:, starts], tree, access_m / (ACCESS_SPEED_KPH / KPH_PER_M_PER_S))
    metres = _between_points(driving_m[:, starts], tree, access_m)
    metres[~np.isfinite(seconds)] = np.inf
    return TravelTimes(
        seconds=np.ceil(np.maximum(seconds - ROUNDING_S, 0.0)),
        metres=metres,
        node=node,
        access_m=access_m,
        tree=tree,
        reached_by=reached_by,
        edge_from=network.edge_from,
    )


def _wharf_nodes(network: RoadNetwork, navigable: Flags, points: Points) -> tuple[Indices, Floats]:
    """Node and distance at which each wharf meets navigable water; -1 and inf for all other points."""
    node, access_m = nearest_nodes(network, network.nodes_of(navigable), points.lon, points.lat)
    served = points.wharf & (access_m <= WHARF_REACH_M)
    return np.where(served, node, -1).astype(np.int32), np.where(served, access_m, np.inf)


def _between_points(between: Floats, tree: Indices, access: Floats) -> Floats:
    """Add the access of both ends to values between nodes (S, S): a (P, P) matrix, 0 on its diagonal."""
    matrix = np.full((len(tree), len(tree)), np.inf)
    on = np.flatnonzero(tree >= 0)
    matrix[np.ix_(on, on)] = between[np.ix_(tree[on], tree[on])] + access[on, None] + access[None, on]
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _fastest_paths(network: RoadNetwork, seconds_by_edge: Floats, starts: Indices) -> tuple[Floats, Indices]:
    """Seconds (S, N) from each start to every node, and the edge by which each node is reached.

    Of parallel edges only the fastest counts (of equally fast ones the first in the network).
    """
    count = len(network.node_ids)
    edges = _fastest_of_parallel(network, seconds_by_edge)
    tail, head = network.edge_from[edges], network.edge_to[edges]
    graph = csr_array((seconds_by_edge[edges], (tail, head)), shape=(count, count))
    seconds, before = dijkstra(graph, indices=starts, return_predecessors=True)
    key = tail.astype(np.int64) * count + head
    reached = before >= 0
    wanted = before.astype(np.int64) * count + np.arange(count)
    reached_by = np.full(before.shape, -1, dtype=np.int32)
    reached_by[reached] = edges[np.searchsorted(key, wanted[reached])]
    return np.asarray(seconds), reached_by


def _fastest_of_parallel(network: RoadNetwork, seconds_by_edge: Floats) -> Indices:
    """Choose the fastest passable edge of each ordered pair of nodes, sorted by first then last node."""
    passable = np.flatnonzero(np.isfinite(seconds_by_edge)).astype(np.int32)
    tail, head = network.edge_from[passable], network.edge_to[passable]
    # lexsort is stable: equally fast edges stay in the order of the network.
    order = np.lexsort((seconds_by_edge[passable], head, tail))
    tail, head = tail[order], head[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return passable[order[first]]


def _path_metres(network: RoadNetwork, reached_by: Indices) -> Floats:
    """Length (S, N) of the fastest path to each node, 0 at the start and where nothing leads.

    Each round joins every node's stretch to the stretch of the node where it begins, so that the known
    stretches double in length and a path of n edges is complete after log2(n) rounds.
    """
    moving = reached_by >= 0
    nodes = np.broadcast_to(np.arange(reached_by.shape[1]), reached_by.shape)
    begins = np.where(moving, network.edge_from[reached_by], nodes)
    metres = np.where(moving, network.length_m[reached_by], 0.0)
    while True:
        further = np.take_along_axis(begins, begins, axis=1)
        if np.array_equal(further, begins):
            return metres
        metres += np.take_along_axis(metres, begins, axis=1)
        begins = further
