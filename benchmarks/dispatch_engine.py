"""Published instances given to the search over trips, and its routes given back."""

from __future__ import annotations

import numpy as np

from benchmarks.dispatch_formats.instance import Route, RoutingInstance, Trip
from routing.search.load_problem import Fleet, LoadProblem, Loads, no_sites, yards_at
from routing.search.search import Search

ROUNDING = 1e-3
"""How far below a limit of time the search stays: it computes travel times in single precision."""

ANY_NUMBER = 1_000_000
"""Trips of a vehicle that may load again."""


class NoRoutesError(RuntimeError):
    """No routes were found that keep to the rules; the message says for whom."""


def solve(instance: RoutingInstance, seconds: float, seed: int) -> list[Route]:
    """Find routes that serve every customer within the rules, in `seconds` of search from a seed.

    Raises:
        NoRoutesError: A customer fits nowhere.
    """
    search = Search(load_problem(instance), seed=seed)
    search.improve_for(seconds)
    found = search.routes()
    if found.absent:
        number = instance.points.number[instance.customers[found.absent[0]]]
        raise NoRoutesError(f"customer {number} fits into no route")
    kinds = vehicle_kinds(instance)
    first = instance.depot_count
    return [
        Route(kind, tuple(Trip(trip.source, tuple(first + load for load in trip.loads)) for trip in trips))
        for kind, trips in zip(kinds, found.trips, strict=True)
        if trips
    ]


def vehicle_kinds(instance: RoutingInstance) -> list[int]:
    """Type of each vehicle; of a type without a number there is one for every customer."""
    return [
        kind
        for kind, vehicle in enumerate(instance.vehicles)
        for _ in range(len(instance.customers) if vehicle.count is None else vehicle.count)
    ]


def load_problem(instance: RoutingInstance) -> LoadProblem:
    """Every customer a load; arrivals cost one a unit of time, or driving its cost and nothing else."""
    points, kinds = instance.points, vehicle_kinds(instance)
    each = [instance.vehicles[kind] for kind in kinds]
    arrivals = instance.objective == "arrivals"
    wanted = np.array(instance.customers)
    number, types = len(wanted), len(instance.vehicles)
    homes = np.array([vehicle.home for vehicle in each], dtype=np.int64)
    longest = np.array([vehicle.most_duration_s for vehicle in each])
    opens = points.opens_s[homes]
    until = np.minimum(points.closes_s[homes], opens + longest) - ROUNDING
    cost_per_s = np.array([0.0 if arrivals else one.cost_per_distance for one in instance.vehicles])
    fleet = Fleet(
        type=np.array(kinds, dtype=np.int64),
        base=homes,
        yard=homes,
        ready_s=opens,
        until_s=until,
        returns=np.full(len(each), instance.return_counts),
        drive_s=np.full(len(each), np.inf),
        most_trips=np.array([ANY_NUMBER if vehicle.reload_at else 1 for vehicle in each]),
        used_cost=np.array([0.0 if arrivals else vehicle.fixed_cost for vehicle in each]),
        payload_kg=np.array([vehicle.capacity for vehicle in instance.vehicles]),
        volume_m3=np.full(types, np.inf),
        loading_s=np.zeros(types),
        unloading_s_per_kg=np.zeros(types),
        cost_per_s=cost_per_s,
        stop_s=np.zeros(types),
        travel_s=np.stack([instance.travel_s] * types).astype(np.float32),
    )
    dearest = max(1.0, float(cost_per_s.max()) + float(fleet.used_cost.max(initial=0.0)))
    loads = Loads(
        point=wanted,
        site=np.full(number, -1),
        units=np.zeros((number, 0)),
        home=np.zeros(number, np.int64),
        weight_kg=points.demand[wanted],
        volume_m3=np.zeros(number),
        service_s=points.service_s[wanted],
        release_s=points.release_s[wanted],
        open_s=points.opens_s[wanted],
        close_s=points.closes_s[wanted] - np.where(np.isfinite(points.closes_s[wanted]), ROUNDING, 0.0),
        due_s=np.zeros(number),
        late_cost_per_s=np.full(number, float(arrivals)),
        late_cost=np.zeros(number),
        absent_cost=np.full(number, 10.0 * dearest * (float(instance.travel_s.max()) * number + 1.0)),
    )
    depots = yards_at(np.arange(instance.depot_count))
    return LoadProblem(fleet, depots, loads, no_sites(), back_counts=instance.return_counts)
