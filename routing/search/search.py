"""Search for the trips that cost least: lateness, loads that nobody serves, and driving."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.search.load_problem import Fleet, Floats, Ints, LoadProblem, Singles
from routing.search.loops.anneal import anneal, complete, settle
from routing.search.loops.layout import DOCK_STEP, LOADED, TIMES
from routing.search.loops.placing import PROMISING

ONE_BY_ONE = 10.0, 10.0, 0.5
"""Loads taken out in an iteration on average, the most in a row, and the temperature at the start, as a
share of the first plan's cost for one load that it brings."""

OF_SITES = 6.0, 6.0, 0.3
"""The same where sites wait for baskets, and the share is of the cost for any load: there an iteration takes
longer, and less is better."""

NEAREST = 200
"""Loads near each one that are taken out with it at most."""

COOLING = 0.01
"""Temperature at the end, as a share of that at the start."""

STEPS = 0.3, 0.015
"""Temperatures at the start and at the end, at the least, as shares of what a load costs on average once it
is late: colder, hardly a load that is on time is let go for another, and only hours change."""

CELLS = 96
"""Cells of a table over the time to the horizon."""

WATCHED = 20
"""Stretches of a search after which it tells how far it is."""

LONG = 1000
"""Iterations for each load after which a search for some time is better heated again than drawn out."""

TRIED = 0.02
"""Share of the time after which it is known how many iterations there will be."""

CHECKS, FIRST_S = 200, 0.002
"""Looks at the clock over a search for some time, and the shortest stretch between two."""

REMEMBERED = 20_000_000
"""Pairs of load and vehicle of which the least cost is remembered."""

FAST_PER_S = 1e12
"""Baskets a second that stand for a hand-out without limit."""

LEAST_COST = 1e-9
"""Cost of a load at the least, for a temperature to start from where nothing costs."""

SPARE_TOKENS = 64
"""Room in a vehicle's row beyond four times its even part of all loads and trips."""


@dataclass(frozen=True)
class Trip:
    """Loads in the order of unloading, and where and from which second they are loaded."""

    source: int
    loads: tuple[int, ...]
    load_s: float


@dataclass(frozen=True)
class Routes:
    """Trips of every vehicle, and what they cost.

    `absent` are the loads that nobody serves, and `homes` the sources that keep what each load takes.
    """

    trips: tuple[tuple[Trip, ...], ...]
    absent: tuple[int, ...]
    homes: tuple[int, ...]
    cost: float


