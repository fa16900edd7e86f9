"""Least cost of serving everybody when each site has one source and only openings are decided.

The second stage of such a problem is a generalised assignment with use beyond the stock at a price: an
integer program a scenario, which cuts from linear duals describe only from below. There being few sets of
candidates that may be opened, each set x carries its own lower bound:

    cost(x) >= opening @ x + sum_s probability_s * max over prices l of bound_s(l, x)
    bound_s(l, x) = sum_j min over lanes e to j of (cost_e + l[source_e] load_e) - l @ (room_s x + ready_s)

for prices 0 <= l <= emergency cost of the stock at each source. Prices come from the linear dual of the set
with the lowest bound; the prices of one scenario bound all the others too. Where that bound is as high as
prices take it, the scenarios' integer programs are solved, and the set is settled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, eye_array, hstack, vstack

from stockpile.linear_program import LinearProgram, solve_integer_program, solve_linear_program
from stockpile.placement.problem import Flags, Floats, Goal, Ints, PlacementProblem, PlacementScenario
from stockpile.placement.solution import Certificate, Placement

BOUNDS_KEPT = 10_000_000
"""Most bounds, one a scenario and set of candidates: 80 MB."""

DUALS_AT_ONCE = 64
"""Scenarios whose duals are solved before the next set is looked at."""

NEVER = -1e300
"""A bound that says nothing, yet can be multiplied by a probability of 0."""


def suits(problem: PlacementProblem, goal: Goal) -> bool:
    """Tell whether `solve_single_source` answers the problem: openings only, everybody served, least cost."""
    rules = problem.rules
    (required, *more) = goal.required or ((goal.coverage, 0.0),)
    everybody = sum(each.probability * each.people.sum() for each in problem.scenarios)
    return bool(
        problem.single_source
        and len(problem.item_ids) == len(problem.hours) == 1
        and not more
        and required[0].risk.kind == "expectation"
        and required[1] >= required[0].per_hour[0] * problem.item_weight[0] * everybody * (1 - 1e-12)
        and goal.gain == 0
        and not rules.unit_cost.any()
        and not rules.at_least.any()
        and not rules.expansion_m3.any()
        and all(_has_recourse(each) for each in problem.scenarios)
        and 2.0 ** rules.candidate.sum() * len(problem.scenarios) <= BOUNDS_KEPT
    )


def _has_recourse(scenario: PlacementScenario) -> bool:
    """Tell whether everybody can be served whatever is open, and nothing but stock limits a source."""
    return bool(
        np.isfinite(scenario.emergency_cost).all()
        and not np.isfinite(scenario.dock_kg).any()
        and (scenario.lanes.effort_s == 0).all()
        and not scenario.held.any()
        and len(np.unique(scenario.lanes.site)) == len(scenario.site)
    )


@dataclass(frozen=True, eq=False)
class _Recourse:
    """One scenario's assignment: lanes (E,) with cost and load of serving the site, stock of sources (I,)."""

    probability: float
    starts: Ints
    source: Ints
    cost: Floats
    load: Floats
    room: Floats
    ready: Floats
    price: Floats

    @classmethod
    def of(cls, scenario: PlacementScenario, stock: Floats, weight_kg: float) -> _Recourse:
        lanes = scenario.lanes
        units = scenario.people[lanes.site] * scenario.per_person[0]
        return cls(
            probability=scenario.probability,
            starts=np.searchsorted(lanes.site, np.arange(len(scenario.site))),
            source=lanes.source,
            cost=units * weight_kg * lanes.cost_per_kg,
            load=units * lanes.loaded_per_unit,
            room=scenario.surviving * stock,
            ready=scenario.ready[:, 0, 0],
            price=scenario.emergency_cost[:, 0],
        )

    @property
    def site(self) -> Ints:
        """Site of each lane, (E,)."""
        return np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(self.cost))))

    def bounds(self, prices: Floats, sets: Floats) -> Floats:
        """Lower bound of each set of openings (X, I), the best of the prices (L, I): (X,)."""
        prices = np.minimum(prices, self.price)
        served = np.minimum.reduceat(self.cost + prices[:, self.source] * self.load, self.starts, axis=1)
        without = served.sum(axis=1) - prices @ self.ready
        best: Floats = (without[:, None] - (prices * self.room) @ sets.T).max(axis=0)
        return best

    def dual_prices(self, opened: Floats) -> Floats:
        """Best prices of the stock for a set of openings; at empty sources the least that lose nothing, (I,).

        maximise  sum_j pi_j - l @ (room * x + ready)  subject to  pi_j - load_e l[source_e] <= cost_e
        """
        stock = self.room * opened + self.ready
        lanes, sites = len(self.cost), len(self.starts)
        least = np.minimum.reduceat(self.cost, self.starts)
        most = np.maximum.reduceat(self.cost + self.load * self.price[self.source], self.starts)
        paid = csr_matrix((np.ones(lanes), (np.arange(lanes), self.site)), shape=(lanes, sites))
        taken = csr_matrix((-self.load, (np.arange(lanes), self.source)), shape=(lanes, len(stock)))
        program = LinearProgram(
            cost=np.append(np.full(sites, -1.0), stock),
            upper=np.append(most - least, self.price),
            matrix=csr_matrix(hstack([paid, taken])),
            row_lower=np.full(lanes, -np.inf),
            row_upper=self.cost - least[self.site],
        )
        prices = solve_linear_program(program).columns[sites:]
        return self._least_where_empty(prices, stock)

    def _least_where_empty(self, prices: Floats, stock: Floats) -> Floats:
        empty = (stock <= 0)[self.source]
        full_cost = np.where(empty, np.inf, self.cost + prices[self.source] * self.load)
        rival = np.minimum.reduceat(full_cost, self.starts)[self.site]
        needed = np.divide(rival - self.cost, self.load, out=np.zeros_like(rival), where=self.load > 0)
        least = np.zeros_like(prices)
        np.maximum.at(least, self.source, needed)
        return np.where(stock <= 0, np.minimum(least, self.price), prices)

    def assign(self, opened: Floats) -> tuple[float, float]:
        """Solve the scenario for a set of openings: cost of the assignment found, and what none can go below.

        minimise  cost @ y + price @ o  subject to  sum_(e to j) y_e = 1,  load @ y - o <= room * x + ready,
        y binary, o >= 0.
        """
        stock = self.room * opened + self.ready
        lanes, sites, sources = len(self.cost), len(self.starts), len(stock)
        columns = np.arange(lanes)
        once = csr_matrix((np.ones(lanes), (self.site, columns)), shape=(sites, lanes + sources))
        loads = csr_matrix((self.load, (self.source, columns)), shape=(sources, lanes))
        drawn = hstack([loads, -eye_array(sources)])
        program = LinearProgram(
            cost=np.append(self.cost, self.price),
            upper=np.append(np.ones(lanes), np.bincount(self.source, self.load, sources)),
            matrix=csr_matrix(vstack([once, drawn])),
            row_lower=np.append(np.ones(sites), np.full(sources, -np.inf)),
            row_upper=np.append(np.ones(sites), stock),
            whole=np.arange(lanes + sources) < lanes,
        )
        solution = solve_integer_program(program, gap=0.0)
        return solution.value, solution.bound


