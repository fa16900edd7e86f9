"""How far it is by road from each warehouse to each other when nothing is closed."""

from __future__ import annotations

import numpy as np

from routing.attach import cut_for_region
from routing.fleet import ROAD
from routing.road_network import RoadNetwork
from routing.travel_times import Points, travel_times
from stockpile.distances import Distances, straight_lines
from stockpile.region import Region

NO_ROAD = 10.0
"""Times the straight line counts beyond the longest road where none leads: such a way is last (assumed)."""


def road_distances(region: Region, network: RoadNetwork) -> Distances:
    """Return the shortest ways by road between all warehouses of a region, candidates among them.

    Limits of weight and height are left out: transfers of stock have time to choose a vehicle. The access to
    the road at either end is straight.
    """
    warehouses = region.warehouses.sort_values("id", ignore_index=True)
    every = region.replace(warehouses=warehouses.assign(status="existing"))
    cut = cut_for_region(network, every).network
    points = Points(
        ids=tuple(warehouses["id"]),
        lon=warehouses["lon"].to_numpy(dtype=np.float64),
        lat=warehouses["lat"].to_numpy(dtype=np.float64),
        wharf=np.zeros(len(warehouses), dtype=np.bool_),
    )
    # one second a metre: the fastest way is the shortest
    length_m = np.where(cut.waterway, np.inf, cut.length_m)
    metres = travel_times(cut, length_m, points, mode=ROAD).metres
    straight = straight_lines(warehouses)
    joined = np.isfinite(metres)
    beyond = metres[joined].max() + NO_ROAD * straight.metres
    return Distances(points.ids, np.where(joined, metres, beyond), joined)
