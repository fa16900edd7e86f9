"""From raw segments to a clean network: faster of parallel edges, largest part, nodes close in space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.osm.raw import RawRoads
from routing.osm.report import CutOff
from routing.osm.road import Road
from routing.road_network import ROAD_CLASSES, Flags, Floats, Indices, RoadNetwork
from stockpile.geodesy import great_circle_m
from stockpile.units import METRES_PER_KM

SHORTEST_M = 0.01  # an edge between two nodes at one spot; a graph library may take 0 for "no edge"
NAMES_SHOWN = 3
_GRID_BITS = 16


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A network and what cleaning took away."""

    network: RoadNetwork
    drivable_nodes: int
    drivable_edges: int
    merged_edges: int
    cut_off: tuple[CutOff, ...]


def build_network(raw: RawRoads) -> Cleaned:
    """Build the network of raw segments.

    Of parallel edges the one that a car drives fastest is kept. Kept is what belongs to the largest strongly
    connected part (most nodes), within which every node is reached from every other.
    """
    whole = _network(raw)
    distinct = fastest_of_parallel(whole)
    part = _parts(whole, distinct, "strong")
    sizes = np.bincount(part, minlength=1)
    main = np.asarray(part == sizes.argmax()) if len(part) else np.zeros(0, dtype=np.bool_)
    inside = main[whole.edge_from] & main[whole.edge_to]
    return Cleaned(
        network=_restricted(whole, distinct & inside),
        drivable_nodes=len(whole.node_ids),
        drivable_edges=len(whole.edge_from),
        merged_edges=int((~distinct).sum()),
        cut_off=_cut_off(whole, distinct & ~inside, main),
    )


def _network(raw: RawRoads) -> RoadNetwork:
    """Return every drivable edge; a link is one segment of a way."""
    roads = raw.roads
    straight_m = great_circle_m(raw.lon[raw.tail], raw.lat[raw.tail], raw.lon[raw.head], raw.lat[raw.head])
    length_m = np.maximum(np.where(np.isnan(raw.length_m), straight_m, raw.length_m), SHORTEST_M)
    forward = np.array([road.forward for road in roads], dtype=np.bool_)[raw.road]
    backward = np.array([road.backward for road in roads], dtype=np.bool_)[raw.road]
    link = np.repeat(np.arange(len(raw.road), dtype=np.int32), forward.astype(np.int64) + backward)
    turned = ~forward[link]
    turned[1:] |= link[1:] == link[:-1]
    road = raw.road[link]
    kph = np.where(turned, _numbers(roads, "backward_kph")[road], _numbers(roads, "forward_kph")[road])
    return RoadNetwork(
        node_ids=raw.node_ids,
        lon=raw.lon,
        lat=raw.lat,
        edge_from=np.where(turned, raw.head[link], raw.tail[link]).astype(np.int32),
        edge_to=np.where(turned, raw.tail[link], raw.head[link]).astype(np.int32),
        length_m=length_m[link],
        road_class=np.array([ROAD_CLASSES.index(road.road_class) for road in roads], dtype=np.int8)[road],
        bridge=np.array([road.bridge for road in roads], dtype=np.bool_)[road],
        tunnel=np.array([road.tunnel for road in roads], dtype=np.bool_)[road],
        max_weight_t=_numbers(roads, "max_weight_t")[road],
        link=link,
        link_ids=tuple(
            f"{roads[of].way}.{number}"
            for of, number in zip(raw.road.tolist(), raw.number.tolist(), strict=True)
        ),
        link_refs=tuple(roads[of].ref for of in raw.road.tolist()),
        link_names_zh=tuple(roads[of].name_zh for of in raw.road.tolist()),
        link_names_en=tuple(roads[of].name_en for of in raw.road.tolist()),
        maxspeed_kph=kph,
        max_height_m=_numbers(roads, "max_height_m")[road],
    )


def _numbers(roads: Sequence[Road], name: str) -> Floats:
    return np.array([getattr(road, name) for road in roads], dtype=np.float64)


