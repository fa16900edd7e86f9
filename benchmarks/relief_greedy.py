"""The plainest plan: loads in order of deadline, each on the truck where it does least harm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.relief_case import HOME, HOUR_S, ReliefCase, Routes, drive

TRUCK_HOUR = 100
"""Person-hours that an hour of a truck counts: taken from who comes later (of 1, 30, 100, 300, 1000)."""


def greedy_plan(case: ReliefCase, *, begun: Routes | None = None) -> Routes:
    """Append loads to routes, to empty ones or those begun: the tightest deadlines first, then the nearest.

    Harm is person-hours late and hours of the truck, whose way home may grow or shrink. Where one more load
    does not fit, the truck goes home and loads again. A load that no truck brings before the horizon stays.
    """
    kind, home = case.truck_type, case.truck_home
    routes: Routes = [list(route) for route in begun] if begun else [[] for _ in home]
    clock_s, here, room_kg = np.array([_end(case, truck, route) for truck, route in enumerate(routes)]).T
    placed = {load for route in routes for load in route}
    nearest_s = case.travel_s[0][np.unique(home), case.warehouses :].min(axis=0)
    for load in np.lexsort((nearest_s, case.deadline_s)).tolist():
        if load in placed:
            continue
        point, people = case.warehouses + load, case.load_people[load]
        way_home_s, way_out_s = case.travel_s[kind, here, home], case.travel_s[kind, home, point]
        again = room_kg < case.load_kg[load]
        driving_s = np.where(again, way_home_s + way_out_s, case.travel_s[kind, here, point])
        arrival_s = clock_s + driving_s + again * case.loading_s
        late_s = np.maximum(0, arrival_s - case.deadline_s[load])
        truck_s = arrival_s + case.travel_s[kind, point, home] - clock_s - way_home_s
        harm = (people * late_s + TRUCK_HOUR * truck_s) / HOUR_S
        harm[(arrival_s > case.horizon_s) | (case.payload_kg < case.load_kg[load])] = np.inf
        truck = int(np.argmin(harm))
        if np.isinf(harm[truck]):
            continue
        if again[truck]:
            routes[truck].append(HOME)
            room_kg[truck] = case.payload_kg[truck]
        routes[truck].append(load)
        room_kg[truck] -= case.load_kg[load]
        clock_s[truck], here[truck] = arrival_s[truck] + case.unload_s[load], point
    return routes


def _end(case: ReliefCase, truck: int, route: Sequence[int]) -> tuple[int, int, int]:
    """Return when and at which point a truck is done, and the kg that its last trip has room for."""
    home, payload_kg = int(case.truck_home[truck]), int(case.payload_kg[truck])
    if all(stop == HOME for stop in route):
        return int(case.loading_s[truck]), home, payload_kg
    home_s = drive(case, truck, route).home_s
    if route[-1] == HOME:
        return home_s, home, payload_kg
    trip = list(route[len(route) - [*reversed(route), HOME].index(HOME) :])
    here = case.warehouses + trip[-1]
    way_home_s = int(case.travel_s[case.truck_type[truck], here, home])
    return home_s - way_home_s, here, payload_kg - int(case.load_kg[trip].sum())
