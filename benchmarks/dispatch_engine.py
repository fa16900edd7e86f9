"""Routes for a published instance.

For now by insertion alone: customers in the order of their closing times, of equal ones those with most
demand first, each where the objective grows least. One who fits nowhere goes first in the next attempt.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.dispatch_formats.instance import Route, RoutingInstance, Trip

ROUNDING = 1e-9
"""What sums of rounded numbers may pass a limit by."""


ATTEMPTS = 20


class NoRoutesError(RuntimeError):
    """No routes were found that keep to the rules; the message says for whom."""


def solve(instance: RoutingInstance, seconds: float, seed: int) -> list[Route]:  # noqa: ARG001 - no search yet
    """Find routes that serve every customer within the rules, in `seconds` of search from a seed.

    Raises:
        NoRoutesError: A customer fits nowhere.
    """
    points = instance.points
    order = sorted(instance.customers, key=lambda one: (points.closes_s[one], -points.demand[one]))
    for _ in range(ATTEMPTS):
        routes, left = _insert(instance, order)
        if left is None:
            return routes
        order.remove(left)
        order.insert(0, left)
    raise NoRoutesError(f"customer {points.number[order[0]]} fits into no route")


def _insert(instance: RoutingInstance, order: Sequence[int]) -> tuple[list[Route], int | None]:
    """Routes that serve customers inserted in this order, and the first of them who fits nowhere."""
    routes: list[Route] = []
    values: list[float] = []
    for customer in order:
        least, best = math.inf, None
        for place, route in _insertions(instance, routes, customer):
            value = _value(instance, route)
            growth = value - (values[place] if place < len(routes) else 0.0)
            if growth < least:
                least, best = growth, (place, route, value)
        if best is None:
            return routes, customer
        place, route, value = best
        routes[place : place + 1], values[place : place + 1] = [route], [value]
    return routes, None


def _insertions(
    instance: RoutingInstance, routes: Sequence[Route], customer: int
) -> Iterator[tuple[int, Route]]:
    """Every way to load for one more customer: the place of the route that changes, and the route."""
    demand = instance.points.demand
    for place, route in enumerate(routes):
        vehicle = instance.vehicles[route.vehicle_type]
        for order, trip in enumerate(route.trips):
            before, after = route.trips[:order], route.trips[order + 1 :]
            if demand[[*trip.customers, customer]].sum() <= vehicle.capacity + ROUNDING:
                for position in range(len(trip.customers) + 1):
                    visits = (*trip.customers[:position], customer, *trip.customers[position:])
                    yield place, replace(route, trips=(*before, Trip(trip.depot, visits), *after))
            if demand[customer] <= vehicle.capacity:
                for depot in vehicle.reload_at:
                    yield place, replace(route, trips=(*before, trip, Trip(depot, (customer,)), *after))
    used = Counter(route.vehicle_type for route in routes)
    for kind, vehicle in enumerate(instance.vehicles):
        free = vehicle.count is None or used[kind] < vehicle.count
        if free and demand[customer] <= vehicle.capacity:
            yield len(routes), Route(kind, (Trip(vehicle.home, (customer,)),))


def _value(instance: RoutingInstance, route: Route) -> float:
    """What a route adds to the objective, inf where it comes late or takes too long."""
    points, vehicle = instance.points, instance.vehicles[route.vehicle_type]
    place, time_s, length, arrivals_s = vehicle.home, 0.0, 0.0, 0.0
    start_s = max(float(points.opens_s[vehicle.home]), _released_s(instance, route.trips[0]))
    for point, ready_s in _stops(instance, route):
        length += instance.distance[place, point]
        time_s += instance.travel_s[place, point]
        if time_s > points.closes_s[point] + ROUNDING:
            return math.inf
        arrivals_s += time_s if point in instance.customers else 0.0
        time_s = max(time_s, ready_s) + points.service_s[point]
        place = point
    if time_s - start_s > vehicle.most_duration_s + ROUNDING:
        return math.inf
    if instance.objective == "arrivals":
        return float(arrivals_s)
    return float(vehicle.fixed_cost + vehicle.cost_per_distance * length)


def _stops(instance: RoutingInstance, route: Route) -> Iterator[tuple[int, float]]:
    """Points of a route in turn, each with the time from which service or departure is possible."""
    opens_s = instance.points.opens_s
    for trip in route.trips:
        yield trip.depot, max(opens_s[trip.depot], _released_s(instance, trip))
        yield from ((customer, opens_s[customer]) for customer in trip.customers)
    if instance.return_counts:
        home = instance.vehicles[route.vehicle_type].home
        yield home, opens_s[home]


def _released_s(instance: RoutingInstance, trip: Trip) -> float:
    return float(instance.points.release_s[list(trip.customers)].max())
