"""The generated placement family as one model, built from arrays, for HiGHS: what the engine is measured by.

Shares no code with the engine. Knows what the generated family has: one hour, no other supply, no expansion,
people as the only goal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from stockpile.placement.problem import Flags, Floats, Goal, Ints, PlacementProblem, PlacementScenario
from stockpile.placement.solution import Certificate


@dataclass
class _Rows:
    """Columns with cost and limits, and rows `low <= matrix @ columns <= high` in pieces."""

    columns: int = 0
    cost: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    whole: list[Flags] = field(default_factory=list)
    rows: int = 0
    at: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)

    def add_columns(self, cost: Floats, lower: Floats, upper: Floats, whole: Flags | None = None) -> int:
        """Add columns and return the index of the first."""
        first = self.columns
        self.columns += len(cost)
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(np.zeros(len(cost), np.bool_) if whole is None else whole)
        return first

    def add_rows(self, high: Floats, *entries: tuple[Ints, Ints, Floats]) -> None:
        """Add rows of the form sum <= high; entries are (row, column, value), rows counted from 0."""
        for row, column, value in entries:
            self.at.append((row + self.rows, column, value))
        self.high.append(high)
        self.rows += len(high)


def solve_with_highs(problem: PlacementProblem, goal: Goal, *, gap: float, seconds: float) -> Certificate:
    """Solve the whole model with HiGHS and return what it has within the limit of time.

    The value is minus infinity without an answer, the bound infinity without one.
    """
    model = _Rows()
    stock = _define_stock(model, problem)
    for scenario in problem.scenarios:
        flows = _define_flows(model, problem, goal, scenario)
        _define_stock_limits(model, problem, scenario, stock, flows)
        _define_docks_and_fleets(model, problem, scenario, flows)
    row, column, value = (np.concatenate([entry[part] for entry in model.at]) for part in range(3))
    matrix = coo_array((value, (row, column)), shape=(model.rows, model.columns)).tocsc()
    high = np.concatenate(model.high)
    found = milp(
        np.concatenate(model.cost),
        integrality=np.concatenate(model.whole).astype(np.int64),
        bounds=Bounds(np.concatenate(model.lower), np.concatenate(model.upper)),
        constraints=LinearConstraint(matrix, np.full(model.rows, -np.inf), high),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    value_found = -np.inf if found.x is None else -float(found.fun)
    return Certificate(value_found, np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound))


def _define_stock(model: _Rows, problem: PlacementProblem) -> Ints:
    """volume @ stock_i <= usable_i open_i,  cost @ stock + opening @ open <= budget.

    Returns the index of stock, (I, K).
    """
    rules = problem.rules
    sources, items = rules.at_most.shape
    nothing = np.zeros(sources * items)
    first = model.add_columns(nothing, rules.at_least.ravel(), rules.at_most.ravel())
    stock = first + np.arange(sources * items).reshape(sources, items)
    already = (~rules.candidate).astype(np.float64)
    opened = model.add_columns(np.zeros(sources), already, np.ones(sources), rules.candidate)
    opening = opened + np.arange(sources)
    model.add_rows(
        np.zeros(sources),
        (np.repeat(np.arange(sources), items), stock.ravel(), np.tile(rules.unit_volume_m3, sources)),
        (np.arange(sources), opening, -rules.usable_m3),
    )
    model.add_rows(
        np.array([rules.budget]),
        (np.zeros(stock.size, np.int64), stock.ravel(), np.tile(rules.unit_cost, sources)),
        (np.zeros(sources, np.int64), opening, np.where(rules.candidate, rules.opening_cost, 0.0)),
    )
    return stock


def _define_flows(model: _Rows, problem: PlacementProblem, goal: Goal, scenario: PlacementScenario) -> Ints:
    """Count people, item by item or with all items:  sum_(e to j) flow_ek / per_person_k >= served_jk.

    Flows are in people who get the item. Returns their index, (K, E).
    """
    lanes, items, sites = len(scenario.lanes.site), len(problem.item_ids), len(scenario.site)
    worth = -scenario.probability * goal.gain * goal.coverage.per_hour[0]
    most = scenario.people[scenario.lanes.site]
    if not problem.complete_baskets:
        each = np.repeat(worth * problem.item_weight, lanes)
        first = model.add_columns(each, np.zeros(items * lanes), np.tile(most, items))
        flows = first + np.arange(items * lanes).reshape(items, lanes)
        for item in range(items):
            model.add_rows(scenario.most_people[:, 0], (scenario.lanes.site, flows[item], np.ones(lanes)))
        return flows
    served = model.add_columns(np.full(sites, worth), np.zeros(sites), scenario.most_people[:, 0])
    first = model.add_columns(np.zeros(items * lanes), np.zeros(items * lanes), np.tile(most, items))
    flows = first + np.arange(items * lanes).reshape(items, lanes)
    for item in range(items):
        model.add_rows(
            np.zeros(sites),
            (np.arange(sites), served + np.arange(sites), np.ones(sites)),
            (scenario.lanes.site, flows[item], -np.ones(lanes)),
        )
    return flows


def _define_stock_limits(
    model: _Rows, problem: PlacementProblem, scenario: PlacementScenario, stock: Ints, flows: Ints
) -> None:
    """sum_(e from i) per_person_k flow_ek <= surviving_i stock_ik."""
    sources = np.arange(len(problem.source_ids))
    for item, units in enumerate(scenario.per_person):
        taken = units * scenario.lanes.loaded_per_unit
        model.add_rows(
            np.zeros(len(sources)),
            (scenario.lanes.source, flows[item], taken),
            (sources, stock[:, item], -scenario.surviving),
        )


def _define_docks_and_fleets(
    model: _Rows, problem: PlacementProblem, scenario: PlacementScenario, flows: Ints
) -> None:
    """kg loaded at a source, and kg times seconds of a fleet, within their limits."""
    kg = scenario.per_person * problem.rules.unit_weight_kg
    if np.isfinite(scenario.dock_kg).all():
        at = [
            (scenario.lanes.source, flows[item], kg[item] * scenario.lanes.loaded_per_unit)
            for item in range(len(kg))
        ]
        model.add_rows(scenario.dock_kg[:, 0], *at)
    for fleet, limit in enumerate(scenario.fleet_kg_s[:, 0]):
        used = np.flatnonzero(scenario.lanes.fleet == fleet)
        effort = scenario.lanes.effort_s[used]
        row = np.zeros(len(used), np.int64)
        model.add_rows(
            np.array([limit]), *((row, flows[item, used], kg[item] * effort) for item in range(len(kg)))
        )
