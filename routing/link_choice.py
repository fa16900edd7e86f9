"""Links picked by a point or by chance: the nearest link, and a seeded sample of pieces of road."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from routing.road_network import Flags, RoadNetwork
from routing.road_pieces import road_pieces
from routing.snapping import EdgeIndex
from stockpile.geodesy import EARTH_RADIUS_M

NEAR_LIMIT_M = 200.0
"""Farthest a point may lie from the link that it is meant to name, m (assumed: a wider slip is a mistake)."""


@dataclass(frozen=True)
class NearestLink:
    """The link nearest to a point: its index in the network, and the metres between them."""

    link: int
    metres: float

    @property
    def within_reach(self) -> bool:
        """Whether the point lies near enough to mean this link."""
        return self.metres <= NEAR_LIMIT_M


def nearest_link(network: RoadNetwork, among: Flags, spot: tuple[float, float]) -> NearestLink | None:
    """Nearest link (straight between its nodes) of the edges flagged in `among`; None without any.

    `spot` is WGS84 lon, lat. Of equally near links the first in the network wins.
    """
    # A search tree over a city for one point is waste; only what is found within the limit is final.
    close = _nearest(network, among & _around(network, spot), spot)
    return close if close is not None and close.within_reach else _nearest(network, among, spot)


def _nearest(network: RoadNetwork, among: Flags, spot: tuple[float, float]) -> NearestLink | None:
    if not among.any():
        return None
    snap = EdgeIndex(network, among).nearest(np.array([spot[0]]), np.array([spot[1]]))
    return NearestLink(int(network.link[snap.edge[0]]), float(snap.metres[0]))


def _around(network: RoadNetwork, spot: tuple[float, float]) -> Flags:
    """Whether the box around each edge comes within twice the limit of the spot, north or east."""
    reach_lat = np.degrees(2.0 * NEAR_LIMIT_M / EARTH_RADIUS_M)
    reach_lon = reach_lat / max(float(np.cos(np.radians(spot[1]))), 1e-3)
    near = np.ones(len(network.edge_from), dtype=np.bool_)
    for axis, at, reach in ((network.lon, spot[0], reach_lon), (network.lat, spot[1], reach_lat)):
        begin, end = axis[network.edge_from], axis[network.edge_to]
        near &= (np.minimum(begin, end) <= at + reach) & (np.maximum(begin, end) >= at - reach)
    return near


def sampled_links(network: RoadNetwork, among: Flags, share: float, seed: int) -> Flags:
    """Whether each link is in a sample of the pieces of road of the edges flagged in `among`, shape (L,).

    A piece (see `road_pieces`) is drawn or left whole, so that a share of a map of many short links means the
    same as one of a table of long ones. Pieces are ranked by the SHA-256 of the seed and their least id, and
    the first share * number are taken, rounded half up, at least one where there is any. So the sample is the
    same on every machine and in every order of the table, and a larger share with the same seed adds pieces
    to those of a smaller one.
    """
    piece = road_pieces(network, among)
    name_of: dict[int, str] = {}
    for link in np.flatnonzero(piece >= 0).tolist():
        name, number = network.link_ids[link], int(piece[link])
        name_of[number] = min(name, name_of.get(number, name))
    size = max(int(Fraction(repr(share)) * len(name_of) + Fraction(1, 2)), min(1, len(name_of)))
    ranked = sorted(name_of, key=lambda number: _rank(seed, name_of[number]))
    return np.isin(piece, ranked[:size])


def _rank(seed: int, link_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{link_id}".encode()).digest()