class Search:
    """One search that can be carried on: the first plan, then iterations of ruin and recreate.

    The same problem and seed give the same routes after the same calls.
    """

    def __init__(
        self, problem: LoadProblem, *, seed: int, start: Routes | None = None, heat: float | None = None
    ) -> None:
        """Make the first plan, or begin with one whose loading of trips docks and stock allow.

        `heat` is the temperature at the start, by default a share of the first plan's cost for one load, or
        where no sites wait that of `STEPS` if it is more.
        """
        self.problem, self.seed = problem, seed
        fleet, loads = problem.fleet, problem.loads
        vehicles, number = len(fleet.type), len(loads.point)
        given = (
            max((sum(len(trip.loads) + 1 for trip in trips) for trips in start.trips), default=0)
            if start
            else 0
        )
        room = max(given, min(2 * number + 2, 4 * -(-2 * number // max(vehicles, 1)))) + SPARE_TOKENS
        self._asked = _asked(problem)
        rows = (vehicles, room)
        members = np.searchsorted(np.sort(loads.site), np.arange(len(problem.sites.people) + 1))
        self._kept = (
            np.zeros(rows, np.int64),
            np.zeros(vehicles, np.int64),
            np.zeros((*rows, TIMES)),
            np.zeros(rows, np.int64),
            np.zeros((vehicles, 4)),
            np.zeros(number),
            np.full(number, -1),
            np.full(number, np.inf),
            _left(problem),
            np.zeros((len(problem.sources.docks), _dock_steps(problem)), np.int16),
            members.astype(np.int64),
            np.argsort(loads.site, kind="stable"),
            np.zeros(len(problem.sites.people)),
            np.zeros(number, np.bool_),
            loads.home.copy(),
        )
        self._scratch = (
            np.zeros(CELLS + 1),
            np.zeros(len(problem.sources.point), np.bool_),
            np.zeros(PROMISING),
            np.zeros((PROMISING, 4)),
            np.zeros(room + 2, np.int64),
            np.zeros(vehicles, np.int64),
        )
        remembered = min(vehicles, REMEMBERED // max(number, 1)) if _apart(problem) else 0
        self._memory = (
            np.ones(vehicles, np.int64),
            np.zeros((number, remembered), np.int32),
            np.zeros((number, remembered)),
            np.zeros((number, remembered), np.int64),
        )
        self._best = (
            np.zeros(rows, np.int64),
            np.zeros(vehicles, np.int64),
            np.zeros(rows),
            loads.home.copy(),
            np.zeros(vehicles, np.int64),
        )
        self._state = np.full(2, loads.absent_cost.sum())
        self._alike = _alike(self._asked[0])
        self._farness = _farness(problem)
        self._calls = 0
        if start is not None:
            self._begin_with(start)
        if self._busy:
            settle(self._state, self._best, self._asked, self._kept, self._memory)
            tables = (self._state, self._best, self._asked, self._kept, self._scratch, self._memory)
            complete(seed, self._alike, self._farness, *tables)
        self._taken, self._string, share = OF_SITES if len(problem.sites.people) else ONE_BY_ONE
        self.heat = self._temperatures(share) if heat is None else (heat, heat * COOLING)
        """Temperatures at the start and at the end of cooling down."""

    @cached_property
    def _near(self) -> Ints:
        """Loads near each point: no use before the plan is to be improved."""
        return _nearest(self.problem)

    @property
    def _busy(self) -> bool:
        """Whether there is anything to bring and anybody to bring it."""
        return bool(len(self._alike) and len(self._farness))

    def _temperatures(self, share: float) -> tuple[float, float]:
        """Temperatures at the start and at the end."""
        heat, loads = share * self._cost_for_one_load(), self.problem.loads
        late_cost = loads.late_cost[np.isfinite(loads.due_s)]
        step = 0.0 if len(self.problem.sites.people) else late_cost.sum() / max(len(late_cost), 1)
        return max(heat, STEPS[0] * step), max(heat * COOLING, STEPS[1] * step)

    def _cost_for_one_load(self) -> float:
        """What the first plan costs for each load; without sites those that it leaves out tell nothing."""
        absent_cost, cost = self.problem.loads.absent_cost, float(self._state[0])
        brought = len(absent_cost)
        if not len(self.problem.sites.people):
            absent = list(self.routes().absent)
            cost, brought = cost - float(absent_cost[absent].sum()), brought - len(absent)
        if not np.isfinite(cost):  # a given plan that cannot be driven: any that can is better
            cost = float(absent_cost.sum())
        return max(cost / max(brought, 1), LEAST_COST)

    def _begin_with(self, start: Routes) -> None:
        """Fill the rows of vehicles."""
        tokens, count, times = self._kept[:3]
        for vehicle, trips in enumerate(start.trips):
            at = 0
            for trip in trips:
                row = [-1 - trip.source, *trip.loads]
                tokens[vehicle, at : at + len(row)] = row
                times[vehicle, at, LOADED] = trip.load_s
                at += len(row)
            count[vehicle] = at

    def improve(self, iterations: int, *, watch: Callable[[int], None] | None = None) -> None:
        """Cool down over so many iterations; `watch` is told now and then how many are done."""
        marks = [iterations * part // WATCHED for part in range(WATCHED + 1)]
        for first, last in pairwise(sorted(set(marks))):
            self._run(first, last, iterations, self.heat)
            if watch is not None:
                watch(last)

    def improve_for(self, seconds: float) -> None:
        """Cool down over so much time, which gives up that the same seed gives the same routes.

        Where there is time enough, heated again and again: few loads soon settle, well or badly by chance.
        """
        start, end = self.heat
        self._run(0, 0, 1, self.heat)  # loops are compiled before the clock starts
        begun = time.perf_counter()
        iterations, done, passed, times = 1, 0, 0.0, 1
        enough = LONG * max(len(self.problem.loads.point), 1)
        while passed < seconds:
            before = passed
            if passed < TRIED * seconds:
                times = max(1, int(done * seconds / max(passed, FIRST_S) / enough))
            heat = start * (end / start) ** (passed / seconds * times % 1.0)
            self._run(0, iterations, iterations, (heat, heat))
            done, passed = done + iterations, time.perf_counter() - begun
            a_second = iterations / max(passed - before, 1e-9)
            iterations = max(1, int(a_second * min(seconds / CHECKS, max(passed - before, FIRST_S) * 2.0)))

    def _run(self, first: int, last: int, total: int, heat: tuple[float, float]) -> None:
        if not self._busy:
            return
        fixed = (self._near, self._alike, self._farness)
        tables = (self._state, self._best, self._asked, self._kept, self._scratch, self._memory)
        cooling = (first, last, total, *heat)
        anneal(self.seed + self._calls, *cooling, self._taken, self._string, *fixed, *tables)
        self._calls += 1

    def routes(self) -> Routes:
        """Return the best routes so far."""
        tokens, count, loaded = self._best[:3]
        rows = [
            list(zip(row[:size].tolist(), seconds[:size].tolist(), strict=True))
            for row, seconds, size in zip(tokens, loaded, count.tolist(), strict=True)
        ]
        trips = tuple(_trips(row) for row in rows)
        served = {load for route in trips for trip in route for load in trip.loads}
        absent = tuple(load for load in range(len(self.problem.loads.point)) if load not in served)
        return Routes(trips, absent, tuple(self._best[3].tolist()), float(self._state[1]))


def _trips(row: Sequence[tuple[int, float]]) -> tuple[Trip, ...]:
    """Cut a vehicle's tokens into trips."""
    heads = [place for place, (token, _) in enumerate(row) if token < 0]
    ends = [*heads[1:], len(row)]  # one too many for a vehicle that stays
    return tuple(
        Trip(-1 - row[head][0], tuple(load for load, _ in row[head + 1 : end]), row[head][1])
        for head, end in zip(heads, ends, strict=False)
    )


def _left(problem: LoadProblem) -> Floats:
    """Units that each source can spare with the loads' stock kept for them, (S, K)."""
    sources, loads = problem.sources, problem.loads
    kept = np.zeros(sources.stock.shape)
    np.add.at(kept, loads.home, loads.units)
    for yard in range(len(sources.docks)):
        mine = sources.yard == yard
        kept[mine] = kept[mine].cumsum(axis=0)
    left: Floats = sources.stock - kept
    return left


def _dock_steps(problem: LoadProblem) -> int:
    """Steps of time for which docks are kept; none where there are enough docks."""
    if not problem.sources.docks.any():
        return 0
    return int(problem.fleet.until_s.max(initial=0.0) // DOCK_STEP) + 1


def _asked(problem: LoadProblem) -> tuple[NDArray[Any], ...]:
    """Tables of a problem for the loops, see `routing.search.loops.layout`."""
    fleet, loads, sources, sites = problem.fleet, problem.loads, problem.sources, problem.sites
    vehicles = (fleet.type, fleet.base, fleet.ready_s, fleet.until_s, fleet.most_trips, fleet.used_cost)
    kinds = (fleet.payload_kg, fleet.volume_m3, fleet.loading_s, fleet.unloading_s_per_kg)
    wanted = (loads.weight_kg, loads.volume_m3, loads.service_s, loads.release_s, loads.open_s, loads.close_s)
    priced = (loads.due_s, loads.late_cost_per_s, loads.late_cost, loads.absent_cost)
    rate = np.minimum(sites.handout_per_s, FAST_PER_S)
    first = np.searchsorted(sources.yard, np.arange(len(sources.docks) + 1))
    end = sites.horizon_s
    docked = float(sources.docks.any())
    points, spot = np.unique(loads.point, return_inverse=True)
    group = loads.group if len(loads.group) else np.full(len(spot), -1)
    return (
        _table((*vehicles, fleet.yard, fleet.returns, fleet.drive_s)),
        _table((*kinds, fleet.cost_per_s, fleet.stop_s)),
        fleet.least_s,
        fleet.least_to_s,
        np.column_stack([loads.point, loads.site, spot, group]).astype(np.int64),
        _table((*wanted, *priced)),
        np.ascontiguousarray(loads.units, dtype=np.float64),
        _table((sources.point, sources.yard, sources.ready_s, sources.loading_s_per_kg)),
        _choices(problem, points),
        np.column_stack([first, np.append(sources.docks, 0)]).astype(np.int64),
        _table((sites.people, rate)),
        np.ascontiguousarray(sites.held, dtype=np.float64),
        1.0 / sites.per_person,
        _table((sites.target_s, sites.target_cost)),
        np.array(
            [
                end,
                sites.waiting_cost_per_s,
                sites.blend,
                problem.back_counts,
                docked,
                max(end, 1.0) / CELLS,
                problem.at_the_end,
                _apart(problem),
            ]
        ),
        *_ways(fleet),
        np.ascontiguousarray(sources.groups, dtype=np.bool_),
    )


def _ways(fleet: Fleet) -> tuple[Singles, Floats, Floats]:
    """Travel times throughout and of every spell, from when and until when; none of all without a spell."""
    if not len(fleet.spell_from_s):
        return fleet.spell_travel_s, fleet.spell_from_s, fleet.spell_until_s
    ways = np.concatenate([fleet.travel_s[None], fleet.spell_travel_s]).astype(np.float32)
    from_s = np.concatenate([[0.0], fleet.spell_from_s])
    ever = np.full((1, *fleet.spell_until_s.shape[1:]), np.inf)
    return ways, from_s, np.concatenate([ever, fleet.spell_until_s])


def _apart(problem: LoadProblem) -> bool:
    """Whether no vehicle changes what loads cost in another, and no time depends on weight or the hour."""
    shared = len(problem.sites.people) or problem.sources.docks.any() or problem.loads.units.size
    by_weight = problem.fleet.unloading_s_per_kg.any() or problem.sources.loading_s_per_kg.any()
    return not (shared or by_weight or len(problem.fleet.spell_from_s))


def _table(columns: Sequence[object]) -> Floats:
    return np.column_stack(columns).astype(np.float64)  # type: ignore[arg-type]


def _choices(problem: LoadProblem, points: Ints) -> Ints:
    """Sources by how soon goods from them can be at each of the points (N,), (N, S).

    None where every vehicle has a yard of its own.
    """
    fleet, sources = problem.fleet, problem.sources
    if not (fleet.yard < 0).any():
        return np.zeros((len(points), 0), np.int64)
    far = fleet.fastest_s[sources.point][:, points].T + sources.ready_s
    ranked: Ints = np.argsort(far, axis=1, kind="stable").astype(np.int64)
    return ranked


def _nearest(problem: LoadProblem) -> Ints:
    """Loads nearest to the points of loads, the slower way of the fastest type, (N, NEAREST at most)."""
    points, spot = np.unique(problem.loads.point, return_inverse=True)
    travel = problem.fleet.fastest_s[np.ix_(points, points)]
    loads_at = np.split(np.argsort(spot, kind="stable"), np.cumsum(np.bincount(spot))[:-1])
    most, most_points = min(len(spot), NEAREST), min(len(points), NEAREST)
    near = np.empty((len(points), most), np.int64)
    for at in range(len(points)):
        between = np.maximum(travel[at], travel[:, at])
        limit = np.partition(between, most_points - 1)[most_points - 1]
        others = np.flatnonzero(between <= limit)
        others = others[np.argsort(between[others], kind="stable")][:most_points]
        near[at] = np.concatenate([loads_at[other] for other in others.tolist()])[:most]
    return near


def _alike(vehicles: Floats) -> Ints:
    """Number of the kind of each vehicle; those of a kind, with the same row, are interchangeable, (V,)."""
    kinds: Ints = np.unique(vehicles, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return kinds


def _farness(problem: LoadProblem) -> Floats:
    """Time from the nearest base to each load, (L,)."""
    travel = problem.fleet.fastest_s[np.unique(problem.fleet.base)]
    far: Floats = travel[:, problem.loads.point].min(axis=0, initial=np.inf).astype(np.float64)
    return far
