"""Cordeau's multi-depot routing: vehicles are limited at each depot and return to their own.

First line: type (2), vehicles a depot, customers, depots; a line a depot: most duration of a route and most
load of a vehicle (0: no limit); then a line a customer and, last, a depot: number, x, y, service time,
demand; visit combinations and other numbers behind these are of other families. Distances are Euclidean in
double precision, the speed is 1, and service counts in the duration.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.dispatch_formats.instance import Points, RoutingInstance, VehicleType, euclidean
from benchmarks.dispatch_formats.rows import Rows, most

MULTI_DEPOT = 2
POINT = ("number", "x", "y", "service time", "demand")


def read(path: Path) -> RoutingInstance:
    """Read a file of type 2.

    Raises:
        FormatError: The file is not in the format, or of another type (periodic, with time windows).
    """
    rows = Rows(path)
    fields = ("type", "vehicles", "customers", "depots")
    kind, *counts = rows.take(*fields)
    if kind != MULTI_DEPOT:
        raise rows.error(f"type is {kind:g}; {MULTI_DEPOT}, multi-depot without time windows, is read here")
    fleet, customers, depots = (rows.whole(*pair) for pair in zip(fields[1:], counts, strict=True))
    limits = rows.table(depots, ("most duration", "capacity"))
    table = rows.table(customers, POINT)
    table = np.vstack([rows.table(depots, POINT), table])
    rows.end()
    distance = euclidean(table[:, 1:3])
    vehicles = tuple(
        VehicleType(depot, fleet, most(capacity), most_duration_s=most(duration))
        for depot, (duration, capacity) in enumerate(limits.tolist())
    )
    return RoutingInstance(
        name=path.stem,
        points=Points.at_any_time(table[:, 0].astype(np.int64), table[:, 4], table[:, 3]),
        depot_count=depots,
        vehicles=vehicles,
        distance=distance,
        travel_s=distance,
        objective="distance",
    )