def fastest_of_parallel(network: RoadNetwork) -> Flags:
    """Whether each edge is the fastest (of equally fast ones the first) between its two nodes."""
    seconds = network.length_m / network.free_speed_kph
    order = np.lexsort((seconds, network.edge_to, network.edge_from))
    tail, head = network.edge_from[order], network.edge_to[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    fastest = np.zeros(len(order), dtype=np.bool_)
    fastest[order[first]] = True
    return fastest


def _parts(
    network: RoadNetwork, among: Flags, connection: Literal["weak", "strong"]
) -> npt.NDArray[np.int32]:
    """Number of the connected part that each node is in, when only some edges count."""
    count = len(network.node_ids)
    ends = (network.edge_from[among], network.edge_to[among])
    graph = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(count, count))
    _, part = connected_components(graph, directed=connection == "strong", connection=connection)
    return np.asarray(part, dtype=np.int32)


def _restricted(network: RoadNetwork, kept: Flags) -> RoadNetwork:
    """Return the network of some edges, its nodes in an order that keeps neighbours close in memory."""
    edges = np.flatnonzero(kept)
    links, link = np.unique(network.link[edges], return_inverse=True)
    nodes = np.flatnonzero(network.nodes_of(kept))
    nodes = nodes[np.argsort(space_filling_order(network.lon[nodes], network.lat[nodes]), kind="stable")]
    place = np.full(len(network.node_ids), -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    return RoadNetwork(
        node_ids=tuple(network.node_ids[node] for node in nodes.tolist()),
        lon=network.lon[nodes],
        lat=network.lat[nodes],
        edge_from=place[network.edge_from[edges]],
        edge_to=place[network.edge_to[edges]],
        length_m=network.length_m[edges],
        road_class=network.road_class[edges],
        bridge=network.bridge[edges],
        tunnel=network.tunnel[edges],
        max_weight_t=network.max_weight_t[edges],
        link=link.astype(np.int32),
        link_ids=_chosen(network.link_ids, links),
        link_refs=_chosen(network.link_refs, links),
        link_names_zh=_chosen(network.link_names_zh, links),
        link_names_en=_chosen(network.link_names_en, links),
        maxspeed_kph=network.maxspeed_kph[edges],
        max_height_m=network.max_height_m[edges],
    )


def _chosen(texts: tuple[str, ...], links: Indices) -> tuple[str, ...]:
    return tuple(texts[link] for link in links.tolist())


def space_filling_order(lon: Floats, lat: Floats) -> npt.NDArray[np.uint64]:
    """Place of each point along a Z-order curve over the points' box: near in number is mostly near in space.

    Shortest paths take half the time of a random order.
    """
    code = np.zeros(len(lon), dtype=np.uint64)
    for axis, degrees in enumerate((lon, lat)):
        width = max(float(np.ptp(degrees)), 1e-9) if len(degrees) else 1.0
        low = degrees.min(initial=np.inf)
        cell = np.floor((degrees - low) / width * (2**_GRID_BITS - 1)).astype(np.uint64)
        for bit in range(_GRID_BITS):
            code |= ((cell >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + axis)
    return code


def _cut_off(network: RoadNetwork, off: Flags, main: Flags) -> tuple[CutOff, ...]:
    """List the parts that the removed edges form, the longest first."""
    part = _parts(network, off & ~main[network.edge_from] & ~main[network.edge_to], "weak")
    edges_of: defaultdict[int, list[int]] = defaultdict(list)
    for edge in np.flatnonzero(off).tolist():
        begin, end = int(network.edge_from[edge]), int(network.edge_to[edge])
        edges_of[int(part[end if main[begin] else begin])].append(edge)
    found = [_one_cut_off(network, np.array(edges), main) for edges in edges_of.values()]
    return tuple(sorted(found, key=lambda part: (-part.km, part.lon, part.lat)))


def _one_cut_off(network: RoadNetwork, edges: Indices, main: Flags) -> CutOff:
    ends = np.unique(np.concatenate([network.edge_from[edges], network.edge_to[edges]]))
    own = ends[~main[ends]]
    _, first = np.unique(network.link[edges], return_index=True)
    links = network.link[edges[first]].tolist()
    names = dict.fromkeys(network.link_names_zh[link] or network.link_refs[link] for link in links)
    return CutOff(
        nodes=len(own),
        km=round(float(network.length_m[edges[first]].sum()) / METRES_PER_KM, 3),
        one_way=bool(main[ends].any()),
        lon=float(network.lon[own[0]]),
        lat=float(network.lat[own[0]]),
        names=tuple(name for name in names if name)[:NAMES_SHOWN],
    )
