"""Multi-trip routing with time windows and release times, in VRPLIB files.

Vehicles load again at the depots that `VEHICLES_RELOAD_DEPOT_SECTION` lists for them, which takes no time. A
trip leaves when everything that it loads is released. Distances and all times are truncated to one decimal,
the speed is 1, and the objective is the distance.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.dispatch_formats.instance import (
    Floats,
    Integers,
    Points,
    RoutingInstance,
    VehicleType,
    euclidean,
)
from benchmarks.dispatch_formats.vrplib import VrplibFile

KEYS = {
    "NAME",
    "COMMENT",
    "TYPE",
    "EDGE_WEIGHT_TYPE",
    "DIMENSION",
    "VEHICLES",
    "CAPACITY",
    "SERVICE_TIME",
}
COORDINATES, DEMAND, WINDOWS = "NODE_COORD_SECTION", "DEMAND_SECTION", "TIME_WINDOW_SECTION"
RELEASES, SERVICES = "RELEASE_TIME_SECTION", "SERVICE_TIME_SECTION"
DEPOTS, RELOADS = "DEPOT_SECTION", "VEHICLES_RELOAD_DEPOT_SECTION"
SECTIONS = {COORDINATES, DEMAND, WINDOWS, RELEASES, SERVICES, DEPOTS, RELOADS}
STRAIGHT_LINES = "EUC_2D"


def read(path: Path) -> RoutingInstance:
    """Read a file; vehicles start and end at its first depot.

    Without release times everything is there at 0, without reload depots a vehicle makes one trip.

    Raises:
        FormatError: The file is not in the format, or holds keys or sections of other problems.
    """
    file = VrplibFile(path, keys=KEYS, sections=SECTIONS)
    if file.word("EDGE_WEIGHT_TYPE") != STRAIGHT_LINES:
        raise file.error_at("EDGE_WEIGHT_TYPE", f"only {STRAIGHT_LINES} is read here")
    count = file.whole("DIMENSION")
    depots = list(dict.fromkeys(file.points(DEPOTS, count)))
    order = np.array([*depots, *sorted(set(range(count)) - set(depots))])
    distance = _to_tenths(euclidean(file.table(COORDINATES, count, 2)[order]))
    return RoutingInstance(
        name=path.stem,
        points=_points(file, order, len(depots)),
        depot_count=len(depots),
        vehicles=_vehicles(file, depots, count),
        distance=distance,
        travel_s=distance,
        objective="distance",
    )


def _points(file: VrplibFile, order: Integers, depots: int) -> Points:
    count = len(order)
    demand = _not_below_zero(file, DEMAND, count)[:, 0]
    windows = _not_below_zero(file, WINDOWS, count, columns=2)
    for row in np.flatnonzero(windows[:, 0] > windows[:, 1])[:1].tolist():
        raise file.error_at(WINDOWS, "closes before it opens", row=row)
    release = _not_below_zero(file, RELEASES, count)[:, 0] if file.has(RELEASES) else np.zeros(count)
    service = _service(file, order, depots)
    for name, values in ((DEMAND, demand), (SERVICES, service), (RELEASES, release)):
        for depot in order[:depots].tolist():
            if values[depot] != 0:
                raise file.error_at(name, "a depot has something other than 0", row=depot)
    return Points(
        number=order + 1,
        demand=demand[order],
        service_s=_to_tenths(service[order]),
        opens_s=_to_tenths(windows[order, 0]),
        closes_s=_to_tenths(windows[order, 1]),
        release_s=_to_tenths(release[order]),
    )


def _service(file: VrplibFile, order: Integers, depots: int) -> Floats:
    """Service times in the order of the file; one that holds for all is for customers alone."""
    if file.has(SERVICES):
        return _not_below_zero(file, SERVICES, len(order))[:, 0]
    service = np.zeros(len(order))
    service[order[depots:]] = file.number("SERVICE_TIME") if file.has("SERVICE_TIME") else 0.0
    return service


def _vehicles(file: VrplibFile, depots: list[int], count: int) -> tuple[VehicleType, ...]:
    """Vehicles that may load again at the same depots are of one type."""
    vehicles, capacity = file.whole("VEHICLES"), file.number("CAPACITY")
    if capacity <= 0:
        raise file.error_at("CAPACITY", "more than 0 is needed")
    reload_at = file.points_by_row(RELOADS, vehicles, count) if file.has(RELOADS) else [()] * vehicles
    for row, places in enumerate(reload_at):
        if not set(places) <= set(depots):
            raise file.error_at(RELOADS, "a point that is no depot", row=row)
    kinds = Counter(tuple(sorted(map(depots.index, places))) for places in reload_at)
    return tuple(
        VehicleType(home=0, count=number, capacity=capacity, reload_at=places)
        for places, number in sorted(kinds.items())
    )


def _not_below_zero(file: VrplibFile, section: str, count: int, columns: int = 1) -> Floats:
    table = file.table(section, count, columns)
    for row in np.flatnonzero((table < 0).any(axis=1))[:1].tolist():
        raise file.error_at(section, "0 or more is needed", row=row)
    return table


def _to_tenths(values: Floats) -> Floats:
    return np.floor(10 * values) / 10
