"""Extracts written for the tests, and the folder of real ones where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from routing.road_network import RoadNetwork

SAMPLES = Path(__file__).parents[1] / "data" / "osm"
TOWN = SAMPLES / "town.osm"
STREET_GRAPH = SAMPLES / "town.graphml"


def shared_roads() -> Path:
    """Return the folder of real extracts: in $STOCKPILE_SHARED, else in `shared` beside the repository."""
    given = os.environ.get("STOCKPILE_SHARED")
    return (Path(given) if given else Path(__file__).parents[3] / "shared") / "roads"


def extract(name: str) -> Path:
    """Return a real extract, or skip the test that wants it."""
    file = shared_roads() / name
    if not file.is_file():
        pytest.skip(f"{name} is not there; STOCKPILE_SHARED names the folder that holds roads/")
    return file


def directed(network: RoadNetwork) -> set[tuple[str, str]]:
    """First and last node of every edge."""
    ends = zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True)
    return {(network.node_ids[begin], network.node_ids[end]) for begin, end in ends}


def edge(network: RoadNetwork, begin: str, end: str) -> int:
    """Index of the one edge between two nodes."""
    (found,) = np.flatnonzero(
        (network.edge_from == network.node_ids.index(begin))
        & (network.edge_to == network.node_ids.index(end))
    ).tolist()
    return int(found)
