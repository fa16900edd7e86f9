"""The placement model written out in full for scipy's solver: slow, plain, and nobody's but the tests'."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from stockpile.placement.problem import NO_FLEET, Coverage, Floats, Goal, PlacementProblem
from stockpile.placement.solution import Certificate, Placement


class _Model:
    """Columns by name, rows one by one."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[list[int], list[float], float, float]] = []

    def columns(self, lower: Floats, upper: Floats, *, whole: bool = False) -> np.ndarray:
        first = len(self.lower)
        self.lower += np.ravel(lower).tolist()
        self.upper += np.ravel(upper).tolist()
        self.whole += [int(whole)] * (len(self.lower) - first)
        return np.arange(first, len(self.lower)).reshape(np.shape(upper))

    def row(self, columns: np.ndarray, values: Floats, low: float = -np.inf, high: float = 0.0) -> None:
        self.rows.append((np.ravel(columns).tolist(), np.ravel(values).tolist(), low, high))

    def maximise(self, gain: dict[int, float]) -> tuple[float, Floats, float]:
        cost = np.zeros(len(self.lower))
        for column, value in gain.items():
            cost[column] -= value
        entries = [(n, c, v) for n, row in enumerate(self.rows) for c, v in zip(row[0], row[1], strict=True)]
        row, column, value = (np.array(part) for part in zip(*entries, strict=True))
        matrix = coo_array((value, (row, column)), shape=(len(self.rows), len(cost))).tocsr()
        limits = LinearConstraint(matrix, [one[2] for one in self.rows], [one[3] for one in self.rows])
        found = milp(cost, integrality=self.whole, bounds=Bounds(self.lower, self.upper), constraints=limits)
        if found.x is None:
            raise RuntimeError(found.message)
        return -found.fun, found.x, -(found.mip_dual_bound or found.fun)


def solve_placement(
    problem: PlacementProblem,
    goal: Goal,
    *,
    gap: float,  # noqa: ARG001 - the stand-in solves to the optimum
    fixed_stock: Floats | None = None,
) -> Placement:
    """The best placement, or with `fixed_stock` the people whom that stock reaches."""
    model, rules = _Model(), problem.rules
    sources, items = rules.current.shape
    free = fixed_stock is None
    low, high = (rules.at_least, rules.at_most) if free else (fixed_stock, fixed_stock)
    high = np.minimum(high, 1e9)
    stock = model.columns(low, np.maximum(low, high), whole=free)
    opened = model.columns(np.where(rules.candidate & free, 0.0, 1.0), np.ones(sources), whole=True)
    added = model.columns(np.zeros(sources), rules.expansion_m3 if free else np.zeros(sources))
    bought = model.columns(np.zeros(items), np.full(items, 1e9))
    prices = np.concatenate(
        [rules.unit_cost, np.where(rules.candidate, rules.opening_cost, 0.0), rules.expansion_cost_per_m3]
    )
    spent = np.concatenate([bought, opened, added])
    if free:
        for i in range(sources):
            row = np.array([*stock[i], opened[i], added[i]])
            model.row(row, np.array([*rules.unit_volume_m3, -rules.usable_m3[i], -1.0]))
            model.row(np.array([added[i], opened[i]]), np.array([1.0, -rules.expansion_m3[i]]))
        for k in range(items):
            total = float(rules.current[:, k].sum())
            model.row(np.array([*stock[:, k], bought[k]]), np.array([*np.ones(sources), -1.0]), total, total)
        if np.isfinite(rules.budget):
            model.row(spent, prices, high=rules.budget)
    supplied = [_second_stage(model, problem, number, stock) for number in range(len(problem.scenarios))]
    gain: dict[int, float] = {}
    for coverage, floor in goal.required if free else ():
        columns, values = _coverage(model, problem, coverage, supplied)
        model.row(columns, -values, high=-floor)
    if goal.gain:
        columns, values = _coverage(model, problem, goal.coverage, supplied)
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            gain[column] = gain.get(column, 0.0) + goal.gain * value
    if goal.yuan:
        for column, price in zip(spent.tolist(), prices.tolist(), strict=True):
            gain[column] = gain.get(column, 0.0) - goal.yuan * price
    value, x, bound = model.maximise(gain)
    people = tuple(x[columns] for columns in supplied)
    return Placement(
        stock=np.rint(x[stock]),
        opened=(x[opened] > 0.5) & rules.candidate,
        expansion_m3=x[added],
        supplied=np.array([each.sum(axis=0) for each in people]),
        spending=float(prices @ x[spent]) if free else 0.0,
        certificate=Certificate(value, max(bound, value)),
        people=people,
    )


