"""Heterogeneous fleets of Golden and Taillard: vehicle types with their own capacities and costs.

Comment lines begin with `//`. First line: customers, vehicle types, range, service time, bounds; a line a
type: number, capacity, fixed cost, cost of a unit of distance; the depot's x y; then a customer a line: x y
demand. The range limits the length of a route and its service times (999999: no limit). A type with as many
vehicles as there are customers never runs out. Distances are Euclidean in double precision.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.dispatch_formats.instance import RoutingInstance, VehicleType
from benchmarks.dispatch_formats.one_depot import take_points
from benchmarks.dispatch_formats.rows import Rows, most


def read(path: Path) -> RoutingInstance:
    """Read a file with limited or unlimited vehicles, with fixed or variable costs or both.

    Raises:
        FormatError: The file is not in the format.
    """
    rows = Rows(path, comment="//")
    fields = ("customers", "vehicle types", "range", "service time")
    *counts, reach, service = rows.take(*fields)
    customers, types = (rows.whole(*pair) for pair in zip(fields, counts, strict=False))
    vehicles = tuple(_vehicle_type(rows, customers, most(reach)) for _ in range(types))
    points, distance = take_points(rows, customers, service)
    return RoutingInstance(
        name=path.stem,
        points=points,
        depot_count=1,
        vehicles=vehicles,
        distance=distance,
        travel_s=distance,
        objective="distance",
    )


def _vehicle_type(rows: Rows, customers: int, most_duration_s: float) -> VehicleType:
    number, capacity, fixed_cost, cost_per_distance = rows.take(
        "number of vehicles", "capacity", "fixed cost", "cost of distance"
    )
    count = rows.whole("number of vehicles", number)
    return VehicleType(
        home=0,
        count=None if count >= customers else count,
        capacity=rows.capacity(capacity),
        fixed_cost=fixed_cost,
        cost_per_distance=cost_per_distance,
        most_duration_s=most_duration_s,
    )
