"""Search for the trips that cost least: lateness, loads that nobody serves, and driving."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.search.load_problem import Floats, Ints, LoadProblem, Singles
from routing.search.loops.anneal import anneal

MEAN_TAKEN, LONGEST_STRING = 15.0, 10.0
"""Loads taken out in an iteration on average, and the most in a row."""

NEAREST = 200
"""Loads near each one that are taken out with it at most."""

HEAT, COOLING = 0.5, 0.01
"""Temperature at the start, of the first plan's cost for one load, and at the end, as a share of that."""

CHECKS, FIRST_S = 200, 0.002
"""Looks at the clock over a search for some time, and the shortest stretch between two."""

SPARE_TOKENS = 64
"""Room in a vehicle's row beyond four times its even part of all loads and trips."""


@dataclass(frozen=True)
class Routes:
    """Trips of every vehicle, each the point at which it loads and its loads in order, and what they cost.

    `absent` are the loads that nobody serves.
    """

    trips: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]
    absent: tuple[int, ...]
    cost: float


class Search:
    """One search that can be carried on: the first plan, then iterations of ruin and recreate.

    The same problem and seed give the same routes after the same calls.
    """

    def __init__(self, problem: LoadProblem, *, seed: int) -> None:
        self.problem, self.seed = problem, seed
        fleet, loads = problem.fleet, problem.loads
        vehicles, number = len(fleet.type), len(loads.point)
        room = min(2 * number + 2, 4 * -(-2 * number // max(vehicles, 1)) + SPARE_TOKENS)
        self._asked = _asked(problem)
        rows = (vehicles, room)
        self._kept = (
            np.zeros(rows, np.int64),
            np.zeros(vehicles, np.int64),
            np.zeros((*rows, 6)),
            np.zeros(rows, np.int64),
            np.zeros((vehicles, 3)),
            np.zeros(number),
            np.full(number, -1),
        )
        self._best = (np.zeros(rows, np.int64), np.zeros(vehicles, np.int64))
        self._state = np.full(2, loads.absent_cost.sum())
        self._near = _nearest(problem)
        self._alike = _alike(self._asked[0])
        self._farness = _farness(problem)
        self._heat, self._calls = 1.0, 0
        self.construct()

    def construct(self) -> None:
        """Make the first plan: every load in turn where it costs least."""
        self._run(0, 1, 1, (1.0, 1.0))
        self._heat = max(HEAT * float(self._state[0]) / max(len(self.problem.loads.point), 1), 1e-9)

    def improve(self, iterations: int) -> None:
        """Cool down over so many iterations."""
        self._run(1, iterations + 1, iterations + 1, (self._heat, self._heat * COOLING))

    def improve_for(self, seconds: float) -> None:
        """Cool down over so much time, which gives up that the same seed gives the same routes."""
        begun = time.perf_counter()
        iterations, passed = 1, 0.0
        while passed < seconds:
            now, before = time.perf_counter(), passed
            heat = self._heat * COOLING ** (passed / seconds)
            self._run(1, iterations + 1, iterations + 1, (heat, heat))
            passed = time.perf_counter() - begun
            a_second = iterations / max(time.perf_counter() - now, 1e-9)
            iterations = max(1, int(a_second * min(seconds / CHECKS, max(passed - before, FIRST_S) * 2.0)))

    def _run(self, first: int, last: int, total: int, heat: tuple[float, float]) -> None:
        if not len(self._alike) or not len(self._farness):
            return
        anneal(
            self.seed + self._calls,
            first,
            last,
            total,
            *heat,
            MEAN_TAKEN,
            LONGEST_STRING,
            self._near,
            self._alike,
            self._farness,
            self._state,
            self._best,
            self._asked,
            self._kept,
        )
        self._calls += 1

    def routes(self) -> Routes:
        """Return the best routes so far."""
        tokens, count = self._best
        rows = [row[:size].tolist() for row, size in zip(tokens, count.tolist(), strict=True)]
        trips = tuple(_trips(row) for row in rows)
        served = {load for route in trips for _, loads in route for load in loads}
        absent = tuple(load for load in range(len(self.problem.loads.point)) if load not in served)
        return Routes(trips, absent, float(self._state[1]))


def _trips(row: list[int]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Cut a vehicle's tokens into trips."""
    trips: list[tuple[int, list[int]]] = []
    for token in row:
        if token < 0:
            trips.append((-1 - token, []))
        else:
            trips[-1][1].append(token)
    return tuple((source, tuple(loads)) for source, loads in trips)


def _asked(problem: LoadProblem) -> tuple[Floats, Floats, Singles, Singles, Ints, Floats, bool, bool]:
    """Tables of a problem for the loops, see `routing.search.loops.layout`."""
    fleet, loads = problem.fleet, problem.loads
    there = np.ascontiguousarray(fleet.travel_s, dtype=np.float32)
    vehicles = (fleet.type, fleet.base, fleet.ready_s, fleet.until_s, fleet.most_trips, fleet.used_cost)
    kinds = (fleet.payload_kg, fleet.loading_s, fleet.cost_per_s)
    wanted = (loads.weight_kg, loads.service_s, loads.release_s, loads.open_s, loads.close_s)
    priced = (loads.due_s, loads.late_cost_per_s, loads.late_cost, loads.absent_cost)
    return (
        _table(vehicles),
        _table(kinds),
        there,
        np.ascontiguousarray(there.transpose(0, 2, 1)),
        np.column_stack([loads.point, loads.source]).astype(np.int64),
        _table((*wanted, *priced)),
        fleet.back_in_time,
        problem.back_counts,
    )


def _table(columns: Sequence[Floats | Ints]) -> Floats:
    return np.column_stack(columns).astype(np.float64)


def _nearest(problem: LoadProblem) -> Ints:
    """Loads nearest to each one, itself first, by the slower way of the first type, (L, at most NEAREST)."""
    point, travel = problem.loads.point, problem.fleet.travel_s[0]
    most = min(len(point), NEAREST)
    near = np.empty((len(point), most), np.int64)
    for u, at in enumerate(point.tolist()):
        apart = np.maximum(travel[at, point], travel[point, at])
        apart[u] = -1.0
        chosen = np.argpartition(apart, most - 1)[:most]
        near[u] = chosen[np.lexsort((chosen, apart[chosen]))]
    return near


def _alike(vehicles: Floats) -> Ints:
    """Number of the kind of each vehicle; those of a kind, with the same row, are interchangeable, (V,)."""
    kinds: Ints = np.unique(vehicles, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return kinds


def _farness(problem: LoadProblem) -> Floats:
    """Time from the nearest base to each load, (L,)."""
    travel = problem.fleet.travel_s[0][np.unique(problem.fleet.base)]
    far: Floats = travel[:, problem.loads.point].min(axis=0, initial=np.inf).astype(np.float64)
    return far
