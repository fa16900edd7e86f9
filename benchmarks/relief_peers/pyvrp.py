"""PyVRP on a relief case.

A load is a group of clients of which at most one is visited: one per latest hour of arrival, with a prize
that shrinks as people wait, since PyVRP knows hard time windows and prizes but no lateness. Trucks of one
type at one home are one vehicle type that reloads there; a depot of their own holds the time of loading. The
search starts from the greedy plan: from PyVRP's own random start thousands of people were still not served
at the end. For the people on time only the deadlines count. What a plan leaves is appended to it greedily.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyvrp
from pyvrp.search import NeighbourhoodParams

from benchmarks.relief_case import HOME, HOUR_S, UNSERVED_H, Objective, ReliefCase, Routes, drive
from benchmarks.relief_greedy import greedy_plan
from benchmarks.relief_peers.found import Found

LATE_STEPS_H = (0, 1, 2, 4, 8, 24)
"""Arrivals between two of them count as late as the middle."""

NEIGHBOURS = 100
"""Twice what PyVRP takes by itself, as a load is several clients."""

COST_S = 60
"""Seconds in a unit of cost, which keeps prizes below the penalties by which PyVRP keeps to time windows."""


def solve(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> Found:
    """Search for so many seconds, the model's included; a step under way is finished."""
    started = time.perf_counter()
    model = _Model.of(case, objective)
    start = model.start(greedy_plan(case))
    first_plan_s = time.perf_counter() - started
    best = pyvrp.solve(
        model.data,
        lambda _: time.perf_counter() >= started + seconds,
        seed=seed,
        collect_stats=False,
        params=pyvrp.SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS)),
        initial_solution=start,
    ).best
    return Found(greedy_plan(case, begun=model.routes(best)), first_plan_s)


@dataclass(frozen=True)
class _Model:
    """The problem, with the load of each client and the trucks of each vehicle type."""

    case: ReliefCase
    data: pyvrp.ProblemData
    load: list[int]
    fleets: list[list[int]]

    @staticmethod
    def of(case: ReliefCase, objective: Objective) -> _Model:
        kinds = sorted(set(zip(case.truck_type.tolist(), case.truck_home.tolist(), strict=True)))
        fleets = [
            np.flatnonzero((case.truck_type == kind) & (case.truck_home == home)).tolist()
            for kind, home in kinds
        ]
        clients, groups, load = _clients(case, objective)
        data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0)] * case.travel_s.shape[1],
            clients=clients,
            depots=[
                pyvrp.Depot(home, service_duration=int(case.loading_s[trucks[0]]))
                for (_, home), trucks in zip(kinds, fleets, strict=True)
            ],
            vehicle_types=[
                pyvrp.VehicleType(
                    num_available=len(trucks),
                    capacity=[int(case.payload_kg[trucks[0]])],
                    start_depot=depot,
                    end_depot=depot,
                    reload_depots=[depot],
                    profile=kind,
                )
                for depot, ((kind, _), trucks) in enumerate(zip(kinds, fleets, strict=True))
            ],
            distance_matrices=[np.rint(matrix / COST_S).astype(np.int64) for matrix in case.travel_s],
            duration_matrices=list(case.travel_s),
            groups=groups,
        )
        return _Model(case, data, load, fleets)

    def start(self, plan: Routes) -> pyvrp.Solution:
        """Write a plan down, each load as the client whose window it just meets; leave those without."""
        latest_s = [client.tw_late for client in self.data.clients()]
        clients: list[list[int]] = [[] for _ in self.case.load_kg]
        for client, load in enumerate(self.load):
            clients[load].append(client)
        routes = []
        for kind, trucks in enumerate(self.fleets):
            reload = pyvrp.Activity(pyvrp.ActivityType.DEPOT, kind)
            for truck in trucks:
                arrival_s = dict(drive(self.case, truck, plan[truck]).arrivals)
                stops = []
                for stop in plan[truck]:
                    if stop == HOME:
                        stops.append(reload)
                        continue
                    meets = [client for client in clients[stop] if latest_s[client] >= arrival_s[stop]]
                    stops += [pyvrp.Activity(pyvrp.ActivityType.CLIENT, client) for client in meets[:1]]
                if any(stop.is_client() for stop in stops):
                    routes.append(pyvrp.Route(self.data, stops, kind))
        return pyvrp.Solution(self.data, routes)

    def routes(self, solution: pyvrp.Solution) -> Routes:
        """Read a plan, one route a truck."""
        routes: Routes = [[] for _ in self.case.truck_type]
        waiting = [list(trucks) for trucks in self.fleets]
        for route in solution.routes():
            inner = list(route)[1:-1]
            truck = waiting[route.vehicle_type()].pop(0)
            routes[truck] = [self.load[stop.idx] if stop.is_client() else HOME for stop in inner]
        return routes


def _clients(
    case: ReliefCase, objective: Objective
) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup], list[int]]:
    """Return the clients, their groups, and the load of each."""
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    load_of: list[int] = []
    for load, people in enumerate(case.load_people.tolist()):
        windows = _windows(int(case.deadline_s[load]), case.horizon_s, objective)
        groups.append(
            pyvrp.ClientGroup(list(range(len(clients), len(clients) + len(windows))), required=False)
        )
        load_of += [load] * len(windows)
        clients += [
            pyvrp.Client(
                location=case.warehouses + load,
                delivery=[int(case.load_kg[load])],
                service_duration=int(case.unload_s[load]),
                tw_late=latest_s,
                prize=round(prize_h * HOUR_S * people / COST_S),
                required=False,
                group=load,
            )
            for latest_s, prize_h in windows
        ]
    return clients, groups, load_of


def _windows(deadline_s: int, horizon_s: int, objective: Objective) -> list[tuple[int, float]]:
    """Latest arrivals, and by how many hours a person each is better than not at all."""
    windows: list[tuple[int, float]] = [(deadline_s, UNSERVED_H)]
    if objective == "on_time":
        return windows
    for before_h, after_h in pairwise(LATE_STEPS_H):
        if deadline_s + before_h * HOUR_S >= horizon_s:
            break
        latest_s = min(horizon_s, deadline_s + after_h * HOUR_S)
        late_h = (before_h + (latest_s - deadline_s) / HOUR_S) / 2
        windows.append((latest_s, UNSERVED_H - late_h))
    return windows
