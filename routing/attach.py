"""Let points meet the roads where they are nearest to them, not only at crossings: links are cut there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routing.road_network import ROAD_CLASSES, Flags, Floats, Indices, RoadNetwork
from routing.snapping import nearest_edges
from stockpile.region import Region

END_SHARE = 1e-6
"""Nearer to an end of a link than this share of its length, a point meets the end itself."""

PIECE = "~"
"""Stands between the id of a link and the number of its piece."""


def whole_link(link_id: str) -> str:
    """Id of the link that a piece was cut from; any other id as it is.

    >>> whole_link("R5~2"), whole_link("R5")
    ('R5', 'R5')
    """
    whole, _, number = link_id.rpartition(PIECE)
    return whole if number.isdigit() and whole else link_id


@dataclass(frozen=True, eq=False)
class CutNetwork:
    """A network with links cut at points; `origin` (E,) is the edge of the whole network behind each edge."""

    network: RoadNetwork
    origin: Indices


def cut_for_region(network: RoadNetwork, region: Region) -> CutNetwork:
    """Cut links where the region's existing warehouses, depots, sites and bases meet them.

    By road every point counts; by water wharves do, and the bases, since a boat may lie there. Nobody joins a
    road on a bridge, in a tunnel or between the exits of a motorway.
    """
    existing = region.warehouses[region.warehouses["status"] == "existing"]
    tables = (existing, region.suppliers, region.sites, region.fleet)
    places = pd.concat([table[["lon", "lat"]] for table in tables], ignore_index=True)
    roads = cut_at(network, *_degrees(places), _roadside(network))
    afloat = [table[table["wharf"]] for table in (existing, region.sites)]
    wharves = pd.concat([table[["lon", "lat"]] for table in (*afloat, region.fleet)], ignore_index=True)
    water = cut_at(roads.network, *_degrees(wharves), roads.network.waterway)
    return CutNetwork(water.network, roads.origin[water.origin])


def _roadside(network: RoadNetwork) -> Flags:
    """Edges that can be joined anywhere along them, (E,)."""
    closed = [ROAD_CLASSES.index(name) for name in ("motorway", "motorway_link")]
    return ~(network.waterway | network.bridge | network.tunnel | np.isin(network.road_class, closed))


def _degrees(places: pd.DataFrame) -> tuple[Floats, Floats]:
    return places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)


@dataclass(frozen=True)
class _Cut:
    """One link to be cut: a directed edge of it, the shares of its length to cut at, new nodes there."""

    edge: int
    shares: Floats
    nodes: Indices


def cut_at(network: RoadNetwork, lon: Floats, lat: Floats, among: Flags) -> CutNetwork:
    """Cut links where points are nearest to them, so that the nearest node is the nearest point of the roads.

    Pieces keep everything of their link but length and id: `R5` becomes `R5~1`, `R5~2`, ... from its first
    node on; their lengths sum to that of the link. Cut links come after all others.

    Args:
        network: The roads.
        lon: Degrees of the points, (P,).
        lat: Degrees of the points, (P,).
        among: Edges that points may meet, (E,).
    """
    snap = nearest_edges(network, among, lon, lat)
    inside = (snap.edge >= 0) & (snap.share > END_SHARE) & (snap.share < 1 - END_SHARE)
    place = np.column_stack([snap.edge, snap.share, snap.lon, snap.lat])[inside]
    # one node where several points meet the same spot
    _, first = np.unique(place[:, :2], axis=0, return_index=True)
    spots = place[first]
    if not len(spots):
        return CutNetwork(network, np.arange(len(network.edge_from), dtype=np.int32))
    new_nodes = np.arange(len(spots), dtype=np.int32) + np.int32(len(network.node_ids))
    cuts = [
        _Cut(int(edge), spots[spots[:, 0] == edge, 1], new_nodes[spots[:, 0] == edge])
        for edge in np.unique(spots[:, 0])
    ]
    return _rebuilt(network, cuts, spots)


def _rebuilt(network: RoadNetwork, cuts: list[_Cut], spots: Floats) -> CutNetwork:
    """The network without the links that are cut, then their pieces."""
    cut_links = network.link[[cut.edge for cut in cuts]]
    kept_edges = np.flatnonzero(~np.isin(network.link, cut_links)).astype(np.int32)
    kept_links = np.setdiff1d(np.arange(len(network.link_ids)), cut_links)
    position = np.full(len(network.link_ids), -1, dtype=np.int32)
    position[kept_links] = np.arange(len(kept_links))
    rows: list[tuple[int, int, int, float, int]] = []
    piece_links: list[tuple[int, str]] = []
    for cut in cuts:
        _add_pieces(network, cut, len(kept_links), rows, piece_links)
    origin, begin, end, share, link = (np.array(column) for column in zip(*rows, strict=True))
    edges = np.concatenate([kept_edges, origin.astype(np.int32)])
    values = _edge_values(network, edges)
    values["edge_from"] = np.concatenate([network.edge_from[kept_edges], begin.astype(np.int32)])
    values["edge_to"] = np.concatenate([network.edge_to[kept_edges], end.astype(np.int32)])
    values["length_m"] = np.concatenate([network.length_m[kept_edges], network.length_m[origin] * share])
    values["link"] = np.concatenate([position[network.link[kept_edges]], link.astype(np.int32)])
    values["node_ids"] = network.node_ids + tuple(
        f"{network.link_ids[network.link[int(edge)]]}{PIECE}{along:.6f}" for edge, along in spots[:, :2]
    )
    values["lon"] = np.concatenate([network.lon, spots[:, 2]])
    values["lat"] = np.concatenate([network.lat, spots[:, 3]])
    whole = [*kept_links.tolist(), *(number for number, _ in piece_links)]
    for name in ("link_refs", "link_names_zh", "link_names_en"):
        texts = getattr(network, name)
        values[name] = tuple(texts[number] for number in whole)
    kept_ids = tuple(network.link_ids[number] for number in kept_links.tolist())
    values["link_ids"] = kept_ids + tuple(name for _, name in piece_links)
    return CutNetwork(RoadNetwork(**values), edges)


def _add_pieces(
    network: RoadNetwork,
    cut: _Cut,
    first_link: int,
    rows: list[tuple[int, int, int, float, int]],
    piece_links: list[tuple[int, str]],
) -> None:
    """Add the pieces of one link: (edge behind it, from, to, share of its length, link), both directions."""
    whole = int(network.link[cut.edge])
    # links stand in order, both directions of one beside each other
    directions = range(*np.searchsorted(network.link, [whole, whole + 1]).tolist())
    ends = [int(network.edge_from[cut.edge]), *cut.nodes.tolist(), int(network.edge_to[cut.edge])]
    marks = [0.0, *cut.shares.tolist(), 1.0]
    for number in range(len(ends) - 1):
        link = first_link + len(piece_links)
        piece_links.append((whole, f"{network.link_ids[whole]}{PIECE}{number + 1}"))
        share = marks[number + 1] - marks[number]
        for edge in directions:
            forward = network.edge_from[edge] == ends[0]
            begin, end = (number, number + 1) if forward else (number + 1, number)
            rows.append((edge, ends[begin], ends[end], share, link))


def _edge_values(network: RoadNetwork, edges: Indices) -> dict[str, Any]:
    """Every array that has one value an edge, for these edges."""
    return {
        field.name: getattr(network, field.name)[edges]
        for field in dataclasses.fields(network)
        if field.name in ("road_class", "bridge", "tunnel", "max_weight_t", "maxspeed_kph", "max_height_m")
    }