def solve_single_source(problem: PlacementProblem, goal: Goal, *, gap: float) -> Placement:
    """Find the openings of least cost and prove them to within `gap` (relative to the cost).

    Raises:
        ValueError: The problem decides more than openings, or asks for something else (see `suits`).
        SolverError: A solver ended without an answer.
    """
    if not suits(problem, goal):
        raise ValueError("not a problem of openings alone in which everybody is served by one source")
    search = _Search(problem)
    while (index := search.next_set(gap)) is not None:
        if search.duals_left(index):
            search.price(index)
        else:
            search.settle(index)
    return search.answer(problem, goal)


class _Search:
    """Bounds of every set of candidates, raised where they are lowest until the best known set is proven."""

    def __init__(self, problem: PlacementProblem) -> None:
        rules = problem.rules
        self.stock = np.minimum(rules.at_most[:, 0], rules.usable_m3 / rules.unit_volume_m3[0])
        self.recourse = [
            _Recourse.of(each, self.stock, rules.unit_weight_kg[0])
            for each in problem.scenarios
            if len(each.site)
        ]
        self.sets = _allowed_sets(problem)
        self.opening = self.sets @ np.where(rules.candidate, rules.opening_cost, 0.0)
        self.probability = np.array([each.probability for each in self.recourse])
        self.bounds = np.full((len(self.recourse), len(self.sets)), NEVER)
        self.lower = np.full(len(self.sets), NEVER)
        self.visits = np.zeros(len(self.sets), np.int64)
        self.settled = np.zeros(len(self.sets), np.bool_)
        self.best_cost, self.best_set = np.inf, -1

    @property
    def rounds(self) -> int:
        """Visits after which the duals of all scenarios have been solved at a set."""
        return -(-len(self.recourse) // DUALS_AT_ONCE)

    def next_set(self, gap: float) -> int | None:
        """Return the unsettled set with the lowest bound, None when none can be better by more than `gap`."""
        lower = np.where(self.settled, np.inf, self.lower)
        index = int(lower.argmin())
        enough = self.best_cost - gap * abs(self.best_cost) if self.best_set >= 0 else np.inf
        return None if lower[index] >= enough else index

    def duals_left(self, index: int) -> bool:
        """Tell whether some scenario's dual has not been solved at this set."""
        return bool(self.visits[index] < self.rounds)

    def price(self, index: int) -> None:
        """Solve the duals of a share of the scenarios at a set, and raise the bounds of all sets by them."""
        share = self.recourse[self.visits[index] :: self.rounds]
        self.visits[index] += 1
        opened = self.sets[index]
        prices = np.unique(np.round([each.dual_prices(opened) for each in share], 9), axis=0)
        for row, each in enumerate(self.recourse):
            np.maximum(self.bounds[row], each.bounds(prices, self.sets), out=self.bounds[row])
        np.maximum(self.lower, self.opening + self.probability @ self.bounds, out=self.lower)

    def settle(self, index: int) -> None:
        """Solve the scenarios of a set as integer programs, as long as it can still be the best."""
        self.settled[index] = True
        cost = self.opening[index]
        for row, each in enumerate(self.recourse):
            value, bound = each.assign(self.sets[index])
            cost += self.probability[row] * value
            self.bounds[row, index] = max(self.bounds[row, index], bound)
            self.lower[index] = self.opening[index] + self.probability @ self.bounds[:, index]
            if self.lower[index] >= self.best_cost:
                return
        if cost < self.best_cost:
            self.best_cost, self.best_set = float(cost), index

    def answer(self, problem: PlacementProblem, goal: Goal) -> Placement:
        """Return the best set with its proof."""
        opened: Flags = self.sets[self.best_set] > 0
        bound = min(self.best_cost, float(self.lower.min()))
        people = [[each.people.sum() * problem.item_weight[0]] for each in problem.scenarios]
        return Placement(
            stock=np.where(opened, self.stock, 0.0)[:, None],
            opened=opened & problem.rules.candidate,
            expansion_m3=np.zeros(len(self.stock)),
            supplied=np.array(people),
            spending=float(self.opening[self.best_set]),
            certificate=Certificate(-goal.yuan * self.best_cost, -goal.yuan * bound),
        )


def _allowed_sets(problem: PlacementProblem) -> Floats:
    """Return every set of sources that may be open, 1.0 where a source is, (X, I)."""
    rules = problem.rules
    candidates = np.flatnonzero(rules.candidate)
    numbers = np.arange(2 ** len(candidates))
    chosen = (numbers[:, None] >> np.arange(len(candidates))) & 1
    within = chosen @ rules.opening_cost[candidates] <= rules.budget
    if rules.most_open is not None:
        within &= chosen.sum(axis=1) <= rules.most_open
    sets = np.ones((int(within.sum()), len(rules.candidate)))
    sets[:, candidates] = chosen[within]
    return sets
