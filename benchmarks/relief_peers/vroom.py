"""VROOM on a relief case.

VROOM has hard time windows and priorities, and its vehicles load once. So it plans in waves: each truck one
trip from when it is home and loaded again, loads due soon before others. A load that cannot come by its
deadline may, for the score, come some hours after the wave begins; for the people on time it waits until all
the others are placed, and windows end later and later.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import vroom

from benchmarks.relief_case import DEADLINES_H, HOME, HOUR_S, Ints, Objective, ReliefCase, Routes, drive
from benchmarks.relief_peers.found import Found

LATE_H = (0, 1, 2, 4, 8, 16, 24)
"""Hours after the deadline by which the windows end, one after the other."""

WAVE_H = 4
"""For the score, windows stay open so many hours from the start of a wave (of 3, 4, 6)."""

DUE_WITHIN_H = 8
"""A wave leaves out what is due later than so many hours after it begins (of 4, 8, 16, any)."""

SHARE = 0.2
"""Of the seconds that are left, for one wave; most end by themselves."""

EXPLORATION = 5
MOST_PRIORITY = 100


def solve(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> Found:
    """Plan wave by wave until nothing is left, or the seconds are over; VROOM takes no seed."""
    del seed
    ends = time.perf_counter() + seconds
    routes: Routes = [[] for _ in case.truck_type]
    ready_s = case.loading_s.copy()
    waiting = np.ones(len(case.load_kg), np.bool_)
    for late_h in LATE_H:
        soon = True
        while waiting.any() and time.perf_counter() < ends:
            begins_s = ready_s.min()
            latest_s = case.deadline_s + late_h * HOUR_S
            if objective == "score":
                latest_s = np.maximum(latest_s, begins_s + WAVE_H * HOUR_S)
            latest_s = np.minimum(latest_s, case.horizon_s)
            taken = waiting & (latest_s <= begins_s + DUE_WITHIN_H * HOUR_S) if soon else waiting
            left_s = ends - time.perf_counter()
            trips = _wave(case, np.flatnonzero(taken).tolist(), ready_s, latest_s, seconds=SHARE * left_s)
            if not trips and not soon:
                break
            soon = bool(trips)
            for truck, trip in trips.items():
                routes[truck] += [HOME, *trip]
                waiting[trip] = False
                ready_s[truck] = drive(case, truck, routes[truck]).home_s + case.loading_s[truck]
    return Found(routes, None)


def _wave(
    case: ReliefCase, loads: Sequence[int], ready_s: Ints, latest_s: Ints, *, seconds: float
) -> dict[int, list[int]]:
    """Return the trip of each truck that drives one."""
    problem = vroom.Input()
    for kind, matrix in enumerate(case.travel_s):
        problem.set_durations_matrix(str(kind), matrix)
    for load in loads:
        urgent = DEADLINES_H[0] * HOUR_S / case.deadline_s[load]
        problem.add_job(
            vroom.Job(
                load,
                location=case.warehouses + load,
                default_service=int(case.unload_s[load]),
                delivery=[int(case.load_kg[load])],
                time_windows=[vroom.TimeWindow(0, int(latest_s[load]))],
                priority=round(MOST_PRIORITY * urgent),
            )
        )
    trucks = np.flatnonzero(ready_s < case.horizon_s).tolist()
    for truck in trucks:
        home = int(case.truck_home[truck])
        problem.add_vehicle(
            vroom.Vehicle(
                truck,
                start=home,
                end=home,
                profile=str(case.truck_type[truck]),
                capacity=[int(case.payload_kg[truck])],
                time_window=vroom.TimeWindow(int(ready_s[truck]), 2 * case.horizon_s),
            )
        )
    if not loads or not trucks:
        return {}
    found = problem.solve(EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds)).to_dict()
    trips = {
        route["vehicle"]: [step["id"] for step in route["steps"] if step["type"] == "job"]
        for route in found["routes"]
    }
    return {truck: trip for truck, trip in trips.items() if trip}
