"""Small published-style files, solved on paper, and a hand-made instance to break rules on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.dispatch_formats.instance import Points, Route, RoutingInstance, Trip, VehicleType, euclidean

# depot at 0 0, customers at 3 4 (5 away), 6 8 (10 away) and 0 -2; 7 carried at most, so two vehicles
CCVRP = "3 7 999999 0\n0 0\n3 4 4\n6 8 3\n0 -2 2\n"
# two depots, 0 0 and 10 0; two customers 3 beyond each of them on the x axis
MDVRP = (
    "2 1 2 2\n0 5\n0 5\n"
    "1 -3 0 0 5 1 2 1 2\n2 13 0 0 5 1 2 1 2\n"
    "3 0 0 0 0 0 0\n4 10 0 0 0 0 0\n"
)  # fmt: skip
# a small vehicle for 10 and 1 a unit of distance, a large one for 25 and 2
HFVRP = "// comment\n  //another\n2 2 999999.0 0.0 1 1\n2 4 10 1.0\n1 8 25 2.0\n0 0\n3 4 4\n6 8 4\n"
# one vehicle, a trip a customer: the second's goods are released at 30
MTVRPTW = """\
NAME: toy
COMMENT: by hand
TYPE: MTVRPTWR
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 3
VEHICLES: 1
CAPACITY: 4
SERVICE_TIME: 2
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t1\t1
DEMAND_SECTION
1\t0
2\t4
3\t4
TIME_WINDOW_SECTION
1\t0\t40
2\t8\t9
3\t0\t32
RELEASE_TIME_SECTION
1\t0
2\t0
3\t30
VEHICLES_RELOAD_DEPOT_SECTION
1\t1
DEPOT_SECTION
1
EOF
"""
FILES = {"ccvrp": CCVRP, "mdvrp": MDVRP, "hfvrp": HFVRP, "mtvrptw": MTVRPTW}
"""A file of each family."""


def write(folder: Path, text: str, name: str = "toy.txt") -> Path:
    """Write a file and return its path."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def line_case(**changes: Any) -> RoutingInstance:  # noqa: ANN401 - whatever the instance holds
    """Depots at 0 and 10 on a line with two vehicles and one, customers at 1, 2, 3 and 12."""
    at = np.array([0.0, 10.0, 1.0, 2.0, 3.0, 12.0])
    distance = euclidean(np.column_stack([at, np.zeros(6)]))
    demand = np.array([0.0, 0.0, 1.0, 2.0, 3.0, 1.0])
    fields: dict[str, Any] = {
        "name": "line",
        "points": Points.at_any_time(np.arange(101, 107), demand, np.zeros(6)),
        "depot_count": 2,
        "vehicles": (
            VehicleType(0, 2, 5.0, fixed_cost=100.0, cost_per_distance=2.0, reload_at=(0, 1)),
            VehicleType(1, 1, 5.0),
        ),
        "distance": distance,
        "travel_s": distance,
        "objective": "distance",
    }
    return RoutingInstance(**(fields | changes))


def route(vehicle_type: int, *trips: tuple[int, list[int]]) -> Route:
    """Write a route as pairs of a depot and the customers visited from it."""
    return Route(vehicle_type, tuple(Trip(depot, tuple(customers)) for depot, customers in trips))