def _coverage(
    model: _Model, problem: PlacementProblem, coverage: Coverage, supplied: list[np.ndarray]
) -> tuple[np.ndarray, Floats]:
    """Columns and values that add up to the coverage."""
    weights = [np.tile(coverage.per_hour, len(columns)) for columns in supplied]
    if coverage.risk.kind == "expectation":
        values = [one.probability * weight for one, weight in zip(problem.scenarios, weights, strict=True)]
        return np.concatenate([columns.ravel() for columns in supplied]), np.concatenate(values)
    level = model.columns(np.zeros(1), np.full(1, 1e12))
    short = model.columns(np.zeros(len(supplied)), np.full(len(supplied), 1e12))
    offsets = np.broadcast_to(coverage.offset, len(supplied))
    for columns, weight, own, offset in zip(supplied, weights, short, offsets, strict=True):
        spare = [-1.0] if coverage.risk.kind == "cvar" else [0.0]
        row = np.concatenate([level, [own], columns.ravel()])
        model.row(row, np.concatenate([[1.0], spare, -weight]), high=float(offset))
    if coverage.risk.kind == "worst":
        return level, np.ones(1)
    chances = np.array([one.probability for one in problem.scenarios])
    return np.concatenate([level, short]), np.concatenate([[1.0], -chances / coverage.risk.tail])


def _second_stage(model: _Model, problem: PlacementProblem, number: int, stock: np.ndarray) -> np.ndarray:
    """People of each site by each hour, (J, H), from what stock, docks and fleets bring."""
    one, lanes = problem.scenarios[number], problem.scenarios[number].lanes
    hours, items = len(problem.hours), np.flatnonzero(one.per_person > 0)
    people = model.columns(np.zeros(one.most_people.shape), one.most_people)
    flow = model.columns(np.zeros((len(lanes.site), items.size)), np.full((len(lanes.site), items.size), 1e9))
    for site in range(len(one.people)):
        here = lanes.site == site
        for h in range(hours):
            if h:
                model.row(people[site, h - 1 : h + 1], np.array([1.0, -1.0]))
            for n, item in enumerate(items):
                arrived = flow[here & (lanes.hour <= h), n]
                row = np.concatenate([[people[site, h]], arrived])
                values = np.concatenate([[one.per_person[item]], -np.ones(len(arrived))])
                model.row(row, values, high=float(one.held[site, item]))
    _limit_sources(model, problem, number, stock, flow)
    _limit_fleets(model, problem, number, flow)
    return people


def _limit_sources(
    model: _Model, problem: PlacementProblem, number: int, stock: np.ndarray, flow: np.ndarray
) -> None:
    """Surviving stock and what suppliers have ready, and what the docks load."""
    one, lanes = problem.scenarios[number], problem.scenarios[number].lanes
    items = np.flatnonzero(one.per_person > 0)
    weight = problem.rules.unit_weight_kg[items]
    for source, h in np.ndindex(one.dock_kg.shape):
        out = (lanes.source == source) & (lanes.hour <= h)
        for n, item in enumerate(items):
            row = np.concatenate([flow[out, n], [stock[source, item]]])
            values = np.concatenate([lanes.loaded_per_unit[out], [-one.surviving[source]]])
            model.row(row, values, high=float(one.ready[source, item, h]))
        if np.isfinite(one.dock_kg[source, h]):
            moved = out & (lanes.fleet != NO_FLEET)
            model.row(flow[moved], np.tile(weight, (moved.sum(), 1)), high=float(one.dock_kg[source, h]))


def _limit_fleets(model: _Model, problem: PlacementProblem, number: int, flow: np.ndarray) -> None:
    """Payload-seconds of each fleet until each hour."""
    one, lanes = problem.scenarios[number], problem.scenarios[number].lanes
    weight = problem.rules.unit_weight_kg[one.per_person > 0]
    for fleet, h in np.ndindex(one.fleet_kg_s.shape):
        out = (lanes.fleet == fleet) & (lanes.hour <= h)
        model.row(flow[out], np.outer(lanes.effort_s[out], weight), high=float(one.fleet_kg_s[fleet, h]))
