"""PyVRP on a relief case.

A load is a group of clients of which at most one is visited: one per latest hour of arrival, with a prize that
shrinks as people wait, since PyVRP knows hard time windows and prizes but no lateness. Trucks of one type at one
home are one vehicle type that reloads there; a depot per home and type holds the time of loading.
"""

from __future__ import annotations

import time

import numpy as np
import pyvrp
import pyvrp.search
from pyvrp.stop import MaxRuntime

from benchmarks.relief_case import HOME, HOUR_S, UNSERVED_H, Objective, ReliefCase, Routes, drive
from benchmarks.relief_greedy import greedy_plan
from benchmarks.relief_peers.found import LATE_PERSON_H, Found

LATE_STEPS_H = (0, 1, 3, 8, 24)
"""Arrivals between two of them count as late as the middle."""

COST_S = 10
NEIGH = 50
"""Seconds in a unit of cost, which keeps prizes near the penalties that PyVRP starts from."""


class _FirstPlan(pyvrp.IteratedLocalSearchCallbacks):
    """Notes when the search first holds a plan that breaks no rule."""

    def __init__(self) -> None:
        self.at: float | None = None

    def on_start(self, ils: pyvrp.IteratedLocalSearch) -> None:
        self._note(ils.initial_solution)

    def on_best(self, best: pyvrp.Solution) -> None:
        self._note(best)

    def _note(self, solution: pyvrp.Solution) -> None:
        if self.at is None and solution.is_feasible():
            self.at = time.perf_counter()


def solve(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> Found:
    """Search for so many seconds, the model's included."""
    started = time.perf_counter()
    data, load_of_client, fleet = _model(case, objective)
    start = _start(case, data, load_of_client, fleet)
    first = _FirstPlan()
    params = pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=first), neighbourhood=pyvrp.search.NeighbourhoodParams(num_neighbours=NEIGH))
    stop = MaxRuntime(max(0.0, seconds - (time.perf_counter() - started)))
    best = pyvrp.solve(data, stop, seed=seed, collect_stats=False, params=params, initial_solution=start).best
    waiting = {kind: list(trucks) for kind, trucks in enumerate(fleet)}
    routes: Routes = [[] for _ in case.truck_type]
    for route in best.routes():
        truck = waiting[route.vehicle_type()].pop(0)
        inner = list(route)[1:-1]
        routes[truck] = [load_of_client[stop.idx] if stop.is_client() else HOME for stop in inner]
    return Found(routes, None if first.at is None else first.at - started)


def _model(case: ReliefCase, objective: Objective) -> tuple[pyvrp.ProblemData, list[int], list[list[int]]]:
    """Return the problem, the load of each client, and the trucks of each vehicle type."""
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    load_of_client: list[int] = []
    for load in range(len(case.load_kg)):
        first = len(clients)
        for latest_s, prize_h in _windows(int(case.deadline_s[load]), case.horizon_s, objective):
            clients.append(
                pyvrp.Client(
                    location=case.warehouses + load,
                    delivery=[int(case.load_kg[load])],
                    service_duration=int(case.unload_s[load]),
                    tw_late=latest_s,
                    prize=round(prize_h * HOUR_S * float(case.load_people[load]) / COST_S),
                    required=False,
                    group=len(groups),
                )
            )
            load_of_client.append(load)
        groups.append(pyvrp.ClientGroup(list(range(first, len(clients))), required=False))
    kinds = sorted({(int(t), int(h)) for t, h in zip(case.truck_type, case.truck_home, strict=True)})
    fleet = [
        np.flatnonzero((case.truck_type == kind) & (case.truck_home == home)).tolist() for kind, home in kinds
    ]
    depots = [
        pyvrp.Depot(home, service_duration=int(case.loading_s[trucks[0]]))
        for (_, home), trucks in zip(kinds, fleet, strict=True)
    ]
    vehicles = [
        pyvrp.VehicleType(
            num_available=len(trucks),
            capacity=[int(case.payload_kg[trucks[0]])],
            start_depot=depot,
            end_depot=depot,
            reload_depots=[depot],
            profile=kind,
        )
        for depot, ((kind, _), trucks) in enumerate(zip(kinds, fleet, strict=True))
    ]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0)] * case.travel_s.shape[1],
        clients=clients,
        depots=depots,
        vehicle_types=vehicles,
        distance_matrices=[np.rint(matrix / COST_S).astype(np.int64) for matrix in case.travel_s],
        duration_matrices=list(case.travel_s),
        groups=groups,
    )
    return data, load_of_client, fleet


def _start(case, data, load_of_client, fleet) -> pyvrp.Solution:
    """Write the greedy plan down."""
    clients_of_load: list[list[int]] = [[] for _ in case.load_kg]
    for client, load in enumerate(load_of_client):
        clients_of_load[load].append(client)
    clients, routes = data.clients(), []
    plan = greedy_plan(case)
    for kind, trucks in enumerate(fleet):
        again = pyvrp.Activity(pyvrp.ActivityType.DEPOT, kind)
        for truck in trucks:
            arrival_s = dict(drive(case, truck, plan[truck]).arrivals)
            visits = []
            for stop in plan[truck]:
                if stop == HOME: visits.append(again); continue
                client = next(c for c in clients_of_load[stop] if clients[c].tw_late >= arrival_s[stop])
                visits.append(pyvrp.Activity(pyvrp.ActivityType.CLIENT, client))
            if visits:
                routes.append(pyvrp.Route(data, visits, kind))
    return pyvrp.Solution(data, routes)


def _windows(deadline_s: int, horizon_s: int, objective: Objective) -> list[tuple[int, float]]:
    """Latest arrivals, and hours a person that arriving so is better than not at all."""
    on_time_h = LATE_PERSON_H if objective == "on_time" else 0
    windows: list[tuple[int, float]] = [(deadline_s, UNSERVED_H + on_time_h)]
    for before_h, after_h in zip(LATE_STEPS_H, LATE_STEPS_H[1:], strict=False):
        if deadline_s + before_h * HOUR_S >= horizon_s:
            break
        latest_s = min(horizon_s, deadline_s + after_h * HOUR_S)
        late_h = (before_h + (latest_s - deadline_s) / HOUR_S) / 2
        windows.append((latest_s, UNSERVED_H - late_h))
    return windows
