"""Faults that show only when the tables meet the roads: places off the network, a network in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.datum_guard import check_datum
from routing.fleet import AIR, DRONE, WATER
from routing.region_roads import region_network
from routing.road_network import Flags, RoadNetwork, nearest_nodes, network_from_table
from stockpile.errors import DataError, Problem
from stockpile.region import Region

FARTHEST_FROM_NETWORK_M = 5000.0
NODES_NAMED = 10


@dataclass(frozen=True)
class _Spots:
    """Rows of one table that must lie near the network.

    Boats take those flagged in `afloat` to any water; those flagged in `flown` need no road.
    """

    table: str
    rows: pd.DataFrame
    afloat: Flags
    flown: Flags


def checked_network(region: Region, root: Path | None = None) -> RoadNetwork:
    """Return the network of a region below the data root, once it fits the region's places.

    Raises:
        DataError: the imported roads are damaged, or `check_roads` finds something wrong.
    """
    network = region_network(region, root)
    problems = check_roads(region, network)
    if problems:
        raise DataError(problems)
    return network


def check_roads(region: Region, network: RoadNetwork | None = None) -> list[Problem]:
    """Everything wrong between the region's places and its roads (by default those of the roads table).

    Warehouses, supplier depots, sites and fleet bases must lie within 5 km of a node of a road; those with a
    wharf and the bases of boats may lie near a node of a waterway instead, sites with a landing point and
    bases of aircraft and drones anywhere. Every node of a road must be
    reachable from the largest part of the network and lead back to it, where needed over a waterway. Places
    that only fit the roads once they are converted from GCJ-02 or BD-09 are in the wrong datum.
    """
    network = network_from_table(region.roads) if network is None else network
    if network.waterway.all():
        return [_no_road(region)]
    far = [problem for spots in _spots(region) for problem in _off_network(region, network, spots)]
    return far + check_datum(region, network) + _cut_off_parts(region, network)


def roads_file(region: Region) -> str:
    """Return the file that holds the region's roads, for problems to name."""
    return region.saved_roads or f"{region.name}/roads.csv"


def _no_road(region: Region) -> Problem:
    return Problem(
        file=roads_file(region),
        row=None,
        column=None,
        value=None,
        message="holds no road",
        remedy="Add the links that trucks drive on",
    )


def _spots(region: Region) -> list[_Spots]:
    """Tables with positions; a depot that several supplier rows name counts once."""
    depots = region.suppliers.drop_duplicates("depot")
    warehouses, sites, nowhere = region.warehouses, region.sites, np.zeros(len(depots), dtype=np.bool_)
    mode = dict(zip(region.vehicle_types["id"], region.vehicle_types["mode"], strict=True))
    base = np.array([mode.get(kind, "") for kind in region.fleet["type"]], dtype=np.str_)
    return [
        _Spots("warehouses", warehouses, _flags(warehouses["wharf"]), np.zeros(len(warehouses), np.bool_)),
        _Spots("suppliers", depots, nowhere, nowhere),
        _Spots("sites", sites, _flags(sites["wharf"]), _flags(sites["landing"])),
        _Spots("fleet", region.fleet, base == WATER, np.isin(base, [AIR, DRONE])),
    ]


def _flags(column: pd.Series) -> Flags:
    return column.to_numpy(dtype=np.bool_)


def _off_network(region: Region, network: RoadNetwork, spots: _Spots) -> list[Problem]:
    """Name each row that lies too far from every node it could use."""
    lon = spots.rows["lon"].to_numpy(dtype=np.float64)
    lat = spots.rows["lat"].to_numpy(dtype=np.float64)
    _, road_m = nearest_nodes(network, network.nodes_of(~network.waterway), lon, lat)
    _, any_m = nearest_nodes(network, network.nodes_of(np.ones_like(network.waterway)), lon, lat)
    metres = np.where(spots.afloat, any_m, road_m)
    return [
        Problem(
            file=f"{region.name}/{spots.table}.csv",
            row=int(spots.rows["row"].iloc[position]),
            column="lon, lat",
            value=f"{lon[position]:g}, {lat[position]:g}",
            message=f"lies {metres[position] / 1000.0:.1f} km from the nearest node of the road network, "
            f"more than {FARTHEST_FROM_NETWORK_M / 1000.0:g} km",
            remedy=f"Correct the position (WGS84 degrees), or {_how_to_add_roads(region)}",
            id=str(spots.rows["id"].iloc[position]),
        )
        for position in np.flatnonzero((metres > FARTHEST_FROM_NETWORK_M) & ~spots.flown).tolist()
    ]


def _how_to_add_roads(region: Region) -> str:
    if region.saved_roads:
        return "import roads that lead there: stockpile roads import FILE --region REGION"
    return "add the road that leads there to roads.csv"


def _cut_off_parts(region: Region, network: RoadNetwork) -> list[Problem]:
    """Name each part of the network that vehicles cannot drive to and back from the largest part."""
    on_road = network.nodes_of(~network.waterway)
    part = _parts(network)
    largest = int(np.bincount(part[on_road]).argmax())
    off = [int(number) for number in np.unique(part[on_road]) if number != largest]
    return [_cut_off(region, network, np.asarray(on_road & (part == number))) for number in off]


def _parts(network: RoadNetwork) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Number of the strongly connected part that each node is in, shape (N,)."""
    count = len(network.node_ids)
    ones = np.ones(len(network.edge_from), dtype=np.int8)
    graph = csr_array((ones, (network.edge_from, network.edge_to)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    return np.asarray(part, dtype=np.int32)


def _cut_off(region: Region, network: RoadNetwork, nodes: Flags) -> Problem:
    """Say which nodes are cut off, at the first link that touches one of them."""
    ids = [network.node_ids[node] for node in np.flatnonzero(nodes).tolist()]
    edge = int(np.flatnonzero(nodes[network.edge_from] | nodes[network.edge_to])[0])
    link = int(network.link[edge])
    named = ", ".join(ids[:NODES_NAMED]) + (", …" if len(ids) > NODES_NAMED else "")
    return Problem(
        file=roads_file(region),
        row=None if region.saved_roads else int(region.roads["row"].iloc[link]),
        column="from, to",
        value=None,
        message=f"leads to a part of the network that cannot be driven to and back from the largest part "
        f"(number of nodes: {len(ids)}; {named})",
        remedy="Add the missing link, or correct a node id that is spelt in two ways or a wrong oneway",
        id=network.link_ids[link],
    )
