"""The roads of a region: imported ones where its folder holds them, else those of its roads table."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from routing.road_network import WATERWAY, RoadNetwork, network_from_table
from routing.road_store import StoredRoads, load_roads
from stockpile.region import Region, data_root


def region_network(region: Region, root: Path | None = None) -> RoadNetwork:
    """Return the network of a region below the data root.

    `roads.npz`, written by `stockpile roads import`, takes the place of the roads in `roads.csv`; waterways
    of `roads.csv`, which no import gives, are added to it.

    Raises:
        DataError: the imported roads are damaged.
    """
    stored = stored_roads(region, root)
    if stored is None:
        return network_from_table(region.roads)
    waterways = region.roads[region.roads["class"] == WATERWAY]
    if not len(waterways):
        return stored.network
    return beside(stored.network, network_from_table(waterways))


def stored_roads(region: Region, root: Path | None = None) -> StoredRoads | None:
    """Return the imported roads of a region with the report of their import; None when it has none.

    Raises:
        DataError: they are damaged.
    """
    if region.saved_roads is None:
        return None
    return load_roads(data_root(root) / region.saved_roads, name=region.saved_roads)


def beside(first: RoadNetwork, second: RoadNetwork) -> RoadNetwork:
    """Return one network of both; they share no node, so that nothing leads from one to the other."""
    nodes, links = len(first.node_ids), len(first.link_ids)
    shift = {"edge_from": nodes, "edge_to": nodes, "link": links}
    values: dict[str, Any] = {}
    for name in (field.name for field in dataclasses.fields(RoadNetwork)):
        ours, theirs = getattr(first, name), getattr(second, name)
        if isinstance(ours, tuple):
            values[name] = ours + theirs
        elif name in shift:
            values[name] = np.concatenate([ours, theirs + np.int32(shift[name])])
        else:
            values[name] = np.concatenate([ours, theirs])
    return RoadNetwork(**values)
