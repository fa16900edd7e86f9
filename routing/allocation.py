"""Which stock serves whom by when: a time-bucketed flow that proves a bound and seeds the dispatch.

The model is a relaxation: every dispatch plan maps onto a feasible flow that is no worse, so its optimum is
a bound that no plan beats. Symbols: source i, site j, mode m, item k, bucket b ending at e_b; z units that
end unloading in the bucket; S people supplied by its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from routing.problem import DispatchProblem, Flags, Floats, Ints
from routing.relaxation import dock_kg, earliest_arrival_s, fleet_hours, most_people, ready_units
from stockpile.linear_program import LinearProgram, LinearSolution, solve_linear_program
from stockpile.units import SECONDS_PER_HOUR

MILESTONES_H = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20)
"""Ends of the buckets, next to every target hour and the horizon: fine while people wait for the first
targets, coarse after."""


EFFORT_SHARE = 1e-4
"""Weight of all the fleet's effort against all waiting; the bound on deprivation is that much lower."""


@dataclass(frozen=True)
class Flow:
    """Units that source sends to site by a mode in the bucket that ends at `due_s`; one entry a flow."""

    source: Ints
    site: Ints
    mode: NDArray[np.str_]
    item: Ints
    due_s: Ints
    units: Floats


@dataclass(frozen=True)
class Allocation:
    """Bounds and the flow behind the person-hours bound.

    Attributes:
        supplied_bound: No plan supplies more people of reachable sites by each target.
        person_seconds_bound: No plan makes people wait less in all.
        flow: Flow that attains the bound on deprivation in the relaxed model.
    """

    supplied_bound: tuple[float, ...]
    person_seconds_bound: float
    flow: Flow


def allocate(problem: DispatchProblem) -> Allocation:
    """Bound people by each target and deprivation, each by a linear program of its own.

    Raises:
        SolverError: The solver fails; the model itself is always feasible, since unmet need is allowed.
    """
    bounds = []
    for target_s in problem.target_s:
        model = _FlowModel(problem, [*_milestones(problem, target_s), target_s])
        bounds.append(-model.solve(model.supplied_objective()).value if model.has_people else 0.0)
    model = _FlowModel(problem, [*_milestones(problem, problem.horizon_s), problem.horizon_s])
    if not model.has_people:
        return Allocation(tuple(bounds), 0.0, empty_flow())
    solution = model.solve(model.deprivation_objective())
    return Allocation(tuple(bounds), model.deprivation_bound(solution), model.flow(solution))


def _milestones(problem: DispatchProblem, end_s: int) -> list[int]:
    marks = {hour * SECONDS_PER_HOUR for hour in MILESTONES_H} | set(problem.target_s)
    return sorted(mark for mark in marks if mark < end_s)


def empty_flow() -> Flow:
    """No flow: whoever plans from it sends what is nearest."""
    none = np.zeros(0, dtype=np.int64)
    return Flow(none, none, np.zeros(0, dtype=np.str_), none, none, np.zeros(0))


class _Rows:
    """Collects sparse rows `row <= upper` as arrays."""

    def __init__(self) -> None:
        self._rows: list[Ints] = []
        self._columns: list[Ints] = []
        self._values: list[Floats] = []
        self._upper: list[Floats] = []
        self._count = 0

    def add(self, row: Ints, column: Ints, value: Floats) -> None:
        """Add entries to rows numbered from 0 within the family that `close` ends."""
        self._rows.append(row + self._count)
        self._columns.append(column)
        self._values.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape))

    def close(self, upper: Floats) -> None:
        """End a family of constraints and give its right-hand sides."""
        self._upper.append(np.asarray(upper, dtype=np.float64))
        self._count += len(upper)

    def program(self, cost: Floats, column_upper: Floats) -> LinearProgram:
        """The linear program with these rows."""
        entries = (np.concatenate(self._values), (np.concatenate(self._rows), np.concatenate(self._columns)))
        matrix = csr_matrix(entries, shape=(self._count, len(cost)))
        upper = np.concatenate(self._upper)
        return LinearProgram(cost, column_upper, matrix, np.full_like(upper, -np.inf), upper)


