"""OR-Tools Routing on a relief case.

Lateness is a soft bound on the arrival, a second a person; driving costs a second a second. Each truck has
nodes of its own at its home warehouse, all of which it visits: they empty the load dimension, and cost time
only when a load follows. With `on_time` a load is two nodes of which one is visited, the late one at a
price.

The search starts from the greedy plan, as insertion by the cost of arcs does not see lateness. Also tried
from there for 15 s, no better: simulated annealing; iterated local search that removes strings of visits.
"""

from __future__ import annotations

import time

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.relief_case import HOME, HOUR_S, UNSERVED_H, Ints, Objective, ReliefCase, Routes, drive
from benchmarks.relief_greedy import greedy_plan
from benchmarks.relief_peers.found import Found

FROM_ZERO = IGNORE_INACTIVE = True
"""Arguments that take no keyword."""

LATE_PERSON_H = 240
"""With the objective `on_time`, hours that a person who is late counts beyond the lateness: ten times as much
as one who is not served, as OR-Tools weighs and does not order."""

SPARE_TRIPS = 1
"""Reloads that each truck can make beyond those of the greedy plan."""


class _Nodes:
    """Nodes of the model: homes, loads (twice with `on_time`: before and after the deadline), reloads."""

    def __init__(self, case: ReliefCase, start: Routes, objective: Objective) -> None:
        self.case, loads = case, len(case.load_kg)
        self.copies = 2 if objective == "on_time" else 1
        reloads = [route.count(HOME) + SPARE_TRIPS for route in start]
        homes, self.home = np.unique(case.truck_home, return_inverse=True)
        self.homes = len(homes)
        self.load = np.tile(np.arange(loads), self.copies)
        self.reload_truck = np.repeat(np.arange(len(start)), reloads)
        self.first_reload = self.homes + len(self.load)
        self.count = self.first_reload + len(self.reload_truck)
        self.point = np.concatenate([homes, case.warehouses + self.load, case.truck_home[self.reload_truck]])

    def of_load(self, load: int) -> list[int]:
        return [self.homes + load + copy * len(self.case.load_kg) for copy in range(self.copies)]

    def of_truck(self, truck: int) -> list[int]:
        return (self.first_reload + np.flatnonzero(self.reload_truck == truck)).tolist()

    def driving_s(self, kind: int) -> Ints:
        driving: Ints = self.case.travel_s[kind][np.ix_(self.point, self.point)]
        return driving

    def elapsed_s(self, kind: int) -> Ints:
        """Handling at the first node and driving to the second; loading only before a trip to a load."""
        elapsed = self.driving_s(kind)
        to_load = slice(self.homes, self.first_reload)
        elapsed[to_load] += self.case.unload_s[self.load][:, None]
        loading_s = int(self.case.loading_s[self.case.truck_type == kind][0])
        elapsed[: self.homes, to_load] += loading_s
        elapsed[self.first_reload :, to_load] += loading_s
        return elapsed


def solve(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> Found:
    """Search for so many seconds, the model's included; the search draws nothing, so no seed counts."""
    del seed
    started = time.perf_counter()
    plan = greedy_plan(case)
    nodes = _Nodes(case, plan, objective)
    homes = nodes.home.tolist()
    manager = pywrapcp.RoutingIndexManager(nodes.count, len(homes), homes, homes)
    routing = pywrapcp.RoutingModel(manager)
    _add_driving(routing, nodes)
    _add_lateness(routing, manager, nodes)
    _add_weight(routing, manager, nodes)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * seconds))
    routing.CloseModelWithParameters(parameters)
    start = routing.ReadAssignmentFromRoutes(_start(manager, nodes, plan), IGNORE_INACTIVE)
    first_plan_s = time.perf_counter() - started
    parameters.time_limit.FromMilliseconds(max(1, round(1000 * (seconds - first_plan_s))))
    best = routing.SolveFromAssignmentWithParameters(start, parameters) or start
    routes = [_route(routing, manager, nodes, best, truck) for truck in range(len(homes))]
    return Found(routes, first_plan_s)


