"""What a reader hands on, whatever the file format: roads cut into straight segments, and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from routing.osm.road import Road, Unread


@dataclass
class FileCounts:
    """What a file holds and what was left out of it.

    `nodes`, `ways` and `edges` count everything in the file; an edge is one direction of a segment.
    `left_out` counts ways (in GraphML: edges) by the reason, `non_road_edges` the edges of ways that are no
    road at all.
    `clipped` counts the ways that refer to nodes outside the file, `clipped_roads` those that are drivable.
    """

    nodes: int = 0
    ways: int = 0
    edges: int = 0
    non_road_edges: int = 0
    clipped: int = 0
    clipped_roads: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unread: Unread = field(default_factory=Counter)


@dataclass(frozen=True, eq=False)
class RawRoads:
    """Nodes (N) and segments (S) of drivable roads.

    `tail` and `head` are node indices, `road` the index of the road that a segment belongs to, `number` its
    place among the segments of the road's way, from 1. `length_m` is NaN where the straight line counts.
    """

    node_ids: tuple[str, ...]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    road: npt.NDArray[np.int64]
    number: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    roads: tuple[Road, ...]
    counts: FileCounts
