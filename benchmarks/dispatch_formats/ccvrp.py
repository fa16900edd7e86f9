"""Cumulative capacitated routing: one depot, a given number of vehicles, the least sum of arrival times.

First line: customers, capacity, most duration, service time; second: the depot's x y; then a customer
a line: x y demand. Distances are Euclidean in double precision, the speed is 1, and the way back does not
count. Files do not hold the number of vehicles. It is R of a note such as `R=5` in the table of known values,
else what the demand needs, ⌈demand / capacity⌉; `vrpnc5` is published with one more.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from benchmarks.dispatch_formats.instance import RoutingInstance, VehicleType
from benchmarks.dispatch_formats.one_depot import take_points
from benchmarks.dispatch_formats.rows import Rows, most
from benchmarks.known_values import UNKNOWN, known_values

FLEET_IN_NOTE = re.compile(r"\bR\s*=\s*(\d+)")
MORE_VEHICLES = {"vrpnc5": 1}


def read(path: Path) -> RoutingInstance:
    """Read a file of Christofides, Mingozzi and Toth as a cumulative problem.

    Raises:
        FormatError: The file is not in the format, or the table of known values is not.
    """
    rows = Rows(path)
    count, capacity, duration, service = rows.take("customers", "capacity", "most duration", "service time")
    customers, capacity = rows.whole("customers", count), rows.capacity(capacity)
    points, distance = take_points(rows, customers, service)
    fleet = _fleet(path, float(points.demand.sum()), capacity)
    vehicles = VehicleType(0, fleet, capacity, most_duration_s=most(duration))
    return RoutingInstance(
        name=path.stem,
        points=points,
        depot_count=1,
        vehicles=(vehicles,),
        distance=distance,
        travel_s=distance,
        objective="arrivals",
        return_counts=False,
    )


def _fleet(path: Path, demand: float, capacity: float) -> int:
    noted = FLEET_IN_NOTE.search(known_values(path).get(path.stem, UNKNOWN).note)
    if noted:
        return int(noted[1])
    return math.ceil(demand / capacity) + MORE_VEHICLES.get(path.stem, 0)
