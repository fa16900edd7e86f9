"""Pieces of road: links that follow one another without a junction between them."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.road_network import Flags, Indices, RoadNetwork

_NEIGHBOURS_ON_THE_WAY = 2


def road_pieces(network: RoadNetwork, among: Flags) -> Indices:
    """Number of the piece of road that each link belongs to, shape (L,); -1 for links not in `among` (E,).

    A link is in `among` when one of its edges is. Two such links belong to one piece when they meet at a node
    that joins just two others: nothing turns off there, whatever the links are called. Junctions are those of
    the whole network, dead ends end a piece, and each carriageway is a road of its own. Pieces count from 0
    in the order of their first links.
    """
    links = np.unique(network.link[among])
    inner = _neighbours(network) == _NEIGHBOURS_ON_THE_WAY
    ends = np.concatenate([network.edge_from[among], network.edge_to[among]])
    owners = np.tile(network.link[among], 2)[inner[ends]]
    count = len(network.link_ids)
    meets = (np.ones(len(owners), dtype=np.int8), (owners, count + ends[inner[ends]]))
    size = count + len(network.node_ids)
    _, part = connected_components(csr_array(meets, shape=(size, size)), directed=False)
    _, first, number = np.unique(part[links], return_index=True, return_inverse=True)
    pieces = np.full(count, -1, dtype=np.int32)
    pieces[links] = np.argsort(np.argsort(first))[number]
    return pieces


def count_pieces(network: RoadNetwork, among: Flags) -> int:
    """Return how many pieces of road the edges flagged in `among` form: of bridges, how many bridges."""
    return int(road_pieces(network, among).max(initial=-1)) + 1


def _neighbours(network: RoadNetwork) -> Indices:
    """Count the other nodes that the links at each node lead to or come from, shape (N,)."""
    ends = np.column_stack([network.edge_from, network.edge_to])
    pairs = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    return np.bincount(pairs.ravel(), minlength=len(network.node_ids)).astype(np.int32)