def _add_driving(routing: pywrapcp.RoutingModel, nodes: _Nodes) -> None:
    """Cost: seconds driven; into the late node of a load the price of being late at all."""
    late = slice(nodes.homes + len(nodes.case.load_kg), nodes.first_reload)
    price = np.rint(LATE_PERSON_H * HOUR_S * nodes.case.load_people).astype(np.int64)
    for kind in np.unique(nodes.case.truck_type).tolist():
        cost = nodes.driving_s(kind)
        if nodes.copies > 1:
            cost[:, late] += price
        evaluator = routing.RegisterTransitMatrix(cost.tolist())
        for truck in np.flatnonzero(nodes.case.truck_type == kind).tolist():
            routing.SetArcCostEvaluatorOfVehicle(evaluator, truck)


def _add_lateness(
    routing: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, nodes: _Nodes
) -> None:
    """Arrive by the horizon, each second after the deadline at a second a person; or do not, at 24 h."""
    case = nodes.case
    evaluators = {
        kind: routing.RegisterTransitMatrix(nodes.elapsed_s(kind).tolist())
        for kind in np.unique(case.truck_type).tolist()
    }
    of_truck = [evaluators[kind] for kind in case.truck_type.tolist()]
    routing.AddDimensionWithVehicleTransits(of_truck, 0, 2 * case.horizon_s, FROM_ZERO, "clock")
    clock = routing.GetDimensionOrDie("clock")
    unserved_h = UNSERVED_H + (LATE_PERSON_H if nodes.copies > 1 else 0)
    for load, deadline_s in enumerate(case.deadline_s.tolist()):
        people = float(case.load_people[load])
        indices = [manager.NodeToIndex(node) for node in nodes.of_load(load)]
        for copy, index in enumerate(indices, start=1):
            late = copy == nodes.copies
            clock.CumulVar(index).SetMax(case.horizon_s if late else deadline_s)
            if late:
                clock.SetCumulVarSoftUpperBound(index, deadline_s, round(people))
        routing.AddDisjunction(indices, round(unserved_h * HOUR_S * people))


def _add_weight(routing: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, nodes: _Nodes) -> None:
    """Loads fill a truck; its own reloads, and only they, empty it."""
    case = nodes.case
    payload = case.payload_kg.tolist()
    kg = np.zeros(nodes.count, np.int64)
    kg[nodes.homes : nodes.first_reload] = case.load_kg[nodes.load]
    kg[nodes.first_reload :] = -case.payload_kg[nodes.reload_truck]
    evaluator = routing.RegisterUnaryTransitVector(kg.tolist())
    routing.AddDimensionWithVehicleCapacity(evaluator, max(payload), payload, FROM_ZERO, "weight")
    weight = routing.GetDimensionOrDie("weight")
    for node in range(nodes.homes, nodes.first_reload):
        weight.SlackVar(manager.NodeToIndex(node)).SetValue(0)
    for node, truck in enumerate(nodes.reload_truck.tolist(), start=nodes.first_reload):
        routing.VehicleVar(manager.NodeToIndex(node)).SetValue(truck)


def _start(manager: pywrapcp.RoutingIndexManager, nodes: _Nodes, plan: Routes) -> list[list[int]]:
    """Write a plan as indices of the model; reloads that it does not use stand at the end."""
    routes = []
    for truck, route in enumerate(plan):
        reloads = iter(nodes.of_truck(truck))
        arrival_s = dict(drive(nodes.case, truck, route).arrivals)
        stops = []
        for stop in route:
            if stop == HOME:
                stops.append(next(reloads))
            else:
                late = arrival_s[stop] > nodes.case.deadline_s[stop]
                stops.append(nodes.of_load(stop)[-1 if late else 0])
        routes.append([manager.NodeToIndex(node) for node in [*stops, *reloads]])
    return routes


def _route(
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    nodes: _Nodes,
    best: pywrapcp.Assignment,
    truck: int,
) -> list[int]:
    route = []
    index = best.Value(routing.NextVar(routing.Start(truck)))
    while not routing.IsEnd(index):
        node = manager.IndexToNode(index)
        route.append(HOME if node >= nodes.first_reload else int(nodes.load[node - nodes.homes]))
        index = best.Value(routing.NextVar(index))
    return route
