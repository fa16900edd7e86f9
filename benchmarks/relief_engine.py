"""This engine on a relief case: every load of the case a load of the search over trips."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.relief_case import HOME, HOUR_S, UNSERVED_H, Objective, ReliefCase, Routes, Size, make_case
from routing.search.load_problem import Fleet, LoadProblem, Loads, no_sites, yards_at
from routing.search.search import Search

FIRST_H = 1000.0
"""Person-hours that a person who is late counts besides, where people on time come first."""

FEW = Size(sites=5, trucks=2, warehouses=2)
"""A case to compile for."""

ANY_NUMBER = 1_000_000
"""Trips that a truck may make."""


def solve_relief(case: ReliefCase, seconds: float, objective: Objective, seed: int) -> tuple[Routes, float]:
    """Plan within so many seconds: one route a truck, loads in order, HOME in between.

    Returns the seconds to the first plan as well, which hold no compiling.
    """
    compile_loops(objective)
    started = time.perf_counter()
    search = Search(load_problem(case, objective), seed=seed)
    first_plan_s = time.perf_counter() - started
    search.improve_for(seconds - first_plan_s)
    routes = [
        [stop for number, trip in enumerate(trips) for stop in ((HOME,) if number else ()) + trip.loads]
        for trips in search.routes().trips
    ]
    return routes, first_plan_s


def compile_loops(objective: Objective) -> None:
    """Plan for a case of a few sites, so that later ones find the loops compiled."""
    Search(load_problem(make_case(FEW, seed=1), objective), seed=1).improve(1)


def load_problem(case: ReliefCase, objective: Objective) -> LoadProblem:
    """The case in person-hours: lateness, hours of driving with the way back, and whom nobody serves."""
    trucks, loads = len(case.truck_type), len(case.load_kg)
    kinds, first = np.unique(case.truck_type, return_index=True)
    payload, loading = np.zeros(kinds.max() + 1), np.zeros(kinds.max() + 1)
    payload[kinds], loading[kinds] = case.payload_kg[first], case.loading_s[first]
    late = FIRST_H * case.load_people if objective == "on_time" else np.zeros(loads)
    fleet = Fleet(
        type=case.truck_type,
        base=case.truck_home,
        yard=case.truck_home,
        ready_s=np.zeros(trucks),
        until_s=np.full(trucks, np.inf),
        returns=np.zeros(trucks, np.bool_),
        drive_s=np.full(trucks, np.inf),
        most_trips=np.full(trucks, ANY_NUMBER),
        used_cost=np.zeros(trucks),
        payload_kg=payload,
        volume_m3=np.full(len(payload), np.inf),
        loading_s=loading,
        unloading_s_per_kg=np.zeros(len(payload)),
        cost_per_s=np.full(len(payload), 1.0 / HOUR_S),
        stop_s=np.zeros(len(payload)),
        travel_s=case.travel_s[: len(payload)].astype(np.float32),
    )
    wanted = Loads(
        point=case.warehouses + np.arange(loads),
        site=np.full(loads, -1),
        units=np.zeros((loads, 0)),
        home=np.zeros(loads, np.int64),
        weight_kg=case.load_kg.astype(np.float64),
        volume_m3=np.zeros(loads),
        service_s=case.unload_s.astype(np.float64),
        release_s=np.zeros(loads),
        open_s=np.zeros(loads),
        close_s=np.full(loads, float(case.horizon_s)),
        due_s=case.deadline_s.astype(np.float64),
        late_cost_per_s=case.load_people / HOUR_S,
        late_cost=late,
        absent_cost=UNSERVED_H * case.load_people + late,
    )
    return LoadProblem(fleet, yards_at(np.arange(case.warehouses)), wanted, no_sites(), back_counts=True)