class _FlowModel:
    """maximise people (or minimise waiting) subject to stock, baskets, hand-out, docks and fleet-hours."""

    def __init__(self, problem: DispatchProblem, ends_s: Sequence[int]) -> None:
        self.problem = problem
        self.ends = np.array(ends_s, dtype=np.float64)
        self.buckets = len(ends_s)
        self.sites = np.flatnonzero(problem.people > 0)
        self.items = np.flatnonzero(problem.essential)
        self._list_flows()
        self.first_people = len(self.source)
        self.columns = self.first_people + len(self.sites) * self.buckets
        self.rows = _Rows()
        if self.has_people:
            self._define_stock_limits()
            self._define_complete_baskets()
            self._define_handout_rate()
            self._define_dock_hours()
            self._define_fleet_hours()

    @property
    def has_people(self) -> bool:
        return len(self.sites) > 0

    def _list_flows(self) -> None:
        """Columns z: every source, site, mode, item and bucket in which unloading can have ended."""
        problem = self.problem
        parts: list[tuple[Ints, ...]] = []
        self.modes = problem.modes
        self.earliest: dict[str, Floats] = {}
        for number, mode in enumerate(self.modes):
            earliest = earliest_arrival_s(problem, mode, problem.stocked)
            self.earliest[mode] = earliest
            possible = earliest[:, self.sites, None, None] < self.ends
            possible = possible & (problem.stock[:, None, self.items, None] > 0)
            possible = possible & (problem.to_deliver[self.sites][None, :, self.items, None] > 0)
            source, site, item, bucket = np.nonzero(possible)
            mode_column = np.full(len(source), number, dtype=np.int64)
            parts.append((source, site, item, bucket, mode_column))
        joined = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else []
        empty = np.zeros(0, dtype=np.int64)
        self.source, self.site, self.item, self.bucket, self.mode = joined or [empty] * 5

    def _people_column(self, site: Ints, bucket: Ints) -> Ints:
        return self.first_people + site * self.buckets + bucket

    def _define_stock_limits(self) -> None:
        """sum over j, m, and buckets up to b of z <= units of k that i can have loaded by e_b."""
        problem = self.problem
        ready = ready_units(problem, self.ends)
        family = self.source * len(problem.item_ids) + self.items[self.item]
        self._cumulative(family, problem.stock.size, ready.reshape(-1, self.buckets), np.ones(len(family)))
        site_family = self.site * len(self.items) + self.item
        limit = problem.to_deliver[self.sites][:, self.items].astype(np.float64).reshape(-1)
        self.rows.add(site_family, np.arange(len(site_family)), np.ones(len(site_family)))
        self.rows.close(limit)

    def _cumulative(self, family: Ints, families: int, limits: Floats, weight: Floats) -> None:
        """One row a family and bucket: weighted flow up to that bucket <= limit; idle rows are left out."""
        columns = np.arange(len(family))
        counts = self.buckets - self.bucket
        column = np.repeat(columns, counts)
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        row = np.repeat(family * self.buckets + self.bucket, counts) + offset
        used, compact = np.unique(row, return_inverse=True)
        self.rows.add(compact.astype(np.int64), column, weight[column])
        self.rows.close(limits.reshape(families * self.buckets)[used])

    def _define_complete_baskets(self) -> None:
        """per_person_k * S_jb <= units of k on the site + sum over i, m and buckets up to b of z."""
        problem = self.problem
        site, item, bucket = (
            index.reshape(-1) for index in np.indices((len(self.sites), len(self.items), self.buckets))
        )
        row = np.arange(len(site))
        self.rows.add(row, self._people_column(site, bucket), problem.per_person[self.items][item])
        counts = self.buckets - self.bucket
        column = np.repeat(np.arange(len(self.site)), counts)
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        family = (self.site * len(self.items) + self.item) * self.buckets + self.bucket
        self.rows.add(np.repeat(family, counts) + offset, column, -np.ones(len(column)))
        held = problem.on_site_units[self.sites][:, self.items].astype(np.float64)
        self.rows.close(np.repeat(held.reshape(-1), self.buckets))

    def _define_handout_rate(self) -> None:
        """S_jb - S_j,b-1 <= rate_j * (e_b - e_b-1), and S_jb <= rate_j * (e_b - first arrival at j)."""
        site, bucket = (index.reshape(-1) for index in np.indices((len(self.sites), self.buckets)))
        row = np.arange(len(site))
        rate = self.problem.handout_per_s[self.sites][site]
        span = np.diff(self.ends, prepend=0.0)[bucket]
        self.rows.add(row, self._people_column(site, bucket), np.ones(len(site)))
        later = bucket > 0
        self.rows.add(row[later], self._people_column(site, bucket - 1)[later], -np.ones(later.sum()))
        self.rows.close(rate * span)

    def people_upper(self) -> Floats:
        """Upper limit of each S column: people, and what the hand-out can do since the first arrival."""
        at_once: Flags = np.any(self.problem.on_site_units, axis=1)
        most = most_people(self.problem, self.earliest.values(), at_once, self.ends)
        return most[self.sites].reshape(-1)

    def _define_dock_hours(self) -> None:
        """sum of weight of z up to b <= docks_i * rate_i * (e_b - ready_i - shortest drive from i)."""
        problem = self.problem
        limits = dock_kg(problem, problem.stocked, self.ends)
        weight = problem.weight_kg[self.items][self.item]
        self._cumulative(self.source, len(problem.source_ids), limits, weight)

    def _define_fleet_hours(self) -> None:
        """sum of kg * seconds that a kg ties its vehicle down <= sum over vehicles of payload * seconds."""
        problem = self.problem
        limits = np.zeros((len(self.modes), self.buckets))
        seconds = np.zeros(self.first_people)
        for number, mode in enumerate(self.modes):
            hours = fleet_hours(problem, mode, problem.stocked, self.ends)
            mine = self.mode == number
            seconds[mine] = hours.effort_s[self.source[mine], self.sites[self.site[mine]]]
            limits[number] = hours.kg_s
        self.effort = problem.weight_kg[self.items][self.item] * seconds
        self.most_effort = float(limits[:, -1].sum())
        self._cumulative(self.mode, len(self.modes), limits, self.effort)

    def supplied_objective(self) -> Floats:
        """minimise -(people of reachable sites supplied by the end of the last bucket)."""
        cost = np.zeros(self.columns)
        counted = np.flatnonzero(self.problem.reachable[self.sites])
        cost[self._people_column(counted, np.full(len(counted), self.buckets - 1))] = -1.0
        return cost

    def deprivation_objective(self) -> Floats:
        """minimise sum over j, b of -(e_b - e_b-1) * S_jb + a little * effort of the fleet.

        Nobody is supplied earlier than S says. The second term chooses, among flows that leave people
        waiting equally long, the one that ties vehicles down least; `deprivation_bound` takes it out again.
        """
        cost = np.zeros(self.columns)
        site, bucket = (index.reshape(-1) for index in np.indices((len(self.sites), self.buckets)))
        cost[self._people_column(site, bucket)] = -np.diff(self.ends, prepend=0.0)[bucket]
        cost[: self.first_people] = self._effort_price() * self.effort
        return cost

    def _effort_price(self) -> float:
        """Person-seconds per kg-second, so that all the fleet's effort weighs EFFORT_SHARE of all waiting."""
        waiting = float(self.problem.people.sum()) * self.problem.horizon_s
        return EFFORT_SHARE * waiting / max(self.most_effort, 1.0)

    def deprivation_bound(self, solution: LinearSolution) -> float:
        """Least person-seconds of any plan: everybody's whole wait, less what the optimum spares them.

        A plan's effort is at most `most_effort`, so that much of the price is taken off.
        """
        everybody = float(self.problem.people.sum()) * self.problem.horizon_s
        return max(0.0, everybody + solution.value - self._effort_price() * self.most_effort)

    def solve(self, cost: Floats) -> LinearSolution:
        upper = np.concatenate([np.full(self.first_people, np.inf), self.people_upper()])
        return solve_linear_program(self.rows.program(cost, upper))

    def flow(self, solution: LinearSolution) -> Flow:
        """The flows that are not zero."""
        units = solution.columns[: self.first_people]
        kept = units > 1e-6  # noqa: PLR2004 - feasibility tolerance of the solver
        return Flow(
            source=self.source[kept],
            site=self.sites[self.site[kept]],
            mode=np.array(self.modes, dtype=np.str_)[self.mode[kept]],
            item=self.items[self.item[kept]],
            due_s=self.ends[self.bucket[kept]].astype(np.int64),
            units=units[kept],
        )
