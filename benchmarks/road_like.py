"""Road networks made up from a seed that look like roads: planar, clustered in towns, cut by a river.

Nodes are junctions: half of them in towns, half spread over the country. Of the triangulation between
them the network keeps a shortest spanning tree (so that it hangs together) and then the streets that no
third junction offers a way round, the clearest first (nearly the relative neighbourhood graph, the usual
model of roads), until it has as many arcs as asked for. That gives the degrees of a simplified
OpenStreetMap network, most junctions of three, and blocks everywhere, so that closing 5 % of the streets
isolates few. A river is crossed by a bridge every 2.5 km. Main roads run every 2 and every 10 km. An
eighth of the streets, none of them in the spanning tree, are one-way, so that every node reaches every
other. Nodes are numbered at random, as in files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from routing.road_network import ROAD_CLASSES, Floats, RoadNetwork
from stockpile.geodesy import EARTH_RADIUS_M

Integers = npt.NDArray[np.int64]

NODES_PER_KM2 = 42.0
TOWNS = 40
ONE_WAY_SHARE = 0.12
BRIDGE_EVERY_M = 2500.0
STREET_EVERY_M, HIGHWAY_EVERY_M, ROAD_WIDTH_M = 2000.0, 10_000.0, 120.0
SOUTH_WEST = (116.3, 31.5)


@dataclass(frozen=True)
class _Streets:
    """Undirected streets: node pairs, length, and whether each is a bridge or in the spanning tree.

    `detour` compares the street with the way by a third junction: longer part of that way over the street.
    """

    ends: Integers
    length_m: Floats
    detour: Floats
    bridge: npt.NDArray[np.bool_]
    in_tree: npt.NDArray[np.bool_]

    def pick(self, chosen: npt.NDArray[np.bool_] | Integers) -> _Streets:
        """Keep some of the streets."""
        return _Streets(*(values[chosen] for values in vars(self).values()))


def road_like_network(nodes: int, arcs: int, *, seed: int) -> RoadNetwork:
    """Build a network with exactly so many nodes and directed arcs."""
    draw = np.random.default_rng(seed)
    side_m = float(np.sqrt(nodes / NODES_PER_KM2)) * 1000.0
    spots = _junctions(draw, nodes, side_m)
    streets = _chosen(_spanned(_bridged(_triangulated(spots), spots, side_m), nodes), arcs)
    links = len(streets.ends)
    one_way = np.zeros(links, dtype=np.bool_)
    one_way[draw.choice(np.flatnonzero(~streets.in_tree), 2 * links - arcs, replace=False)] = True
    flip = draw.random(links) < 0.5  # noqa: PLR2004 - a coin
    first, last = np.where(flip, streets.ends[:, ::-1].T, streets.ends.T)
    link = np.repeat(np.arange(links), np.where(one_way, 1, 2))
    back = np.zeros(len(link), dtype=np.bool_)
    back[1:] = link[1:] == link[:-1]
    degree_m = np.radians(1.0) * EARTH_RADIUS_M
    lat = SOUTH_WEST[1] + spots[:, 1] / degree_m
    blank = ("",) * links
    return RoadNetwork(
        node_ids=tuple(str(number) for number in range(nodes)),
        lon=SOUTH_WEST[0] + spots[:, 0] / (degree_m * np.cos(np.radians(SOUTH_WEST[1]))),
        lat=lat,
        edge_from=np.where(back, last[link], first[link]).astype(np.int32),
        edge_to=np.where(back, first[link], last[link]).astype(np.int32),
        length_m=(streets.length_m * draw.uniform(1.0, 1.3, links))[link],
        road_class=_classes(spots[streets.ends].mean(axis=1))[link],
        bridge=streets.bridge[link],
        tunnel=np.zeros(len(link), dtype=np.bool_),
        max_weight_t=np.full(len(link), np.inf),
        link=link.astype(np.int32),
        link_ids=tuple(f"L{number}" for number in range(links)),
        link_refs=blank,
        link_names_zh=blank,
        link_names_en=blank,
    )


def _junctions(draw: np.random.Generator, nodes: int, side_m: float) -> Floats:
    """Positions in metres: half in towns of different size, half anywhere; in random order."""
    in_towns = nodes // 2
    centre, radius = draw.uniform(0.0, side_m, (TOWNS, 2)), draw.uniform(0.025, 0.1, TOWNS) * side_m
    town = draw.integers(0, TOWNS, in_towns)
    urban = centre[town] + draw.normal(0.0, 1.0, (in_towns, 2)) * radius[town, None]
    return draw.permutation(np.vstack([urban, draw.uniform(0.0, side_m, (nodes - in_towns, 2))]))


def _triangulated(spots: Floats) -> _Streets:
    corners = Delaunay(spots).simplices.astype(np.int64)
    sides = np.vstack([corners[:, [0, 1, 2]], corners[:, [1, 2, 0]], corners[:, [2, 0, 1]]])
    pairs, third = np.sort(sides[:, :2], axis=1), sides[:, 2]
    ends, street = np.unique(pairs, axis=0, return_inverse=True)
    length_m = np.hypot(*(spots[ends[:, 0]] - spots[ends[:, 1]]).T)
    longer = np.maximum(*(np.hypot(*(spots[pairs[:, end]] - spots[third]).T) for end in (0, 1)))
    detour = np.full(len(ends), np.inf)
    np.minimum.at(detour, street.ravel(), longer / length_m[street.ravel()])
    nothing = np.zeros(len(ends), dtype=np.bool_)
    return _Streets(ends, length_m, detour, nothing, nothing)


def _bridged(streets: _Streets, spots: Floats, side_m: float) -> _Streets:
    """Drop the streets that cross the river but the shortest of every BRIDGE_EVERY_M."""
    north = spots[:, 1] > side_m / 2.0 + 0.1 * side_m * np.sin(spots[:, 0] / (0.15 * side_m))
    crosses = north[streets.ends[:, 0]] != north[streets.ends[:, 1]]
    crossing = np.flatnonzero(crosses)
    crossing = crossing[np.argsort(streets.length_m[crossing], kind="stable")]
    reach = spots[streets.ends[crossing, 0], 0] // BRIDGE_EVERY_M
    kept = ~crosses
    kept[crossing[np.unique(reach, return_index=True)[1]]] = True
    return replace(streets, bridge=crosses).pick(kept)


def _spanned(streets: _Streets, nodes: int) -> _Streets:
    graph = csr_array((streets.length_m, tuple(streets.ends.T)), shape=(nodes, nodes))
    tree = minimum_spanning_tree(graph).tocoo()
    key = streets.ends @ np.array([nodes, 1])
    in_tree = np.isin(key, tree.row.astype(np.int64) * nodes + tree.col)
    return replace(streets, in_tree=in_tree)


def _chosen(streets: _Streets, arcs: int) -> _Streets:
    """Keep the tree, all bridges, and the streets that are hardest to go round."""
    rank = np.where(streets.in_tree | streets.bridge, np.inf, streets.detour)
    return streets.pick(np.sort(np.argsort(-rank, kind="stable")[: round(arcs / (2.0 - ONE_WAY_SHARE))]))


def _classes(middle: Floats) -> npt.NDArray[np.int8]:
    def near(every_m: float) -> npt.NDArray[np.bool_]:
        return np.asarray((np.abs(middle % every_m - every_m / 2.0) < ROAD_WIDTH_M).any(axis=1))

    index = {name: ROAD_CLASSES.index(name) for name in ("primary", "tertiary", "residential")}
    slow = np.where(near(STREET_EVERY_M), index["tertiary"], index["residential"])
    return np.where(near(HIGHWAY_EVERY_M), index["primary"], slow).astype(np.int8)
