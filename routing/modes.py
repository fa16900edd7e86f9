"""Seconds per edge for every mode: who may use which roads, and how fast."""

from __future__ import annotations

import numpy as np

from routing.closures import RoadState, edge_seconds
from routing.fleet import FLYING, PORTER, ROAD, VehicleType
from routing.road_network import Flags, Floats, RoadNetwork


def mode_seconds(network: RoadNetwork, state: RoadState, kind: VehicleType) -> Floats:
    """Seconds that a vehicle type of any mode needs for each edge, shape (E,); inf where it cannot pass.

    Aircraft and drones use no edge. Road vehicles also keep off links with a posted height below theirs.
    """
    if kind.mode in FLYING:
        return np.full(len(network.edge_from), np.inf)
    if kind.mode == PORTER:
        return _seconds_on_foot(network, state, kind)
    seconds = edge_seconds(network, state, kind)
    if kind.mode == ROAD and kind.height_m is not None:
        seconds[network.max_height_m < kind.height_m] = np.inf
    return seconds


def _walkable(network: RoadNetwork, state: RoadState, wade_depth_m: float) -> Flags:
    """Whether each edge can be walked, shape (E,).

    Porters walk on every road, closed ones included, through water up to their wading depth. They keep off
    waterways, and off closed bridges and tunnels: what closes those usually leaves nothing to walk on
    (assumed).
    """
    no_way = state.blocked & (network.bridge | network.tunnel)
    return ~network.waterway & ~no_way & (state.depth_m <= wade_depth_m)


def _seconds_on_foot(network: RoadNetwork, state: RoadState, kind: VehicleType) -> Floats:
    """Somebody on foot is not slowed by what slows vehicles (assumed), and keeps to one-way directions."""
    metres_per_s = kind.cruise_m_per_s
    on_foot = _walkable(network, state, kind.wade_depth_m)
    return np.where(on_foot, network.length_m / metres_per_s, np.inf)
