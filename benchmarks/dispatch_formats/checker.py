"""Replays routes against the rules of a published instance, and adds up its objective.

Nothing here is shared with what finds routes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.dispatch_formats.instance import Route, RoutingInstance, Trip, VehicleType

TOLERANCE = 1e-6
"""What sums of rounded numbers may pass a limit by."""


class RuleError(ValueError):
    """Routes break a rule; the message says which vehicle, where and by how much."""


def objective_value(instance: RoutingInstance, routes: Sequence[Route]) -> float:
    """Replay routes and return what the instance minimises.

    A vehicle leaves its home, and every depot where it loads again, as soon as it may: when the depot is
    open and what it loads is released. It waits where it comes before the opening time.

    Raises:
        RuleError: A rule is broken.
    """
    _check_fleet(instance, routes)
    _check_visits(instance, routes)
    return sum(_Replay(instance, route, order).value for order, route in enumerate(routes, start=1))


def _check_fleet(instance: RoutingInstance, routes: Sequence[Route]) -> None:
    used = Counter(route.vehicle_type for route in routes)
    for kind, number in sorted(used.items()):
        if not 0 <= kind < len(instance.vehicles):
            raise RuleError(f"{instance.name}: there is no vehicle type {kind}")
        count = instance.vehicles[kind].count
        if count is not None and number > count:
            raise RuleError(f"{instance.name}: {number} vehicles of type {kind} drive, there are {count}")


def _check_visits(instance: RoutingInstance, routes: Sequence[Route]) -> None:
    visits = Counter(point for route in routes for trip in route.trips for point in trip.customers)
    if strangers := sorted(visits.keys() - set(instance.customers)):
        raise RuleError(f"{instance.name}: point {strangers[0]} is no customer")
    for point in instance.customers:
        if visits[point] != 1:
            times = f"visited {visits[point]} times" if visits[point] else "missed"
            raise RuleError(f"{instance.name}: customer {instance.points.number[point]} is {times}")


class _Replay:
    """One vehicle on its way; `value` is what it adds to the objective."""

    def __init__(self, instance: RoutingInstance, route: Route, order: int) -> None:
        self.instance, self.order = instance, order
        vehicle = instance.vehicles[route.vehicle_type]
        self._check_depots(vehicle, route.trips)
        self.place, self.time_s, self.length, self.arrivals_s = vehicle.home, 0.0, 0.0, 0.0
        departures_s = [self._drive(vehicle, trip) for trip in route.trips]
        if instance.return_counts:
            self._go(vehicle.home)
        self._check_duration(vehicle, self.time_s - departures_s[0])
        cost = vehicle.fixed_cost + vehicle.cost_per_distance * self.length
        self.value = self.arrivals_s if instance.objective == "arrivals" else cost

    def _drive(self, vehicle: VehicleType, trip: Trip) -> float:
        """Make a trip and return when it left the depot."""
        points, customers = self.instance.points, list(trip.customers)
        load = float(points.demand[customers].sum())
        if load > vehicle.capacity + TOLERANCE:
            raise self._error(f"carries {load:g} on a trip, its capacity is {vehicle.capacity:g}")
        self._go(trip.depot)
        departure_s = max(self.time_s, float(points.release_s[customers].max()))
        self.time_s = departure_s
        for customer in customers:
            self.arrivals_s += self._go(customer)
            self.time_s += float(points.service_s[customer])
        return departure_s

    def _go(self, point: int) -> float:
        """Drive to a point, wait until it opens, and return the time of arrival."""
        points = self.instance.points
        self.length += float(self.instance.distance[self.place, point])
        arrival_s = self.time_s + float(self.instance.travel_s[self.place, point])
        if arrival_s > points.closes_s[point] + TOLERANCE:
            kind = "depot" if point in self.instance.depots else "customer"
            raise self._error(
                f"comes to {kind} {points.number[point]} at {arrival_s:g},"
                f" which closes at {points.closes_s[point]:g}"
            )
        self.place, self.time_s = point, max(arrival_s, float(points.opens_s[point]))
        return arrival_s

    def _check_depots(self, vehicle: VehicleType, trips: Sequence[Trip]) -> None:
        number = self.instance.points.number
        if not trips or not all(trip.customers for trip in trips):
            raise self._error("makes a trip without customers, or none at all")
        if trips[0].depot != vehicle.home:
            raise self._error(f"starts elsewhere than at its home, depot {number[vehicle.home]}")
        for trip in trips[1:]:
            if trip.depot not in vehicle.reload_at:
                raise self._error(f"loads again at point {trip.depot}, where it may not")

    def _check_duration(self, vehicle: VehicleType, duration_s: float) -> None:
        if duration_s > vehicle.most_duration_s + TOLERANCE:
            raise self._error(f"is under way for {duration_s:g}, it may be for {vehicle.most_duration_s:g}")

    def _error(self, message: str) -> RuleError:
        return RuleError(f"{self.instance.name}: vehicle {self.order} {message}")
