"""Where points meet the roads: the nearest point of the nearest edge, and the distance to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from routing.road_network import Flags, Floats, Indices, RoadNetwork, freeze_arrays
from stockpile.geodesy import EARTH_RADIUS_M


@dataclass(frozen=True, eq=False)
class EdgeSnap:
    """The nearest point on an edge for each of P points; every array has shape (P,).

    `edge` is the index of a directed edge (the first of its link in the network; -1 where there is no edge),
    `share` how far along it, from 0 at its first node to 1 at its last, `lon`, `lat` that point in degrees
    and `metres` the distance to it (inf where there is no edge).
    """

    edge: Indices
    share: Floats
    lon: Floats
    lat: Floats
    metres: Floats

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)


class EdgeIndex:
    """A search tree over chosen edges (a flag per directed edge), to be asked many times.

    Distances are compared on a Mercator map: it keeps angles, so that near a point it is true to scale, and
    the nearest edge there is the nearest on the ground.
    """

    def __init__(self, network: RoadNetwork, among: Flags) -> None:
        """Index the edges; of the two directions of a link one suffices."""
        chosen = np.flatnonzero(among)
        _, first = np.unique(network.link[chosen], return_index=True)
        self._edges = chosen[first].astype(np.int32)
        self._nodes = mercator(network.lon, network.lat)
        self._from = self._nodes[network.edge_from[self._edges]]
        self._to = self._nodes[network.edge_to[self._edges]]
        lines = shapely.linestrings(np.stack([self._from, self._to], axis=1))
        self._tree = shapely.STRtree(lines)

    def nearest(self, lon: Floats, lat: Floats) -> EdgeSnap:
        """Snap each point to the nearest edge; of equally near ones the first in the network wins."""
        count = len(lon)
        if not len(self._edges):
            nowhere, far = np.full(count, np.nan), np.full(count, np.inf)
            return EdgeSnap(np.full(count, -1, dtype=np.int32), nowhere, nowhere, nowhere, far)
        points = mercator(lon, lat)
        asked, found = self._tree.query_nearest(shapely.points(points), all_matches=True)
        # Nodes join several edges: take the lowest so that the answer does not hang on the tree.
        order = np.lexsort((found, asked))
        position = found[order][np.searchsorted(asked[order], np.arange(count))]
        begin, step = self._from[position], self._to[position] - self._from[position]
        square = np.einsum("ij,ij->i", step, step)
        along = np.einsum("ij,ij->i", points - begin, step)
        share = np.clip(np.divide(along, square, out=np.zeros(count), where=square > 0.0), 0.0, 1.0)
        spot = begin + share[:, None] * step
        spot_lon, spot_lat = from_mercator(spot)
        metres = np.hypot(*(points - spot).T) * np.cos(np.radians((lat + spot_lat) / 2.0))
        return EdgeSnap(self._edges[position], share, spot_lon, spot_lat, metres)


def nearest_edges(network: RoadNetwork, among: Flags, lon: Floats, lat: Floats) -> EdgeSnap:
    """Snap each point to the nearest edge of those flagged in `among` (a flag per directed edge)."""
    return EdgeIndex(network, among).nearest(lon, lat)


def mercator(lon: Floats, lat: Floats) -> Floats:
    """Metres on a spherical Mercator map, shape (n, 2); the poles themselves are not on it."""
    north = np.radians(np.clip(lat, -89.9, 89.9))
    return EARTH_RADIUS_M * np.column_stack([np.radians(lon), np.arcsinh(np.tan(north))])


def from_mercator(spots: Floats) -> tuple[Floats, Floats]:
    """Degrees of points on the map of `mercator`."""
    return (
        np.degrees(spots[:, 0] / EARTH_RADIUS_M),
        np.degrees(np.arctan(np.sinh(spots[:, 1] / EARTH_RADIUS_M))),
    )
